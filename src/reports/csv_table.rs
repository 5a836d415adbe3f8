//! The gap report as a table: one header row, units in the names, the total last.

use csv::Writer;

use super::GapReport;
use crate::domain::gap::{GapArea, GapCounts};

const COLUMNS: [&str; 28] = [
    "country",
    "country_is_invented",
    "level",
    "area_id",
    "area_code",
    "area",
    "schools",
    "connected",
    "not_connected",
    "unknown",
    "measured",
    "connected_unmeasured",
    "good",
    "moderate",
    "bad",
    "meeting_target_percent_of_measured",
    "schools_with_students",
    "students_known",
    "students_meeting_target",
    "students_below_target",
    "students_not_measured",
    "benchmark",
    "target_download_mbps",
    "benchmark_rule_set",
    "benchmark_version",
    "benchmark_source",
    "benchmark_in_words",
    "as_of",
];

/// Schools that lie in no area.
pub(super) const NO_AREA: &str = "(in no area)";
/// The last line.
pub(super) const TOTAL: &str = "(total)";

pub(super) fn render(report: &GapReport) -> Vec<u8> {
    let mut table = Writer::from_writer(vec![]);
    let total = report.total();
    let rows = report
        .rows
        .iter()
        .map(|row| line(report, row.area.as_ref(), NO_AREA, &row.counts));
    let header = COLUMNS.map(str::to_owned);
    let lines = std::iter::once(header)
        .chain(rows)
        .chain([line(report, None, TOTAL, &total)]);
    for line in lines {
        table
            .write_record(line)
            .expect("a vector takes everything, and all lines are as long");
    }
    table.into_inner().expect("a vector needs no flushing")
}

fn line(
    report: &GapReport,
    area: Option<&GapArea>,
    otherwise: &str,
    counts: &GapCounts,
) -> [String; COLUMNS.len()] {
    let share = counts
        .meeting_share()
        .map(|share| format!("{:.1}", share * 100.0));
    [
        report.country_code.to_string(),
        if report.invented { "yes" } else { "no" }.into(),
        report.level.to_string(),
        area.map(|area| area.id.0.to_string()).unwrap_or_default(),
        plain(
            area.and_then(|area| area.code.as_deref())
                .unwrap_or_default(),
        ),
        plain(area.map_or(otherwise, |area| &area.name)),
        counts.schools.to_string(),
        counts.connected().to_string(),
        counts.not_connected.to_string(),
        counts.unknown.to_string(),
        counts.measured().to_string(),
        counts.connected_unmeasured.to_string(),
        counts.good.to_string(),
        counts.moderate.to_string(),
        counts.bad.to_string(),
        share.unwrap_or_default(),
        counts.schools_with_students.to_string(),
        counts.students_known.to_string(),
        counts.students_meeting_target.to_string(),
        counts.students_below_target.to_string(),
        counts.students_not_measured.to_string(),
        plain(&report.benchmark.name),
        report
            .benchmark
            .of_unknown_school()
            .download()
            .target
            .to_string(),
        report.benchmark.id.rule_set.clone(),
        report.benchmark.id.version.to_string(),
        plain(&report.benchmark.source),
        report.benchmark.in_words(),
        report
            .as_of
            .to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
    ]
}

/// A spreadsheet takes a text that begins so for a formula (OWASP: CSV injection).
fn plain(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if formula {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}
