//! Raw measurements: written by COPY BINARY within the transaction of their report.

use std::{pin::pin, time::Duration};

use chrono::{DateTime, NaiveDate, Utc};
use deadpool_postgres::Transaction;
use tokio_postgres::{
    binary_copy::BinaryCopyInWriter,
    types::{ToSql, Type},
};

use super::{
    StoreError,
    query::{Query, sql},
};
use crate::domain::{
    measurement::ProbeId,
    record::{Failure, Notice, Origin, PathCheck, Rejected, SpeedEvidence, SpeedTest, StopReason},
    school::SchoolId,
};

const COPY_SPEED_TESTS: Query = sql!(
    "speed_test_copy",
    "COPY speed_test (school_id, measured_at, probe_id, sequence, received_at, probe_clock_at, \
     time_basis, vantage, invalid_reason, in_opening_hours, outcome, failed_stage, failure, \
     protocol, server, download_mbps, upload_mbps, rtt_min_ms, rtt_loaded_ms, retransmit_ratio, \
     bytes_down, bytes_up, download_duration_ms, upload_duration_ms, download_stop_reason, \
     upload_stop_reason, download_mean_mbps, upload_mean_mbps, download_steady_mbps, \
     upload_steady_mbps, cross_traffic, interface_bytes_down, interface_bytes_up, attempts, \
     measurement_id, server_download_mbps, \
     server_upload_mbps, via_proxy) FROM STDIN BINARY"
);

const COPY_PATH_CHECKS: Query = sql!(
    "path_check_copy",
    "COPY path_check (school_id, measured_at, probe_id, sequence, received_at, probe_clock_at, \
     time_basis, vantage, invalid_reason, in_opening_hours, outcome, failed_stage, failure, \
     target, target_kind, method, sent, received, timeout_ms, rtt_min_ms, rtt_median_ms, \
     rtt_p95_ms, rtt_max_ms, jitter_ms, pdv_p95_ms, loss_ratio) FROM STDIN BINARY"
);

/// Types of the columns that say who, when and how it ended.
pub(super) const COMMON_TYPES: [Type; 13] = [
    Type::UUID,
    Type::TIMESTAMPTZ,
    Type::UUID,
    Type::INT8,
    Type::TIMESTAMPTZ,
    Type::TIMESTAMPTZ,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::BOOL,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
];

/// The values of the common columns, alive as long as the row is written.
pub(super) struct Common<'a> {
    school: SchoolId,
    origin: &'a Origin,
    time_basis: &'static str,
    vantage: &'static str,
    invalid: Option<&'static str>,
    outcome: &'static str,
    stage: Option<&'static str>,
    message: Option<&'a str>,
}

impl<'a> Common<'a> {
    pub(super) fn new(school: SchoolId, origin: &'a Origin, failure: Option<&'a Failure>) -> Self {
        Self {
            school,
            origin,
            time_basis: origin.time_basis.slug(),
            vantage: origin.vantage.slug(),
            invalid: origin
                .invalid
                .map(crate::domain::measurement::InvalidReason::slug),
            outcome: if failure.is_some() { "failed" } else { "ok" },
            stage: failure.map(|failure| failure.stage.slug()),
            message: failure.map(|failure| failure.message.as_str()),
        }
    }

    pub(super) fn values(&self) -> [&(dyn ToSql + Sync); 13] {
        [
            &self.school.0,
            &self.origin.measured_at,
            &self.origin.probe_id.0,
            &self.origin.sequence,
            &self.origin.received_at,
            &self.origin.probe_clock_at,
            &self.time_basis,
            &self.vantage,
            &self.invalid,
            &self.origin.in_opening_hours,
            &self.outcome,
            &self.stage,
            &self.message,
        ]
    }
}

/// Types of the columns that say what a speed test's rates rest on.
const EVIDENCE_TYPES: [Type; 14] = [
    Type::TEXT,
    Type::TEXT,
    Type::FLOAT8,
    Type::FLOAT8,
    Type::FLOAT8,
    Type::FLOAT8,
    Type::BOOL,
    Type::INT8,
    Type::INT8,
    Type::INT2,
    Type::UUID,
    Type::FLOAT8,
    Type::FLOAT8,
    Type::BOOL,
];

/// The values of those columns.
struct Evidence<'a> {
    of: &'a SpeedEvidence,
    download_stopped: Option<&'static str>,
    upload_stopped: Option<&'static str>,
}

impl<'a> Evidence<'a> {
    fn new(of: &'a SpeedEvidence) -> Self {
        Self {
            of,
            download_stopped: of.download_stop_reason.map(StopReason::slug),
            upload_stopped: of.upload_stop_reason.map(StopReason::slug),
        }
    }

    fn values(&self) -> [&(dyn ToSql + Sync); 14] {
        [
            &self.download_stopped,
            &self.upload_stopped,
            &self.of.download_mean_mbps,
            &self.of.upload_mean_mbps,
            &self.of.download_steady_mbps,
            &self.of.upload_steady_mbps,
            &self.of.cross_traffic,
            &self.of.interface_bytes_down,
            &self.of.interface_bytes_up,
            &self.of.attempts,
            &self.of.measurement_id,
            &self.of.server_download_mbps,
            &self.of.server_upload_mbps,
            &self.of.via_proxy,
        ]
    }
}

/// Writes speed tests of these schools, whatever their origin says. Their month must have a partition.
pub async fn insert_speed_tests(
    tx: &Transaction<'_>,
    tests: &[(SchoolId, &SpeedTest)],
) -> Result<(), StoreError> {
    const DOUBLES: [Type; 5] = [Type::FLOAT8; 5];
    const COUNTS: [Type; 4] = [Type::INT8; 4];
    if tests.is_empty() {
        return Ok(());
    }
    let query = COPY_SPEED_TESTS;
    let types = [
        &COMMON_TYPES[..],
        &[Type::TEXT, Type::TEXT],
        &DOUBLES,
        &COUNTS,
        &EVIDENCE_TYPES,
    ]
    .concat();
    let sink = tx.copy_in(query.text).await.map_err(|e| query.failed(e))?;
    let mut writer = pin!(BinaryCopyInWriter::new(sink, &types));
    for (school, test) in tests {
        let common = Common::new(*school, &test.origin, test.failure.as_ref());
        let own: [&(dyn ToSql + Sync); 11] = [
            &test.protocol,
            &test.server,
            &test.download_mbps,
            &test.upload_mbps,
            &test.rtt_min_ms,
            &test.rtt_loaded_ms,
            &test.retransmit_ratio,
            &test.bytes_down,
            &test.bytes_up,
            &test.download_duration_ms,
            &test.upload_duration_ms,
        ];
        let evidence = Evidence::new(&test.evidence);
        let row: Vec<&(dyn ToSql + Sync)> = common
            .values()
            .into_iter()
            .chain(own)
            .chain(evidence.values())
            .collect();
        writer
            .as_mut()
            .write(&row)
            .await
            .map_err(|e| query.failed(e))?;
    }
    writer.finish().await.map_err(|e| query.failed(e))?;
    insert_samples(tx, tests).await
}

/// Writes the samples of those tests that have any and are not older than samples are kept.
async fn insert_samples(
    tx: &Transaction<'_>,
    tests: &[(SchoolId, &SpeedTest)],
) -> Result<(), StoreError> {
    let insert = sql!("speed_test_sample_insert");
    for (school, test) in tests {
        let (origin, of) = (&test.origin, &test.evidence);
        if of.download_samples.is_none() && of.upload_samples.is_none() {
            continue;
        }
        insert
            .execute(
                tx,
                &[
                    &school.0,
                    &origin.measured_at,
                    &origin.probe_id.0,
                    &origin.sequence,
                    &of.download_samples,
                    &of.upload_samples,
                ],
            )
            .await?;
    }
    Ok(())
}

/// Writes path checks of these schools, whatever their origin says. Their month must have a partition.
pub async fn insert_path_checks(
    tx: &Transaction<'_>,
    checks: &[(SchoolId, &PathCheck)],
) -> Result<(), StoreError> {
    if checks.is_empty() {
        return Ok(());
    }
    let query = COPY_PATH_CHECKS;
    let own_types = [
        Type::TEXT,
        Type::TEXT,
        Type::TEXT,
        Type::INT4,
        Type::INT4,
        Type::INT8,
    ];
    let types = [&COMMON_TYPES[..], &own_types, &[const { Type::FLOAT8 }; 7]].concat();
    let sink = tx.copy_in(query.text).await.map_err(|e| query.failed(e))?;
    let mut writer = pin!(BinaryCopyInWriter::new(sink, &types));
    for (school, check) in checks {
        let common = Common::new(*school, &check.origin, check.failure.as_ref());
        let (target_kind, method) = (check.target_kind.slug(), check.method.slug());
        let own: [&(dyn ToSql + Sync); 13] = [
            &check.target,
            &target_kind,
            &method,
            &check.sent,
            &check.received,
            &check.timeout_ms,
            &check.rtt_min_ms,
            &check.rtt_median_ms,
            &check.rtt_p95_ms,
            &check.rtt_max_ms,
            &check.jitter_ms,
            &check.pdv_p95_ms,
            &check.loss_ratio,
        ];
        let row: Vec<&(dyn ToSql + Sync)> = common.values().into_iter().chain(own).collect();
        writer
            .as_mut()
            .write(&row)
            .await
            .map_err(|e| query.failed(e))?;
    }
    writer.finish().await.map(drop).map_err(|e| query.failed(e))
}

/// Keeps what probes say of records that do not exist; a resend of the same is the same.
pub async fn insert_notices(tx: &Transaction<'_>, notices: &[&Notice]) -> Result<(), StoreError> {
    if notices.is_empty() {
        return Ok(());
    }
    let origins = || notices.iter().map(|notice| &notice.origin);
    let probes: Vec<_> = origins().map(|origin| origin.probe_id.0).collect();
    let sequences: Vec<_> = origins().map(|origin| origin.sequence).collect();
    let noticed: Vec<_> = origins().map(|origin| origin.measured_at).collect();
    let received: Vec<_> = origins().map(|origin| origin.received_at).collect();
    let kinds: Vec<_> = notices.iter().map(|notice| notice.kind.slug()).collect();
    let of_kinds: Vec<_> = notices.iter().map(|notice| &*notice.of_kind).collect();
    let counts: Vec<_> = notices.iter().map(|notice| notice.count).collect();
    let reasons: Vec<_> = notices.iter().map(|notice| &*notice.reason).collect();
    let details: Vec<_> = notices.iter().map(|notice| &*notice.detail).collect();
    sql!("probe_notice_insert")
        .execute(
            tx,
            &[
                &probes, &sequences, &noticed, &received, &kinds, &of_kinds, &counts, &reasons,
                &details,
            ],
        )
        .await
        .map(drop)
}

/// Something that could not become a measurement, and whose it is.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Who sent it.
    pub probe: ProbeId,
    /// The probe's school.
    pub school: SchoolId,
    /// When it arrived.
    pub received_at: DateTime<Utc>,
    /// It.
    pub rejected: Rejected,
}

/// Keeps what could not become a measurement.
pub async fn insert_rejected(tx: &Transaction<'_>, kept: &[Kept]) -> Result<(), StoreError> {
    if kept.is_empty() {
        return Ok(());
    }
    // PostgreSQL's text holds no zero byte; JSON's own escape for it is kept as it came.
    let text = |text: &str| text.replace('\0', "\u{fffd}");
    let probes: Vec<_> = kept.iter().map(|one| one.probe.0).collect();
    let schools: Vec<_> = kept.iter().map(|one| one.school.0).collect();
    let sequences: Vec<_> = kept.iter().map(|one| one.rejected.sequence).collect();
    let received: Vec<_> = kept.iter().map(|one| one.received_at).collect();
    let reasons: Vec<_> = kept.iter().map(|one| one.rejected.reason).collect();
    let details: Vec<_> = kept.iter().map(|one| text(&one.rejected.detail)).collect();
    let records: Vec<_> = kept.iter().map(|one| text(&one.rejected.record)).collect();
    sql!("rejected_record_insert")
        .execute(
            tx,
            &[
                &probes, &schools, &sequences, &received, &reasons, &details, &records,
            ],
        )
        .await
        .map(drop)
}

/// A school-day whose summary must be made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DirtyDay {
    /// The school.
    pub school: SchoolId,
    /// Its local day.
    pub day: NaiveDate,
    /// How soon.
    pub within: Duration,
}

/// Marks school-days whose summary must be made again.
pub async fn mark_dirty(tx: &Transaction<'_>, dirty: &[DirtyDay]) -> Result<(), StoreError> {
    let schools: Vec<_> = dirty.iter().map(|one| one.school.0).collect();
    let days: Vec<_> = dirty.iter().map(|one| one.day).collect();
    let within_s: Vec<_> = dirty.iter().map(|one| one.within.as_secs_f64()).collect();
    sql!("dirty_school_day_mark")
        .execute(tx, &[&schools, &days, &within_s])
        .await
        .map(drop)
}
