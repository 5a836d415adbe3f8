//! Page checks: written by COPY BINARY within the transaction of their report.

use std::pin::pin;

use deadpool_postgres::Transaction;
use tokio_postgres::{
    binary_copy::BinaryCopyInWriter,
    types::{ToSql, Type},
};

use super::{
    StoreError,
    measurements::{COMMON_TYPES, Common},
    query::{Query, sql},
};
use crate::domain::{page::PageCheck, school::SchoolId};

const COPY: Query = sql!(
    "page_check_copy",
    "COPY page_check (school_id, measured_at, probe_id, sequence, received_at, probe_clock_at, \
     time_basis, vantage, invalid_reason, in_opening_hours, outcome, failed_stage, failure, \
     url, dns_ms, connect_ms, tls_ms, http_ms, http_status, ip_version, bytes_down) \
     FROM STDIN BINARY"
);

/// Writes page checks of these schools, whatever their origin says. Their month must have a partition.
pub async fn insert(
    tx: &Transaction<'_>,
    checks: &[(SchoolId, &PageCheck)],
) -> Result<(), StoreError> {
    const OWN_TYPES: [Type; 8] = [
        Type::TEXT,
        Type::FLOAT8,
        Type::FLOAT8,
        Type::FLOAT8,
        Type::FLOAT8,
        Type::INT2,
        Type::INT2,
        Type::INT8,
    ];
    if checks.is_empty() {
        return Ok(());
    }
    let query = COPY;
    let types = [&COMMON_TYPES[..], &OWN_TYPES].concat();
    let sink = tx.copy_in(query.text).await.map_err(|e| query.failed(e))?;
    let mut writer = pin!(BinaryCopyInWriter::new(sink, &types));
    for (school, check) in checks {
        let common = Common::new(*school, &check.origin, check.failure.as_ref());
        let own: [&(dyn ToSql + Sync); 8] = [
            &check.url,
            &check.dns_ms,
            &check.connect_ms,
            &check.tls_ms,
            &check.http_ms,
            &check.http_status,
            &check.ip_version,
            &check.bytes_down,
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
