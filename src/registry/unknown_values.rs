//! Values that no vocabulary knows, counted over a list: one finding for each value of a column,
//! and none for each of the thousand rows that state it.

use std::collections::BTreeMap;

use super::{columns::Columns, spelling::plain};
use crate::domain::listing::{Finding, shortened};

/// Values of one column that are named; of the others only their number is.
const MAX_NAMED: usize = 20;
/// Values of one column that are told apart.
const MAX_COUNTED: usize = 10_000;

/// A value that was not understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct UnknownValue {
    pub column: usize,
    pub text: String,
    /// What would have been, in words.
    pub wanted: String,
}

/// How often each was met.
#[derive(Default)]
pub(super) struct UnknownValues {
    columns: BTreeMap<usize, (String, BTreeMap<String, Met>)>,
}

struct Met {
    text: String,
    rows: usize,
    first_row: i32,
}

impl UnknownValues {
    /// Counts one.
    pub fn add(&mut self, row: i32, value: UnknownValue) {
        let (_, values) = self
            .columns
            .entry(value.column)
            .or_insert_with(|| (value.wanted, BTreeMap::new()));
        let text = shortened(&value.text);
        let key = plain(&text);
        if values.len() >= MAX_COUNTED && !values.contains_key(&key) {
            return;
        }
        let met = values.entry(key).or_insert(Met {
            text,
            rows: 0,
            first_row: row,
        });
        met.rows += 1;
    }

    /// What there is to say, for the file as a whole: the commonest first.
    pub fn findings(self, columns: &Columns) -> Vec<Finding> {
        let mut findings = vec![];
        for (column, (wanted, values)) in self.columns {
            let name = columns.name(column);
            let mut values: Vec<Met> = values.into_values().collect();
            values.sort_by_key(|met| std::cmp::Reverse(met.rows));
            for met in values.iter().take(MAX_NAMED) {
                let rows = if met.rows == 1 {
                    format!("row {} states it", met.first_row)
                } else {
                    format!(
                        "{} rows state it, the first is row {}",
                        met.rows, met.first_row
                    )
                };
                let message =
                    format!("the value means none of {wanted}; {rows}; it is kept as stated");
                let finding = Finding::warning(0, "unknown_value", message);
                findings.push(finding.field(name).value(&met.text));
            }
            if let Some(others) = values.len().checked_sub(MAX_NAMED).filter(|n| *n > 0) {
                let message = format!(
                    "{others} other values mean none of {wanted}; they are kept as stated: this \
                     may be another column than it seems to be"
                );
                findings.push(Finding::warning(0, "unknown_value", message).field(name));
            }
        }
        findings
    }
}
