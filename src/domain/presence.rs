//! Whether the internet was there: spans in one state, how they are joined as they come, and what they
//! add up to. Knows no clock; what no span covers is unknown, never down.

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    calendar::SchoolCalendar,
    record::{Presence, PresenceDetail, PresenceState},
};

/// Spans of one boot that lie no farther apart are one: two looks and a little.
const JOINED_WITHIN: TimeDelta = TimeDelta::seconds(150);
/// So long a span grows at most; the next one begins a row of its own, so that a reader need not look
/// far back.
const LONGEST_JOINED: TimeDelta = TimeDelta::hours(24);
/// A machine that was switched off for weeks is so in several rows, for the same reason.
pub const LONGEST_ROW: TimeDelta = TimeDelta::days(30);
/// Between two boots a machine was off if it was silent for longer.
const SHORTEST_OFF: TimeDelta = TimeDelta::seconds(60);

/// A span in one state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Its beginning.
    pub started_at: DateTime<Utc>,
    /// Its end, as far as it is known.
    pub ended_at: DateTime<Utc>,
    /// The state.
    pub state: PresenceState,
    /// What is known besides.
    pub detail: Option<PresenceDetail>,
}

/// The newest span of a probe, which the next one may continue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newest {
    /// The boot that it was seen in.
    pub boot_id: String,
    /// It.
    pub span: Span,
}

/// What becomes of the spans of a report.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Joined {
    /// Where the newest span that was known before ends now, if it goes on.
    pub extended_to: Option<DateTime<Utc>>,
    /// Spans that begin, in order.
    pub begun: Vec<(Span, usize)>,
    /// Which of the spans said nothing that was not known: earlier ones reach as far.
    pub covered: Vec<usize>,
    /// The newest span from now on.
    pub newest: Option<Newest>,
}

/// Joins spans, in the order of their numbers, to what is known of a probe. A span that begins within
/// an earlier one begins where that ends: clocks are corrected by seconds. A silence between two boots
/// is a machine that was off; one within a boot is nothing.
pub fn join<'a>(newest: Option<Newest>, spans: impl IntoIterator<Item = &'a Presence>) -> Joined {
    let mut joined = Joined {
        newest,
        ..Joined::default()
    };
    for (index, presence) in spans.into_iter().enumerate() {
        joined.take(index, presence);
    }
    joined
}

impl Joined {
    fn take(&mut self, index: usize, presence: &Presence) {
        let mut span = Span {
            started_at: presence.origin.measured_at,
            ended_at: presence.ended_at(),
            state: presence.state,
            detail: presence.detail,
        };
        if let Some(newest) = &self.newest {
            span.started_at = span.started_at.max(newest.span.ended_at);
            if span.started_at >= span.ended_at {
                self.covered.push(index);
                return;
            }
            let silence = span.started_at - newest.span.ended_at;
            let same_boot = newest.boot_id == presence.boot_id;
            if same_boot && silence <= JOINED_WITHIN && self.continues(&span) {
                self.extend(span.ended_at);
                return;
            }
            if !same_boot && silence >= SHORTEST_OFF {
                self.begin_off(newest.span.ended_at, span.started_at, index);
            }
        }
        self.begun.push((span.clone(), index));
        self.newest = Some(Newest {
            boot_id: presence.boot_id.clone(),
            span,
        });
    }

    fn continues(&self, span: &Span) -> bool {
        self.newest.as_ref().is_some_and(|newest| {
            let known = &newest.span;
            (known.state, known.detail) == (span.state, span.detail)
                && span.ended_at - known.started_at <= LONGEST_JOINED
        })
    }

    fn extend(&mut self, ended_at: DateTime<Utc>) {
        if let Some(newest) = &mut self.newest {
            newest.span.ended_at = ended_at;
        }
        match self.begun.last_mut() {
            Some((span, _)) => span.ended_at = ended_at,
            None => self.extended_to = Some(ended_at),
        }
    }

    fn begin_off(&mut self, from: DateTime<Utc>, to: DateTime<Utc>, index: usize) {
        let mut from = from;
        while from < to {
            let ended_at = to.min(from + LONGEST_ROW);
            let off = Span {
                started_at: from,
                ended_at,
                state: PresenceState::Off,
                detail: None,
            };
            self.begun.push((off, index));
            from = ended_at;
        }
    }
}

/// A school with several probes has internet while one of them does: at each moment the best of their
/// states. Spans come in any order.
pub fn best(spans: &[Span]) -> Vec<Span> {
    let mut edges: Vec<DateTime<Utc>> = spans
        .iter()
        .flat_map(|span| [span.started_at, span.ended_at])
        .collect();
    edges.sort_unstable();
    edges.dedup();
    let mut ordered: Vec<&Span> = spans.iter().collect();
    ordered.sort_by_key(|span| span.started_at);
    let (mut next, mut open): (usize, Vec<&Span>) = (0, vec![]);
    let mut best: Vec<Span> = vec![];
    for pair in edges.windows(2) {
        let [from, to] = [pair[0], pair[1]];
        while ordered
            .get(next)
            .is_some_and(|span| span.started_at <= from)
        {
            open.push(ordered[next]);
            next += 1;
        }
        open.retain(|span| span.ended_at > from);
        let Some(top) = open.iter().min_by_key(|span| rank(span.state)) else {
            continue;
        };
        match best.last_mut() {
            Some(last)
                if last.ended_at == from
                    && (last.state, last.detail) == (top.state, top.detail) =>
            {
                last.ended_at = to;
            }
            _ => best.push(Span {
                started_at: from,
                ended_at: to,
                ..(*top).clone()
            }),
        }
    }
    best
}

fn rank(state: PresenceState) -> u8 {
    match state {
        PresenceState::Online => 0,
        PresenceState::ServiceDown => 1,
        PresenceState::IspDown => 2,
        PresenceState::LanDown => 3,
        PresenceState::Off => 4,
    }
}

/// Seconds of opening hours in each state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Shares {
    /// Online.
    pub online_s: i64,
    /// The gateway did not answer.
    pub lan_down_s: i64,
    /// Nothing beyond the gateway answered.
    pub isp_down_s: i64,
    /// The internet was there, our server was not.
    pub service_down_s: i64,
    /// Switched off or asleep.
    pub off_s: i64,
    /// Nothing is known.
    pub no_data_s: i64,
}

impl Shares {
    /// Adds up spans that do not overlap (see [`best`]) over the opening hours between two instants.
    pub fn of(
        spans: &[Span],
        calendar: &SchoolCalendar,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Self {
        let mut shares = Self::default();
        for (opens, closes) in calendar.open_hours(from, to) {
            let mut known_s = 0;
            for span in spans {
                let seconds = span.ended_at.min(closes) - span.started_at.max(opens);
                let seconds = seconds.num_seconds().max(0);
                known_s += seconds;
                *shares.of_state(span.state) += seconds;
            }
            shares.no_data_s += ((closes - opens).num_seconds() - known_s).max(0);
        }
        shares
    }

    fn of_state(&mut self, state: PresenceState) -> &mut i64 {
        match state {
            PresenceState::Online => &mut self.online_s,
            PresenceState::LanDown => &mut self.lan_down_s,
            PresenceState::IspDown => &mut self.isp_down_s,
            PresenceState::ServiceDown => &mut self.service_down_s,
            PresenceState::Off => &mut self.off_s,
        }
    }

    /// Online ÷ (online + gateway down + provider down): what the line gave while somebody could have
    /// used it. `None` where nothing is known.
    pub fn uptime_ratio(&self) -> Option<f64> {
        let seconds = |seconds: i64| i32::try_from(seconds).map_or(f64::from(i32::MAX), f64::from);
        let down_s = self.lan_down_s + self.isp_down_s;
        let known_s = self.online_s + down_s;
        (known_s > 0).then(|| seconds(self.online_s) / seconds(known_s))
    }
}

#[cfg(test)]
mod tests;
