//! Measurement Lab's Internet Quality Barometer, as its library computes it: for each use case the weighted
//! share of metrics that reach their minimum, then the weighted mean of the use cases. Comparisons are
//! strict, as there: exactly 100 ms is not below 100 ms. Thresholds and weights are rows of the table.

use super::{
    benchmark::Metric,
    thresholds::{self, Purpose},
    uses::Line,
};

/// How much each use case weighs.
pub type Weights = [(Purpose, f64); 6];

/// M-Lab's own: all the same.
pub const IQB: Weights = [
    (Purpose::IqbWeb, 1.0),
    (Purpose::IqbVideo, 1.0),
    (Purpose::IqbAudio, 1.0),
    (Purpose::IqbConferencing, 1.0),
    (Purpose::IqbBackup, 1.0),
    (Purpose::IqbGaming, 1.0),
];

/// IQB-Edu, as M-Lab weighed it for schools of Moldova (notebook of May 2026).
pub const IQB_EDU: Weights = [
    (Purpose::IqbWeb, 1.0),
    (Purpose::IqbVideo, 1.0),
    (Purpose::IqbAudio, 0.5),
    (Purpose::IqbConferencing, 1.0),
    (Purpose::IqbBackup, 0.5),
    (Purpose::IqbGaming, 0.0),
];

/// M-Lab judges a school from so many measurements on.
pub const ENOUGH_TESTS: i32 = 30;

/// The score of a line, 0 to 1; otherwise the metrics that were not measured, without which there is none.
pub fn score(line: &Line, weights: &Weights) -> Result<f64, Vec<Metric>> {
    let missing: Vec<_> = Metric::ALL
        .into_iter()
        .filter(|metric| line.of(*metric).is_none())
        .collect();
    if !missing.is_empty() {
        return Err(missing);
    }
    let (mut sum, mut whole) = (0.0, 0.0);
    for (purpose, weight) in weights {
        sum += weight * use_case(line, *purpose);
        whole += weight;
    }
    // Nothing weighs anything: nothing is asked for.
    Ok(if whole > 0.0 { sum / whole } else { 0.0 })
}

/// The weighted share of a use case's metrics that the line reaches.
fn use_case(line: &Line, purpose: Purpose) -> f64 {
    let (mut sum, mut whole) = (0.0, 0.0);
    for metric in Metric::ALL {
        let ask = thresholds::of(purpose).and_then(|row| row.of_metric(metric));
        let (Some(ask), Some(value)) = (ask, line.of(metric)) else {
            continue;
        };
        let reached = if metric.is_better_low() {
            value < ask.value
        } else {
            value > ask.value
        };
        whole += ask.weight;
        if reached {
            sum += ask.weight;
        }
    }
    if whole > 0.0 { sum / whole } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line(download: f64, upload: f64, rtt: f64, loss: f64) -> Line {
        Line {
            download_mbps: Some(download),
            upload_mbps: Some(upload),
            rtt_ms: Some(rtt),
            loss_ratio: Some(loss),
        }
    }

    fn close(score: Result<f64, Vec<Metric>>, wanted: f64) {
        let score = score.unwrap();
        assert!((score - wanted).abs() < 1e-9, "{score} and not {wanted}");
    }

    #[test]
    fn the_best_line_has_one_and_the_worst_none() {
        close(score(&line(500.0, 500.0, 5.0, 0.0), &IQB), 1.0);
        close(score(&line(0.0, 0.0, 500.0, 0.5), &IQB), 0.0);
    }

    #[test]
    fn a_line_by_hand() {
        // 20 down, 12 up, 40 ms, no loss.
        let line = line(20.0, 12.0, 40.0, 0.0);
        let web = 1.0;
        let video = (2.0 + 4.0 + 4.0) / 14.0;
        let audio = 1.0;
        let conferencing = (4.0 + 4.0) / 16.0;
        let backup = (4.0 + 2.0 + 4.0) / 14.0;
        let gaming = 4.0 / 17.0;
        let all = web + video + audio + conferencing + backup + gaming;
        close(score(&line, &IQB), all / 6.0);
        let edu = web + video + 0.5 * audio + conferencing + 0.5 * backup;
        close(score(&line, &IQB_EDU), edu / 4.0);
    }

    #[test]
    fn exactly_a_threshold_does_not_reach_it() {
        let at = line(10.0, 10.0, 100.0, 0.01);
        assert!(use_case(&at, Purpose::IqbWeb).abs() < 1e-12);
        let beyond = line(10.1, 10.1, 99.9, 0.0099);
        assert!((use_case(&beyond, Purpose::IqbWeb) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn without_a_metric_there_is_no_score() {
        let line = Line {
            loss_ratio: None,
            upload_mbps: None,
            ..line(20.0, 0.0, 40.0, 0.0)
        };
        assert_eq!(score(&line, &IQB), Err(vec![Metric::Upload, Metric::Loss]));
    }

    proptest! {
        #[test]
        fn a_score_is_a_share_and_a_faster_line_has_no_less(
            down in 0.0..100.0_f64, up in 0.0..100.0_f64, rtt in 0.0..200.0_f64,
            loss in 0.0..0.02_f64, more in 0.0..50.0_f64,
        ) {
            for weights in [IQB, IQB_EDU] {
                let slow = score(&line(down, up, rtt, loss), &weights).unwrap();
                let fast = score(&line(down + more, up + more, rtt, loss), &weights).unwrap();
                prop_assert!((0.0..=1.0).contains(&slow));
                prop_assert!(slow <= fast);
            }
        }
    }
}
