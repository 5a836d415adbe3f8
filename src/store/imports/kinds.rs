//! Findings and repairs of an import, counted by kind, and all of its findings.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, PoisonError},
};

use deadpool_postgres::GenericClient;
use tokio_postgres::Row;
use uuid::Uuid;

use super::register::Import;
use crate::{
    domain::listing::{Finding, Severity},
    store::{
        StoreError,
        query::{Query, sql},
    },
};

/// Most findings of the file as a whole that are shown. A list has some dozens.
const MAX_NOTES: i64 = 200;

/// Findings of one kind.
#[derive(Debug, Clone, PartialEq)]
pub struct FindingKind {
    /// Stable slug.
    pub code: String,
    /// `error`, `warning` or `info`.
    pub severity: String,
    /// How many there are.
    pub count: i64,
    /// In how many rows they are.
    pub row_count: i64,
    /// The first one.
    pub example: ExampleFinding,
    /// Those that speak of the file as a whole.
    pub notes: Vec<ExampleFinding>,
}

/// One finding of a kind.
#[derive(Debug, Clone, PartialEq)]
pub struct ExampleFinding {
    /// Its row; 0 is the file.
    pub row: i32,
    /// The column.
    pub field: Option<String>,
    /// What the file states there.
    pub value: Option<String>,
    /// What is wrong and how to mend it.
    pub message: String,
}

/// Repairs of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepairKindCount {
    /// Its slug.
    pub kind: String,
    /// How many are proposed.
    pub proposed: i64,
    /// How many of them count.
    pub accepted: i64,
}

/// The findings of an import by kind, the gravest first.
pub async fn finding_kinds(
    db: &impl GenericClient,
    import: Uuid,
) -> Result<Vec<FindingKind>, StoreError> {
    const NOTES: Query = sql!(
        "import_notes",
        "SELECT severity, code, row_number, field, value, message
         FROM import_finding WHERE import_id = $1 AND row_number = 0 ORDER BY id LIMIT $2"
    );
    let rows = sql!("import_finding_kinds").rows(db, &[&import]).await?;
    let mut kinds: Vec<FindingKind> = rows.iter().map(kind).collect();
    for row in NOTES.rows(db, &[&import, &MAX_NOTES]).await? {
        let (severity, code): (&str, &str) = (row.get("severity"), row.get("code"));
        let of = |kind: &&mut FindingKind| kind.code == code && kind.severity == severity;
        if let Some(kind) = kinds.iter_mut().find(of) {
            kind.notes.push(example(&row));
        }
    }
    Ok(kinds)
}

fn kind(row: &Row) -> FindingKind {
    FindingKind {
        code: row.get("code"),
        severity: row.get("severity"),
        count: row.get("count"),
        row_count: row.get("row_count"),
        example: example(row),
        notes: vec![],
    }
}

fn example(row: &Row) -> ExampleFinding {
    ExampleFinding {
        row: row.get("row_number"),
        field: row.get("field"),
        value: row.get("value"),
        message: row.get("message"),
    }
}

/// The repairs that are proposed for an import, by kind.
pub async fn repair_kinds(
    db: &impl GenericClient,
    import: &Import,
) -> Result<Vec<RepairKindCount>, StoreError> {
    let rows = sql!("staged_repair_kinds")
        .rows(db, &[&import.number])
        .await?;
    Ok(rows
        .iter()
        .map(|row| RepairKindCount {
            kind: row.get("kind"),
            proposed: row.get("proposed"),
            accepted: row.get("accepted"),
        })
        .collect())
}

/// The findings of an import by row, of each kind the first ones; and of each kind how many more
/// there are.
pub async fn findings(
    db: &impl GenericClient,
    import: Uuid,
    most_of_a_kind: i64,
) -> Result<(Vec<Finding>, BTreeMap<(Severity, &'static str), i64>), StoreError> {
    const QUERY: Query = sql!("import_findings_first");
    let rows = QUERY.rows(db, &[&import, &most_of_a_kind]).await?;
    let mut more = BTreeMap::new();
    let mut findings = Vec::with_capacity(rows.len());
    for row in &rows {
        let slug: String = row.get("severity");
        let severity = Severity::from_slug(&slug);
        let severity = severity.ok_or_else(|| QUERY.unexpected(format!("severity {slug:?}")))?;
        let code = known_code(row.get("code"));
        let left: i64 = row.get("left_out");
        if left > 0 {
            more.insert((severity, code), left);
        }
        findings.push(Finding {
            row: row.get("row_number"),
            severity,
            code,
            field: row.get("field"),
            value: row.get("value"),
            message: row.get("message"),
        });
    }
    Ok((findings, more))
}

/// The code as it stands in the program, where every one of them comes from: few, and kept for good.
fn known_code(code: &str) -> &'static str {
    static KNOWN: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(code) = known.get(code) {
        return code;
    }
    let code: &'static str = String::from(code).leak();
    known.insert(code);
    code
}
