//! The answer to who asks for a series: every span, as JSON or as a table.

use actix_web::{
    HttpResponse,
    http::header::{ContentDisposition, DispositionParam, DispositionType},
};
use chrono::NaiveDate;
use serde::Serialize;

use super::Wanted;
use crate::{
    domain::{
        calendar::SchoolCalendar,
        summary::{Metric, Summary},
    },
    store::summary_series::Range,
};

/// The first days of all spans.
pub(super) fn starts(range: Range) -> impl Iterator<Item = NaiveDate> {
    let next = move |start: &NaiveDate| Some(range.period.next(*start));
    std::iter::successors(Some(range.from), next).take_while(move |start| *start <= range.to)
}

#[derive(Serialize)]
pub(super) struct Series {
    kind: &'static str,
    id: String,
    name: Option<String>,
    metric: &'static str,
    /// What the value is.
    value_is: &'static str,
    step: &'static str,
    from: NaiveDate,
    to: NaiveDate,
    time_zone: &'static str,
    points: Vec<Point>,
}

#[derive(Serialize)]
struct Point {
    starts_on: NaiveDate,
    /// The span is not over.
    is_partial: bool,
    value: Option<f64>,
    p5: Option<f64>,
    p95: Option<f64>,
    /// Schools that the value is made of, and of which anything is known.
    schools_counted: i64,
    schools: i64,
    valid_tests: i64,
    path_checks: i64,
    /// Whose tests it is made of, where not our own probes'.
    software: Option<String>,
}

/// Every span, in order. How long something was off or unknown can be told only when a span is over.
fn points(wanted: &Wanted, summaries: Vec<Summary>) -> Vec<Point> {
    let mut summaries = summaries.into_iter().peekable();
    let at_the_end = matches!(wanted.metric, Metric::Off | Metric::NoData);
    let point = |starts_on: NaiveDate| {
        let known = summaries.next_if(|summary| summary.starts_on == starts_on);
        let is_partial = wanted.range.period.next(starts_on) > wanted.today;
        let figure = known.as_ref().map(|known| known.figure);
        let figure = figure.filter(|_| !(is_partial && at_the_end));
        let figure = figure.unwrap_or_default();
        Point {
            starts_on,
            is_partial,
            value: figure.value,
            p5: figure.p5,
            p95: figure.p95,
            schools_counted: known.as_ref().map_or(0, |known| known.schools_counted),
            schools: known.as_ref().map_or(0, |known| known.schools),
            valid_tests: known.as_ref().map_or(0, |known| known.valid_tests),
            path_checks: known.as_ref().map_or(0, |known| known.path_checks),
            software: known.and_then(|known| known.software),
        }
    };
    starts(wanted.range).map(point).collect()
}

/// Of what a value is the middle, for people who read the answer without the documentation.
fn value_is(kind: &str, metric: Metric) -> &'static str {
    match metric {
        Metric::Tests | Metric::BytesUsed => "sum",
        Metric::Off | Metric::NoData => "share of opening hours",
        Metric::Uptime if kind == "school" => "share of known opening hours",
        Metric::Loss if kind == "school" => "share of packets",
        _ if kind == "school" => "median",
        _ => "median of the schools' values",
    }
}

impl Series {
    pub(super) fn new(
        kind: &'static str,
        id: String,
        name: Option<String>,
        calendar: &SchoolCalendar,
        wanted: &Wanted,
        summaries: Vec<Summary>,
    ) -> Self {
        Self {
            kind,
            id,
            name,
            metric: wanted.metric.slug(),
            value_is: value_is(kind, wanted.metric),
            step: wanted.range.period.slug(),
            from: wanted.range.from,
            to: wanted.range.to,
            time_zone: calendar.time_zone.name(),
            points: points(wanted, summaries),
        }
    }

    pub(super) fn answer(self, is_csv: bool) -> HttpResponse {
        if !is_csv {
            return HttpResponse::Ok().json(self);
        }
        let file = format!(
            "{}-{}-{}-{}.csv",
            self.metric, self.step, self.from, self.to
        );
        let disposition = ContentDisposition {
            disposition: DispositionType::Attachment,
            parameters: vec![DispositionParam::Filename(file)],
        };
        HttpResponse::Ok()
            .content_type("text/csv; charset=utf-8")
            .insert_header(disposition)
            .body(self.table())
    }

    /// A header row with the metric's name and unit, then a row a span; nothing where nothing is known.
    fn table(&self) -> Vec<u8> {
        let metric = self.metric;
        let header = [
            "kind".to_owned(),
            "id".to_owned(),
            "name".to_owned(),
            "step".to_owned(),
            "starts_on".to_owned(),
            "is_partial".to_owned(),
            metric.to_owned(),
            format!("p5_{metric}"),
            format!("p95_{metric}"),
            "schools_counted".to_owned(),
            "schools".to_owned(),
            "valid_tests".to_owned(),
            "path_checks".to_owned(),
            "software".to_owned(),
        ];
        let shown = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
        let lines = self.points.iter().map(|point| {
            [
                self.kind.to_owned(),
                self.id.clone(),
                self.name.clone().unwrap_or_default(),
                self.step.to_owned(),
                point.starts_on.to_string(),
                point.is_partial.to_string(),
                shown(point.value),
                shown(point.p5),
                shown(point.p95),
                point.schools_counted.to_string(),
                point.schools.to_string(),
                point.valid_tests.to_string(),
                point.path_checks.to_string(),
                point.software.clone().unwrap_or_default(),
            ]
        });
        let mut table = csv::Writer::from_writer(vec![]);
        for line in std::iter::once(header).chain(lines) {
            table
                .write_record(line)
                .expect("a vector takes everything, and all lines are as long");
        }
        table.into_inner().expect("a vector needs no flushing")
    }
}
