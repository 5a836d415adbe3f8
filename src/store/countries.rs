//! Countries: their name, their school days, and the benchmark that they judge by.

use chrono::NaiveTime;
use chrono_tz::Tz;
use deadpool_postgres::GenericClient;
use serde_json::{Value, json};
use tokio_postgres::Row;

use super::{
    StoreError, benchmarks, policies,
    query::{Query, sql},
};
pub use crate::domain::country::Country;
use crate::domain::{area::CountryCode, benchmark::Benchmark, calendar::SchoolCalendar};

/// What a list of countries shows of one.
#[derive(Debug, Clone, PartialEq)]
pub struct CountryEntry {
    /// The country.
    pub country: Country,
    /// West, south, east, north of its areas, or of its schools where it has no areas.
    pub bounds: Option<[f64; 4]>,
    /// Number of its schools.
    pub schools: i64,
    /// Its levels and how many areas each has.
    pub levels: Vec<(i16, i64)>,
}

/// The country of that code.
pub async fn find(
    db: &impl GenericClient,
    code: &CountryCode,
) -> Result<Option<Country>, StoreError> {
    const QUERY: Query = sql!("country_find");
    QUERY
        .maybe(db, &[&code.as_str()])
        .await?
        .map(|row| country(QUERY, &row))
        .transpose()
}

/// Every country, by name.
pub async fn list(db: &impl GenericClient) -> Result<Vec<CountryEntry>, StoreError> {
    const QUERY: Query = sql!("country_list");
    let rows = QUERY.rows(db, &[]).await?;
    rows.iter()
        .map(|row| {
            let bounds: Vec<Option<f64>> = row.get("bounds");
            let levels: Vec<i16> = row.get("levels");
            let area_counts: Vec<i64> = row.get("area_counts");
            let bounds: Vec<f64> = bounds.into_iter().flatten().collect();
            Ok(CountryEntry {
                country: country(QUERY, row)?,
                bounds: bounds.try_into().ok(),
                schools: row.get("schools"),
                levels: levels.into_iter().zip(area_counts).collect(),
            })
        })
        .collect()
}

/// Adds a country, with the default benchmark; changes nothing if it is known. True if it is new.
pub async fn add(db: &impl GenericClient, country: &Country) -> Result<bool, StoreError> {
    let calendar = &country.calendar;
    let added = sql!("country_add")
        .execute(
            db,
            &[
                &country.code.as_str(),
                &country.name,
                &calendar.time_zone.name(),
                &calendar.opens_at,
                &calendar.closes_at,
                &calendar.school_days,
                &country.window_days,
                &country.invented,
                &country.credit,
            ],
        )
        .await?;
    if added == 1 {
        benchmarks::begin(db, &country.code, &country.benchmark.id).await?;
    }
    Ok(added == 1)
}

/// A country that is not known yet, for an import that waits.
pub(super) fn to_json(country: &Country) -> Value {
    let calendar = &country.calendar;
    json!({
        "name": country.name,
        "time_zone": calendar.time_zone.name(),
        "opens_at": calendar.opens_at.to_string(),
        "closes_at": calendar.closes_at.to_string(),
        "school_days": calendar.school_days,
        "window_days": country.window_days,
        "invented": country.invented,
        "credit": country.credit,
    })
}

/// Reads it back; it will have the default benchmark.
pub(super) fn from_json(code: &CountryCode, json: &Value) -> Option<Country> {
    let time = |name: &str| json[name].as_str()?.parse::<NaiveTime>().ok();
    let days = json["school_days"].as_array()?;
    let days = days
        .iter()
        .map(|day| day.as_i64().and_then(|day| day.try_into().ok()));
    Some(Country {
        code: code.clone(),
        name: json["name"].as_str()?.to_owned(),
        calendar: SchoolCalendar {
            time_zone: json["time_zone"].as_str()?.parse().ok()?,
            opens_at: time("opens_at")?,
            closes_at: time("closes_at")?,
            school_days: days.collect::<Option<_>>()?,
            closed: vec![],
        },
        window_days: json["window_days"].as_i64()?.try_into().ok()?,
        invented: json["invented"].as_bool()?,
        credit: json["credit"].as_str().map(ToOwned::to_owned),
        benchmark: Benchmark::default(),
    })
}

fn country(query: Query, row: &Row) -> Result<Country, StoreError> {
    let code: String = row.get("code");
    let zone: String = row.get("time_zone");
    let time_zone: Tz = zone
        .parse()
        .map_err(|_| query.unexpected(format!("the time zone {zone:?}")))?;
    let code = CountryCode::new(&code).ok_or_else(|| query.unexpected(format!("code {code:?}")))?;
    Ok(Country {
        code,
        name: row.get("name"),
        calendar: SchoolCalendar {
            time_zone,
            opens_at: row.get::<_, NaiveTime>("opens_at"),
            closes_at: row.get::<_, NaiveTime>("closes_at"),
            school_days: row.get("school_days"),
            closed: policies::closed(row),
        },
        window_days: row.get("window_days"),
        invented: row.get("invented"),
        credit: row.get("credit"),
        benchmark: benchmarks::of_row(query, row)?,
    })
}
