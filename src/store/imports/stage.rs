//! Rows as they are read → the staging tables, some thousands at a time, so that a list of any
//! length fits.

use bytes::BufMut;
use deadpool_postgres::Transaction;
use futures_util::{Stream, TryStreamExt};
use tokio_postgres::types::{Json, Type};
use uuid::Uuid;

use super::{
    ImportError, compare,
    frame::{self, Copy},
    register::{self, NewImport},
};
use crate::{
    domain::{
        benchmark::Benchmark,
        listing::{Finding, ListPart, Proposed, SchoolEntry, SchoolRow, Stated},
        location::Location,
        school::AliasScheme,
        school_facts::{BUSIEST_SHIFT, SchoolFacts, TECHNOLOGY},
        status::{Evidence, judge},
    },
    store::{
        Client, StoreError,
        query::{Query, sql},
    },
};

/// Rows that are gathered before they are written.
const BATCH_ROWS: usize = 5_000;

/// Reads a list to its end, compares its rows with what is known, and leaves them to be looked at.
/// `progress` is told how many rows were read.
///
/// Whatever was staged of this import before is forgotten. An error leaves nothing staged.
pub async fn stage<E>(
    client: &mut Client,
    import: NewImport,
    stated: &Stated,
    parts: impl Stream<Item = Result<ListPart, E>>,
    progress: impl Fn(i32),
) -> Result<(), ImportError>
where
    E: std::error::Error + Send + Sync + 'static,
{
    const BEGIN: Query = sql!("stage_begin", "BEGIN");
    const COMMIT: Query = sql!("stage_commit", "COMMIT");
    // Before the transaction: what it changes of the record, nobody else could change meanwhile, such
    // as how far it has come.
    sql!(
        "import_stated",
        "UPDATE import SET stated = $2 WHERE id = $1"
    )
    .execute(client, &[&import.id, &register::stated_json(stated)])
    .await?;
    let record = register::find(client, import.id).await?;
    let record = record.ok_or(ImportError::NotFound)?;
    let tx = client
        .transaction()
        .await
        .map_err(|error| BEGIN.failed(error))?;
    frame::take_time(&tx).await?;
    sql!("staged_forget")
        .execute(&tx, &[&import.number])
        .await?;
    sql!(
        "import_findings_forget",
        "DELETE FROM import_finding WHERE import_id = $1"
    )
    .execute(&tx, &[&import.id])
    .await?;
    let benchmark = frame::benchmark(&tx, &record.country).await?;
    let mut batch = Batch::new(import, benchmark);
    let mut end = None;
    let mut parts = std::pin::pin!(parts);
    while let Some(part) = parts
        .try_next()
        .await
        .map_err(|error| ImportError::File(Box::new(error)))?
    {
        match part {
            ListPart::Entry(entry) => {
                batch.rows_read = entry.row;
                if batch.add(*entry) {
                    batch.write(&tx).await?;
                    progress(batch.rows_read);
                }
            }
            ListPart::End {
                row_count,
                findings,
            } => end = Some((row_count, findings)),
        }
    }
    let (row_count, findings) = end.ok_or(ImportError::Interrupted)?;
    batch.findings.extend(findings);
    batch.write(&tx).await?;
    progress(row_count);
    frame::batch(&tx, sql!("staged_ready", "ANALYZE staged_school")).await?;
    compare::within(&tx, &record, row_count).await?;
    tx.commit().await.map_err(|error| COMMIT.failed(error))?;
    Ok(())
}

/// Rows and findings that wait to be written.
struct Batch {
    import: NewImport,
    benchmark: Benchmark,
    rows: Vec<SchoolRow>,
    findings: Vec<Finding>,
    rows_read: i32,
}

impl Batch {
    fn new(import: NewImport, benchmark: Benchmark) -> Self {
        Self {
            import,
            benchmark,
            rows: Vec::with_capacity(BATCH_ROWS),
            findings: vec![],
            rows_read: 0,
        }
    }

    /// Adds a row. True if it is time to write.
    fn add(&mut self, entry: SchoolEntry) -> bool {
        self.findings.extend(entry.findings);
        self.rows.extend(entry.school);
        self.rows.len() >= BATCH_ROWS || self.findings.len() >= BATCH_ROWS
    }

    async fn write(&mut self, tx: &Transaction<'_>) -> Result<(), StoreError> {
        self.write_rows(tx).await?;
        self.write_repairs(tx).await?;
        frame::record_findings(tx, self.import.id, "file", &self.findings).await?;
        self.rows.clear();
        self.findings.clear();
        Ok(())
    }

    async fn write_rows(&self, tx: &Transaction<'_>) -> Result<(), StoreError> {
        const ROWS: Query = sql!("staged_school_copy");
        let types = [
            Type::INT8,
            Type::INT4,
            Type::UUID,
            Type::UUID,
            Type::TEXT,
            Type::TEXT,
            Type::TEXT,
            Type::TEXT,
            Type::TEXT,
            // A geometry, in the form in which PostGIS receives one.
            Type::BYTEA,
            Type::TEXT,
            Type::TEXT,
            Type::TEXT,
            Type::TEXT,
            Type::INT4,
            Type::TEXT,
            Type::JSONB,
            Type::TEXT,
            Type::FLOAT8,
        ];
        let mut copy = Copy::begin(tx, ROWS, &types).await?;
        for row in &self.rows {
            let id = |scheme: AliasScheme| {
                let mut aliases = row.aliases.iter();
                aliases.find_map(|(known, id)| (*known == scheme).then_some(id))
            };
            let attribute = |name: &str| row.attributes.get(name).map(String::as_str);
            let facts = SchoolFacts::stated(
                row.student_count,
                row.education_level.as_deref(),
                attribute(TECHNOLOGY),
                attribute(BUSIEST_SHIFT),
            );
            let demand = self.benchmark.demand(&facts);
            let verdict = judge(Evidence::default(), row.connectivity, &demand);
            copy.row(&[
                &self.import.number,
                &row.row,
                &Uuid::now_v7(),
                &row.school_id,
                &id(AliasScheme::Government),
                &id(AliasScheme::Giga),
                &id(AliasScheme::Osm),
                &id(AliasScheme::Import),
                &row.name,
                &row.location.ok().map(point),
                &row.location.err(),
                &row.longitude,
                &row.latitude,
                &row.education_level,
                &row.student_count,
                &row.connectivity.slug(),
                &Json(&row.attributes),
                &verdict.slug(),
                &demand.download().target,
            ])
            .await?;
        }
        copy.finish().await
    }

    async fn write_repairs(&self, tx: &Transaction<'_>) -> Result<(), StoreError> {
        const REPAIRS: Query = sql!("staged_repair_copy");
        if self.rows.iter().all(|row| row.repairs.is_empty()) {
            return Ok(());
        }
        let types = [
            Type::INT8,
            Type::INT4,
            Type::TEXT,
            Type::TEXT,
            Type::TEXT,
            Type::BYTEA,
            Type::BOOL,
        ];
        let mut copy = Copy::begin(tx, REPAIRS, &types).await?;
        for row in &self.rows {
            for repair in &row.repairs {
                let (name, location) = match &repair.proposed {
                    Proposed::Name(name) => (Some(name), None),
                    Proposed::Position(location) => (None, Some(point(*location))),
                };
                copy.row(&[
                    &self.import.number,
                    &row.row,
                    &repair.kind.slug(),
                    &repair.stated,
                    &name,
                    &location,
                    &repair.accepted,
                ])
                .await?;
            }
        }
        copy.finish().await
    }
}

/// A point as `PostGIS` receives it: extended well-known binary, little-endian, with its reference
/// system.
fn point(location: Location) -> Vec<u8> {
    const POINT_WITH_SRID: u32 = 0x2000_0001;
    let mut bytes = Vec::with_capacity(25);
    bytes.put_u8(1);
    bytes.put_u32_le(POINT_WITH_SRID);
    bytes.put_u32_le(4326);
    bytes.put_f64_le(location.longitude());
    bytes.put_f64_le(location.latitude());
    bytes
}
