//! What is known of a school before and after, field by field.

use std::collections::BTreeSet;

use serde_json::Value;

/// A field of a school that changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its name: `name`, `position`, `education_level`, …, or that of an attribute.
    pub field: String,
    /// What was known.
    pub old: Option<String>,
    /// What is stated.
    pub new: Option<String>,
}

const FIELDS: [&str; 5] = [
    "name",
    "location_problem",
    "education_level",
    "student_count",
    "connectivity_declared",
];

/// The differences of two states of a school, as `school_facts` in the database writes them.
pub fn changes(before: &Value, after: &Value) -> Vec<Change> {
    let mut changes = vec![];
    let mut compare = |field: &str, old: Option<String>, new: Option<String>| {
        if old != new {
            let field = field.to_owned();
            changes.push(Change { field, old, new });
        }
    };
    compare("position", position(before), position(after));
    for field in FIELDS {
        compare(field, text(&before[field]), text(&after[field]));
    }
    let names = |state: &Value| -> Vec<String> {
        let attributes = state["attributes"].as_object();
        attributes.map_or_else(Vec::new, |attributes| attributes.keys().cloned().collect())
    };
    let attributes: BTreeSet<String> = names(before).into_iter().chain(names(after)).collect();
    for name in attributes {
        let of = |state: &Value| text(&state["attributes"][&name]);
        compare(&name, of(before), of(after));
    }
    compare("ids", ids(before), ids(after));
    compare("corrections", corrections(before), corrections(after));
    changes
}

fn position(state: &Value) -> Option<String> {
    let (latitude, longitude) = (text(&state["latitude"])?, text(&state["longitude"])?);
    Some(format!("{latitude}, {longitude}"))
}

fn ids(state: &Value) -> Option<String> {
    let ids = state["ids"].as_array()?.iter().filter_map(|id| {
        let (scheme, value) = (id[0].as_str()?, id[1].as_str()?);
        // Made of name and position where there is no id; it says nothing to anybody.
        (scheme != "import").then(|| format!("{scheme} {value}"))
    });
    let ids: Vec<String> = ids.collect();
    (!ids.is_empty()).then(|| ids.join(", "))
}

/// The fields that a person corrected, and that hold against the list.
fn corrections(state: &Value) -> Option<String> {
    let held = state["corrections"].as_array()?.iter();
    let fields: Vec<&str> = held.filter_map(|held| held["field"].as_str()).collect();
    Some(fields.join(", "))
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_differs_is_a_change() {
        let before = json!({"name": "A", "longitude": 36.5, "latitude": -1.25, "student_count": 7,
                            "attributes": {"water": "Yes", "old": "x"},
                            "ids": [["government", "1"]]});
        let after = json!({"name": "B", "longitude": 36.5, "latitude": -1.5, "student_count": 7,
                           "attributes": {"water": "Yes", "new": "y"},
                           "ids": [["giga", "g"], ["government", "1"], ["import", "k"]]});
        let change = |field: &str, old: Option<&str>, new: Option<&str>| Change {
            field: field.into(),
            old: old.map(Into::into),
            new: new.map(Into::into),
        };
        assert_eq!(
            changes(&before, &after),
            [
                change("position", Some("-1.25, 36.5"), Some("-1.5, 36.5")),
                change("name", Some("A"), Some("B")),
                change("new", None, Some("y")),
                change("old", Some("x"), None),
                change("ids", Some("government 1"), Some("giga g, government 1")),
            ]
        );
        assert_eq!(changes(&before, &before), []);
    }
}
