//! Rule sets as they judge schools.

use proptest::prelude::*;

use super::*;

fn itu(students: Option<i32>) -> Demand {
    Benchmark::default().demand(&SchoolFacts {
        students,
        ..SchoolFacts::default()
    })
}

fn fixed(when: Option<Condition>, amount: f64) -> Arm {
    Arm {
        when,
        amount: Amount::Fixed(amount),
    }
}

/// The rules of Brazil's Resolution 2/2024, as migration V20 has them.
fn enec() -> Benchmark {
    let arms = vec![
        fixed(Some(Condition::Satellite(true)), 20.0),
        fixed(Some(Condition::BusiestShiftAbove(1000)), 1000.0),
        Arm {
            when: Some(Condition::BusiestShiftAbove(50)),
            amount: Amount::PerStudentInShift {
                each: 1.0,
                at_least: 50.0,
            },
        },
        fixed(None, 50.0),
    ];
    Benchmark {
        rules: vec![Rule {
            metric: Metric::Download,
            floor: Some(1.0),
            arms,
        }],
        ..Benchmark::default()
    }
}

#[test]
fn a_large_school_is_judged_by_its_students() {
    for (students, target) in [
        (Some(0), 20.0),
        (Some(400), 20.0),
        (Some(401), 20.05),
        (Some(1000), 50.0),
    ] {
        let demand = itu(students);
        assert!((demand.download().target - target).abs() < 1e-9);
        assert!(demand.assumed.is_empty(), "{students:?}");
    }
}

#[test]
fn a_fact_that_is_missing_is_named_and_the_default_is_taken() {
    let demand = itu(None);
    assert!((demand.download().target - 20.0).abs() < 1e-9);
    assert_eq!(demand.assumed, [Fact::Students]);
}

#[test]
fn the_busiest_shift_decides_in_brazil() {
    let demand = |students, busiest_shift, satellite| {
        enec().demand(&SchoolFacts {
            students,
            busiest_shift,
            satellite,
            stage: None,
        })
    };
    let terrestrial = Some(false);
    for (students, shift, satellite, target, assumed) in [
        (Some(900), Some(500), Some(true), 20.0, vec![]),
        (Some(60), Some(50), terrestrial, 50.0, vec![]),
        (Some(500), Some(300), terrestrial, 300.0, vec![]),
        (Some(2000), Some(1000), terrestrial, 1000.0, vec![]),
        (Some(2500), Some(1001), terrestrial, 1000.0, vec![]),
        (
            Some(300),
            None,
            terrestrial,
            300.0,
            vec![Fact::BusiestShift],
        ),
        (None, None, terrestrial, 50.0, vec![Fact::BusiestShift]),
        (
            None,
            None,
            None,
            50.0,
            vec![Fact::Technology, Fact::BusiestShift],
        ),
    ] {
        let demand = demand(students, shift, satellite);
        let case = format!("{students:?} {shift:?} {satellite:?}");
        assert!((demand.download().target - target).abs() < 1e-9, "{case}");
        assert_eq!(demand.assumed, assumed, "{case}");
    }
}

#[test]
fn low_is_good_for_round_trips() {
    let bar = Bar {
        metric: Metric::Rtt,
        floor: Some(300.0),
        target: 100.0,
    };
    assert!(bar.is_met_by(100.0) && !bar.is_met_by(100.1));
    assert!(!bar.is_missed_by_far(300.0) && bar.is_missed_by_far(300.1));
}

#[test]
fn one_figure_stands_for_a_rule_set_only_where_it_does() {
    assert_eq!(Benchmark::default().headline_mbps(), Some(20.0));
    assert_eq!(enec().headline_mbps(), None);
    let mut two = Benchmark::default();
    two.rules.push(Rule {
        metric: Metric::Upload,
        floor: None,
        arms: vec![fixed(None, 5.0)],
    });
    assert_eq!(two.headline_mbps(), None);
}

#[test]
fn a_rule_set_can_be_read() {
    assert_eq!(
        Benchmark::default().in_words(),
        "Download at least 20 Mbps; 50 kbps a student above 400 students (floor 1 Mbps)."
    );
    assert_eq!(
        enec().in_words(),
        "Download at least 50 Mbps; 20 Mbps by satellite; 1000 Mbps above 1000 students in the busiest \
         shift; 1 Mbps a student of the busiest shift above 50 students in the busiest shift (floor 1 Mbps)."
    );
}

proptest! {
    #[test]
    fn more_students_never_lower_the_target(a in 0..100_000_i32, b in 0..100_000_i32) {
        let (few, many) = (a.min(b), a.max(b));
        for benchmark in [Benchmark::default(), enec()] {
            let target = |students| {
                let facts = SchoolFacts { students: Some(students), ..SchoolFacts::default() };
                benchmark.demand(&facts).download().target
            };
            prop_assert!(target(few) <= target(many));
        }
    }
}
