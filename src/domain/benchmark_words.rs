//! A rule set in words, for reports and for who reads figures. Decides nothing.

use super::{
    benchmark::{Amount, Arm, Benchmark, Condition, Metric, Rule},
    school_facts::Stage,
};

impl Benchmark {
    /// What it asks for, in one sentence a metric.
    pub fn in_words(&self) -> String {
        let sentences: Vec<_> = self.rules.iter().map(rule).collect();
        sentences.join(" ")
    }
}

fn rule(rule: &Rule) -> String {
    let metric = match rule.metric {
        Metric::Download => "Download",
        Metric::Upload => "Upload",
        Metric::Rtt => "Round trip",
        Metric::Loss => "Packet loss",
    };
    let bound = if rule.metric.is_better_low() {
        "at most"
    } else {
        "at least"
    };
    // What most schools are asked for comes first.
    let (last, others) = match rule.arms.split_last() {
        Some((last, others)) => (Some(last), others),
        None => (None, [].as_slice()),
    };
    let arms: Vec<_> = last
        .into_iter()
        .chain(others)
        .map(|part| arm(rule.metric, part))
        .collect();
    let floor = rule
        .floor
        .map(|floor| format!(" (floor {})", quantity(rule.metric, floor)));
    format!(
        "{metric} {bound} {}{}.",
        arms.join("; "),
        floor.unwrap_or_default()
    )
}

fn arm(metric: Metric, arm: &Arm) -> String {
    let amount = match arm.amount {
        Amount::Fixed(amount) => quantity(metric, amount),
        Amount::PerStudent { each, .. } => format!("{} a student", small(metric, each)),
        Amount::PerStudentInShift { each, .. } => {
            format!("{} a student of the busiest shift", small(metric, each))
        }
    };
    let when = match arm.when {
        None => return amount,
        Some(Condition::Satellite(true)) => "by satellite".to_owned(),
        Some(Condition::Satellite(false)) => "if not by satellite".to_owned(),
        Some(Condition::StudentsAbove(0)) => return amount + " where their number is known",
        Some(Condition::StudentsAbove(n)) => format!("above {n} students"),
        Some(Condition::BusiestShiftAbove(n)) => format!("above {n} students in the busiest shift"),
        Some(Condition::Stage(Stage::Primary)) => "for primary schools".to_owned(),
        Some(Condition::Stage(Stage::Secondary)) => "for secondary schools".to_owned(),
    };
    format!("{amount} {when}")
}

fn small(metric: Metric, each: f64) -> String {
    if matches!(metric, Metric::Download | Metric::Upload) && each < 1.0 {
        return format!("{} kbps", rounded(each * 1000.0));
    }
    quantity(metric, each)
}

fn quantity(metric: Metric, value: f64) -> String {
    match metric {
        Metric::Download | Metric::Upload => format!("{} Mbps", rounded(value)),
        Metric::Rtt => format!("{} ms", rounded(value)),
        Metric::Loss => format!("{} %", rounded(value * 100.0)),
    }
}

/// Without the dust of binary fractions.
fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}
