//! The status of a school: evidence first, then the verdict.

use super::{
    benchmark::{Demand, Metric},
    school::Connectivity,
};

/// What is known of a school's internet, from best to least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// Measured, and the median meets the target.
    Good,
    /// Measured, between floor and target.
    Moderate,
    /// Measured below the floor, or the tests fail.
    Bad,
    /// Declared connected, nothing measured in the window.
    ConnectedUnmeasured,
    /// Declared not connected, nothing measured.
    NotConnected,
    /// Nothing is known.
    Unknown,
}

impl Status {
    /// Every status, in the order of a legend.
    pub const ALL: [Self; 6] = [
        Self::Good,
        Self::Moderate,
        Self::Bad,
        Self::ConnectedUnmeasured,
        Self::NotConnected,
        Self::Unknown,
    ];

    /// The status's stable name.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Moderate => "moderate",
            Self::Bad => "bad",
            Self::ConnectedUnmeasured => "connected_unmeasured",
            Self::NotConnected => "not_connected",
            Self::Unknown => "unknown",
        }
    }

    /// The status of that name.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.slug() == slug)
    }

    /// Whether the verdict rests on measurements.
    pub fn is_measured(self) -> bool {
        matches!(self, Self::Good | Self::Moderate | Self::Bad)
    }
}

/// What the window holds on one school.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Evidence {
    /// Valid, finished speed tests.
    pub valid_tests: i32,
    /// Speed tests that failed.
    pub failed_tests: i32,
    /// Median download of the valid tests, megabits per second.
    pub download_median_mbps: Option<f64>,
    /// Median upload of them, megabits per second.
    pub upload_median_mbps: Option<f64>,
    /// Median of their smallest idle round trips, milliseconds.
    pub rtt_median_ms: Option<f64>,
    /// Packets lost ÷ sent to our server; read only where the benchmark asks for it.
    pub loss_ratio: Option<f64>,
}

impl Evidence {
    /// What was measured of a metric.
    pub fn of(&self, metric: Metric) -> Option<f64> {
        match metric {
            Metric::Download => self.download_median_mbps,
            Metric::Upload => self.upload_median_mbps,
            Metric::Rtt => self.rtt_median_ms,
            Metric::Loss => self.loss_ratio,
        }
    }
}

/// So many failures, and not one success, are a finding; fewer may be our own server's fault.
pub const FAILURES_THAT_COUNT: i32 = 3;

/// The verdict on one school: that of its worst metric.
///
/// `>=` meets a target: a school at exactly 20 Mbps has what was promised to it. A metric that the benchmark
/// asks for and that nobody measured keeps a school from being good, and does not make it bad.
pub fn judge(evidence: Evidence, declared: Connectivity, demand: &Demand) -> Status {
    if evidence.download_median_mbps.is_none() {
        return match declared {
            _ if evidence.failed_tests >= FAILURES_THAT_COUNT => Status::Bad,
            Connectivity::Yes => Status::ConnectedUnmeasured,
            Connectivity::No => Status::NotConnected,
            Connectivity::Unknown => Status::Unknown,
        };
    }
    let statuses = demand.bars.iter().map(|bar| match evidence.of(bar.metric) {
        Some(value) if bar.is_met_by(value) => Status::Good,
        Some(value) if bar.is_missed_by_far(value) => Status::Bad,
        Some(_) | None => Status::Moderate,
    });
    statuses.max().unwrap_or(Status::Moderate)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::{
        benchmark::{Bar, Benchmark},
        school_facts::SchoolFacts,
    };

    fn measured(mbps: f64) -> Evidence {
        Evidence {
            valid_tests: 1,
            download_median_mbps: Some(mbps),
            ..Evidence::default()
        }
    }

    fn verdict(evidence: Evidence, declared: Connectivity) -> Status {
        let demand = Benchmark::default().of_unknown_school();
        judge(evidence, declared, &demand)
    }

    #[test]
    fn every_metric_that_is_asked_for_counts_and_an_unknown_one_is_neither_good_nor_bad() {
        let mut demand = Benchmark::default().of_unknown_school();
        demand.bars.push(Bar {
            metric: Metric::Upload,
            floor: Some(1.0),
            target: 10.0,
        });
        for (upload_median_mbps, status) in [
            (Some(10.0), Status::Good),
            (Some(9.9), Status::Moderate),
            (Some(0.9), Status::Bad),
            (None, Status::Moderate),
        ] {
            let evidence = Evidence {
                upload_median_mbps,
                ..measured(25.0)
            };
            assert_eq!(judge(evidence, Connectivity::Yes, &demand), status);
        }
        let slow = judge(measured(0.5), Connectivity::Yes, &demand);
        assert_eq!(slow, Status::Bad, "the worst counts");
    }

    #[test]
    fn exactly_the_target_meets_it() {
        for (mbps, status) in [
            (20.0, Status::Good),
            (19.999, Status::Moderate),
            (1.0, Status::Moderate),
            (0.999, Status::Bad),
            (0.0, Status::Bad),
        ] {
            assert_eq!(
                verdict(measured(mbps), Connectivity::Unknown),
                status,
                "{mbps}"
            );
        }
    }

    #[test]
    fn a_school_never_measured_has_no_verdict() {
        for (declared, status) in [
            (Connectivity::Yes, Status::ConnectedUnmeasured),
            (Connectivity::No, Status::NotConnected),
            (Connectivity::Unknown, Status::Unknown),
        ] {
            let status_now = verdict(Evidence::default(), declared);
            assert_eq!(status_now, status);
            assert!(!status_now.is_measured());
        }
    }

    #[test]
    fn a_measurement_outweighs_what_was_declared() {
        assert_eq!(verdict(measured(30.0), Connectivity::No), Status::Good);
    }

    #[test]
    fn one_failure_is_no_finding_but_three_are() {
        let failed = |failed_tests| Evidence {
            failed_tests,
            ..Evidence::default()
        };
        assert_eq!(
            verdict(failed(2), Connectivity::Yes),
            Status::ConnectedUnmeasured
        );
        assert_eq!(verdict(failed(3), Connectivity::Yes), Status::Bad);
    }

    #[test]
    fn a_failed_newest_test_does_not_hide_the_last_measured_rate() {
        let evidence = Evidence {
            failed_tests: 9,
            ..measured(25.0)
        };
        assert_eq!(verdict(evidence, Connectivity::Yes), Status::Good);
    }

    #[test]
    fn slugs_are_unique_and_read_back() {
        for status in Status::ALL {
            assert_eq!(Status::from_slug(status.slug()), Some(status));
        }
    }

    proptest! {
        #[test]
        fn a_faster_line_never_gets_a_worse_status(a in 0.0..2000.0_f64, b in 0.0..2000.0_f64,
                                                   students in proptest::option::of(0..5000_i32)) {
            let (slow, fast) = (a.min(b), a.max(b));
            let facts = SchoolFacts { students, ..SchoolFacts::default() };
            let demand = Benchmark::default().demand(&facts);
            let judge_it = |mbps| judge(measured(mbps), Connectivity::Unknown, &demand);
            prop_assert!(judge_it(fast) <= judge_it(slow));
        }
    }
}
