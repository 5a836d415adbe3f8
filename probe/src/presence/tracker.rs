//! From looks to spans. A span ends where a look says something else, where the machine slept, or at
//! the last look before a silence of this program; what was not looked at is in no span.

use schoolbeat_wire::{Presence, PresenceState};
use serde::{Deserialize, Serialize};

use super::Look;
use crate::clock::Stamp;

/// Looks farther apart than so many intervals, and what a look itself may take, are not joined: the
/// program stood still meanwhile. Milliseconds.
const MOST_INTERVALS_APART: u64 = 2;
const LONGEST_LOOK_MS: u64 = 30_000;
/// A machine that slept no longer than this is not said to have been off, milliseconds.
const SHORTEST_SLEEP_MS: u64 = 60_000;

/// A moment by all clocks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// Id of this boot.
    pub boot_id: String,
    /// Time since boot, suspend included, milliseconds.
    pub boot_ms: u64,
    /// Time since boot without suspend, milliseconds.
    pub awake_ms: u64,
    /// The wall clock, milliseconds since the Unix epoch.
    pub wall_unix_ms: i64,
}

impl Moment {
    fn stamp(&self) -> Stamp {
        Stamp {
            boot_id: self.boot_id.clone(),
            boot_ms: self.boot_ms,
            wall_unix_ms: self.wall_unix_ms,
        }
    }
}

/// A span that has ended, and when it began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Its beginning.
    pub began: Stamp,
    /// What it was.
    pub presence: Presence,
}

/// The span that goes on: when it began, and the last look that found it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Open {
    look: Look,
    began: Moment,
    seen: Moment,
}

/// The state of presence between two looks. It is kept on the medium after each.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tracker {
    open: Option<Open>,
}

impl Tracker {
    /// The look that the present span rests on.
    pub fn now(&self) -> Option<Look> {
        self.open.as_ref().map(|open| open.look)
    }

    /// Takes in a look; returns what ended by it. A span is reported in pieces of at most
    /// `report_ms`; looks are `interval_ms` apart.
    pub fn look(
        &mut self,
        look: Look,
        now: &Moment,
        interval_ms: u64,
        report_ms: u64,
    ) -> Vec<Span> {
        let mut ended = self.interrupted(now, interval_ms);
        let begins_at = match &mut self.open {
            Some(open) if open.look == look && since(&open.began, now) < report_ms => {
                open.seen = now.clone();
                return ended;
            }
            Some(open) => {
                // What is seen now holds from now on, and what was seen before held till now.
                open.seen = now.clone();
                ended.extend(self.end());
                now
            }
            None => now,
        };
        self.open = Some(Open {
            look,
            began: begins_at.clone(),
            seen: begins_at.clone(),
        });
        ended
    }

    /// Ends the present span at its last look, as the program does when it ends or begins.
    pub fn end(&mut self) -> Option<Span> {
        let open = self.open.take()?;
        let duration_ms = since(&open.began, &open.seen);
        (duration_ms > 0).then(|| Span {
            began: open.began.stamp(),
            presence: Presence {
                state: open.look.state,
                duration_ms,
                detail: open.look.detail,
            },
        })
    }

    /// Ends the present span where the looks before `now` do not reach: another boot, a sleep, or a
    /// program that stood still.
    pub fn interrupted(&mut self, now: &Moment, interval_ms: u64) -> Vec<Span> {
        let Some(open) = &self.open else {
            return vec![];
        };
        if open.seen.boot_id != now.boot_id {
            return self.end().into_iter().collect();
        }
        let seen = open.seen.clone();
        let awake_ms = now.awake_ms.saturating_sub(seen.awake_ms);
        let asleep_ms = since(&seen, now).saturating_sub(awake_ms);
        let slept = asleep_ms >= SHORTEST_SLEEP_MS;
        let most_ms = interval_ms.saturating_mul(MOST_INTERVALS_APART);
        if !slept && awake_ms <= most_ms.saturating_add(LONGEST_LOOK_MS) {
            return vec![];
        }
        let mut ended: Vec<Span> = self.end().into_iter().collect();
        if slept {
            ended.push(Span {
                began: seen.stamp(),
                presence: Presence {
                    state: PresenceState::Off,
                    duration_ms: asleep_ms,
                    detail: None,
                },
            });
        }
        ended
    }
}

/// Milliseconds from one moment to another of the same boot.
fn since(from: &Moment, to: &Moment) -> u64 {
    to.boot_ms.saturating_sub(from.boot_ms)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MINUTE: u64 = 60_000;
    const REPORT: u64 = 15 * MINUTE;

    fn at(minute: u64) -> Moment {
        asleep(minute, 0)
    }

    /// A moment before which the machine slept so many minutes in all.
    fn asleep(minute: u64, slept: u64) -> Moment {
        Moment {
            boot_id: "a".into(),
            boot_ms: minute * MINUTE,
            awake_ms: (minute - slept) * MINUTE,
            wall_unix_ms: 0,
        }
    }

    fn look(state: PresenceState) -> Look {
        Look {
            state,
            detail: None,
        }
    }

    /// State, beginning and length in minutes.
    fn brief(spans: &[Span]) -> Vec<(PresenceState, u64, u64)> {
        let brief = |span: &Span| {
            let presence = &span.presence;
            (
                presence.state,
                span.began.boot_ms / MINUTE,
                presence.duration_ms / MINUTE,
            )
        };
        spans.iter().map(brief).collect()
    }

    #[test]
    fn a_change_ends_a_span_and_a_long_one_comes_in_pieces() {
        use PresenceState::{IspDown, Online};
        let mut tracker = Tracker::default();
        let mut spans = vec![];
        for minute in 0..=40 {
            let state = if (20..25).contains(&minute) {
                IspDown
            } else {
                Online
            };
            spans.extend(tracker.look(look(state), &at(minute), MINUTE, REPORT));
        }
        spans.extend(tracker.end());
        let expected = [
            (Online, 0, 15),
            (Online, 15, 5),
            (IspDown, 20, 5),
            (Online, 25, 15),
        ];
        assert_eq!(brief(&spans), expected);
    }

    #[test]
    fn sleep_is_off_and_a_program_that_stood_still_says_nothing() {
        use PresenceState::{Off, Online};
        let mut tracker = Tracker::default();
        tracker.look(Look::ONLINE, &at(0), MINUTE, REPORT);
        tracker.look(Look::ONLINE, &at(2), MINUTE, REPORT);
        let slept = tracker.look(Look::ONLINE, &asleep(602, 599), MINUTE, REPORT);
        assert_eq!(brief(&slept), [(Online, 0, 2), (Off, 2, 599)]);
        tracker.look(Look::ONLINE, &asleep(603, 599), MINUTE, REPORT);
        let still = tracker.look(Look::ONLINE, &asleep(660, 599), MINUTE, REPORT);
        assert_eq!(brief(&still), [(Online, 602, 1)]);
        assert_eq!(tracker.now(), Some(Look::ONLINE));
    }

    #[test]
    fn another_boot_ends_the_span_at_its_last_look() {
        let mut tracker = Tracker::default();
        tracker.look(Look::ONLINE, &at(5), MINUTE, REPORT);
        tracker.look(Look::ONLINE, &at(9), MINUTE, REPORT);
        tracker.look(Look::ONLINE, &at(10), MINUTE, REPORT);
        let kept: Tracker =
            serde_json::from_str(&serde_json::to_string(&tracker).unwrap()).unwrap();
        let mut tracker = kept;
        let rebooted = Moment {
            boot_id: "b".into(),
            ..at(1)
        };
        let ended = tracker.look(Look::ONLINE, &rebooted, MINUTE, REPORT);
        // Five and nine are farther apart than looks may be.
        assert_eq!(brief(&ended), [(PresenceState::Online, 9, 1)]);
        assert_eq!(ended[0].began.boot_id, "a");
    }

    proptest! {
        /// However the machine sleeps and the line changes, spans come in order and never overlap.
        #[test]
        fn spans_never_overlap(steps in prop::collection::vec((1_u64..200, 0_u64..150, 0_usize..3), 1..60)) {
            use PresenceState::{IspDown, LanDown, Online};
            let (mut minute, mut slept) = (0, 0);
            let mut tracker = Tracker::default();
            let mut spans = vec![];
            for (gap, asleep_minutes, state) in steps {
                minute += gap;
                slept += asleep_minutes.min(gap);
                let state = [Online, IspDown, LanDown][state];
                spans.extend(tracker.look(look(state), &asleep(minute, slept), MINUTE, REPORT));
            }
            spans.extend(tracker.end());
            let mut free_from = 0;
            for span in &spans {
                prop_assert!(span.began.boot_ms >= free_from, "{spans:?}");
                prop_assert!(span.presence.duration_ms > 0);
                free_from = span.began.boot_ms + span.presence.duration_ms;
            }
            prop_assert!(free_from <= minute * MINUTE);
        }
    }
}
