//! How an import went, for a person and for a program.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    commands::Output,
    domain::{
        area::AreaLevel,
        listing::{Finding, Severity},
    },
    store::imports::{AreaOutcome, ImportFile, Outcome},
};

/// Findings that are printed unless all are asked for, and of one kind among them.
const MAX_SHOWN: usize = 20;
const MAX_SHOWN_OF_A_KIND: usize = 6;

/// What was assumed of a country that is new.
pub(super) fn notices(notices: &[String], country_is_new: bool, output: Output) {
    for notice in notices.iter().filter(|_| country_is_new) {
        output.progress(notice);
    }
}

/// Findings that were not loaded, by severity and code.
type More = BTreeMap<(Severity, &'static str), i64>;

/// All findings, loaded or not.
fn count(outcome: &Outcome) -> i64 {
    let loaded = i64::try_from(outcome.findings.len()).unwrap_or(i64::MAX);
    outcome.more.values().sum::<i64>() + loaded
}

/// For a program.
pub(super) fn document(outcome: &Outcome, file: &ImportFile) -> Value {
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
        "findings": count(outcome),
        "not_placed": outcome.not_placed,
        "areas": areas.collect::<serde_json::Map<_, _>>(),
        "finding_list": finding_list(&outcome.findings),
    })
}

/// Findings, for a program.
pub(super) fn finding_list(findings: &[Finding]) -> Vec<Value> {
    let document = |finding: &Finding| {
        json!({
            "row": finding.row,
            "severity": finding.severity.slug(),
            "code": finding.code,
            "field": finding.field,
            "value": finding.value,
            "message": finding.message,
        })
    };
    findings.iter().map(document).collect()
}

/// For a program, of areas.
pub(super) fn area_document(imported: &AreaOutcome, file: &ImportFile) -> Value {
    let tree = imported.tree.iter().map(|level| {
        json!({
            "level": level.level,
            "areas": level.areas,
            "with_parent": level.with_parent,
            "schools": level.schools,
        })
    });
    let mut document = document(&imported.outcome, file);
    document["retired"] = imported.retired.into();
    document["schools_back"] = imported.schools_back.into();
    document["tree"] = tree.collect();
    document
}

/// For a person.
pub(super) fn text(outcome: &Outcome, subject: &str, file: &ImportFile, all: bool) -> String {
    let mut lines = heading(outcome, subject, file);
    for (level, schools) in &outcome.schools_in_areas {
        let word = format!("schools in areas, level {level}");
        lines.push(format!("  {word:<26}{schools:>9}"));
    }
    lines.extend(finding_lines(&outcome.findings, &outcome.more, all));
    lines.join("\n")
}

/// For a person, of areas.
pub(super) fn area_text(
    imported: &AreaOutcome,
    level: AreaLevel,
    file: &ImportFile,
    all: bool,
) -> String {
    let outcome = &imported.outcome;
    let mut lines = heading(outcome, &format!("areas of level {level}"), file);
    for (word, count) in [
        ("areas retired", imported.retired),
        ("schools back on the map", imported.schools_back),
    ] {
        if count > 0 {
            lines.push(format!("  {word:<26}{count:>9}"));
        }
    }
    for level in &imported.tree {
        let parents = match level.level {
            0 => String::new(),
            _ => format!(", {} in an area above", level.with_parent),
        };
        lines.push(format!(
            "  level {}: {} areas{parents}, {} schools in them",
            level.level, level.areas, level.schools
        ));
    }
    lines.extend(finding_lines(&outcome.findings, &outcome.more, all));
    lines.join("\n")
}

fn heading(outcome: &Outcome, subject: &str, file: &ImportFile) -> Vec<String> {
    let mut lines = vec![format!(
        "{}: {subject}, {}",
        file.file_name, file.country.code
    )];
    let findings = i32::try_from(count(outcome)).unwrap_or(i32::MAX);
    for (word, count) in [
        ("rows", outcome.rows),
        ("created", outcome.created),
        ("updated", outcome.updated),
        ("unchanged", outcome.unchanged),
        ("rejected", outcome.rejected),
        ("findings", findings),
        ("schools not placed", outcome.not_placed),
    ] {
        lines.push(format!("  {word:<26}{count:>9}"));
    }
    lines
}

/// Findings by kind: errors first, and within a kind by row.
pub(super) fn finding_lines(findings: &[Finding], more: &More, all: bool) -> Vec<String> {
    let mut kinds: Vec<(Severity, &'static str)> = findings
        .iter()
        .map(|finding| (finding.severity, finding.code))
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    let mut lines = vec![];
    let mut left = if all { usize::MAX } else { MAX_SHOWN };
    let most = if all { usize::MAX } else { MAX_SHOWN_OF_A_KIND };
    let mut hidden = false;
    for (severity, code) in kinds {
        let of_kind = |finding: &&Finding| finding.severity == severity && finding.code == code;
        let more = more.get(&(severity, code)).copied().unwrap_or_default();
        let loaded = findings.iter().filter(of_kind).count();
        let count = loaded + usize::try_from(more).unwrap_or_default();
        lines.push(format!("\n{} {code}: {count}", severity.slug()));
        let shown = loaded.min(most).min(left);
        left -= shown;
        lines.extend(findings.iter().filter(of_kind).take(shown).map(line));
        if shown < count {
            hidden = true;
            lines.push(format!("  … and {} more", count - shown));
        }
    }
    if hidden {
        lines.push("\n--all-findings prints them all, --json for a program.".into());
    }
    lines
}

fn line(finding: &Finding) -> String {
    let place = match finding.row {
        0 => "file".to_owned(),
        row => format!("row {row}"),
    };
    let field = finding
        .field
        .as_ref()
        .map_or(String::new(), |field| format!(", {field}"));
    let value = finding
        .value
        .as_ref()
        .map_or(String::new(), |value| format!(" {value:?}"));
    format!("  {place}{field}{value}: {}", finding.message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rare_error_is_not_lost_among_many_notes() {
        let mut findings: Vec<_> = (2..200)
            .map(|row| Finding::info(row, "name_whitespace", "mend it"))
            .collect();
        findings.push(Finding::error(300, "duplicate_row", "mend it"));
        let text = finding_lines(&findings, &More::new(), false).join("\n");
        assert!(
            text.starts_with("\nerror duplicate_row: 1\n  row 300: mend it\n"),
            "{text}"
        );
        assert!(
            text.contains("name_whitespace: 198") && text.contains("and 192 more"),
            "{text}"
        );
        let more = More::from([((Severity::Info, "name_whitespace"), 1000)]);
        let counted = finding_lines(&findings, &more, false).join("\n");
        assert!(
            counted.contains("name_whitespace: 1198") && counted.contains("and 1192 more"),
            "{counted}"
        );
        let all = finding_lines(&findings, &More::new(), true).join("\n");
        assert_eq!(all.matches("mend it").count(), 199);
    }
}
