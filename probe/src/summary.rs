//! What a window of round trips says: minimum, median, 95th percentile, maximum, jitter, loss.
//!
//! It must not open a socket or look at a clock: it is given the round trips in the order of sending.

/// One packet's round trip in milliseconds, or `None` if it was lost.
pub type Reply = Option<f64>;

/// The summary of a window of packets.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Summary {
    /// Packets sent.
    pub sent: u32,
    /// Packets answered in time.
    pub received: u32,
    /// Smallest round trip (RFC 2681), milliseconds.
    pub rtt_min_ms: Option<f64>,
    /// Median round trip, milliseconds.
    pub rtt_median_ms: Option<f64>,
    /// 95th percentile of the round trip, milliseconds.
    pub rtt_p95_ms: Option<f64>,
    /// Largest round trip, milliseconds.
    pub rtt_max_ms: Option<f64>,
    /// Mean absolute difference of the round trips of neighbours (IPDV, RFC 3393), milliseconds.
    pub jitter_ms: Option<f64>,
    /// 95th percentile of the round trip less the smallest (PDV, RFC 5481, section 4.2), milliseconds.
    pub pdv_p95_ms: Option<f64>,
    /// Packets lost ÷ packets sent (RFC 7680); `None` if none was sent.
    pub loss_ratio: Option<f64>,
}

/// Summarises a window. `replies` are in the order in which the packets were sent.
pub fn summarise(replies: &[Reply]) -> Summary {
    let mut sorted: Vec<f64> = replies.iter().copied().flatten().collect();
    sorted.sort_by(f64::total_cmp);
    let sent = u32::try_from(replies.len()).unwrap_or(u32::MAX);
    let received = u32::try_from(sorted.len()).unwrap_or(u32::MAX);
    let (rtt_min_ms, rtt_p95_ms) = (sorted.first().copied(), quantile(&sorted, 0.95));
    Summary {
        sent,
        received,
        rtt_min_ms,
        rtt_median_ms: quantile(&sorted, 0.5),
        rtt_p95_ms,
        rtt_max_ms: sorted.last().copied(),
        jitter_ms: jitter(replies),
        pdv_p95_ms: rtt_p95_ms.zip(rtt_min_ms).map(|(p95, min)| p95 - min),
        loss_ratio: (sent > 0).then(|| f64::from(sent - received) / f64::from(sent)),
    }
}

/// The median of numbers in any order.
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    quantile(&sorted, 0.5)
}

/// A quantile of sorted numbers, linear between the closest ranks: position `q × (n − 1)`, the
/// definition of `percentile_cont` in `PostgreSQL`, so that probe and server agree.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the position lies between 0 and the length, far below 2^52"
)]
fn quantile(sorted: &[f64], q: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let position = q * last as f64;
    let below = position.floor() as usize;
    let lower = *sorted.get(below)?;
    let upper = *sorted.get((below + 1).min(last))?;
    let between = lower + (upper - lower) * (position - position.floor());
    Some(between.clamp(lower, upper))
}

/// Only neighbours in the order of sending count, and only where both were answered: a
/// difference across a lost packet is not a delay variation of consecutive packets.
fn jitter(replies: &[Reply]) -> Option<f64> {
    let mut differences = 0_u32;
    let mut sum_ms = 0.0;
    for pair in replies.windows(2) {
        if let [Some(first), Some(second)] = pair {
            differences += 1;
            sum_ms += (second - first).abs();
        }
    }
    (differences > 0).then(|| sum_ms / f64::from(differences))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn near(actual: Option<f64>, expected: f64) -> bool {
        actual.is_some_and(|value| (value - expected).abs() < 1e-9)
    }

    #[test]
    fn known_window_has_known_summary() {
        let summary = summarise(&[Some(10.0), Some(20.0), None, Some(40.0), Some(30.0)]);
        assert_eq!((summary.sent, summary.received), (5, 4));
        assert!(near(summary.rtt_min_ms, 10.0));
        assert!(near(summary.rtt_median_ms, 25.0));
        assert!(near(summary.rtt_p95_ms, 38.5));
        assert!(near(summary.rtt_max_ms, 40.0));
        assert!(
            near(summary.jitter_ms, 10.0),
            "10→20 and 40→30; nothing across the loss"
        );
        assert!(near(summary.pdv_p95_ms, 28.5), "38.5 − 10");
        assert!(near(summary.loss_ratio, 0.2));
    }

    #[test]
    fn all_lost_is_loss_one_and_no_round_trip() {
        let summary = summarise(&[None, None]);
        assert!(near(summary.loss_ratio, 1.0));
        assert_eq!(summary.rtt_median_ms, None);
        assert_eq!(summary.jitter_ms, None);
        assert_eq!(summary.pdv_p95_ms, None);
    }

    #[test]
    fn nothing_sent_says_nothing() {
        assert_eq!(summarise(&[]), Summary::default());
    }

    #[test]
    fn one_reply_has_no_jitter() {
        let summary = summarise(&[Some(7.0)]);
        assert_eq!(summary.jitter_ms, None);
        assert!(near(summary.rtt_p95_ms, 7.0));
    }

    proptest! {
        #[test]
        fn quantiles_are_in_order(replies in prop::collection::vec(
            prop::option::weighted(0.8, 0.01_f64..5_000.0), 1..200))
        {
            let summary = summarise(&replies);
            let loss_ratio = summary.loss_ratio.unwrap();
            prop_assert!((0.0..=1.0).contains(&loss_ratio));
            if summary.received > 0 {
                let min = summary.rtt_min_ms.unwrap();
                let median = summary.rtt_median_ms.unwrap();
                let p95 = summary.rtt_p95_ms.unwrap();
                let max = summary.rtt_max_ms.unwrap();
                prop_assert!(min <= median && median <= p95 && p95 <= max);
                let pdv_ms = summary.pdv_p95_ms.unwrap();
                prop_assert!(pdv_ms >= 0.0 && pdv_ms <= max - min);
            }
            if let Some(jitter_ms) = summary.jitter_ms {
                let span = summary.rtt_max_ms.unwrap() - summary.rtt_min_ms.unwrap();
                prop_assert!(jitter_ms >= 0.0 && jitter_ms <= span + 1e-9);
            }
        }

        #[test]
        fn the_order_changes_only_the_jitter(mut replies in prop::collection::vec(
            prop::option::weighted(0.8, 0.01_f64..5_000.0), 1..100))
        {
            let before = summarise(&replies);
            replies.reverse();
            let after = summarise(&replies);
            prop_assert_eq!(before.rtt_median_ms, after.rtt_median_ms);
            prop_assert_eq!(before.rtt_p95_ms, after.rtt_p95_ms);
            prop_assert_eq!(before.loss_ratio, after.loss_ratio);
        }

        #[test]
        fn a_constant_line_has_no_jitter(rtt_ms in 0.01_f64..1_000.0, packets in 2_usize..50) {
            let summary = summarise(&vec![Some(rtt_ms); packets]);
            prop_assert_eq!(summary.jitter_ms, Some(0.0));
            prop_assert_eq!(summary.rtt_median_ms, Some(rtt_ms));
        }
    }
}
