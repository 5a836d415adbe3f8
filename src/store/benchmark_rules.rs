//! Rules as the table keeps them: JSON, read back without guessing. What it cannot read it refuses.

use serde_json::{Map, Value, json};

use crate::domain::{
    benchmark::{Amount, Arm, Condition, Metric, Rule},
    school_facts::Stage,
};

/// Rules as JSON.
pub(super) fn to_json(rules: &[Rule]) -> Value {
    rules.iter().map(rule_to_json).collect()
}

fn rule_to_json(rule: &Rule) -> Value {
    let arms: Vec<_> = rule.arms.iter().map(arm_to_json).collect();
    let mut object = json!({"metric": rule.metric.slug(), "arms": arms});
    if let Some(floor) = rule.floor {
        object["floor"] = floor.into();
    }
    object
}

fn arm_to_json(arm: &Arm) -> Value {
    let mut object = match arm.amount {
        Amount::Fixed(target) => json!({"target": target}),
        Amount::PerStudent { each, at_least } => {
            json!({"per_student": each, "at_least": at_least})
        }
        Amount::PerStudentInShift { each, at_least } => {
            json!({"per_student_in_shift": each, "at_least": at_least})
        }
    };
    if let Some(when) = arm.when {
        object["when"] = match when {
            Condition::Satellite(is) => json!({"satellite": is}),
            Condition::StudentsAbove(n) => json!({"students_above": n}),
            Condition::BusiestShiftAbove(n) => json!({"busiest_shift_above": n}),
            Condition::Stage(stage) => json!({"stage": stage.slug()}),
        };
    }
    object
}

/// Rules from JSON. `None` if it says anything else than rules, each with an arm for every school.
pub(super) fn from_json(json: &Value) -> Option<Vec<Rule>> {
    let rules: Vec<Rule> = json
        .as_array()?
        .iter()
        .map(rule_from_json)
        .collect::<Option<_>>()?;
    let is_first = rules
        .first()
        .is_some_and(|rule| rule.metric == Metric::Download);
    is_first.then_some(rules)
}

fn rule_from_json(json: &Value) -> Option<Rule> {
    let object = json.as_object()?;
    let arms: Vec<Arm> = object["arms"]
        .as_array()?
        .iter()
        .map(arm_from_json)
        .collect::<Option<_>>()?;
    let floor = match object.get("floor") {
        None => None,
        Some(floor) => Some(floor.as_f64()?),
    };
    let (last, others) = arms.split_last()?;
    let whole = last.when.is_none() && others.iter().all(|arm| arm.when.is_some());
    whole.then_some(Rule {
        metric: Metric::from_slug(object["metric"].as_str()?)?,
        floor,
        arms,
    })
}

fn arm_from_json(json: &Value) -> Option<Arm> {
    let object = json.as_object()?;
    let number = |name: &str| object.get(name).and_then(Value::as_f64);
    let each = number("per_student");
    let in_shift = number("per_student_in_shift");
    let amount = match (number("target"), each, in_shift) {
        (Some(target), None, None) => Amount::Fixed(target),
        (None, Some(each), None) => Amount::PerStudent {
            each,
            at_least: number("at_least")?,
        },
        (None, None, Some(each)) => Amount::PerStudentInShift {
            each,
            at_least: number("at_least")?,
        },
        _ => return None,
    };
    let when = match object.get("when") {
        None => None,
        Some(when) => Some(condition_from_json(when.as_object()?)?),
    };
    Some(Arm { when, amount })
}

fn condition_from_json(when: &Map<String, Value>) -> Option<Condition> {
    let mut fields = when.iter();
    let ((name, value), None) = (fields.next()?, fields.next()) else {
        return None;
    };
    let number = || value.as_i64().and_then(|n| i32::try_from(n).ok());
    Some(match name.as_str() {
        "satellite" => Condition::Satellite(value.as_bool()?),
        "students_above" => Condition::StudentsAbove(number()?),
        "busiest_shift_above" => Condition::BusiestShiftAbove(number()?),
        "stage" => Condition::Stage(Stage::from_slug(value.as_str()?)?),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::benchmark::Benchmark;

    #[test]
    fn rules_are_read_back_as_they_were_written() {
        let mut rules = Benchmark::default().rules;
        let arm = |when, amount| Arm { when, amount };
        let each = Amount::PerStudentInShift {
            each: 1.0,
            at_least: 50.0,
        };
        let arms = vec![
            arm(Some(Condition::Satellite(true)), Amount::Fixed(20.0)),
            arm(
                Some(Condition::Stage(Stage::Secondary)),
                Amount::Fixed(1000.0),
            ),
            arm(Some(Condition::BusiestShiftAbove(50)), each),
            arm(None, Amount::Fixed(0.01)),
        ];
        rules.push(Rule {
            metric: Metric::Loss,
            floor: None,
            arms,
        });
        assert_eq!(from_json(&to_json(&rules)), Some(rules));
    }

    #[test]
    fn what_is_no_rule_is_refused() {
        let refused = |text: &str| {
            let json = serde_json::from_str(text).unwrap();
            assert_eq!(from_json(&json), None, "{text}");
        };
        refused("[]");
        refused(r#"[{"metric": "upload", "arms": [{"target": 1}]}]"#);
        refused(r#"[{"metric": "download", "arms": []}]"#);
        refused(r#"[{"metric": "download", "floor": "1", "arms": [{"target": 1}]}]"#);
        refused(
            r#"[{"metric": "download", "arms": [{"when": {"students_above": 4}, "target": 1}]}]"#,
        );
        refused(
            r#"[{"metric": "download", "arms": [{"when": {"moon": "full"}, "target": 1},
                {"target": 1}]}]"#,
        );
        refused(r#"[{"metric": "download", "arms": [{"target": 1, "per_student": 1}]}]"#);
    }
}
