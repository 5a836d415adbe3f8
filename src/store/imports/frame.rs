//! What the import of any file begins and ends with: the lock, the country, the record of it.

use std::pin::Pin;

use deadpool_postgres::Transaction;
use serde_json::{Value, json};
use tokio_postgres::{
    binary_copy::BinaryCopyInWriter,
    types::{ToSql, Type},
};
use uuid::Uuid;

use super::{ImportFile, Outcome};
use crate::{
    domain::{benchmark::Benchmark, listing::Finding},
    store::{
        StoreError, audit, changes, countries,
        query::{Query, sql},
    },
};

/// Any number will do, as long as every version of the program takes the same one.
const ADVISORY_CLASS: i32 = 0x005C_4001;

/// How long an import's statements may take, and wait for one another.
pub(super) const LIMITS: Query = sql!(
    "import_limits",
    "SET LOCAL statement_timeout = '10min'; SET LOCAL lock_timeout = '10min'"
);

/// Takes the country for this import alone, and adds it if it is new. True if it is.
///
/// Imports are long and rare: they may take longer than any other statement, and wait for one
/// another.
pub(super) async fn begin(tx: &Transaction<'_>, file: &ImportFile) -> Result<bool, StoreError> {
    batch(tx, LIMITS).await?;
    let code = file.country.code.as_str();
    sql!(
        "import_lock",
        "SELECT pg_advisory_xact_lock($1, hashtext($2))"
    )
    .one(tx, &[&ADVISORY_CLASS, &code])
    .await?;
    let is_new = countries::add(tx, &file.country).await?;
    if !is_new {
        let changes = &file.changes;
        sql!("import_country_change")
            .execute(
                tx,
                &[&code, &changes.name, &changes.time_zone, &changes.credit],
            )
            .await?;
    }
    Ok(is_new)
}

/// What the country's schools are judged by.
pub(super) async fn benchmark(
    tx: &Transaction<'_>,
    file: &ImportFile,
) -> Result<Benchmark, StoreError> {
    const QUERY: Query = sql!("country_find");
    let country = countries::find(tx, &file.country.code).await?;
    let missing = || QUERY.unexpected(format!("no country {}", file.country.code));
    Ok(country.ok_or_else(missing)?.benchmark)
}

/// Records the import and tells every server, if `changed`.
pub(super) async fn finish(
    tx: Transaction<'_>,
    file: &ImportFile,
    subject: &str,
    outcome: &Outcome,
    changed: bool,
) -> Result<(), StoreError> {
    const COMMIT: Query = sql!("import_commit", "COMMIT");
    let code = file.country.code.as_str();
    let finding_count = i32::try_from(outcome.findings.len()).unwrap_or(i32::MAX);
    sql!("import_record")
        .execute(
            &tx,
            &[
                &outcome.import_id,
                &code,
                &subject,
                &file.file_name,
                &file.sha256.as_slice(),
                &file.actor,
                &outcome.rows,
                &outcome.created,
                &outcome.updated,
                &outcome.unchanged,
                &outcome.rejected,
                &finding_count,
            ],
        )
        .await?;
    record_findings(&tx, outcome.import_id, &outcome.findings).await?;
    let detail = json!({
        "import_id": outcome.import_id,
        "file": file.file_name,
        "rows": outcome.rows,
        "created": outcome.created,
        "updated": outcome.updated,
        "unchanged": outcome.unchanged,
        "rejected": outcome.rejected,
        "findings": finding_count,
    });
    audit::record(
        &tx,
        &file.actor,
        &format!("import {subject}"),
        code,
        &detail,
    )
    .await?;
    if changed {
        changes::announce(&tx, &[]).await?;
    }
    tx.commit().await.map_err(|error| COMMIT.failed(error))
}

pub(super) async fn record_findings(
    tx: &Transaction<'_>,
    import_id: Uuid,
    findings: &[Finding],
) -> Result<(), StoreError> {
    const COPY: Query = sql!(
        "import_finding_copy",
        "COPY import_finding (import_id, row_number, severity, code, field, value, message)
         FROM STDIN (FORMAT binary)"
    );
    let text = Type::TEXT;
    let types = [Type::UUID, Type::INT4]
        .into_iter()
        .chain(std::iter::repeat_n(text, 5))
        .collect::<Vec<_>>();
    let mut copy = Copy::begin(tx, COPY, &types).await?;
    for finding in findings {
        copy.row(&[
            &import_id,
            &finding.row,
            &finding.severity.slug(),
            &finding.code,
            &finding.field,
            &finding.value,
            &finding.message,
        ])
        .await?;
    }
    copy.finish().await
}

/// A running `COPY … FROM STDIN (FORMAT binary)`.
pub(super) struct Copy {
    query: Query,
    writer: Pin<Box<BinaryCopyInWriter>>,
}

impl Copy {
    pub async fn begin(
        tx: &Transaction<'_>,
        query: Query,
        types: &[Type],
    ) -> Result<Self, StoreError> {
        let sink = tx
            .copy_in(query.text)
            .await
            .map_err(|error| query.failed(error))?;
        let writer = Box::pin(BinaryCopyInWriter::new(sink, types));
        Ok(Self { query, writer })
    }

    pub async fn row(&mut self, values: &[&(dyn ToSql + Sync)]) -> Result<(), StoreError> {
        self.writer
            .as_mut()
            .write(values)
            .await
            .map_err(|error| self.query.failed(error))
    }

    pub async fn finish(mut self) -> Result<(), StoreError> {
        let finished = self.writer.as_mut().finish().await;
        finished.map(drop).map_err(|error| self.query.failed(error))
    }
}

/// Several statements without parameters.
pub(super) async fn batch(tx: &Transaction<'_>, query: Query) -> Result<(), StoreError> {
    tx.batch_execute(query.text)
        .await
        .map_err(|error| query.failed(error))
}

/// Texts by name, as JSON.
pub(super) fn object(texts: &std::collections::BTreeMap<String, String>) -> Value {
    let pairs = texts
        .iter()
        .map(|(name, text)| (name.clone(), Value::String(text.clone())));
    Value::Object(pairs.collect())
}
