//! Statuses: the evidence of the window is read, the domain judges, the verdict is kept.

use chrono::{DateTime, Utc};
use deadpool_postgres::Transaction;
use tokio_postgres::Row;
use uuid::Uuid;

use super::{
    StoreError,
    query::{Query, sql},
};
use crate::domain::{
    benchmark::Benchmark,
    school::{Connectivity, SchoolId},
    status::{Evidence, Status, judge},
};

/// Judges these schools anew by what lies in their window before `now`.
pub async fn recompute(
    tx: &Transaction<'_>,
    schools: &[SchoolId],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    const QUERY: Query = sql!("status_evidence");
    let ids: Vec<Uuid> = schools.iter().map(|school| school.0).collect();
    let rows = QUERY.rows(tx, &[&ids, &now]).await?;
    let mut verdicts = Verdicts::default();
    for row in &rows {
        verdicts.add(row)?;
    }
    verdicts.write(tx, now).await
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

/// Columns, one value a school, as `unnest` takes them.
#[derive(Default)]
struct Verdicts {
    school: Vec<Uuid>,
    status: Vec<&'static str>,
    valid_tests: Vec<i32>,
    failed_tests: Vec<i32>,
    off_hours_only: Vec<bool>,
    download: Vec<Option<f64>>,
    upload: Vec<Option<f64>>,
    rtt: Vec<Option<f64>>,
    target: Vec<f64>,
    floor: Vec<f64>,
    last_measured_at: Vec<Option<DateTime<Utc>>>,
    software: Vec<Option<String>>,
}

impl Verdicts {
    fn add(&mut self, row: &Row) -> Result<(), StoreError> {
        const QUERY: Query = sql!("status_evidence");
        let declared: String = row.get("connectivity_declared");
        let declared = Connectivity::from_slug(&declared)
            .ok_or_else(|| QUERY.unexpected(format!("connectivity {declared:?}")))?;
        let benchmark = Benchmark {
            download_floor_mbps: row.get("download_floor_mbps"),
            download_target_mbps: row.get("download_target_mbps"),
            large_school_students: row.get("large_school_students"),
            large_school_kbps_per_student: row.get("large_school_kbps_per_student"),
            ..Benchmark::default()
        };
        let evidence = Evidence {
            valid_tests: row.get("valid_tests"),
            failed_tests: row.get("failed_tests"),
            download_median_mbps: row.get("download_median"),
        };
        let students: Option<i32> = row.get("student_count");
        let status: Status = judge(evidence, declared, students, &benchmark);
        self.school.push(row.get("school_id"));
        self.status.push(status.slug());
        self.valid_tests.push(evidence.valid_tests);
        self.failed_tests.push(evidence.failed_tests);
        self.off_hours_only.push(row.get("off_hours_only"));
        self.download.push(evidence.download_median_mbps);
        self.upload.push(row.get("upload_median"));
        self.rtt.push(row.get("rtt_median"));
        self.target.push(benchmark.target_mbps(students));
        self.floor.push(benchmark.download_floor_mbps);
        self.last_measured_at.push(row.get("last_measured_at"));
        self.software.push(row.get("software"));
        Ok(())
    }

    async fn write(&self, tx: &Transaction<'_>, now: DateTime<Utc>) -> Result<(), StoreError> {
        sql!("status_write")
            .execute(
                tx,
                &[
                    &self.school,
                    &self.status,
                    &self.valid_tests,
                    &self.failed_tests,
                    &self.off_hours_only,
                    &self.download,
                    &self.upload,
                    &self.rtt,
                    &self.target,
                    &self.floor,
                    &self.last_measured_at,
                    &self.software,
                    &now,
                ],
            )
            .await
            .map(drop)
    }
}
