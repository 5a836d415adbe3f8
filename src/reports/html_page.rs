//! The gap report as one page without scripts or outside files: it can be mailed and printed.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{
    GapReport,
    csv_table::{NO_AREA, TOTAL},
};
use crate::domain::gap::GapCounts;

const STYLE: &str = include_str!("html_page.css");

pub(super) fn render(report: &GapReport) -> String {
    let title = format!("Connectivity gaps of schools: {}", report.country_name);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    @if report.invented {
                        p class="invented" { "Invented country: these are not real data." }
                    }
                    h1 { (title) }
                    (summary(report))
                    (table(report))
                    (method(report))
                }
            }
        }
    };
    page.into_string()
}

/// `12,345`
fn count(number: i64) -> String {
    let digits = number.abs().to_string();
    let mut grouped = String::from(if number < 0 { "-" } else { "" });
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(
        || "–".into(),
        |share| format!("{:.0}\u{a0}%", share * 100.0),
    )
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of schools lie far below 2^53"
)]
fn share(part: i64, whole: i64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

fn summary(report: &GapReport) -> Markup {
    let total = report.total();
    let local = report.as_of.with_timezone(&report.time_zone);
    html! {
        p class="lead" {
            (count(total.measured())) " of " (count(total.schools)) " schools are measured"
            @if let Some(meeting) = total.meeting_share() {
                "; " (percent(Some(meeting))) " of those meet "
                @match report.benchmark.headline_mbps() {
                    Some(mbps) => { (mbps) " Mbps" }
                    None => { "what " (report.benchmark.name) " asks of them" }
                }
            }
            ". Of " (count(total.unknown)) " (" (percent(share(total.unknown, total.schools)))
            ") nothing is known."
        }
        p class="age" {
            "As of " (local.format("%-d %B %Y, %H:%M")) " (" (report.time_zone.name()) "); tests of "
            "the last " (report.window_days) " days."
        }
    }
}

fn table(report: &GapReport) -> Markup {
    let total = report.total();
    html! {
        table {
            thead {
                tr {
                    th scope="col" { "Area" }
                    th scope="col" { "Schools" }
                    th scope="col" { "Connected" }
                    th scope="col" { "Measured" }
                    th scope="col" { "Meeting the target" }
                    th scope="col" { "Below the target" }
                    th scope="col" { "Not connected" }
                    th scope="col" class="unknown" { "Unknown" }
                    th scope="col" { "Students, where known" }
                    th scope="col" { "of these below or not measured" }
                }
            }
            tbody {
                @for row in &report.rows {
                    (line(row.area.as_ref().map_or(NO_AREA, |area| &area.name), &row.counts))
                }
            }
            tfoot { (line(TOTAL, &total)) }
        }
    }
}

fn line(name: &str, counts: &GapCounts) -> Markup {
    html! {
        tr {
            th scope="row" { (name) }
            td { (count(counts.schools)) }
            td { (count(counts.connected())) }
            td { (count(counts.measured())) }
            td {
                (count(counts.good)) " "
                span class="share" { (percent(counts.meeting_share())) }
            }
            td { (count(counts.moderate + counts.bad)) }
            td { (count(counts.not_connected)) }
            td class="unknown" { (count(counts.unknown)) }
            @if counts.schools_with_students > 0 {
                td { (count(counts.students_known)) }
                td { (count(counts.students_below_target + counts.students_not_measured)) }
            } @else {
                td { "–" }
                td { "–" }
            }
        }
    }
}

fn method(report: &GapReport) -> Markup {
    let benchmark = &report.benchmark;
    html! {
        section class="method" {
            h2 { "How to read this" }
            p {
                "A school is measured if a probe there finished a valid speed test in the last "
                (report.window_days) " days. It meets the target if the medians of those tests in "
                "opening hours reach what the benchmark asks of it. Connected schools are those "
                "measured and those that the "
                "school list declares connected. Unknown is neither good nor bad: nobody measured, "
                "and the list does not say. The percentage is of the measured schools."
            }
            p {
                "Benchmark: " (benchmark.name) " (" (benchmark.id) "). " (benchmark.in_words()) " "
                (benchmark.note) " Source: " (benchmark.source)
                @if let Some(published) = &benchmark.published { ", " (published) }
                "."
            }
            p {
                "Schools whose position is unknown, or lies outside every area, are in the line "
                (NO_AREA) ", so that the lines add up to the total."
            }
            @if let Some(credit) = &report.credit {
                p { "Data: " (credit) }
            }
        }
    }
}
