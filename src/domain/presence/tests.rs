//! Spans as they are joined, compared and added up.

use proptest::prelude::*;

use super::*;
use crate::domain::{
    measurement::ProbeId,
    record::{Origin, TimeBasis, Vantage},
    school::SchoolId,
};
use PresenceState::{IspDown, LanDown, Off, Online};

fn at(minute: i64) -> DateTime<Utc> {
    // A Monday, 08:00 in Nairobi.
    DateTime::from_timestamp(1_795_410_000 + minute * 60, 0).unwrap()
}

fn presence(boot: &str, state: PresenceState, minute: i64, minutes: i64) -> Presence {
    Presence {
        origin: Origin {
            school_id: SchoolId(uuid::Uuid::nil()),
            probe_id: ProbeId(uuid::Uuid::nil()),
            vantage: Vantage::Device,
            sequence: 1,
            measured_at: at(minute),
            time_basis: TimeBasis::Monotonic,
            probe_clock_at: None,
            received_at: at(1_000_000),
            invalid: None,
            in_opening_hours: true,
        },
        boot_id: boot.into(),
        state,
        detail: None,
        duration_ms: minutes * 60_000,
    }
}

fn span(state: PresenceState, from: i64, to: i64) -> Span {
    Span {
        started_at: at(from),
        ended_at: at(to),
        state,
        detail: None,
    }
}

fn begun(joined: &Joined) -> Vec<Span> {
    joined.begun.iter().map(|(span, _)| span.clone()).collect()
}

#[test]
fn pieces_become_one_span_and_a_change_begins_another() {
    let pieces = [
        presence("a", Online, 0, 15),
        presence("a", Online, 15, 15),
        presence("a", IspDown, 30, 5),
        presence("a", Online, 37, 15),
    ];
    let joined = join(None, &pieces);
    let expected = [
        span(Online, 0, 30),
        span(IspDown, 30, 35),
        span(Online, 37, 52),
    ];
    assert_eq!(begun(&joined), expected);
    // The next report goes on with the last of them.
    let next = join(joined.newest, &[presence("a", Online, 52, 15)]);
    assert_eq!((next.extended_to, next.begun.len()), (Some(at(67)), 0));
}

#[test]
fn silence_is_off_between_boots_and_nothing_within_one() {
    let pieces = [
        presence("a", Online, 0, 15),
        presence("a", Online, 60, 15),
        presence("b", Online, 675, 15),
    ];
    let joined = join(None, &pieces);
    let expected = [
        span(Online, 0, 15),
        span(Online, 60, 75),
        span(Off, 75, 675),
        span(Online, 675, 690),
    ];
    assert_eq!(begun(&joined), expected);
}

#[test]
fn long_holidays_are_off_in_rows_of_a_month() {
    let months = 75 * 24 * 60;
    let joined = join(
        None,
        &[
            presence("a", Online, 0, 1),
            presence("b", Online, months, 1),
        ],
    );
    let off = begun(&joined);
    let lengths: Vec<_> = off
        .iter()
        .map(|span| (span.ended_at - span.started_at).num_days())
        .collect();
    assert_eq!(lengths, [0, 30, 30, 14, 0]);
}

#[test]
fn what_was_known_is_not_told_twice() {
    let known = Some(Newest {
        boot_id: "a".into(),
        span: span(Online, 0, 30),
    });
    let spans = [
        presence("a", Online, 10, 20),
        presence("a", LanDown, 25, 10),
    ];
    let joined = join(known, &spans);
    assert_eq!(joined.covered, [0]);
    assert_eq!(begun(&joined), [span(LanDown, 30, 35)]);
}

#[test]
fn a_school_is_online_while_one_of_its_probes_is() {
    let spans = [
        span(IspDown, 0, 60),
        span(Online, 20, 40),
        span(Off, 30, 90),
    ];
    let expected = [
        span(IspDown, 0, 20),
        span(Online, 20, 40),
        span(IspDown, 40, 60),
        span(Off, 60, 90),
    ];
    assert_eq!(best(&spans), expected);
}

fn nairobi() -> SchoolCalendar {
    SchoolCalendar {
        time_zone: chrono_tz::Africa::Nairobi,
        opens_at: chrono::NaiveTime::from_hms_opt(8, 0, 0).unwrap(),
        closes_at: chrono::NaiveTime::from_hms_opt(16, 0, 0).unwrap(),
        school_days: vec![1, 2, 3, 4, 5],
        closed: vec![],
    }
}

#[test]
fn uptime_counts_opening_hours_and_neither_off_nor_silence() {
    let hour = 60;
    let spans = [
        span(Online, -5 * hour, 3 * hour),
        span(IspDown, 3 * hour, 4 * hour),
        span(Off, 4 * hour, 6 * hour),
        span(IspDown, 9 * hour, 12 * hour),
    ];
    let shares = Shares::of(&spans, &nairobi(), at(-10 * hour), at(14 * hour));
    let expected = Shares {
        online_s: 3 * 3600,
        isp_down_s: 3600,
        off_s: 2 * 3600,
        no_data_s: 2 * 3600,
        ..Shares::default()
    };
    assert_eq!(shares, expected);
    assert_eq!(shares.uptime_ratio(), Some(0.75));
    assert_eq!(
        Shares::of(&[], &nairobi(), at(0), at(hour)).uptime_ratio(),
        None
    );
}

proptest! {
    #[test]
    fn the_best_spans_never_overlap_and_cover_what_was_covered(
        parts in prop::collection::vec((0_i64..500, 1_i64..90, 0_usize..4), 0..40),
    ) {
        let states = [Online, IspDown, LanDown, Off];
        let spans: Vec<Span> = parts
            .iter()
            .map(|(from, length, state)| span(states[*state], *from, from + length))
            .collect();
        let best = best(&spans);
        for pair in best.windows(2) {
            prop_assert!(pair[0].ended_at <= pair[1].started_at);
        }
        for minute in 0..600 {
            let inside = |span: &&Span| span.started_at <= at(minute) && at(minute) < span.ended_at;
            let top = spans.iter().filter(inside).map(|span| rank(span.state)).min();
            let found = best.iter().find(inside).map(|span| rank(span.state));
            prop_assert_eq!(top, found);
        }
    }
}
