//! A school's status week by week, and what each week was judged by.

use std::collections::BTreeMap;

use actix_web::web::{Data, Json, Path, Query};
use chrono::{Datelike, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{ApiError, AppState, bodies::BenchmarkBody};
use crate::{
    domain::{
        benchmark::RuleSetId,
        school::SchoolId,
        status::Status,
        status_week::{self, status_of},
    },
    store::{benchmarks, countries, status_history},
};

/// Weeks before the last, unless asked otherwise.
const USUAL_WEEKS: i64 = 52;
/// Weeks of an answer at most: some twenty years.
const MOST_WEEKS: usize = 1_100;

#[derive(Deserialize)]
pub(super) struct Parameters {
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
}

#[derive(Serialize)]
pub(super) struct StatusHistory {
    school: Uuid,
    time_zone: &'static str,
    weeks: Vec<WeekBody>,
    /// The rule sets that the weeks name.
    benchmarks: Vec<BenchmarkBody>,
}

#[derive(Serialize)]
struct WeekBody {
    /// ISO 8601, such as `2026-W48`.
    week: String,
    /// Its Monday.
    begins_on: NaiveDate,
    /// `null` where nothing was recorded.
    status: Option<&'static str>,
    rule_set: String,
    version: i32,
}

/// `GET /api/v1/schools/{id}/status-history?from=&to=`
///
/// A school that was merged keeps its own, at its own address.
pub(super) async fn show(
    state: Data<AppState>,
    id: Path<Uuid>,
    parameters: Query<Parameters>,
) -> Result<Json<StatusHistory>, ApiError> {
    let db = state.store.client().await?;
    let today = Utc::now().date_naive();
    let to = parameters.to.unwrap_or(today);
    let usual = to.checked_sub_signed(TimeDelta::weeks(USUAL_WEEKS));
    let from = parameters.from.or(usual).unwrap_or(to);
    for (field, day) in [("from", from), ("to", to)] {
        if !(2000..2999).contains(&day.year()) {
            let message = format!("{field} must be a day such as {today}");
            return Err(ApiError::field(field, message));
        }
    }
    if to < from {
        return Err(ApiError::field("to", "to must not be before from"));
    }
    let mondays = status_week::mondays(from, to);
    if mondays.len() > MOST_WEEKS {
        let message = format!("from must be at most {MOST_WEEKS} weeks before to");
        return Err(ApiError::field("from", message));
    }
    let year = |monday: Option<&NaiveDate>| {
        let year = monday.map_or(0, |monday| status_week::place(*monday).0);
        i16::try_from(year).unwrap_or(i16::MAX)
    };
    let between = (year(mondays.first()), year(mondays.last()));
    let (country, years) = status_history::years(&db, SchoolId(*id), between)
        .await?
        .ok_or_else(|| ApiError::not_found("school", *id))?;
    let zone = countries::find(&db, &country)
        .await?
        .ok_or_else(|| ApiError::not_found("country", &country))?
        .calendar
        .time_zone;
    let sundays: Vec<_> = mondays
        .iter()
        .map(|day| *day + TimeDelta::days(6))
        .collect();
    let rule_sets = status_history::rule_sets(&db, &country, &sundays).await?;
    let mut named = rule_sets.clone();
    named.sort_unstable();
    named.dedup();
    let mut shown = vec![];
    for id in &named {
        shown.extend(benchmarks::find(&db, id).await?.map(BenchmarkBody::from));
    }
    let weeks = mondays.into_iter().zip(rule_sets);
    Ok(Json(StatusHistory {
        school: *id,
        time_zone: zone.name(),
        weeks: weeks.map(|(day, id)| week(&years, day, id)).collect(),
        benchmarks: shown,
    }))
}

fn week(years: &BTreeMap<i16, Vec<u8>>, monday: NaiveDate, id: RuleSetId) -> WeekBody {
    let (year, place) = status_week::place(monday);
    let bytes = i16::try_from(year).ok().and_then(|year| years.get(&year));
    let code = bytes.and_then(|bytes| bytes.get(place)).copied();
    WeekBody {
        week: format!("{year}-W{:02}", place + 1),
        begins_on: monday,
        status: code.and_then(status_of).map(Status::slug),
        rule_set: id.rule_set,
        version: id.version,
    }
}
