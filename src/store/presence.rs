//! Spans of presence: joined to the newest one of their probe within the transaction of their report,
//! and read for a school.

use chrono::{DateTime, Utc};
use deadpool_postgres::{GenericClient, Transaction};
use futures_util::future::try_join_all;
use tokio_postgres::Row;

use super::{StoreError, measurements::Kept, query::sql};
use crate::domain::{
    measurement::ProbeId,
    presence::{Joined, LONGEST_ROW, Newest, Span, join},
    record::{Presence, PresenceDetail, PresenceState, Rejected, TimeBasis, Vantage},
    school::SchoolId,
};

/// What a probe reported, and what is known of it already.
pub(super) struct Reported<'a> {
    pub probe: ProbeId,
    pub school: SchoolId,
    pub newest: Option<Newest>,
    /// In the order of their numbers.
    pub spans: Vec<&'a Presence>,
}

/// What became of some spans.
#[derive(Default)]
pub(super) struct Written {
    /// Those that said nothing new, to be kept as they came.
    pub covered: Vec<Kept>,
    /// Of which times more is known now.
    pub told: Vec<(ProbeId, DateTime<Utc>, DateTime<Utc>)>,
}

/// A probe's spans, and what becomes of them.
struct Settled<'a> {
    of: Reported<'a>,
    known_since: Option<DateTime<Utc>>,
    known_until: Option<DateTime<Utc>>,
    joined: Joined,
}

impl Settled<'_> {
    fn told(&self) -> impl Iterator<Item = (ProbeId, DateTime<Utc>, DateTime<Utc>)> {
        let probe = self.of.probe;
        let begun = self.joined.begun.iter();
        let begun = begun.map(move |(span, _)| (probe, span.started_at, span.ended_at));
        let extended = self.known_until.zip(self.joined.extended_to);
        begun.chain(extended.map(move |(from, to)| (probe, from, to)))
    }
}

/// Writes the spans of some probes; the caller holds their locks.
pub(super) async fn write(
    tx: &Transaction<'_>,
    probes: Vec<Reported<'_>>,
) -> Result<Written, StoreError> {
    if probes.is_empty() {
        return Ok(Written::default());
    }
    let settled: Vec<Settled<'_>> = probes
        .into_iter()
        .map(|mut of| {
            let newest = of.newest.take();
            Settled {
                known_since: newest.as_ref().map(|newest| newest.span.started_at),
                known_until: newest.as_ref().map(|newest| newest.span.ended_at),
                joined: join(newest, of.spans.iter().copied()),
                of,
            }
        })
        .collect();
    // They are under way together; each finds its partition by the key of the table.
    try_join_all(settled.iter().map(|one| extend(tx, one))).await?;
    insert(tx, &settled).await?;
    remember(tx, &settled).await?;
    let covered = settled.iter().flat_map(|one| {
        let indices = one.joined.covered.iter();
        indices.map(|index| covered(&one.of, one.of.spans[*index]))
    });
    Ok(Written {
        covered: covered.collect(),
        told: settled.iter().flat_map(Settled::told).collect(),
    })
}

async fn extend(tx: &Transaction<'_>, one: &Settled<'_>) -> Result<(), StoreError> {
    if let (Some(ended_at), Some(started_at)) = (one.joined.extended_to, one.known_since) {
        let (school, probe) = (one.of.school.0, one.of.probe.0);
        sql!("presence_extend")
            .execute(tx, &[&school, &probe, &started_at, &ended_at])
            .await?;
    }
    Ok(())
}

async fn remember(tx: &Transaction<'_>, settled: &[Settled<'_>]) -> Result<(), StoreError> {
    let (mut probes, mut boots, mut started) = (vec![], vec![], vec![]);
    let (mut ended, mut states, mut details) = (vec![], vec![], vec![]);
    for one in settled {
        if let Some(newest) = &one.joined.newest {
            probes.push(one.of.probe.0);
            boots.push(&*newest.boot_id);
            started.push(newest.span.started_at);
            ended.push(newest.span.ended_at);
            states.push(newest.span.state.slug());
            details.push(newest.span.detail.map(PresenceDetail::slug));
        }
    }
    sql!("presence_remember")
        .execute(tx, &[&probes, &boots, &started, &ended, &states, &details])
        .await
        .map(drop)
}

/// A probe's newest span, as the row of its lock says it.
pub(super) fn newest(row: &Row) -> Option<Newest> {
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

async fn insert(tx: &Transaction<'_>, settled: &[Settled<'_>]) -> Result<(), StoreError> {
    let rows = settled.iter().flat_map(|one| {
        one.joined.begun.iter().map(|(span, index)| {
            let origin = &one.of.spans[*index].origin;
            SpanRow {
                school: one.of.school,
                probe: one.of.probe,
                span,
                time_basis: origin.time_basis,
                vantage: origin.vantage,
                received_at: origin.received_at,
            }
        })
    });
    insert_rows(tx, &rows.collect::<Vec<_>>()).await
}

/// A span that begins, as it is stored.
pub(super) struct SpanRow<'a> {
    pub school: SchoolId,
    pub probe: ProbeId,
    pub span: &'a Span,
    pub time_basis: TimeBasis,
    pub vantage: Vantage,
    pub received_at: DateTime<Utc>,
}

/// Writes spans that begin.
pub(super) async fn insert_rows(
    db: &impl GenericClient,
    rows: &[SpanRow<'_>],
) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let spans = || rows.iter().map(|row| row.span);
    let schools: Vec<_> = rows.iter().map(|row| row.school.0).collect();
    let probes: Vec<_> = rows.iter().map(|row| row.probe.0).collect();
    let started: Vec<_> = spans().map(|span| span.started_at).collect();
    let ended: Vec<_> = spans().map(|span| span.ended_at).collect();
    let states: Vec<_> = spans().map(|span| span.state.slug()).collect();
    let details: Vec<_> = spans()
        .map(|span| span.detail.map(PresenceDetail::slug))
        .collect();
    let bases: Vec<_> = rows.iter().map(|row| row.time_basis.slug()).collect();
    let vantages: Vec<_> = rows.iter().map(|row| row.vantage.slug()).collect();
    let received: Vec<_> = rows.iter().map(|row| row.received_at).collect();
    sql!("presence_insert")
        .execute(
            db,
            &[
                &schools, &probes, &started, &ended, &states, &details, &bases, &vantages,
                &received,
            ],
        )
        .await
        .map(drop)
}

fn covered(of: &Reported<'_>, presence: &Presence) -> Kept {
    let origin = &presence.origin;
    let rejected = Rejected {
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
    };
    Kept {
        probe: of.probe,
        school: of.school,
        received_at: origin.received_at,
        rejected,
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
