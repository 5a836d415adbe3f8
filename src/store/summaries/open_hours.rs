//! How many seconds of opening hours a span has, and in which state those of a day were spent.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use deadpool_postgres::GenericClient;
use uuid::Uuid;

use crate::{
    domain::{
        calendar::SchoolCalendar,
        presence::{self, Shares, Span},
        record::{PresenceDetail, PresenceState},
        school::SchoolId,
        summary::Period,
    },
    store::{
        StoreError, policies,
        query::{Query, sql},
    },
};

/// Opening hours of a span.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Hours {
    /// Seconds.
    pub open_s: i64,
    /// Of a day, how they were spent; of a longer span nothing, since its days add up to it.
    pub shares: Shares,
}

/// The opening hours of each, in the same order.
pub(super) async fn of(
    db: &impl GenericClient,
    wanted: &[(SchoolId, Period, NaiveDate)],
) -> Result<Vec<Hours>, StoreError> {
    let calendars = calendars(db, wanted).await?;
    let bounds: Vec<_> = wanted
        .iter()
        .map(|(school, period, start)| {
            let calendar = calendars.of(*school)?;
            Some((
                calendar.midnight(*start),
                calendar.midnight(period.next(*start)),
            ))
        })
        .collect();
    let spans = spans(db, wanted, &bounds).await?;
    let hours = wanted.iter().zip(&bounds).enumerate();
    let hours = hours.map(|(index, ((school, period, _), bounds))| {
        let (Some(calendar), Some((from, to))) = (calendars.of(*school), bounds) else {
            return Hours::default();
        };
        let open = calendar.open_hours(*from, *to).into_iter();
        let open_s = open.map(|(opens, closes)| (closes - opens).num_seconds());
        let spans = spans.get(&index).map_or(&[][..], Vec::as_slice);
        Hours {
            open_s: open_s.sum(),
            shares: match period {
                Period::Day => Shares::of(&presence::best(spans), calendar, *from, *to),
                Period::Week | Period::Month => Shares::default(),
            },
        }
    });
    Ok(hours.collect())
}

struct Calendars {
    calendars: Vec<SchoolCalendar>,
    of_school: HashMap<Uuid, usize>,
}

impl Calendars {
    /// A school that was taken away has none, and no summary.
    fn of(&self, school: SchoolId) -> Option<&SchoolCalendar> {
        self.calendars.get(*self.of_school.get(&school.0)?)
    }
}

async fn calendars(
    db: &impl GenericClient,
    wanted: &[(SchoolId, Period, NaiveDate)],
) -> Result<Calendars, StoreError> {
    const QUERY: Query = sql!("summary_calendars");
    let mut schools: Vec<Uuid> = wanted.iter().map(|(school, ..)| school.0).collect();
    schools.dedup();
    let mut known = Calendars {
        calendars: vec![],
        of_school: HashMap::new(),
    };
    for row in QUERY.rows(db, &[&schools]).await? {
        let zone: String = row.get("time_zone");
        let ids: Vec<Uuid> = row.get("school_ids");
        let index = known.calendars.len();
        known
            .of_school
            .extend(ids.into_iter().map(|id| (id, index)));
        known.calendars.push(SchoolCalendar {
            time_zone: zone
                .parse()
                .map_err(|_| QUERY.unexpected(format!("the time zone {zone:?}")))?,
            opens_at: row.get("opens_at"),
            closes_at: row.get("closes_at"),
            school_days: row.get("school_days"),
            closed: policies::closed(&row),
        });
    }
    Ok(known)
}

/// The spans that reach into each of the days.
async fn spans(
    db: &impl GenericClient,
    wanted: &[(SchoolId, Period, NaiveDate)],
    bounds: &[Option<(DateTime<Utc>, DateTime<Utc>)>],
) -> Result<HashMap<usize, Vec<Span>>, StoreError> {
    const QUERY: Query = sql!("summary_presence");
    let (mut indices, mut schools) = (vec![], vec![]);
    let (mut begins, mut ends) = (vec![], vec![]);
    for (index, ((school, period, _), bounds)) in wanted.iter().zip(bounds).enumerate() {
        if let (Period::Day, Some((from, to))) = (period, bounds) {
            indices.push(index);
            schools.push(school.0);
            begins.push(*from);
            ends.push(*to);
        }
    }
    let mut found: HashMap<usize, Vec<Span>> = HashMap::new();
    if schools.is_empty() {
        return Ok(found);
    }
    for row in QUERY.rows(db, &[&schools, &begins, &ends]).await? {
        let state: &str = row.get("state");
        let detail: Option<&str> = row.get("detail");
        let state = PresenceState::from_slug(state)
            .ok_or_else(|| QUERY.unexpected(format!("presence {state:?}")))?;
        let n: i32 = row.get("n");
        let index = usize::try_from(n - 1).ok().and_then(|n| indices.get(n));
        let index = index.ok_or_else(|| QUERY.unexpected(format!("the day {n}")))?;
        found.entry(*index).or_default().push(Span {
            started_at: row.get("started_at"),
            ended_at: row.get("ended_at"),
            state,
            detail: detail.and_then(PresenceDetail::from_slug),
        });
    }
    Ok(found)
}
