//! A school list into the registry.

use deadpool_postgres::Transaction;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::{
    ImportError, ImportFile, Outcome, assign, corrections,
    frame::{self, Copy, batch, object},
    place,
};
use crate::{
    domain::{
        area::CountryCode,
        benchmark::Benchmark,
        listing::{Finding, SchoolList, Stated},
        location::Location,
        status::{Evidence, judge},
    },
    store::{
        Client, StoreError,
        query::{Query, sql},
    },
};

/// Takes a school list, whole or not at all.
pub async fn import_schools(
    client: &mut Client,
    file: &ImportFile,
    list: SchoolList,
) -> Result<Outcome, ImportError> {
    const BEGIN: Query = sql!("import_begin", "BEGIN");
    let tx = client
        .transaction()
        .await
        .map_err(|error| BEGIN.failed(error))?;
    let country = &file.country.code;
    let country_is_new = frame::begin(&tx, file).await?;
    let benchmark = frame::benchmark(&tx, file).await?;
    load(&tx, &list, &benchmark).await?;
    let mut findings = list.findings;
    findings.extend(match_known(&tx, country).await?);
    let kept = corrections::keep(&tx).await?;
    findings.extend(kept.findings);
    findings.extend(place::place(&tx, country, &list.rows, kept.positions).await?);
    let changed = write(&tx, country, &list.stated, &benchmark).await?;
    let counts = sql!("import_school_counts").one(&tx, &[]).await?;
    findings.sort_by_key(|finding| finding.row);
    let (created, updated, unchanged) = (
        counts.get("created"),
        counts.get("updated"),
        counts.get("unchanged"),
    );
    let outcome = Outcome {
        import_id: Uuid::now_v7(),
        country_is_new,
        rows: list.row_count,
        created,
        updated,
        unchanged,
        rejected: list.row_count - created - updated - unchanged,
        not_placed: counts.get("not_placed"),
        schools_in_areas: assign::counts(&tx, country).await?,
        findings,
    };
    frame::finish(
        tx,
        file,
        "schools",
        &outcome,
        changed || created + updated > 0,
    )
    .await?;
    Ok(outcome)
}

/// Brings the rows into temporary tables.
async fn load(
    tx: &Transaction<'_>,
    list: &SchoolList,
    benchmark: &Benchmark,
) -> Result<(), StoreError> {
    const ROWS: Query = sql!(
        "import_school_copy",
        "COPY incoming (row_number, new_id, name, longitude, latitude, location_problem,
                        stated_longitude, stated_latitude, education_level, student_count,
                        connectivity, attributes, status, target_mbps)
         FROM STDIN (FORMAT binary)"
    );
    const READY: Query = sql!(
        "import_school_ready",
        "ANALYZE incoming; ANALYZE incoming_alias"
    );
    batch(tx, sql!("import_school_tables")).await?;
    assign::prepare(tx).await?;
    let types = [
        Type::INT4,
        Type::UUID,
        Type::TEXT,
        Type::FLOAT8,
        Type::FLOAT8,
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
    for row in &list.rows {
        let location = row.location.ok();
        let verdict = judge(
            Evidence::default(),
            row.connectivity,
            row.student_count,
            benchmark,
        )
        .slug();
        copy.row(&[
            &row.row,
            &Uuid::now_v7(),
            &row.name,
            &location.map(Location::longitude),
            &location.map(Location::latitude),
            &row.location.err(),
            &row.longitude,
            &row.latitude,
            &row.education_level,
            &row.student_count,
            &row.connectivity.slug(),
            &object(&row.attributes),
            &verdict,
            &benchmark.target_mbps(row.student_count),
        ])
        .await?;
    }
    copy.finish().await?;
    load_ids(tx, list).await?;
    batch(tx, READY).await
}

/// Brings the ids of the rows into a temporary table.
async fn load_ids(tx: &Transaction<'_>, list: &SchoolList) -> Result<(), StoreError> {
    const IDS: Query = sql!(
        "import_alias_copy",
        "COPY incoming_alias (row_number, scheme, value) FROM STDIN (FORMAT binary)"
    );
    let mut copy = Copy::begin(tx, IDS, &[Type::INT4, Type::TEXT, Type::TEXT]).await?;
    for row in &list.rows {
        for (scheme, value) in &row.aliases {
            copy.row(&[&row.row, &scheme.slug(), value]).await?;
        }
    }
    copy.finish().await
}

/// Finds the known school of each row, and says where ids disagree.
async fn match_known(
    tx: &Transaction<'_>,
    country: &CountryCode,
) -> Result<Vec<Finding>, StoreError> {
    const NEW: Query = sql!(
        "import_school_new",
        "UPDATE incoming SET school_id = new_id, created = true WHERE school_id IS NULL"
    );
    sql!("import_school_match")
        .execute(tx, &[&country.as_str()])
        .await?;
    let mut findings = vec![];
    for row in sql!("import_school_same").rows(tx, &[]).await? {
        let (number, first): (i32, i32) = (row.get("row_number"), row.get("first_row"));
        let message = format!(
            "rows {first} and {number} state different ids of one known school; row {first} was \
             taken, row {number} was not: correct the id of one, or delete it"
        );
        findings.push(Finding::error(number, "duplicate_id", message));
    }
    NEW.execute(tx, &[]).await?;
    for row in sql!("import_school_conflicts")
        .rows(tx, &[&country.as_str()])
        .await?
    {
        let (scheme, name): (String, String) = (row.get("scheme"), row.get("name"));
        let message = format!(
            "the {scheme} id is known as that of another school, {name:?}, and stays with it; \
             correct it in one of the two rows"
        );
        findings.push(Finding {
            value: row.get("value"),
            ..Finding::warning(row.get("row_number"), "id_of_another_school", message)
        });
    }
    Ok(findings)
}

/// Writes what differs. True if a school's areas changed.
async fn write(
    tx: &Transaction<'_>,
    country: &CountryCode,
    stated: &Stated,
    benchmark: &Benchmark,
) -> Result<bool, StoreError> {
    let code = country.as_str();
    sql!("import_school_merge")
        .execute(
            tx,
            &[
                &code,
                &stated.education_level,
                &stated.student_count,
                &stated.connectivity,
                &stated.attributes,
            ],
        )
        .await?;
    sql!("import_school_stale").execute(tx, &[]).await?;
    sql!("import_school_update").execute(tx, &[]).await?;
    sql!("import_school_insert").execute(tx, &[&code]).await?;
    sql!("import_school_aliases").execute(tx, &[&code]).await?;
    sql!("import_school_verdicts")
        .execute(tx, &[&benchmark.download_floor_mbps])
        .await?;
    assign::settle(tx).await
}
