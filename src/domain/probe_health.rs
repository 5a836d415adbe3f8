//! Whether a probe is heard of, counted in school days: a machine that is off over the holidays is not
//! silent. And why not, as far as anything is known, and what a technician should do first.

use chrono::{DateTime, Utc};

use super::calendar::SchoolCalendar;

/// So many school days in a row without a report, and a probe is late.
pub const LATE_AFTER: usize = 2;
/// So many, a school week, and it is silent.
pub const SILENT_AFTER: usize = 5;
/// School days that are looked back to at most.
const FARTHEST: usize = 400;
/// Of so many of a provider's probes nearby this share must be quiet before the provider is asked first.
const NEIGHBOURS: (i64, i64) = (5, 2);
/// A share of the known opening hours from which a state is a pattern: one part in so many.
const OFTEN: (i64, i64) = (2, 5);

/// How a probe is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProbeState {
    /// It reported since the last but one school day began.
    Live,
    /// It missed two school days, or more.
    Late,
    /// It missed a school week, or more.
    Silent,
    /// It was enrolled and was never heard of.
    NeverReported,
    /// It may no longer report.
    Retired,
}

impl ProbeState {
    /// In the order in which they are told.
    pub const ALL: [Self; 5] = [
        Self::Live,
        Self::Late,
        Self::Silent,
        Self::NeverReported,
        Self::Retired,
    ];

    /// Its stable name.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Late => "late",
            Self::Silent => "silent",
            Self::NeverReported => "never_reported",
            Self::Retired => "retired",
        }
    }

    /// The state of that name.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.slug() == slug)
    }
}

/// Who has not reported since is late, or silent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cutoffs {
    /// When the school day began that a late probe missed. Absent: there were not as many.
    pub late_before: Option<DateTime<Utc>>,
    /// The same of a silent one.
    pub silent_before: Option<DateTime<Utc>>,
}

impl Cutoffs {
    /// By a country's calendar. A school day counts once it is over.
    pub fn of(calendar: &SchoolCalendar, now: DateTime<Utc>) -> Self {
        let openings = calendar.past_openings(now, SILENT_AFTER, FARTHEST);
        Self {
            late_before: openings.get(LATE_AFTER - 1).copied(),
            silent_before: openings.get(SILENT_AFTER - 1).copied(),
        }
    }

    /// How a probe is that was enrolled and last heard of at these times.
    pub fn state(
        &self,
        last_report_at: Option<DateTime<Utc>>,
        revoked_at: Option<DateTime<Utc>>,
    ) -> ProbeState {
        let before = |cutoff: Option<DateTime<Utc>>, at| cutoff.is_some_and(|cutoff| at < cutoff);
        match (revoked_at, last_report_at) {
            (Some(_), _) => ProbeState::Retired,
            (None, None) => ProbeState::NeverReported,
            (None, Some(at)) if before(self.silent_before, at) => ProbeState::Silent,
            (None, Some(at)) if before(self.late_before, at) => ProbeState::Late,
            (None, Some(_)) => ProbeState::Live,
        }
    }
}

/// What is known around a probe.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Circumstances {
    /// Other probes of the school that are live.
    pub others_live: i64,
    /// Probes of the same provider in the same area, itself included, and how many of them are late or
    /// silent.
    pub neighbours: i64,
    /// Of these, the quiet ones.
    pub neighbours_quiet: i64,
    /// Opening hours of its last days, in seconds: online.
    pub online_s: i64,
    /// The gateway did not answer.
    pub lan_down_s: i64,
    /// Nothing beyond the gateway answered.
    pub isp_down_s: i64,
    /// Switched off.
    pub off_s: i64,
    /// Valid speed tests of its school in the window of a status.
    pub valid_tests: i32,
    /// Failed ones.
    pub failed_tests: i32,
}

/// Why something is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Its line and its machine are fine.
    None,
    /// It was never heard of.
    NeverReported,
    /// Another probe of the school reports: the line is there, the machine is off or gone.
    MachineGone,
    /// Many probes of its provider nearby are quiet too.
    ProviderOutage,
    /// In its last days nothing beyond the gateway answered for much of the time.
    LineFailing,
    /// In its last days the gateway did not answer for much of the time.
    LanFailing,
    /// In its last days it was switched off for much of the time.
    OftenOff,
    /// It is quiet, and nothing says why.
    Unknown,
    /// It reports, and its speed tests fail.
    TestsFail,
    /// It reports, and measures no speed.
    NoTests,
}

impl Reason {
    /// Its stable name.
    pub fn slug(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::NeverReported => "never_reported",
            Self::MachineGone => "machine_gone",
            Self::ProviderOutage => "provider_outage",
            Self::LineFailing => "line_failing",
            Self::LanFailing => "lan_failing",
            Self::OftenOff => "often_off",
            Self::Unknown => "unknown",
            Self::TestsFail => "tests_fail",
            Self::NoTests => "no_tests",
        }
    }
}

/// What to do first. A visit costs a day: it comes last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Nothing.
    None,
    /// Ask the school whether the machine is there, on, and connected.
    PhoneSchool,
    /// Ask the provider about the line.
    CallProvider,
    /// Let the school look at router and cable.
    CheckRouter,
    /// Ask the school to leave the machine on in opening hours.
    LeaveOn,
    /// Finish the installation: `schoolbeat-probe doctor` says what is amiss.
    CheckInstallation,
    /// See what the probe says of its tests: its budget may be spent.
    CheckBudget,
    /// Go there.
    Visit,
}

impl Action {
    /// Its stable name.
    pub fn slug(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::PhoneSchool => "phone_school",
            Self::CallProvider => "call_provider",
            Self::CheckRouter => "check_router",
            Self::LeaveOn => "leave_on",
            Self::CheckInstallation => "check_installation",
            Self::CheckBudget => "check_budget",
            Self::Visit => "visit",
        }
    }
}

/// Why a probe is as it is, and what to do first.
pub fn diagnose(state: ProbeState, around: &Circumstances) -> (Reason, Action) {
    match state {
        ProbeState::Retired => (Reason::None, Action::None),
        ProbeState::NeverReported => (Reason::NeverReported, Action::CheckInstallation),
        ProbeState::Live if around.valid_tests > 0 => (Reason::None, Action::None),
        ProbeState::Live if around.failed_tests > 0 => (Reason::TestsFail, Action::CallProvider),
        ProbeState::Live => (Reason::NoTests, Action::CheckBudget),
        ProbeState::Late | ProbeState::Silent => quiet(state, around),
    }
}

fn quiet(state: ProbeState, around: &Circumstances) -> (Reason, Action) {
    let known_s = around.online_s + around.lan_down_s + around.isp_down_s + around.off_s;
    let often = |seconds: i64| known_s > 0 && seconds * OFTEN.1 >= known_s * OFTEN.0;
    let (enough, part) = NEIGHBOURS;
    if around.others_live > 0 {
        (Reason::MachineGone, Action::PhoneSchool)
    } else if around.neighbours >= enough && around.neighbours_quiet * part >= around.neighbours {
        (Reason::ProviderOutage, Action::CallProvider)
    } else if often(around.isp_down_s) {
        (Reason::LineFailing, Action::CallProvider)
    } else if often(around.lan_down_s) {
        (Reason::LanFailing, Action::CheckRouter)
    } else if often(around.off_s) {
        (Reason::OftenOff, Action::LeaveOn)
    } else if state == ProbeState::Late {
        (Reason::Unknown, Action::PhoneSchool)
    } else {
        (Reason::Unknown, Action::Visit)
    }
}

#[cfg(test)]
mod tests {
    use chrono::{NaiveDate, NaiveTime};

    use super::*;

    fn calendar() -> SchoolCalendar {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        SchoolCalendar {
            time_zone: chrono_tz::Africa::Nairobi,
            opens_at: NaiveTime::from_hms_opt(8, 0, 0).unwrap(),
            closes_at: NaiveTime::from_hms_opt(16, 0, 0).unwrap(),
            school_days: vec![1, 2, 3, 4, 5],
            closed: vec![(day("2026-08-01"), day("2026-08-31"))],
        }
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[track_caller]
    fn is(now: &str, last: &str, state: ProbeState) {
        let cutoffs = Cutoffs::of(&calendar(), at(now));
        assert_eq!(
            cutoffs.state(Some(at(last)), None),
            state,
            "{last} seen from {now}"
        );
    }

    #[test]
    fn a_probe_is_late_after_two_school_days_and_silent_after_five() {
        // 2026-11-26 is a Thursday; Nairobi opens at 05:00 and closes at 13:00 UTC.
        let evening = "2026-11-26T18:00:00Z";
        is(evening, "2026-11-25T04:59:59Z", ProbeState::Late);
        is(evening, "2026-11-25T05:00:00Z", ProbeState::Live);
        is(evening, "2026-11-20T04:59:59Z", ProbeState::Silent);
        is(evening, "2026-11-20T05:00:00Z", ProbeState::Late);
        // While Thursday's school is on it does not count as missed.
        is(
            "2026-11-26T08:00:00Z",
            "2026-11-24T12:00:00Z",
            ProbeState::Live,
        );
        // A weekend is no school day.
        is(
            "2026-11-23T04:00:00Z",
            "2026-11-19T12:00:00Z",
            ProbeState::Live,
        );
    }

    #[test]
    fn a_machine_that_is_off_over_the_holidays_is_not_silent() {
        is(
            "2026-09-01T03:00:00Z",
            "2026-07-31T12:00:00Z",
            ProbeState::Live,
        );
        is(
            "2026-09-02T18:00:00Z",
            "2026-07-31T12:00:00Z",
            ProbeState::Late,
        );
    }

    #[test]
    fn a_school_that_was_never_open_has_no_late_probes() {
        let closed = SchoolCalendar {
            school_days: vec![],
            ..calendar()
        };
        let cutoffs = Cutoffs::of(&closed, at("2026-11-26T18:00:00Z"));
        assert_eq!(
            cutoffs.state(Some(at("2020-01-01T00:00:00Z")), None),
            ProbeState::Live
        );
        assert_eq!(cutoffs.state(None, None), ProbeState::NeverReported);
        let revoked = cutoffs.state(None, Some(at("2026-01-01T00:00:00Z")));
        assert_eq!(revoked, ProbeState::Retired);
    }

    #[test]
    fn a_visit_comes_last() {
        let around = Circumstances::default();
        let silent = |around: Circumstances| diagnose(ProbeState::Silent, &around);
        assert_eq!(silent(around), (Reason::Unknown, Action::Visit));
        let late = diagnose(ProbeState::Late, &around);
        assert_eq!(late, (Reason::Unknown, Action::PhoneSchool));
        let gone = Circumstances {
            others_live: 1,
            ..around
        };
        assert_eq!(silent(gone), (Reason::MachineGone, Action::PhoneSchool));
        let outage = Circumstances {
            neighbours: 6,
            neighbours_quiet: 3,
            ..around
        };
        assert_eq!(
            silent(outage),
            (Reason::ProviderOutage, Action::CallProvider)
        );
        let few = Circumstances {
            neighbours: 4,
            neighbours_quiet: 4,
            ..around
        };
        assert_eq!(silent(few).0, Reason::Unknown, "too few to tell");
        let failing = Circumstances {
            online_s: 60,
            isp_down_s: 40,
            ..around
        };
        assert_eq!(silent(failing), (Reason::LineFailing, Action::CallProvider));
        let off = Circumstances {
            online_s: 59,
            off_s: 41,
            ..around
        };
        assert_eq!(silent(off), (Reason::OftenOff, Action::LeaveOn));
        let mostly_on = Circumstances {
            online_s: 61,
            off_s: 39,
            ..around
        };
        assert_eq!(silent(mostly_on).0, Reason::Unknown);
    }

    #[test]
    fn a_live_probe_that_measures_nothing_is_work_too() {
        let live = |valid_tests, failed_tests| {
            let around = Circumstances {
                valid_tests,
                failed_tests,
                ..Circumstances::default()
            };
            diagnose(ProbeState::Live, &around)
        };
        assert_eq!(live(3, 9), (Reason::None, Action::None));
        assert_eq!(live(0, 9), (Reason::TestsFail, Action::CallProvider));
        assert_eq!(live(0, 0), (Reason::NoTests, Action::CheckBudget));
    }
}
