//! A level of areas into the registry; every school of the country is assigned anew.

use deadpool_postgres::Transaction;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::{
    ImportError, ImportFile, Outcome, assign,
    frame::{self, Copy, batch, object},
    wkb,
};
use crate::{
    domain::{
        area::{AreaLevel, CountryCode},
        listing::{AreaList, Finding},
    },
    store::{
        Client, StoreError,
        query::{Query, sql},
    },
};

/// Takes the areas of one level, whole or not at all.
pub async fn import_areas(
    client: &mut Client,
    file: &ImportFile,
    level: AreaLevel,
    list: AreaList,
) -> Result<Outcome, ImportError> {
    const BEGIN: Query = sql!("import_begin", "BEGIN");
    let tx = client
        .transaction()
        .await
        .map_err(|error| BEGIN.failed(error))?;
    let country = &file.country.code;
    let country_is_new = frame::begin(&tx, &file.country, &file.changes).await?;
    load(&tx, &list).await?;
    let mut findings = list.findings;
    findings.extend(mend(&tx).await?);
    let family = write(&tx, country, level).await?;
    let counts = sql!("import_area_counts")
        .one(&tx, &[&country.as_str()])
        .await?;
    let (created, updated, unchanged): (i32, i32, i32) = (
        counts.get("created"),
        counts.get("updated"),
        counts.get("unchanged"),
    );
    if created + updated + unchanged == 0 {
        return Err(ImportError::NoAreas);
    }
    findings.extend(absent(&tx, country, level).await?);
    let moved = assign_all(&tx, country).await?;
    findings.sort_by_key(|finding| finding.row);
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
    let changed = created + updated > 0 || family || moved;
    frame::finish(tx, file, "areas", &outcome, changed).await?;
    Ok(outcome)
}

async fn load(tx: &Transaction<'_>, list: &AreaList) -> Result<(), StoreError> {
    const ROWS: Query = sql!(
        "import_area_copy",
        "COPY incoming_area (row_number, new_id, match_key, code, name, names, attributes, outline)
         FROM STDIN (FORMAT binary)"
    );
    batch(tx, sql!("import_area_table")).await?;
    let types = [
        Type::INT4,
        Type::UUID,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT,
        Type::JSONB,
        Type::JSONB,
        Type::BYTEA,
    ];
    let mut copy = Copy::begin(tx, ROWS, &types).await?;
    for row in &list.rows {
        copy.row(&[
            &row.row,
            &Uuid::now_v7(),
            &row.match_key,
            &row.code,
            &row.name,
            &object(&row.names),
            &object(&row.attributes),
            &wkb::encode(&row.outline),
        ])
        .await?;
    }
    copy.finish().await
}

/// Mends outlines that cross themselves and takes out those that enclose nothing.
async fn mend(tx: &Transaction<'_>) -> Result<Vec<Finding>, StoreError> {
    const TAKE_OUT: Query = sql!(
        "import_area_take_out",
        "DELETE FROM incoming_area WHERE ST_IsEmpty(geometry)"
    );
    sql!("import_area_mend").execute(tx, &[]).await?;
    let rows = sql!("import_area_faults").rows(tx, &[]).await?;
    TAKE_OUT.execute(tx, &[]).await?;
    let findings = rows.iter().map(|row| {
        let fault: Option<String> = row.get("fault");
        let is_empty: bool = row.get("is_empty");
        let number = row.get("row_number");
        let finding = if is_empty {
            let text = "the outline encloses no area, and was not taken; draw it again";
            Finding::error(number, "empty_outline", text)
        } else {
            let text = "the outline crosses or touches itself and was mended; look at it on the \
                        map, or mend it in the file";
            Finding::warning(number, "mended_outline", text)
        };
        Finding {
            value: fault,
            ..finding.field("geometry")
        }
    });
    Ok(findings.collect())
}

/// Writes what differs. True if an area's parent changed.
async fn write(
    tx: &Transaction<'_>,
    country: &CountryCode,
    level: AreaLevel,
) -> Result<bool, StoreError> {
    let code = country.as_str();
    sql!("import_area_match")
        .execute(tx, &[&code, &level.number()])
        .await?;
    sql!("import_area_update").execute(tx, &[]).await?;
    sql!("import_area_insert")
        .execute(tx, &[&code, &level.number()])
        .await?;
    let changed = sql!("import_area_parents").execute(tx, &[&code]).await?;
    Ok(changed > 0)
}

/// Areas that the file is silent on are never deleted: schools and programmes may hang on them.
async fn absent(
    tx: &Transaction<'_>,
    country: &CountryCode,
    level: AreaLevel,
) -> Result<Vec<Finding>, StoreError> {
    let rows = sql!("import_area_absent")
        .rows(tx, &[&country.as_str(), &level.number()])
        .await?;
    let findings = rows.iter().map(|row| {
        let (name, key): (String, String) = (row.get("name"), row.get("match_key"));
        let message = format!(
            "{name} is a known area of this level and is not in the file; it was left as it is: \
             if it goes by another code or name now, give it the known one"
        );
        Finding {
            value: Some(key),
            ..Finding::warning(0, "area_not_in_file", message)
        }
    });
    Ok(findings.collect())
}

/// True if a school lies in another area than before.
async fn assign_all(tx: &Transaction<'_>, country: &CountryCode) -> Result<bool, StoreError> {
    assign::prepare(tx).await?;
    sql!("import_country_locate")
        .execute(tx, &[&country.as_str()])
        .await?;
    assign::cover(tx, country).await?;
    assign::settle(tx).await
}
