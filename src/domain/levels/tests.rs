//! Levels as their sources define them.

use proptest::prelude::*;

use super::*;
use crate::domain::benchmark::{Amount, Arm, Condition};

const FULL: Known = Known {
    power: Some(true),
    internet: Some(true),
    fast_enough: Some(true),
    wifi: Some(Wifi::Adequate),
    pedagogical: None,
};

/// The rules of Resolution 2/2024.
fn enec() -> Benchmark {
    let arm = |when, amount| Arm { when, amount };
    let shift = Amount::PerStudentInShift {
        each: 1.0,
        at_least: 50.0,
    };
    let mut benchmark = Benchmark::default();
    benchmark.rules[0].arms = vec![
        arm(Some(Condition::Satellite(true)), Amount::Fixed(20.0)),
        arm(
            Some(Condition::BusiestShiftAbove(1000)),
            Amount::Fixed(1000.0),
        ),
        arm(Some(Condition::BusiestShiftAbove(50)), shift),
        arm(None, Amount::Fixed(50.0)),
    ];
    benchmark
}

#[test]
fn the_six_levels() {
    let none = Some(false);
    for (known, level) in [
        (
            Known {
                internet: none,
                ..Known::default()
            },
            0,
        ),
        (
            Known {
                power: none,
                ..FULL
            },
            0,
        ),
        (
            Known {
                fast_enough: none,
                wifi: Some(Wifi::None),
                ..FULL
            },
            1,
        ),
        (
            Known {
                fast_enough: none,
                wifi: Some(Wifi::Some),
                ..FULL
            },
            2,
        ),
        (
            Known {
                fast_enough: none,
                ..FULL
            },
            2,
        ),
        (
            Known {
                wifi: Some(Wifi::None),
                ..FULL
            },
            3,
        ),
        (
            Known {
                wifi: Some(Wifi::Insufficient),
                ..FULL
            },
            4,
        ),
        (FULL, 5),
    ] {
        assert_eq!(inec(&known), Ok(level), "{known:?}");
    }
}

#[test]
fn a_fact_that_is_missing_leaves_no_level() {
    for (known, lacks) in [
        (
            Known {
                power: None,
                ..FULL
            },
            vec![Lacks::Power],
        ),
        (
            Known {
                fast_enough: None,
                ..FULL
            },
            vec![Lacks::Speed],
        ),
        (Known { wifi: None, ..FULL }, vec![Lacks::Wifi]),
        (
            Known {
                wifi: Some(Wifi::Some),
                ..FULL
            },
            vec![Lacks::WifiQuality],
        ),
        (
            Known::default(),
            vec![Lacks::Power, Lacks::Internet, Lacks::Speed, Lacks::Wifi],
        ),
    ] {
        assert_eq!(inec(&known), Err(lacks), "{known:?}");
    }
}

#[test]
fn whether_a_line_is_fast_enough_is_known_only_if_it_is_so_whatever_is_missing() {
    let facts = |students, busiest_shift, satellite| SchoolFacts {
        students,
        busiest_shift,
        satellite,
        stage: None,
    };
    for (mbps, facts, answer) in [
        (19.0, facts(None, None, None), Some(false)),
        (30.0, facts(None, None, None), None),
        (1000.0, facts(None, None, None), Some(true)),
        (30.0, facts(None, None, Some(true)), Some(true)),
        (60.0, facts(Some(40), None, Some(false)), Some(true)),
        (60.0, facts(Some(90), None, Some(false)), None),
        (60.0, facts(Some(90), Some(45), Some(false)), Some(true)),
        (44.0, facts(Some(90), None, Some(false)), Some(false)),
    ] {
        assert_eq!(reaches(mbps, &facts, &enec()), answer, "{mbps} {facts:?}");
    }
}

#[test]
fn what_a_list_states_and_what_was_measured() {
    let stated = |name: &str| match name {
        POWER => Some("yes"),
        WIFI => Some("Sim"),
        WIFI_ADEQUATE => Some("no"),
        _ => None,
    };
    let facts = SchoolFacts {
        satellite: Some(true),
        ..SchoolFacts::default()
    };
    let enec = enec();
    let known = Known::new(stated, Connectivity::No, Some(25.0), &facts, Some(&enec));
    assert_eq!(inec(&known), Ok(4));
    assert_eq!(sdg_4a1b(&known), Connectivity::Unknown);
    let nothing = Known::new(|_| None, Connectivity::Unknown, None, &facts, Some(&enec));
    assert_eq!(nothing, Known::default());
}

#[test]
fn a_line_alone_does_not_say_that_pupils_learn_with_it() {
    for (pedagogical, internet, level) in [
        (Some(true), Some(true), Connectivity::Yes),
        (Some(false), Some(true), Connectivity::No),
        (None, Some(true), Connectivity::Unknown),
        (None, Some(false), Connectivity::No),
        (None, None, Connectivity::Unknown),
    ] {
        let known = Known {
            internet,
            pedagogical,
            ..Known::default()
        };
        assert_eq!(sdg_4a1b(&known), level, "{known:?}");
    }
}

proptest! {
    #[test]
    fn a_faster_line_never_has_a_lower_level(slow in 0.0..2000.0_f64, more in 0.0..500.0_f64,
                                             students in prop::option::of(0..3000_i32)) {
        let facts = SchoolFacts { students, satellite: Some(false), ..SchoolFacts::default() };
        let level = |mbps| {
            let fast_enough = reaches(mbps, &facts, &enec());
            inec(&Known { fast_enough, ..FULL }).ok()
        };
        if let (Some(low), Some(high)) = (level(slow), level(slow + more)) {
            prop_assert!(low <= high);
        }
    }
}
