//! A file of infrastructure into the registry: it replaces what its source said before of that kind,
//! and every school whose nearest may be another one is measured anew. Of no country: cables and
//! masts matter across borders.

use chrono::NaiveDate;
use deadpool_postgres::Transaction;
use serde_json::json;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::{
    frame::{self, Copy, batch, object, record_findings, take_time},
    wkb,
};
use crate::{
    domain::{
        area::CountryCode,
        infrastructure::{InfrastructureList, Standing},
        listing::Finding,
    },
    store::{
        Client, StoreError, audit, changes,
        infrastructure::{LOCK_CLASS, LOCK_NAME, measure, measure_tables},
        query::{Query, sql},
    },
};

/// The file, and where it comes from.
#[derive(Debug, Clone)]
pub struct InfrastructureFile {
    /// The country that it speaks for; none if it speaks for all that its source knows.
    pub country: Option<CountryCode>,
    /// Who says so.
    pub source: String,
    /// Under which licence.
    pub licence: String,
    /// The day that the data describe.
    pub as_of: NaiveDate,
    /// Name of the file, without its directory.
    pub file_name: String,
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// An account's login, or `command line`.
    pub actor: String,
}

/// How it went. `rows = created + updated + unchanged + rejected`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfrastructureOutcome {
    /// The import's id.
    pub import_id: Uuid,
    /// Rows of the file.
    pub rows: i32,
    /// Rows that became something new.
    pub created: i32,
    /// Rows that changed something known.
    pub updated: i32,
    /// Rows that said what was known already.
    pub unchanged: i32,
    /// Rows that were not taken.
    pub rejected: i32,
    /// Things that the source spoke of before and is silent on now.
    pub removed: i32,
    /// Distances from schools that are other than before.
    pub distances: u64,
    /// Everything that there is to know, by row.
    pub findings: Vec<Finding>,
}

/// Takes a file of infrastructure, whole or not at all.
pub async fn import_infrastructure(
    client: &mut Client,
    file: &InfrastructureFile,
    list: InfrastructureList,
) -> Result<InfrastructureOutcome, StoreError> {
    const BEGIN: Query = sql!("import_begin", "BEGIN");
    const LOCK: Query = sql!(
        "import_lock",
        "SELECT pg_advisory_xact_lock($1, hashtext($2))"
    );
    let tx = client
        .transaction()
        .await
        .map_err(|error| BEGIN.failed(error))?;
    take_time(&tx).await?;
    LOCK.one(&tx, &[&LOCK_CLASS, &LOCK_NAME]).await?;
    load(&tx, &list).await?;
    let kind = list.kind.slug();
    let mut findings = list.findings;
    findings.extend(mend(&tx).await?);
    let import_id = Uuid::now_v7();
    let (dataset, older) = dataset(&tx, file, kind, import_id).await?;
    findings.extend(older);
    let distances = write(&tx, file, kind, dataset).await?;
    let counts = sql!("infrastructure_import_counts").one(&tx, &[]).await?;
    let (created, updated, unchanged, removed): (i32, i32, i32, i32) = (
        counts.get("created"),
        counts.get("updated"),
        counts.get("unchanged"),
        counts.get("removed"),
    );
    if removed > 0 {
        let message = format!(
            "{removed} things that {:?} spoke of before are not in this file; they are gone now",
            file.source
        );
        findings.push(Finding::info(0, "gone", message));
    }
    findings.sort_by_key(|finding| finding.row);
    let outcome = InfrastructureOutcome {
        import_id,
        rows: list.row_count,
        created,
        updated,
        unchanged,
        rejected: list.row_count - created - updated - unchanged,
        removed,
        distances,
        findings,
    };
    finish(tx, file, kind, &outcome).await?;
    Ok(outcome)
}

async fn load(tx: &Transaction<'_>, list: &InfrastructureList) -> Result<(), StoreError> {
    const ROWS: Query = sql!(
        "infrastructure_import_copy",
        "COPY incoming_infrastructure (row_number, new_id, match_key, name, status, operator,
                                       technology, generations, range_m, attributes, outline)
         FROM STDIN (FORMAT binary)"
    );
    const READY: Query = sql!(
        "infrastructure_import_ready",
        "ANALYZE incoming_infrastructure"
    );
    batch(tx, sql!("infrastructure_import_tables")).await?;
    let types = [
        Type::INT4,
        Type::UUID,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT_ARRAY,
        Type::FLOAT8,
        Type::JSONB,
        Type::BYTEA,
    ];
    let mut copy = Copy::begin(tx, ROWS, &types).await?;
    for row in &list.rows {
        let generations: Vec<&str> = row.generations.iter().map(|g| g.slug()).collect();
        copy.row(&[
            &row.row,
            &Uuid::now_v7(),
            &row.match_key,
            &row.name,
            &Standing::slug(row.standing),
            &row.operator,
            &row.technology,
            &generations,
            &row.range_m,
            &object(&row.attributes),
            &wkb::encode_place(&row.place),
        ])
        .await?;
    }
    copy.finish().await?;
    batch(tx, READY).await
}

/// Mends outlines that cross themselves and takes out those that enclose nothing.
async fn mend(tx: &Transaction<'_>) -> Result<Vec<Finding>, StoreError> {
    const TAKE_OUT: Query = sql!(
        "infrastructure_import_take_out",
        "DELETE FROM incoming_infrastructure WHERE ST_IsEmpty(geometry)"
    );
    sql!("infrastructure_import_mend").execute(tx, &[]).await?;
    let rows = sql!("infrastructure_import_faults").rows(tx, &[]).await?;
    TAKE_OUT.execute(tx, &[]).await?;
    Ok(rows.iter().map(frame::outline_finding).collect())
}

/// The dataset that the file speaks for, and a word if what is known of it is newer.
async fn dataset(
    tx: &Transaction<'_>,
    file: &InfrastructureFile,
    kind: &str,
    import_id: Uuid,
) -> Result<(Uuid, Option<Finding>), StoreError> {
    let row = sql!("infrastructure_dataset_put")
        .one(
            tx,
            &[
                &Uuid::now_v7(),
                &kind,
                &file.source,
                &file.country.as_ref().map(CountryCode::as_str),
                &file.licence,
                &file.as_of,
                &import_id,
            ],
        )
        .await?;
    let known: Option<NaiveDate> = row.get("known_as_of");
    let older = known.filter(|known| file.as_of < *known).map(|known| {
        let message = format!(
            "the file is of {}, and what was known before of {known}; it was taken all the same: \
             if it is the older one, import the newer one again",
            file.as_of
        );
        Finding::warning(0, "older_than_known", message)
    });
    Ok((row.get("id"), older))
}

/// Writes what differs and measures what follows from it; how many distances changed.
async fn write(
    tx: &Transaction<'_>,
    file: &InfrastructureFile,
    kind: &str,
    dataset: Uuid,
) -> Result<u64, StoreError> {
    const NEW: Query = sql!(
        "infrastructure_import_new",
        "UPDATE incoming_infrastructure SET id = new_id, created = true WHERE id IS NULL"
    );
    const PARTS: Query = sql!(
        "infrastructure_import_parts_gone",
        "DELETE FROM infrastructure_part p USING touched t WHERE p.infrastructure_id = t.id"
    );
    const GONE: Query = sql!(
        "infrastructure_import_gone",
        "DELETE FROM infrastructure f USING touched t WHERE f.id = t.id AND t.gone"
    );
    // A file that speaks for all countries takes the place of those that spoke for one each.
    const EMPTY: Query = sql!(
        "infrastructure_dataset_empty",
        "DELETE FROM infrastructure_dataset d
         WHERE d.kind = $1 AND d.source = $2 AND d.id <> $3
           AND NOT EXISTS (SELECT FROM infrastructure f WHERE f.dataset_id = d.id)"
    );
    const ALL: Query = sql!(
        "distance_of_all",
        "INSERT INTO to_measure (school_id, location)
         SELECT id, location FROM school WHERE location IS NOT NULL
         ON CONFLICT (school_id) DO NOTHING"
    );
    let country = file.country.as_ref().map(CountryCode::as_str);
    sql!("infrastructure_import_match")
        .execute(tx, &[&dataset, &kind, &file.source, &country])
        .await?;
    sql!("infrastructure_import_touched")
        .execute(tx, &[&kind, &file.source, &country])
        .await?;
    NEW.execute(tx, &[]).await?;
    let mut layers = layers(tx, sql!("infrastructure_layers_touched")).await?;
    measure_tables(tx).await?;
    sql!("infrastructure_import_forget")
        .execute(tx, &[])
        .await?;
    PARTS.execute(tx, &[]).await?;
    GONE.execute(tx, &[]).await?;
    sql!("infrastructure_import_update")
        .execute(tx, &[&dataset])
        .await?;
    sql!("infrastructure_import_insert")
        .execute(tx, &[&dataset, &kind])
        .await?;
    EMPTY.execute(tx, &[&kind, &file.source, &dataset]).await?;
    let parts = sql!("infrastructure_import_parts")
        .execute(tx, &[&kind])
        .await?;
    if parts > 0 {
        // Any school may have something new nearby.
        layers.extend(self::layers(tx, sql!("infrastructure_layers_new")).await?);
        layers.sort_unstable();
        layers.dedup();
        ALL.execute(tx, &[]).await?;
    }
    batch(
        tx,
        sql!("infrastructure_ready", "ANALYZE infrastructure_part"),
    )
    .await?;
    measure(tx, &layers).await
}

async fn layers(tx: &Transaction<'_>, query: Query) -> Result<Vec<i16>, StoreError> {
    let rows = query.rows(tx, &[]).await?;
    Ok(rows.iter().map(|row| row.get("layer")).collect())
}

/// Records the import and tells every server, if anything changed.
async fn finish(
    tx: Transaction<'_>,
    file: &InfrastructureFile,
    kind: &str,
    outcome: &InfrastructureOutcome,
) -> Result<(), StoreError> {
    const COMMIT: Query = sql!("import_commit", "COMMIT");
    let finding_count = i32::try_from(outcome.findings.len()).unwrap_or(i32::MAX);
    let country = file.country.as_ref().map(CountryCode::as_str);
    sql!("infrastructure_import_record")
        .execute(
            &tx,
            &[
                &outcome.import_id,
                &country,
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
    record_findings(&tx, outcome.import_id, "file", &outcome.findings).await?;
    let detail = json!({
        "import_id": outcome.import_id,
        "file": file.file_name,
        "source": file.source,
        "country": country,
        "licence": file.licence,
        "as_of": file.as_of.to_string(),
        "rows": outcome.rows,
        "created": outcome.created,
        "updated": outcome.updated,
        "unchanged": outcome.unchanged,
        "rejected": outcome.rejected,
        "removed": outcome.removed,
        "findings": finding_count,
    });
    audit::record(&tx, &file.actor, "import infrastructure", kind, &detail).await?;
    if outcome.created + outcome.updated + outcome.removed > 0 {
        changes::announce(&tx, &[]).await?;
    }
    tx.commit().await.map_err(|error| COMMIT.failed(error))
}
