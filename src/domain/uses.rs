//! What learners can do with a measured line: for each use, how many of them at once, and which metric
//! limits it. Thresholds are those of the table; what is not measured stays unknown.

use super::{
    benchmark::Metric,
    thresholds::{Ask, Purpose, Threshold},
};

/// A line as it was measured, whatever percentile that is. Absent: not measured.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Line {
    /// Download, megabits per second.
    pub download_mbps: Option<f64>,
    /// Upload, megabits per second.
    pub upload_mbps: Option<f64>,
    /// Smallest idle round trip, milliseconds.
    pub rtt_ms: Option<f64>,
    /// Packets lost ÷ sent.
    pub loss_ratio: Option<f64>,
}

impl Line {
    /// What was measured of a metric.
    pub fn of(&self, metric: Metric) -> Option<f64> {
        match metric {
            Metric::Download => self.download_mbps,
            Metric::Upload => self.upload_mbps,
            Metric::Rtt => self.rtt_ms,
            Metric::Loss => self.loss_ratio,
        }
    }
}

impl Threshold {
    /// What it asks of a metric.
    pub fn of_metric(&self, metric: Metric) -> Option<Ask> {
        match metric {
            Metric::Download => self.download_mbps,
            Metric::Upload => self.upload_mbps,
            Metric::Rtt => self.rtt_ms,
            Metric::Loss => self.loss_ratio,
        }
    }
}

/// The uses whose learners are counted, in the order of a page.
pub const USES: [Purpose; 5] = [
    Purpose::ReadingAndSearch,
    Purpose::VideoLesson,
    Purpose::VideoClass,
    Purpose::AssessmentOnline,
    Purpose::AiTutor,
];

/// How many learners a line carries at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Carries {
    /// So many; the metric is the one by which there are not more.
    Learners {
        /// How many.
        count: u32,
        /// What limits it.
        limited_by: Metric,
    },
    /// It cannot be said, since these were not measured.
    NotKnown(Vec<Metric>),
}

/// How many learners at once a line carries for a use: as many as both rates allow, and none where the
/// round trip is longer or more is lost than the use bears. A metric that was not measured leaves it
/// unknown, unless another one already allows none.
pub fn carries(line: &Line, threshold: &Threshold) -> Carries {
    let mut missing = vec![];
    let mut limit: Option<(u32, Metric)> = None;
    for metric in Metric::ALL {
        let Some(ask) = threshold.of_metric(metric) else {
            continue;
        };
        let Some(value) = line.of(metric) else {
            missing.push(metric);
            continue;
        };
        let allowed = if metric.is_better_low() {
            (value > ask.value).then_some(0)
        } else {
            Some(whole(value / ask.value))
        };
        if let Some(count) = allowed
            && limit.is_none_or(|(least, _)| count < least)
        {
            limit = Some((count, metric));
        }
    }
    match limit {
        Some((0, limited_by)) => Carries::Learners {
            count: 0,
            limited_by,
        },
        Some((count, limited_by)) if missing.is_empty() => Carries::Learners { count, limited_by },
        _ => Carries::NotKnown(missing),
    }
}

/// Whole shares; the dust of binary fractions takes none away.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to what fits, and floored"
)]
fn whole(shares: f64) -> u32 {
    (shares + 1e-9).clamp(0.0, 1e9).floor() as u32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::thresholds;

    fn of(line: &Line, purpose: Purpose) -> Carries {
        carries(line, thresholds::of(purpose).unwrap())
    }

    fn learners(count: u32, limited_by: Metric) -> Carries {
        Carries::Learners { count, limited_by }
    }

    /// A decent line.
    const LINE: Line = Line {
        download_mbps: Some(20.0),
        upload_mbps: Some(4.0),
        rtt_ms: Some(45.0),
        loss_ratio: Some(0.002),
    };

    #[test]
    fn a_line_of_20_mbps_by_hand() {
        use Metric::{Download, Upload};
        for (purpose, wanted) in [
            (Purpose::ReadingAndSearch, learners(20, Download)),
            (Purpose::VideoLesson, learners(6, Download)),
            (Purpose::VideoClass, learners(8, Upload)),
            (Purpose::AssessmentOnline, learners(20, Upload)),
            (Purpose::AiTutor, learners(40, Upload)),
        ] {
            assert_eq!(of(&LINE, purpose), wanted, "{purpose:?}");
        }
    }

    #[test]
    fn a_satellite_far_up_carries_no_talk() {
        let line = Line {
            rtt_ms: Some(620.0),
            ..LINE
        };
        assert_eq!(of(&line, Purpose::VideoClass), learners(0, Metric::Rtt));
        assert_eq!(of(&line, Purpose::AiTutor), learners(0, Metric::Rtt));
        assert_eq!(
            of(&line, Purpose::VideoLesson),
            learners(6, Metric::Download)
        );
    }

    #[test]
    fn what_was_not_measured_leaves_it_unknown_unless_nobody_is_carried_anyway() {
        let line = Line {
            rtt_ms: None,
            loss_ratio: None,
            ..LINE
        };
        let missing = Carries::NotKnown(vec![Metric::Rtt, Metric::Loss]);
        assert_eq!(of(&line, Purpose::VideoClass), missing);
        let slow = Line {
            upload_mbps: Some(0.4),
            ..line
        };
        assert_eq!(of(&slow, Purpose::VideoClass), learners(0, Metric::Upload));
        assert_eq!(
            of(&Line::default(), Purpose::ReadingAndSearch),
            Carries::NotKnown(vec![Metric::Download])
        );
    }

    #[test]
    fn a_share_that_fits_exactly_fits() {
        let line = Line {
            download_mbps: Some(0.6),
            upload_mbps: Some(0.6),
            ..LINE
        };
        assert_eq!(
            of(&line, Purpose::AssessmentOnline),
            learners(3, Metric::Download)
        );
    }

    proptest! {
        #[test]
        fn a_better_line_never_carries_fewer(
            rates in (0.0..1000.0_f64, 0.0..1000.0_f64), more in (0.0..100.0_f64, 0.0..100.0_f64),
            rtt in 0.0..800.0_f64, loss in 0.0..0.1_f64, better in 0.0..1.0_f64,
        ) {
            let worse = Line {
                download_mbps: Some(rates.0), upload_mbps: Some(rates.1),
                rtt_ms: Some(rtt), loss_ratio: Some(loss),
            };
            let better = Line {
                download_mbps: Some(rates.0 + more.0), upload_mbps: Some(rates.1 + more.1),
                rtt_ms: Some(rtt * better), loss_ratio: Some(loss * better),
            };
            for purpose in USES {
                let count = |line| match of(line, purpose) {
                    Carries::Learners { count, .. } => count,
                    Carries::NotKnown(_) => u32::MAX,
                };
                prop_assert!(count(&worse) <= count(&better), "{purpose:?}");
            }
        }
    }
}
