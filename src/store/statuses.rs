//! Statuses: the evidence of the window is read, the domain judges, the verdict is kept.

use chrono::{DateTime, Utc};
use deadpool_postgres::{GenericClient, Transaction};
use tokio_postgres::Row;
use uuid::Uuid;

use super::{
    StoreError, benchmarks,
    query::{Query, sql},
    status_history,
};
use crate::domain::{
    benchmark::{Benchmark, Demand, RuleSetId},
    school::{Connectivity, SchoolId},
    school_facts::SchoolFacts,
    status::{Evidence, Status, judge},
};

/// A school as it was judged at an instant, and by what.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// The school.
    pub school: SchoolId,
    /// The verdict.
    pub status: Status,
    /// What it rests on.
    pub evidence: Evidence,
    /// What was asked of it.
    pub demand: Demand,
    /// By which rule set.
    pub benchmark: RuleSetId,
    /// What its list says of it, as rules care.
    pub facts: SchoolFacts,
    /// What its list says of its connectivity.
    pub declared: Connectivity,
    /// Whether the window held no test in opening hours.
    pub off_hours_only: bool,
    /// Median of the tests' retransmitted ÷ sent bytes, where the server counts them.
    pub retransmit_median: Option<f64>,
    /// The newest test of the window.
    pub last_measured_at: Option<DateTime<Utc>>,
    /// Whose tests it rests on, where not our own probes'.
    pub software: Option<String>,
}

/// Judges these schools by what lies in their window before `now` and by the rule set that was in force
/// then; keeps nothing. What a list says of a school is what it says today: lists are not kept by time.
/// Packets lost are read where the rule set asks for them, or if `with_loss`.
pub async fn judged(
    db: &impl GenericClient,
    schools: &[SchoolId],
    now: DateTime<Utc>,
    with_loss: bool,
) -> Result<Vec<Judged>, StoreError> {
    const QUERY: Query = sql!("status_evidence");
    let ids: Vec<Uuid> = schools.iter().map(|school| school.0).collect();
    let rows = QUERY.rows(db, &[&ids, &now, &with_loss]).await?;
    let benchmarks = benchmarks::find_all(db, rows.iter().map(rule_set)).await?;
    let judge_row = |row: &Row| {
        let id = rule_set(row);
        let benchmark = benchmarks
            .get(&id)
            .ok_or_else(|| QUERY.unexpected(format!("no {id}")))?;
        judge_row(QUERY, row, benchmark)
    };
    rows.iter().map(judge_row).collect()
}

fn rule_set(row: &Row) -> RuleSetId {
    RuleSetId {
        rule_set: row.get("rule_set"),
        version: row.get("rule_version"),
    }
}

fn judge_row(query: Query, row: &Row, benchmark: &Benchmark) -> Result<Judged, StoreError> {
    let declared: String = row.get("connectivity_declared");
    let declared = Connectivity::from_slug(&declared)
        .ok_or_else(|| query.unexpected(format!("connectivity {declared:?}")))?;
    let text = |name: &str| row.get::<_, Option<&str>>(name);
    let facts = SchoolFacts::stated(
        row.get("student_count"),
        text("education_level"),
        text("technology"),
        text("busiest_shift"),
    );
    let evidence = Evidence {
        valid_tests: row.get("valid_tests"),
        failed_tests: row.get("failed_tests"),
        download_median_mbps: row.get("download_median"),
        upload_median_mbps: row.get("upload_median"),
        rtt_median_ms: row.get("rtt_median"),
        loss_ratio: row.get("loss_ratio"),
    };
    let demand = benchmark.demand(&facts);
    Ok(Judged {
        school: SchoolId(row.get("school_id")),
        status: judge(evidence, declared, &demand),
        evidence,
        demand,
        benchmark: benchmark.id.clone(),
        facts,
        declared,
        off_hours_only: row.get("off_hours_only"),
        retransmit_median: row.get("retransmit_median"),
        last_measured_at: row.get("last_measured_at"),
        software: row.get("software"),
    })
}

/// Judges these schools anew by what lies in their window before `now`, for now and for this week.
pub async fn recompute(
    tx: &Transaction<'_>,
    schools: &[SchoolId],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let judged = judged(tx, schools, now, false).await?;
    write(tx, &judged, now).await?;
    status_history::record(tx, &judged, now).await
}

/// Measured schools whose verdict is older than `before`, oldest first: their window has moved.
pub async fn outdated(
    tx: &Transaction<'_>,
    before: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<SchoolId>, StoreError> {
    let rows = sql!("status_outdated").rows(tx, &[&before, &limit]).await?;
    Ok(rows
        .iter()
        .map(|row| SchoolId(row.get("school_id")))
        .collect())
}

/// One value a school, as `unnest` takes them.
fn column<'a, T>(judged: &'a [Judged], value: impl Fn(&'a Judged) -> T) -> Vec<T> {
    judged.iter().map(value).collect()
}

async fn write(
    tx: &Transaction<'_>,
    judged: &[Judged],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sql!("status_write")
        .execute(
            tx,
            &[
                &column(judged, |j| j.school.0),
                &column(judged, |j| j.status.slug()),
                &column(judged, |j| j.evidence.valid_tests),
                &column(judged, |j| j.evidence.failed_tests),
                &column(judged, |j| j.off_hours_only),
                &column(judged, |j| j.evidence.download_median_mbps),
                &column(judged, |j| j.evidence.upload_median_mbps),
                &column(judged, |j| j.evidence.rtt_median_ms),
                &column(judged, |j| j.demand.download().target),
                &column(judged, |j| j.demand.download().floor.unwrap_or(0.0)),
                &column(judged, |j| j.last_measured_at),
                &column(judged, |j| j.software.as_deref()),
                &column(judged, |j| j.benchmark.rule_set.as_str()),
                &column(judged, |j| j.benchmark.version),
                &column(judged, |j| j.evidence.loss_ratio),
                &now,
            ],
        )
        .await
        .map(drop)
}
