//! A level of areas into the registry; every school of the country is assigned anew.

use chrono::{DateTime, Utc};
use deadpool_postgres::Transaction;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::{
    ImportError, ImportFile, Outcome, assign,
    frame::{self, Copy, batch, object},
    nesting, rejudged, wkb,
};
use crate::{
    domain::{
        area::{AreaLevel, CountryCode},
        listing::{AreaList, Finding, ReadPosition},
    },
    store::{
        Client, StoreError,
        query::{Query, sql},
    },
};

/// So many changed areas change what the planner must know of their table.
const MANY_CHANGES: i32 = 1000;

/// What to do with the areas of a file.
#[derive(Debug, Clone)]
pub struct AreaImport {
    /// The level that all of them are of.
    pub level: AreaLevel,
    /// The areas.
    pub list: AreaList,
    /// Whether the file is the whole level: known areas that it does not name are retired.
    pub replaces_level: bool,
    /// How the positions of schools are read that were kept off the map.
    pub read_position: ReadPosition,
}

/// How an import of areas went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AreaOutcome {
    /// As for any file.
    pub outcome: Outcome,
    /// Areas of the level that are no longer.
    pub retired: i32,
    /// Schools that are on the map again.
    pub schools_back: i32,
    /// The country's levels, from the country down.
    pub tree: Vec<TreeLevel>,
}

/// One level of a country's tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeLevel {
    /// 0 to 4.
    pub level: i16,
    /// Areas that are in force.
    pub areas: i64,
    /// Those of them that lie in an area of a level above.
    pub with_parent: i64,
    /// Schools that lie in one of them.
    pub schools: i64,
}

/// What the import writes itself down as: its id, and the moment from which it holds.
#[derive(Clone, Copy)]
struct Stamp {
    import_id: Uuid,
    at: DateTime<Utc>,
}

/// Takes the areas of one level, whole or not at all.
pub async fn import_areas(
    client: &mut Client,
    file: &ImportFile,
    import: AreaImport,
) -> Result<AreaOutcome, ImportError> {
    const BEGIN: Query = sql!("import_begin", "BEGIN");
    // Not now(): that is when the transaction began to wait for the one before it.
    const NOW: Query = sql!("import_area_now", "SELECT clock_timestamp()");
    let AreaImport {
        level,
        list,
        replaces_level,
        read_position,
    } = import;
    let tx = client
        .transaction()
        .await
        .map_err(|error| BEGIN.failed(error))?;
    let country = &file.country.code;
    let country_is_new = frame::begin(&tx, &file.country, &file.changes).await?;
    let stamp = Stamp {
        import_id: Uuid::now_v7(),
        at: NOW.one(&tx, &[]).await?.get(0),
    };
    load(&tx, &list).await?;
    let mut findings = list.findings;
    findings.extend(mend(&tx).await?);
    write(&tx, country, level, stamp).await?;
    let counts = sql!("import_area_counts").one(&tx, &[]).await?;
    let (created, updated, unchanged): (i32, i32, i32) = (
        counts.get("created"),
        counts.get("updated"),
        counts.get("unchanged"),
    );
    if created + updated + unchanged == 0 {
        return Err(ImportError::NoAreas);
    }
    learn(&tx, created + updated).await?;
    let absent = absent(&tx, country, level, replaces_level.then_some(stamp)).await?;
    let retired = if replaces_level { count(&absent) } else { 0 };
    findings.extend(absent);
    let family = parents(&tx, country).await?;
    findings.extend(nesting::judge(&tx, country, level, &list.rows).await?);
    let back = rejudged::bring_back(&tx, country, read_position).await?;
    let schools_back = count(&back);
    findings.extend(back);
    let moved = assign_all(&tx, country).await?;
    findings.extend(rejudged::left_out(&tx, country).await?);
    findings.sort_by_key(|finding| finding.row);
    let outcome = Outcome {
        import_id: stamp.import_id,
        country_is_new,
        rows: list.row_count,
        created,
        updated,
        unchanged,
        rejected: list.row_count - created - updated - unchanged,
        not_placed: not_placed(&tx, country).await?,
        schools_in_areas: assign::counts(&tx, country).await?,
        findings,
        more: std::collections::BTreeMap::new(),
    };
    let changed = created + updated + retired + schools_back > 0 || family || moved;
    let tree = tree(&tx, country).await?;
    frame::finish(tx, file, "areas", &outcome, changed).await?;
    Ok(AreaOutcome {
        outcome,
        retired,
        schools_back,
        tree,
    })
}

fn count(findings: &[Finding]) -> i32 {
    i32::try_from(findings.len()).unwrap_or(i32::MAX)
}

async fn not_placed(tx: &Transaction<'_>, country: &CountryCode) -> Result<i32, StoreError> {
    const QUERY: Query = sql!(
        "import_not_placed",
        "SELECT count(*)::integer FROM school
         WHERE country_code = $1 AND location IS NULL AND merged_into IS NULL"
    );
    Ok(QUERY.one(tx, &[&country.as_str()]).await?.get(0))
}

async fn tree(tx: &Transaction<'_>, country: &CountryCode) -> Result<Vec<TreeLevel>, StoreError> {
    let rows = sql!("import_tree").rows(tx, &[&country.as_str()]).await?;
    let levels = rows.iter().map(|row| TreeLevel {
        level: row.get("level"),
        areas: row.get("areas"),
        with_parent: row.get("with_parent"),
        schools: row.get("schools"),
    });
    Ok(levels.collect())
}

async fn load(tx: &Transaction<'_>, list: &AreaList) -> Result<(), StoreError> {
    const ROWS: Query = sql!(
        "import_area_copy",
        "COPY incoming_area (row_number, new_id, match_key, code, name, names, attributes,
                             population, population_year, parent_code, parent_name, outline)
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
        Type::INT8,
        Type::INT2,
        Type::TEXT,
        Type::TEXT,
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
            &row.population,
            &row.population_year,
            &row.parent.code,
            &row.parent.name,
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
    Ok(rows.iter().map(frame::outline_finding).collect())
}

/// Writes what differs; what it was until now becomes a version.
async fn write(
    tx: &Transaction<'_>,
    country: &CountryCode,
    level: AreaLevel,
    stamp: Stamp,
) -> Result<(), StoreError> {
    let (code, number) = (country.as_str(), level.number());
    if number == 0 {
        sql!("import_area_country").execute(tx, &[&code]).await?;
    }
    sql!("import_area_match")
        .execute(tx, &[&code, &number])
        .await?;
    sql!("import_area_archive")
        .execute(tx, &[&stamp.at])
        .await?;
    sql!("import_area_update")
        .execute(tx, &[&stamp.import_id, &stamp.at])
        .await?;
    sql!("import_area_insert")
        .execute(tx, &[&code, &number, &stamp.import_id, &stamp.at])
        .await?;
    Ok(())
}

/// Tells the planner what the tables hold now; with what they held before it would compare every
/// area with every other.
async fn learn(tx: &Transaction<'_>, changes: i32) -> Result<(), StoreError> {
    const INCOMING: Query = sql!("import_area_ready", "ANALYZE incoming_area");
    const AREAS: Query = sql!("import_area_learn", "ANALYZE area");
    batch(tx, INCOMING).await?;
    if changes >= MANY_CHANGES {
        batch(tx, AREAS).await?;
    }
    Ok(())
}

/// Gives every area of the country its parent. True if one changed.
async fn parents(tx: &Transaction<'_>, country: &CountryCode) -> Result<bool, StoreError> {
    let changed = sql!("import_area_parents")
        .execute(tx, &[&country.as_str()])
        .await?;
    Ok(changed > 0)
}

/// Areas that the file is silent on are never deleted: schools and programmes may hang on them.
/// They stay, or are retired where the file is said to be the whole level.
async fn absent(
    tx: &Transaction<'_>,
    country: &CountryCode,
    level: AreaLevel,
    retire: Option<Stamp>,
) -> Result<Vec<Finding>, StoreError> {
    let (code, number) = (country.as_str(), level.number());
    let rows = match retire {
        Some(stamp) => {
            sql!("import_area_retire")
                .rows(tx, &[&code, &number, &stamp.at])
                .await?
        }
        None => {
            sql!("import_area_absent")
                .rows(tx, &[&code, &number])
                .await?
        }
    };
    let findings = rows.iter().map(|row| {
        let (name, key): (String, String) = (row.get("name"), row.get("match_key"));
        let finding = if retire.is_some() {
            let message = format!(
                "{name} was an area of this level and is not in the file, which replaces the \
                 level; it is retired, and comes back when a file names it again"
            );
            Finding::info(0, "area_retired", message)
        } else {
            let message = format!(
                "{name} is a known area of this level and is not in the file; it was left as it \
                 is: if it goes by another code or name now, give it the known one; if it is no \
                 more, import with --replace"
            );
            Finding::warning(0, "area_not_in_file", message)
        };
        Finding {
            value: Some(key),
            ..finding
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
