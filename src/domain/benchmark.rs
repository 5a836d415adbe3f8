//! Benchmarks: rule sets with a source, in versions, and what one of them asks of a school. Knows neither
//! tables nor which country chose what.

use std::fmt;

use super::school_facts::{Fact, SchoolFacts, Stage};

/// One version of a rule set.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleSetId {
    /// The rule set, such as `itu-2030`; a country's own is `own-` and its code in small letters.
    pub rule_set: String,
    /// From 1. A version is never changed.
    pub version: i32,
}

impl fmt::Display for RuleSetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} version {}", self.rule_set, self.version)
    }
}

/// What a rule asks about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Metric {
    /// Median download, megabits (10^6 bits) per second.
    Download,
    /// Median upload, megabits per second.
    Upload,
    /// Median of the smallest idle round trips, milliseconds.
    Rtt,
    /// Packets lost ÷ sent.
    Loss,
}

impl Metric {
    /// Every metric, the one that all rule sets have first.
    pub const ALL: [Self; 4] = [Self::Download, Self::Upload, Self::Rtt, Self::Loss];

    /// The metric's stable name.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Download => "download",
            Self::Upload => "upload",
            Self::Rtt => "rtt",
            Self::Loss => "loss",
        }
    }

    /// The metric of that name.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|metric| metric.slug() == slug)
    }

    /// Whether more is worse.
    pub fn is_better_low(self) -> bool {
        matches!(self, Self::Rtt | Self::Loss)
    }
}

/// When an arm of a rule applies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Condition {
    /// The line is a satellite's, or is not.
    Satellite(bool),
    /// It has more students than this.
    StudentsAbove(i32),
    /// Its busiest shift has more students than this.
    BusiestShiftAbove(i32),
    /// It teaches this stage.
    Stage(Stage),
}

impl Condition {
    /// Whether it is known to hold. A fact that is not known is named, and the condition does not hold.
    fn holds(self, facts: &SchoolFacts, assumed: &mut Vec<Fact>) -> bool {
        let (known, fact) = match self {
            Self::Satellite(wanted) => (facts.satellite.map(|is| is == wanted), Fact::Technology),
            Self::StudentsAbove(n) => (facts.students.map(|students| students > n), Fact::Students),
            Self::BusiestShiftAbove(n) => {
                let shift = shift(facts, assumed);
                (shift.map(|students| students > n), Fact::BusiestShift)
            }
            Self::Stage(stage) => (facts.stage.map(|known| known == stage), Fact::Stage),
        };
        if known.is_none() && !assumed.contains(&fact) {
            assumed.push(fact);
        }
        known.unwrap_or(false)
    }
}

/// The students of the busiest shift; where that is not known, all of them, which is said.
fn shift(facts: &SchoolFacts, assumed: &mut Vec<Fact>) -> Option<i32> {
    if facts.busiest_shift.is_some() {
        return facts.busiest_shift;
    }
    if facts.students.is_some() && !assumed.contains(&Fact::BusiestShift) {
        assumed.push(Fact::BusiestShift);
    }
    facts.students
}

/// How much an arm asks for, in the metric's unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Amount {
    /// So much, whoever the school is.
    Fixed(f64),
    /// So much for each student, and never less than `at_least`.
    PerStudent {
        /// For each of them.
        each: f64,
        /// For few.
        at_least: f64,
    },
    /// The same for each student of the busiest shift.
    PerStudentInShift {
        /// For each of them.
        each: f64,
        /// For few.
        at_least: f64,
    },
}

impl Amount {
    fn of(self, facts: &SchoolFacts, assumed: &mut Vec<Fact>) -> f64 {
        let all = |students: Option<i32>, each: f64, at_least: f64| {
            (f64::from(students.unwrap_or(0)) * each).max(at_least)
        };
        match self {
            Self::Fixed(amount) => amount,
            Self::PerStudent { each, at_least } => all(facts.students, each, at_least),
            Self::PerStudentInShift { each, at_least } => {
                all(shift(facts, assumed), each, at_least)
            }
        }
    }
}

/// A target and when it applies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Arm {
    /// When; the last arm of a rule has no condition.
    pub when: Option<Condition>,
    /// What is asked for then.
    pub amount: Amount,
}

/// What is asked of one metric.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// The metric.
    pub metric: Metric,
    /// Short of this a school is bad. Absent: missing the target is not bad.
    pub floor: Option<f64>,
    /// The first whose condition is known to hold decides.
    pub arms: Vec<Arm>,
}

/// A rule set that schools are judged by.
#[derive(Debug, Clone, PartialEq)]
pub struct Benchmark {
    /// Which one, in which version.
    pub id: RuleSetId,
    /// Name shown beside every figure that was judged by it.
    pub name: String,
    /// Who set it.
    pub source: String,
    /// Where it can be read.
    pub source_url: Option<String>,
    /// When its source published it: a day, a month or a year of ISO 8601.
    pub published: Option<String>,
    /// What the source leaves open, and what is taken then.
    pub note: String,
    /// One a metric; the download's is always there, and first.
    pub rules: Vec<Rule>,
}

/// What one metric of a school must reach.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bar {
    /// The metric.
    pub metric: Metric,
    /// Short of this it is bad.
    pub floor: Option<f64>,
    /// From this on it is good.
    pub target: f64,
}

impl Bar {
    /// Exactly the target meets it.
    pub fn is_met_by(&self, value: f64) -> bool {
        self.reaches(value, self.target)
    }

    /// Whether a value is short of the floor. Exactly the floor is not.
    pub fn is_missed_by_far(&self, value: f64) -> bool {
        self.floor.is_some_and(|floor| !self.reaches(value, floor))
    }

    fn reaches(&self, value: f64, wanted: f64) -> bool {
        if self.metric.is_better_low() {
            value <= wanted
        } else {
            value >= wanted
        }
    }
}

/// What a rule set asks of one school.
#[derive(Debug, Clone, PartialEq)]
pub struct Demand {
    /// One a metric, download first.
    pub bars: Vec<Bar>,
    /// What is not known of the school, so that the rule set's default was taken instead.
    pub assumed: Vec<Fact>,
}

impl Demand {
    /// The download's bar.
    pub fn download(&self) -> Bar {
        let download = self.bars.iter().find(|bar| bar.metric == Metric::Download);
        download.copied().unwrap_or(Bar {
            metric: Metric::Download,
            floor: None,
            target: f64::INFINITY,
        })
    }
}

/// UN Tech Envoy and ITU, aspirational targets for 2030: 20 Mbps a school, or 50 kbps a student above 400
/// students; the floor of 1 Mbps is the one that Giga Maps uses. As migration V20 wrote it, for countries
/// that are not known yet.
impl Default for Benchmark {
    fn default() -> Self {
        let large = Arm {
            when: Some(Condition::StudentsAbove(400)),
            amount: Amount::PerStudent {
                each: 0.05,
                at_least: 20.0,
            },
        };
        let usual = Arm {
            when: None,
            amount: Amount::Fixed(20.0),
        };
        Self {
            id: RuleSetId {
                rule_set: "itu-2030".into(),
                version: 1,
            },
            name: "ITU/UNICEF 2030".into(),
            source: "UN Tech Envoy and ITU aspirational targets for 2030; floor as in Giga Maps"
                .into(),
            source_url: Some("https://www.itu.int/itu-d/meetings/statistics/umc2030/".into()),
            published: Some("2022-04".into()),
            note: "A school whose number of students is not known is judged as one of up to 400."
                .into(),
            rules: vec![Rule {
                metric: Metric::Download,
                floor: Some(1.0),
                arms: vec![large, usual],
            }],
        }
    }
}

impl Benchmark {
    /// What it asks of a school.
    pub fn demand(&self, facts: &SchoolFacts) -> Demand {
        let mut assumed = vec![];
        let bars = self.rules.iter().filter_map(|rule| {
            let holds = |arm: &&Arm| {
                let when = arm.when;
                when.is_none_or(|condition| condition.holds(facts, &mut assumed))
            };
            let arm = rule.arms.iter().find(holds)?;
            let target = arm.amount.of(facts, &mut assumed);
            Some(Bar {
                metric: rule.metric,
                floor: rule.floor,
                target,
            })
        });
        let bars = bars.collect();
        Demand { bars, assumed }
    }

    /// What it asks of a school of which nothing is known.
    pub fn of_unknown_school(&self) -> Demand {
        self.demand(&SchoolFacts::default())
    }

    /// The one download rate that can stand for the rule set in a sentence: only where nothing else is
    /// asked for, and no school but a large one is asked for another.
    pub fn headline_mbps(&self) -> Option<f64> {
        let [rule] = self.rules.as_slice() else {
            return None;
        };
        let (last, others) = rule.arms.split_last()?;
        let Amount::Fixed(usual) = last.amount else {
            return None;
        };
        let of_large = |arm: &Arm| {
            matches!(
                (arm.when, arm.amount),
                (Some(Condition::StudentsAbove(n)), Amount::PerStudent { at_least, .. })
                    if n > 0 && at_least >= usual
            )
        };
        others.iter().all(of_large).then_some(usual)
    }

    /// Above how many students it asks for so many kbps for each of them.
    pub fn large_school(&self) -> Option<(i32, f64)> {
        let download = self
            .rules
            .iter()
            .find(|rule| rule.metric == Metric::Download)?;
        download
            .arms
            .iter()
            .find_map(|arm| match (arm.when, arm.amount) {
                (Some(Condition::StudentsAbove(n)), Amount::PerStudent { each, .. }) => {
                    Some((n, each * 1000.0))
                }
                _ => None,
            })
    }
}

#[cfg(test)]
mod tests;
