//! What the import of any file begins and ends with: the lock, the country, the record of it.

use std::pin::Pin;

use deadpool_postgres::{GenericClient, Transaction};
use serde_json::{Value, json};
use tokio_postgres::{
    Row,
    binary_copy::BinaryCopyInWriter,
    types::{ToSql, Type},
};
use uuid::Uuid;

use super::{CountryChanges, ImportFile, Outcome};
use crate::{
    domain::{area::CountryCode, benchmark::Benchmark, listing::Finding},
    store::{
        StoreError, audit, changes,
        countries::{self, Country},
        country_lock,
        query::{Query, sql},
        summaries::groups,
    },
};

/// Takes the country for this import alone, and adds it if it is new. True if it is.
///
/// Imports are long and rare: they may take longer than any other statement, and wait for one
/// another.
pub(super) async fn begin(
    tx: &Transaction<'_>,
    country: &Country,
    changes: &CountryChanges,
) -> Result<bool, StoreError> {
    let code = country.code.as_str();
    lock(tx, &country.code).await?;
    let is_new = countries::add(tx, country).await?;
    if !is_new {
        sql!("import_country_change")
            .execute(
                tx,
                &[&code, &changes.name, &changes.time_zone, &changes.credit],
            )
            .await?;
    }
    Ok(is_new)
}

/// Takes the country for this transaction alone.
pub(super) async fn lock(tx: &Transaction<'_>, country: &CountryCode) -> Result<(), StoreError> {
    take_time(tx).await?;
    country_lock::take(tx, country).await
}

/// Allows statements that go over a whole country, and the memory for them.
pub(super) async fn take_time(tx: &Transaction<'_>) -> Result<(), StoreError> {
    const LIMITS: Query = sql!(
        "import_limits",
        "SET LOCAL statement_timeout = '30min'; SET LOCAL lock_timeout = '10min';
         SET LOCAL work_mem = '192MB'; SET LOCAL maintenance_work_mem = '256MB';
         SET LOCAL temp_buffers = '64MB'; SET LOCAL jit = off"
    );
    batch(tx, LIMITS).await
}

/// The state of the country's registry; 0 where the country is not known yet.
pub(super) async fn version(
    db: &impl GenericClient,
    country: &CountryCode,
) -> Result<i64, StoreError> {
    let row = sql!(
        "registry_version",
        "SELECT coalesce((SELECT registry_version FROM country WHERE code = $1), 0)"
    )
    .one(db, &[&country.as_str()])
    .await?;
    Ok(row.get(0))
}

/// Says that schools or areas of the country changed: whatever was staged is compared again.
pub(in crate::store) async fn touch(
    db: &impl GenericClient,
    country: &CountryCode,
) -> Result<(), StoreError> {
    sql!(
        "registry_touch",
        "UPDATE country SET registry_version = registry_version + 1 WHERE code = $1"
    )
    .execute(db, &[&country.as_str()])
    .await?;
    groups::mark_country(db, country).await
}

/// What the country's schools are judged by.
pub(super) async fn benchmark(
    db: &impl GenericClient,
    country: &CountryCode,
) -> Result<Benchmark, StoreError> {
    let known = countries::find(db, country).await?;
    Ok(known.map_or_else(Benchmark::default, |country| country.benchmark))
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
                &file.bytes,
                &file.source,
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
    record_findings(&tx, outcome.import_id, "file", &outcome.findings).await?;
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
        touch(&tx, &file.country.code).await?;
        changes::announce(&tx, &[]).await?;
    }
    tx.commit().await.map_err(|error| COMMIT.failed(error))
}

/// Keeps findings, with what found them: `file` or `registry`.
pub(super) async fn record_findings(
    tx: &Transaction<'_>,
    import_id: Uuid,
    origin: &str,
    findings: &[Finding],
) -> Result<(), StoreError> {
    const COPY: Query = sql!(
        "import_finding_copy",
        "COPY import_finding (import_id, row_number, severity, code, field, value, message, origin)
         FROM STDIN (FORMAT binary)"
    );
    let text = Type::TEXT;
    let types = [Type::UUID, Type::INT4]
        .into_iter()
        .chain(std::iter::repeat_n(text, 6))
        .collect::<Vec<_>>();
    if findings.is_empty() {
        return Ok(());
    }
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
            &origin,
        ])
        .await?;
    }
    copy.finish().await
}

/// What there is to know of an outline that was mended, or that encloses nothing.
pub(super) fn outline_finding(row: &Row) -> Finding {
    let number = row.get("row_number");
    let finding = if row.get("is_empty") {
        let text = "the outline encloses no area, and was not taken; draw it again";
        Finding::error(number, "empty_outline", text)
    } else {
        let text = "the outline crosses or touches itself and was mended; look at it on the map, or \
                    mend it in the file";
        Finding::warning(number, "mended_outline", text)
    };
    Finding {
        value: row.get("fault"),
        ..finding.field("geometry")
    }
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
