//! What will come of a staged import, row by row and by kind, and what came of an applied one.

use deadpool_postgres::GenericClient;
use serde_json::Value;
use tokio_postgres::Row;
use uuid::Uuid;

use super::{
    facts::{self, Change},
    register::{Import, ImportState},
};
use crate::{
    domain::correction::SAME_PLACE_M,
    store::{
        StoreError,
        query::{Query, sql},
    },
};

/// Most rows of a page.
pub const MAX_ROWS: i64 = 200;

/// Which rows to show; what is left out is any.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// `created`, `updated`, `unchanged`, `rejected` or `missing`.
    pub verdict: Option<String>,
    /// Rows with a finding of this code.
    pub code: Option<String>,
    /// Rows with a repair of this kind.
    pub repair: Option<String>,
    /// The one row of this number.
    pub row: Option<i32>,
}

impl Filter {
    /// Whether it asks for what only staged rows have.
    fn is_of_rows(&self) -> bool {
        self.code.is_some() || self.repair.is_some() || self.row.is_some()
    }
}

/// By what a row was recognised as a known school.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    /// `schoolbeat`, an id's scheme, or `position_and_name`.
    pub by: String,
    /// From 0 to 1.
    pub confidence: f32,
}

/// A row as it is looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct StagedRow {
    /// Where it stands in the file; `None` for a known school that is not in it.
    pub row: Option<i32>,
    /// What becomes of it.
    pub verdict: String,
    /// The school, unless the row is not taken.
    pub school_id: Option<Uuid>,
    /// Its name.
    pub name: Option<String>,
    /// Longitude and latitude, degrees.
    pub position: Option<(f64, f64)>,
    /// How it was recognised.
    pub matched: Option<Match>,
    /// What changes of the known school.
    pub changes: Vec<Change>,
    /// What there is to know of it: severity, code, field, value, message.
    pub findings: Vec<[Option<String>; 5]>,
    /// What may be mended in it: kind, stated, proposed, and whether it counts.
    pub repairs: Vec<(String, String, String, bool)>,
}

/// A page of rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The rows.
    pub rows: Vec<StagedRow>,
    /// Rows that fit the filter, on all pages.
    pub total: i64,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// West, south, east, north of the positions of a staged import.
pub async fn bounds(
    db: &impl GenericClient,
    import: &Import,
) -> Result<Option<[f64; 4]>, StoreError> {
    let row = sql!("staged_bounds").one(db, &[&import.number]).await?;
    let bounds: Option<Vec<f64>> = row.get("bounds");
    Ok(bounds.and_then(|bounds| bounds.try_into().ok()))
}

/// A map tile of the staged rows by verdict; empty where there are none.
pub async fn tile(
    db: &impl GenericClient,
    import: &Import,
    (z, x, y): (i32, i32, i32),
) -> Result<Vec<u8>, StoreError> {
    let country = import.country.as_str();
    let row = sql!("staged_tile")
        .one(db, &[&import.number, &import.id, &country, &z, &x, &y])
        .await?;
    Ok(row.get("tile"))
}

/// Rows that fit the filter, from `after` on: of a staged import what will come of them, of an
/// applied one what came.
pub async fn rows(
    db: &impl GenericClient,
    import: &Import,
    filter: &Filter,
    after: Option<&str>,
    limit: i64,
) -> Result<Page, StoreError> {
    let limit = limit.clamp(1, MAX_ROWS);
    let missing = filter.verdict.as_deref() == Some("missing");
    let mut rows = match (import.state, missing) {
        (ImportState::Staged, true) => missing_rows(db, import, after, limit).await?,
        (ImportState::Staged, false) => staged_rows(db, import, filter, after, limit).await?,
        _ if filter.code.is_some() || filter.repair.is_some() || filter.row.is_some() => vec![],
        _ => applied_rows(db, import, filter, after, limit).await?,
    };
    let more = i64::try_from(rows.len()).is_ok_and(|rows| rows > limit);
    if more {
        rows.pop();
    }
    let next = rows
        .last()
        .filter(|_| more)
        .map(|(cursor, _)| cursor.clone());
    let mut rows: Vec<StagedRow> = rows.into_iter().map(|(_, row)| row).collect();
    describe(db, import, &mut rows).await?;
    let total = total(db, import, filter).await?;
    Ok(Page { rows, total, next })
}

type PlacedRow = (String, StagedRow);

async fn staged_rows(
    db: &impl GenericClient,
    import: &Import,
    filter: &Filter,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<PlacedRow>, StoreError> {
    let after: i32 = after.and_then(|row| row.parse().ok()).unwrap_or(0);
    let rows = sql!("staged_rows")
        .rows(
            db,
            &[
                &import.number,
                &import.id,
                &filter.verdict,
                &filter.code,
                &filter.repair,
                &after,
                &(limit + 1),
                &filter.row,
                &SAME_PLACE_M,
            ],
        )
        .await?;
    Ok(rows
        .iter()
        .map(|row| {
            let number: i32 = row.get("row_number");
            (number.to_string(), staged_row(row, Some(number)))
        })
        .collect())
}

async fn missing_rows(
    db: &impl GenericClient,
    import: &Import,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<PlacedRow>, StoreError> {
    let after = after.and_then(|id| Uuid::parse_str(id).ok());
    let rows = sql!("staged_missing")
        .rows(
            db,
            &[
                &import.number,
                &import.country.as_str(),
                &after,
                &(limit + 1),
            ],
        )
        .await?;
    let placed = |row: &Row| {
        let id: Uuid = row.get("school_id");
        (id.to_string(), staged_row(row, None))
    };
    Ok(rows.iter().map(placed).collect())
}

async fn applied_rows(
    db: &impl GenericClient,
    import: &Import,
    filter: &Filter,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<PlacedRow>, StoreError> {
    if filter.is_of_rows() {
        return Ok(vec![]);
    }
    let after: i64 = after.and_then(|id| id.parse().ok()).unwrap_or(0);
    let rows = sql!("applied_rows")
        .rows(db, &[&import.id, &filter.verdict, &after, &(limit + 1)])
        .await?;
    let placed = |row: &Row| {
        let id: i64 = row.get("id");
        (id.to_string(), staged_row(row, None))
    };
    Ok(rows.iter().map(placed).collect())
}

fn staged_row(row: &Row, number: Option<i32>) -> StagedRow {
    let longitude: Option<f64> = row.get("longitude");
    let latitude: Option<f64> = row.get("latitude");
    let by: Option<String> = row.get("matched_by");
    let confidence: Option<f32> = row.get("confidence");
    let before: Option<Value> = row.get("before");
    let after: Option<Value> = row.get("after");
    StagedRow {
        row: number,
        verdict: row.get("verdict"),
        school_id: row.get("school_id"),
        name: row.get("name"),
        position: longitude.zip(latitude),
        matched: by.map(|by| Match {
            by,
            confidence: confidence.unwrap_or(1.0),
        }),
        changes: before
            .zip(after)
            .map_or_else(Vec::new, |(before, after)| facts::changes(&before, &after)),
        findings: vec![],
        repairs: vec![],
    }
}

/// Adds findings and repairs to the rows of a page.
async fn describe(
    db: &impl GenericClient,
    import: &Import,
    rows: &mut [StagedRow],
) -> Result<(), StoreError> {
    const FINDINGS: Query = sql!(
        "import_findings_of_rows",
        "SELECT row_number, severity, code, field, value, message
         FROM import_finding WHERE import_id = $1 AND row_number = ANY ($2::integer[])
         ORDER BY row_number, id"
    );
    let numbers: Vec<i32> = rows.iter().filter_map(|row| row.row).collect();
    if numbers.is_empty() {
        return Ok(());
    }
    let place = |number: i32| rows.iter().position(|row| row.row == Some(number));
    let mut found = vec![];
    for row in FINDINGS.rows(db, &[&import.id, &numbers]).await? {
        let texts = ["severity", "code", "field", "value", "message"].map(|name| row.get(name));
        found.push((place(row.get("row_number")), texts));
    }
    let mut proposed = vec![];
    for row in sql!("staged_repairs_of_rows")
        .rows(db, &[&import.number, &numbers])
        .await?
    {
        let repair = (
            row.get("kind"),
            row.get("stated"),
            row.get("proposed"),
            row.get("accepted"),
        );
        proposed.push((place(row.get("row_number")), repair));
    }
    for (at, finding) in found {
        rows.get_mut(at.unwrap_or(usize::MAX))
            .into_iter()
            .for_each(|row| row.findings.push(finding.clone()));
    }
    for (at, repair) in proposed {
        rows.get_mut(at.unwrap_or(usize::MAX))
            .into_iter()
            .for_each(|row| row.repairs.push(repair.clone()));
    }
    Ok(())
}

/// How many rows fit.
async fn total(
    db: &impl GenericClient,
    import: &Import,
    filter: &Filter,
) -> Result<i64, StoreError> {
    if import.state != ImportState::Staged {
        // Of an applied import only what it changed is remembered, without its rows' numbers.
        let all = import.created + import.updated;
        let count = match (import.state, filter.verdict.as_deref()) {
            _ if filter.is_of_rows() => 0,
            (ImportState::Applied | ImportState::Undone, None) => all,
            (ImportState::Applied | ImportState::Undone, Some("created")) => import.created,
            (ImportState::Applied | ImportState::Undone, Some("updated")) => import.updated,
            _ => 0,
        };
        return Ok(i64::from(count));
    }
    if filter.code.is_none() && filter.repair.is_none() && filter.row.is_none() {
        let count = match filter.verdict.as_deref() {
            Some("created") => import.created,
            Some("updated") => import.updated,
            // Of an applied list only what it changed can be shown.
            None if import.state != ImportState::Staged => import.created + import.updated,
            Some(_) if import.state != ImportState::Staged => 0,
            Some("unchanged") => import.unchanged,
            Some("missing") => import.missing,
            Some(_) => import.rejected,
            None => import.rows,
        };
        return Ok(i64::from(count));
    }
    let row = sql!("staged_row_count")
        .one(
            db,
            &[
                &import.number,
                &import.id,
                &filter.verdict,
                &filter.code,
                &filter.repair,
                &filter.row,
            ],
        )
        .await?;
    Ok(row.get(0))
}
