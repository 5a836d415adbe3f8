//! One metric of a school, or of the schools of a country, an area, a provider or a technology, over time.

use chrono::NaiveDate;
use deadpool_postgres::GenericClient;
use tokio_postgres::Row;

use super::{StoreError, query::sql};
use crate::domain::{
    area::CountryCode,
    school::SchoolId,
    summary::{Figure, Metric, Period, Summary},
};

/// Whose schools a series is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupKind {
    /// All of a country.
    Country,
    /// Those that lie in an area.
    Area,
    /// Those of one internet provider.
    Provider,
    /// Those connected by one technology.
    Technology,
}

impl GroupKind {
    /// Its stable name.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Country => "country",
            Self::Area => "area",
            Self::Provider => "provider",
            Self::Technology => "technology",
        }
    }
}

/// Some spans, one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// What a row is of.
    pub period: Period,
    /// The first day of the first.
    pub from: NaiveDate,
    /// The first day of the last.
    pub to: NaiveDate,
}

/// A group that there are summaries of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// By which it is asked for.
    pub id: String,
    /// As most of its schools spell it.
    pub name: Option<String>,
    /// The newest month that has a summary.
    pub month: NaiveDate,
    /// Schools of which anything is known in it.
    pub schools: i32,
    /// Schools with a valid test in it.
    pub measured_schools: i32,
}

/// A school's spans that have a summary, at most 2,000. One without is a gap.
pub async fn of_school(
    db: &impl GenericClient,
    school: SchoolId,
    metric: Metric,
    range: Range,
) -> Result<Vec<Summary>, StoreError> {
    let rows = sql!("school_summary_series")
        .rows(
            db,
            &[&school.0, &range.period.slug(), &range.from, &range.to],
        )
        .await?;
    let summary = |row: &Row| {
        let figure = school_figure(row, metric);
        Summary {
            starts_on: row.get("starts_on"),
            schools: 1,
            schools_counted: i64::from(figure.value.is_some()),
            valid_tests: row.get::<_, i32>("valid_tests").into(),
            path_checks: row.get::<_, i32>("path_checks").into(),
            figure,
            software: row.get("software"),
        }
    };
    Ok(rows.iter().map(summary).collect())
}

/// A group's spans that have a summary, at most 2,000. One without is a gap.
pub async fn of_group(
    db: &impl GenericClient,
    country: &CountryCode,
    kind: GroupKind,
    id: &str,
    metric: Metric,
    range: Range,
) -> Result<Vec<Summary>, StoreError> {
    let rows = sql!("group_summary_series")
        .rows(
            db,
            &[
                &country.as_str(),
                &kind.slug(),
                &id,
                &range.period.slug(),
                &range.from,
                &range.to,
            ],
        )
        .await?;
    let summary = |row: &Row| Summary {
        starts_on: row.get("starts_on"),
        schools: row.get::<_, i32>("schools").into(),
        schools_counted: counted(row, metric),
        valid_tests: row.get("valid_tests"),
        path_checks: row.get("path_checks"),
        figure: group_figure(row, metric),
        software: None,
    };
    Ok(rows.iter().map(summary).collect())
}

/// The groups of one kind in a country, those with most schools first.
pub async fn groups(
    db: &impl GenericClient,
    country: &CountryCode,
    kind: GroupKind,
) -> Result<Vec<Group>, StoreError> {
    let rows = sql!("group_list")
        .rows(db, &[&country.as_str(), &kind.slug()])
        .await?;
    let group = |row: &Row| Group {
        id: row.get("group_id"),
        name: row.get("name"),
        month: row.get("starts_on"),
        schools: row.get("schools"),
        measured_schools: row.get("measured_schools"),
    };
    Ok(rows.iter().map(group).collect())
}

/// The columns of a metric that has percentiles: their beginning and their unit.
fn stem(metric: Metric) -> Option<(&'static str, &'static str)> {
    match metric {
        Metric::Download => Some(("download", "mbps")),
        Metric::Upload => Some(("upload", "mbps")),
        Metric::Rtt => Some(("rtt", "ms")),
        Metric::RttLoaded => Some(("rtt_loaded", "ms")),
        Metric::Jitter => Some(("jitter", "ms")),
        Metric::Loss => Some(("loss", "ratio")),
        Metric::Uptime => Some(("uptime", "ratio")),
        Metric::Off | Metric::NoData | Metric::Tests | Metric::BytesUsed => None,
    }
}

fn percentiles(row: &Row, (stem, unit): (&str, &str)) -> Figure {
    let column = |of: &str| row.get(&*format!("{stem}_{of}_{unit}"));
    Figure {
        value: column("median"),
        p5: column("p5"),
        p95: column("p95"),
    }
}

fn school_figure(row: &Row, metric: Metric) -> Figure {
    match metric {
        // The packets of a day are one sample, however they were sent.
        Metric::Loss => Figure {
            value: row.get("loss_ratio"),
            ..percentiles(row, ("loss", "ratio"))
        },
        Metric::Uptime => {
            let seconds = |column| row.get::<_, i64>(column);
            let online_s = seconds("online_s");
            let known_s = online_s + seconds("lan_down_s") + seconds("isp_down_s");
            only(share(online_s, known_s))
        }
        metric => match stem(metric) {
            Some(stem) => percentiles(row, stem),
            None => only(sum(row, metric, f64::from(row.get::<_, i32>("tests")))),
        },
    }
}

fn group_figure(row: &Row, metric: Metric) -> Figure {
    match stem(metric) {
        Some(stem) => percentiles(row, stem),
        None => only(sum(row, metric, real(row.get("tests")))),
    }
}

/// What is a sum, or a share of sums, over the schools.
fn sum(row: &Row, metric: Metric, tests: f64) -> Option<f64> {
    let seconds = |column| row.get::<_, i64>(column);
    let states = [
        "online_s",
        "lan_down_s",
        "isp_down_s",
        "service_down_s",
        "off_s",
    ];
    let open_s = seconds("open_s");
    match metric {
        Metric::Off => share(seconds("off_s"), open_s),
        Metric::NoData => {
            let known_s: i64 = states.into_iter().map(seconds).sum();
            share((open_s - known_s).max(0), open_s)
        }
        Metric::BytesUsed => Some(real(row.get("bytes_used"))),
        _ => Some(tests),
    }
}

fn counted(row: &Row, metric: Metric) -> i64 {
    let column = match metric {
        Metric::Download | Metric::Upload | Metric::RttLoaded => "measured_schools",
        Metric::Rtt | Metric::Jitter | Metric::Loss => "path_schools",
        Metric::Uptime => "uptime_schools",
        Metric::Off | Metric::NoData | Metric::Tests | Metric::BytesUsed => "schools",
    };
    row.get::<_, i32>(column).into()
}

fn only(value: Option<f64>) -> Figure {
    Figure {
        value,
        ..Figure::default()
    }
}

fn share(part: i64, whole: i64) -> Option<f64> {
    (whole > 0).then(|| real(part) / real(whole))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "seconds and bytes of a country in a month lie below 2^53"
)]
fn real(count: i64) -> f64 {
    count as f64
}
