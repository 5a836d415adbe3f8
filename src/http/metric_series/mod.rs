//! One metric over time: of a school, or of the schools of a country, an area, a provider or a technology.
//!
//! Every span is there, also those of which nothing is known: a gap is a gap. The step is the shortest that
//! keeps the answer small, unless it is asked for.

mod answer;

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Json, Path, Query},
};
use answer::{Series, starts};
use chrono::{Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{ApiError, AppState, bodies, schools};
use crate::{
    domain::{
        area::{AreaId, CountryCode},
        calendar::SchoolCalendar,
        country::Country,
        school::SchoolId,
        summary::{Metric, Period},
    },
    store::{
        Client, areas, countries,
        summary_series::{self, Group, GroupKind, Range},
    },
};

/// Spans that are answered at most.
const MAX_POINTS: usize = 2000;
/// Days of a series for which nobody said where it begins.
const USUAL_DAYS: u64 = 91;
/// So many days are shown day by day, so many week by week, and more month by month.
const DAY_BY_DAY: i64 = 100;
const WEEK_BY_WEEK: i64 = 800;

#[derive(Debug, Deserialize)]
pub(super) struct Parameters {
    metric: Option<String>,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    step: Option<String>,
    format: Option<String>,
    country: Option<String>,
}

/// What is asked for.
struct Wanted {
    metric: Metric,
    range: Range,
    is_csv: bool,
    /// The country's day.
    today: NaiveDate,
}

fn field(name: &'static str, message: impl Into<String>) -> ApiError {
    ApiError::field(name, message)
}

impl Parameters {
    /// Whether somebody asks for one metric, perhaps without saying which.
    pub(super) fn is_asked(&self) -> bool {
        let words = [&self.metric, &self.step, &self.format];
        words.iter().any(|word| word.is_some()) || self.from.is_some() || self.to.is_some()
    }

    fn wanted(&self, calendar: &SchoolCalendar) -> Result<Wanted, ApiError> {
        let names = Metric::ALL.map(Metric::slug).join(", ");
        let metric = self.metric.as_deref().and_then(Metric::from_slug);
        let metric =
            metric.ok_or_else(|| field("metric", format!("metric must be one of {names}")))?;
        let today = calendar.local_day(Utc::now());
        let to = self.to.unwrap_or(today);
        let from = self.from.unwrap_or(to - Days::new(USUAL_DAYS - 1));
        if from > to {
            let message = format!("from ({from}) must not be later than to ({to})");
            return Err(field("from", message));
        }
        let period = self.period((to - from).num_days() + 1)?;
        let range = Range {
            period,
            from: period.start_of(from),
            to: period.start_of(to),
        };
        let spans = starts(range).take(MAX_POINTS + 1).count();
        if spans > MAX_POINTS {
            let message = format!(
                "from {from} to {to} there are more than {MAX_POINTS} of that step: ask for less, or for a \
                 longer step"
            );
            return Err(field("step", message));
        }
        let is_csv = match self.format.as_deref() {
            None | Some("json") => false,
            Some("csv") => true,
            Some(_) => return Err(field("format", "format must be json or csv")),
        };
        Ok(Wanted {
            metric,
            range,
            is_csv,
            today,
        })
    }

    fn period(&self, days: i64) -> Result<Period, ApiError> {
        match self.step.as_deref() {
            None if days <= DAY_BY_DAY => Ok(Period::Day),
            None if days <= WEEK_BY_WEEK => Ok(Period::Week),
            None => Ok(Period::Month),
            Some(step) => Period::from_slug(step)
                .ok_or_else(|| field("step", "step must be day, week or month")),
        }
    }

    async fn country(&self, db: &Client) -> Result<Country, ApiError> {
        let code = self.country.as_deref();
        let code = code.ok_or_else(|| field("country", "country is missing: such as KEN"))?;
        bodies::country(db, code).await
    }
}

/// `GET /api/v1/schools/{id}/series?metric=&from=&to=&step=&format=`
pub(super) async fn of_school(
    state: &AppState,
    request: &HttpRequest,
    id: SchoolId,
    parameters: &Parameters,
) -> Result<HttpResponse, ApiError> {
    let db = state.store.client().await?;
    let school = schools::found(&db, id, request).await?;
    let country = countries::find(&db, &school.country)
        .await?
        .ok_or_else(|| ApiError::not_found("country", &school.country))?;
    let wanted = parameters.wanted(&country.calendar)?;
    let rows = summary_series::of_school(&db, id, wanted.metric, wanted.range).await?;
    let name = Some(school.name);
    let series = Series::new(
        "school",
        id.to_string(),
        name,
        &country.calendar,
        &wanted,
        rows,
    );
    Ok(series.answer(wanted.is_csv))
}

/// A group of schools, and how it is called.
struct Of {
    country: Country,
    kind: GroupKind,
    id: String,
    name: Option<String>,
}

async fn of_group(db: &Client, of: Of, parameters: &Parameters) -> Result<HttpResponse, ApiError> {
    let calendar = &of.country.calendar;
    let wanted = parameters.wanted(calendar)?;
    let (metric, range) = (wanted.metric, wanted.range);
    let code: &CountryCode = &of.country.code;
    let rows = summary_series::of_group(db, code, of.kind, &of.id, metric, range).await?;
    let series = Series::new(of.kind.slug(), of.id, of.name, calendar, &wanted, rows);
    Ok(series.answer(wanted.is_csv))
}

/// `GET /api/v1/areas/{id}/series?metric=&from=&to=&step=&format=`
pub(super) async fn of_area(
    state: Data<AppState>,
    id: Path<Uuid>,
    parameters: Query<Parameters>,
) -> Result<HttpResponse, ApiError> {
    let db = state.store.client().await?;
    let area = areas::find(&db, AreaId(*id)).await?;
    let area = area.ok_or_else(|| ApiError::not_found("area", *id))?;
    let country = bodies::country(&db, area.country.as_str()).await?;
    let of = Of {
        country,
        kind: GroupKind::Area,
        id: area.id.0.to_string(),
        name: Some(area.name),
    };
    of_group(&db, of, &parameters).await
}

/// `GET /api/v1/countries/{code}/series?metric=&from=&to=&step=&format=`
pub(super) async fn of_country(
    state: Data<AppState>,
    code: Path<String>,
    parameters: Query<Parameters>,
) -> Result<HttpResponse, ApiError> {
    let db = state.store.client().await?;
    let country = bodies::country(&db, &code).await?;
    let of = Of {
        kind: GroupKind::Country,
        id: country.code.to_string(),
        name: Some(country.name.clone()),
        country,
    };
    of_group(&db, of, &parameters).await
}

/// `GET /api/v1/providers/{id}/series?country=&metric=&from=&to=&step=&format=`
pub(super) async fn of_provider(
    state: Data<AppState>,
    id: Path<String>,
    parameters: Query<Parameters>,
) -> Result<HttpResponse, ApiError> {
    named(&state, GroupKind::Provider, &id, &parameters).await
}

/// `GET /api/v1/technologies/{id}/series?country=&metric=&from=&to=&step=&format=`
pub(super) async fn of_technology(
    state: Data<AppState>,
    id: Path<String>,
    parameters: Query<Parameters>,
) -> Result<HttpResponse, ApiError> {
    named(&state, GroupKind::Technology, &id, &parameters).await
}

async fn named(
    state: &AppState,
    kind: GroupKind,
    id: &str,
    parameters: &Parameters,
) -> Result<HttpResponse, ApiError> {
    let db = state.store.client().await?;
    let country = parameters.country(&db).await?;
    let id = id.trim().to_lowercase();
    let known = summary_series::groups(&db, &country.code, kind).await?;
    let known = known.into_iter().find(|group| group.id == id);
    let known = known.ok_or_else(|| ApiError::not_found(kind.slug(), &id))?;
    let of = Of {
        country,
        kind,
        id: known.id,
        name: known.name,
    };
    of_group(&db, of, parameters).await
}

#[derive(Serialize)]
pub(super) struct Groups {
    total: usize,
    items: Vec<GroupBody>,
}

#[derive(Serialize)]
struct GroupBody {
    id: String,
    name: Option<String>,
    month: NaiveDate,
    schools: i32,
    measured_schools: i32,
}

impl From<Group> for GroupBody {
    fn from(group: Group) -> Self {
        Self {
            id: group.id,
            name: group.name,
            month: group.month,
            schools: group.schools,
            measured_schools: group.measured_schools,
        }
    }
}

async fn listed(
    state: &AppState,
    kind: GroupKind,
    parameters: &Parameters,
) -> Result<Json<Groups>, ApiError> {
    let db = state.store.client().await?;
    let country = parameters.country(&db).await?;
    let groups = summary_series::groups(&db, &country.code, kind).await?;
    let items: Vec<GroupBody> = groups.into_iter().map(GroupBody::from).collect();
    Ok(Json(Groups {
        total: items.len(),
        items,
    }))
}

/// `GET /api/v1/providers?country=`
pub(super) async fn providers(
    state: Data<AppState>,
    parameters: Query<Parameters>,
) -> Result<Json<Groups>, ApiError> {
    listed(&state, GroupKind::Provider, &parameters).await
}

/// `GET /api/v1/technologies?country=`
pub(super) async fn technologies(
    state: Data<AppState>,
    parameters: Query<Parameters>,
) -> Result<Json<Groups>, ApiError> {
    listed(&state, GroupKind::Technology, &parameters).await
}
