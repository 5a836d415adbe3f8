//! Spans of presence: joined to the newest one of their probe within the transaction of their report,
//! and read for a school.

use chrono::{DateTime, Utc};
use deadpool_postgres::{GenericClient, Transaction};
use tokio_postgres::Row;

use super::{
    StoreError,
    query::{Query, sql},
};
use crate::domain::{
    measurement::ProbeId,
    presence::{Joined, LONGEST_ROW, Newest, Span, join},
    record::{Presence, PresenceDetail, PresenceState, Rejected},
    school::SchoolId,
};

/// Writes the spans of a report, in the order of their numbers; the caller holds the probe's lock.
/// Returns those that said nothing new, to be kept as they came.
pub async fn write(
    tx: &Transaction<'_>,
    probe: ProbeId,
    school: SchoolId,
    spans: &[Presence],
) -> Result<Vec<Rejected>, StoreError> {
    const NEWEST: Query = sql!(
        "presence_newest",
        "SELECT presence_boot_id AS boot_id, presence_started_at AS started_at,
                presence_ended_at AS ended_at, presence_state AS state, presence_detail AS detail
         FROM probe WHERE id = $1"
    );
    if spans.is_empty() {
        return Ok(vec![]);
    }
    let newest = newest(&NEWEST.one(tx, &[&probe.0]).await?);
    let known_since = newest.as_ref().map(|newest| newest.span.started_at);
    let joined = join(newest, spans);
    if let (Some(ended_at), Some(started_at)) = (joined.extended_to, known_since) {
        sql!("presence_extend")
            .execute(tx, &[&school.0, &probe.0, &started_at, &ended_at])
            .await?;
    }
    insert(tx, probe, school, spans, &joined).await?;
    if let Some(newest) = &joined.newest {
        let (span, detail) = (&newest.span, newest.span.detail.map(PresenceDetail::slug));
        sql!("presence_remember")
            .execute(
                tx,
                &[
                    &probe.0,
                    &newest.boot_id,
                    &span.started_at,
                    &span.ended_at,
                    &span.state.slug(),
                    &detail,
                ],
            )
            .await?;
    }
    Ok(joined
        .covered
        .iter()
        .map(|index| covered(&spans[*index]))
        .collect())
}

fn newest(row: &Row) -> Option<Newest> {
    let state: Option<String> = row.get("state");
    let detail: Option<String> = row.get("detail");
    Some(Newest {
        boot_id: row.get::<_, Option<String>>("boot_id")?,
        span: Span {
            started_at: row.get::<_, Option<DateTime<Utc>>>("started_at")?,
            ended_at: row.get::<_, Option<DateTime<Utc>>>("ended_at")?,
            state: PresenceState::from_slug(&state?)?,
            detail: detail.as_deref().and_then(PresenceDetail::from_slug),
        },
    })
}

async fn insert(
    tx: &Transaction<'_>,
    probe: ProbeId,
    school: SchoolId,
    spans: &[Presence],
    joined: &Joined,
) -> Result<(), StoreError> {
    if joined.begun.is_empty() {
        return Ok(());
    }
    let (mut started, mut ended, mut states) = (vec![], vec![], vec![]);
    let (mut details, mut bases, mut vantages, mut received) = (vec![], vec![], vec![], vec![]);
    for (span, index) in &joined.begun {
        let origin = &spans[*index].origin;
        started.push(span.started_at);
        ended.push(span.ended_at);
        states.push(span.state.slug());
        details.push(span.detail.map(PresenceDetail::slug));
        bases.push(origin.time_basis.slug());
        vantages.push(origin.vantage.slug());
        received.push(origin.received_at);
    }
    sql!("presence_insert")
        .execute(
            tx,
            &[
                &school.0, &probe.0, &started, &ended, &states, &details, &bases, &vantages,
                &received,
            ],
        )
        .await
        .map(drop)
}

fn covered(presence: &Presence) -> Rejected {
    let origin = &presence.origin;
    Rejected {
        sequence: Some(origin.sequence),
        reason: "span_covered",
        detail: "earlier spans of this probe reach beyond the end of this one".into(),
        record: format!(
            "{{\"kind\":\"presence\",\"sequence\":{},\"state\":\"{}\",\"started_at\":\"{}\",\"duration_ms\":{}}}",
            origin.sequence,
            presence.state.slug(),
            origin.measured_at.to_rfc3339(),
            presence.duration_ms
        ),
    }
}

/// The spans of a school that reach beyond `from`, of all its probes, the newest `limit` of them.
pub async fn of_school(
    db: &impl GenericClient,
    school: SchoolId,
    from: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Span>, StoreError> {
    let earliest = from - LONGEST_ROW;
    let rows = sql!("presence_of_school")
        .rows(db, &[&school.0, &earliest, &from, &limit])
        .await?;
    let span = |row: &Row| {
        Some(Span {
            started_at: row.get("started_at"),
            ended_at: row.get("ended_at"),
            state: PresenceState::from_slug(row.get("state"))?,
            detail: row
                .get::<_, Option<&str>>("detail")
                .and_then(PresenceDetail::from_slug),
        })
    };
    Ok(rows.iter().filter_map(span).collect())
}
