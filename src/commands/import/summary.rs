//! How an import went, for a person and for a program.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::store::imports::{FindingRecord, ImportFile, Outcome};

/// Findings that are printed unless all are asked for, and of one kind among them.
const MAX_SHOWN: usize = 20;
const MAX_SHOWN_OF_A_KIND: usize = 6;

/// For a program.
pub(super) fn document(outcome: &Outcome, file: &ImportFile) -> Value {
    let findings = outcome.findings.iter().map(|finding| {
        json!({
            "row": finding.row,
            "severity": finding.severity,
            "code": finding.code,
            "field": finding.field,
            "value": finding.value,
            "message": finding.message,
        })
    });
    let levels = outcome.schools_in_areas.iter();
    let areas = levels.map(|(level, schools)| (level.to_string(), json!(schools)));
    json!({
        "import_id": outcome.import_id,
        "country": file.country.code.as_str(),
        "file": file.file_name,
        "rows": outcome.rows,
        "created": outcome.created,
        "updated": outcome.updated,
        "unchanged": outcome.unchanged,
        "rejected": outcome.rejected,
        "findings": outcome.findings.len(),
        "not_placed": outcome.not_placed,
        "areas": areas.collect::<serde_json::Map<_, _>>(),
        "finding_list": findings.collect::<Vec<_>>(),
    })
}

/// For a person.
pub(super) fn text(outcome: &Outcome, subject: &str, file: &ImportFile, all: bool) -> String {
    let mut out = format!("{}: {subject}, {}\n", file.file_name, file.country.code);
    let findings = i32::try_from(outcome.findings.len()).unwrap_or(i32::MAX);
    for (word, count) in [
        ("rows", outcome.rows),
        ("created", outcome.created),
        ("updated", outcome.updated),
        ("unchanged", outcome.unchanged),
        ("rejected", outcome.rejected),
        ("findings", findings),
        ("schools not placed", outcome.not_placed),
    ] {
        drop(writeln!(out, "  {word:<26}{count:>9}"));
    }
    for (level, schools) in &outcome.schools_in_areas {
        let word = format!("schools in areas, level {level}");
        drop(writeln!(out, "  {word:<26}{schools:>9}"));
    }
    out.push_str(&finding_text(&outcome.findings, all));
    out
}

/// Findings by kind: errors first, and within a kind by row.
fn finding_text(findings: &[FindingRecord], all: bool) -> String {
    let mut kinds: Vec<(u8, &str, &str)> = findings
        .iter()
        .map(|finding| (rank(finding.severity), finding.severity, finding.code))
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    let mut out = String::new();
    let mut left = if all { usize::MAX } else { MAX_SHOWN };
    let most = if all { usize::MAX } else { MAX_SHOWN_OF_A_KIND };
    let mut hidden = false;
    for (_, severity, code) in kinds {
        let of_kind =
            |finding: &&FindingRecord| finding.severity == severity && finding.code == code;
        let count = findings.iter().filter(of_kind).count();
        drop(writeln!(out, "\n{severity} {code}: {count}"));
        let shown = count.min(most).min(left);
        left -= shown;
        for finding in findings.iter().filter(of_kind).take(shown) {
            out.push_str(&line(finding));
        }
        if shown < count {
            hidden = true;
            drop(writeln!(out, "  … and {} more", count - shown));
        }
    }
    if hidden {
        out.push_str("\n--all-findings prints them all, --json for a program.\n");
    }
    out
}

fn rank(severity: &str) -> u8 {
    match severity {
        "error" => 0,
        "warning" => 1,
        _ => 2,
    }
}

fn line(finding: &FindingRecord) -> String {
    let mut out = match finding.row {
        0 => "  file".to_owned(),
        row => format!("  row {row}"),
    };
    if let Some(field) = &finding.field {
        drop(write!(out, ", {field}"));
    }
    if let Some(value) = &finding.value {
        drop(write!(out, " {value:?}"));
    }
    drop(writeln!(out, ": {}", finding.message));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(row: i32, severity: &'static str, code: &'static str) -> FindingRecord {
        FindingRecord {
            row,
            severity,
            code,
            field: None,
            value: None,
            message: "mend it".into(),
        }
    }

    #[test]
    fn a_rare_error_is_not_lost_among_many_notes() {
        let mut findings: Vec<_> = (2..200)
            .map(|row| finding(row, "info", "name_whitespace"))
            .collect();
        findings.push(finding(300, "error", "duplicate_row"));
        let text = finding_text(&findings, false);
        assert!(
            text.starts_with("\nerror duplicate_row: 1\n  row 300: mend it\n"),
            "{text}"
        );
        assert!(
            text.contains("name_whitespace: 198") && text.contains("and 192 more"),
            "{text}"
        );
        assert_eq!(
            finding_text(&findings, true).matches("mend it").count(),
            199
        );
    }
}
