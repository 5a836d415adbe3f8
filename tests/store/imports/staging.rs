//! Lists that are staged, looked at, applied and undone: what each step changes, and what not.

mod applied;
mod crowds;
mod fixtures;
mod kinds;
mod matching;
mod nearby;
mod repaired;
mod shuffled;
mod undone;

use std::{collections::BTreeMap, path::Path};

use schoolbeat::{
    domain::listing::RepairKind,
    intake::{self, ReadError},
    registry::ReadOptions,
    store::imports::{self, CountryChanges, Filter, Import, ImportError, ImportFile, StagedRow},
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{file, texts};
use crate::support::TestDatabase;

const ACTOR: &str = "amina";

/// Reads a file as a preview; or why it was not.
fn try_preview(db: &TestDatabase, path: &Path) -> Result<Import, ReadError> {
    let country = intake::country::propose("XAA", None, Some("UTC"), None).unwrap();
    let bytes = std::fs::read(path).unwrap();
    let described = ImportFile {
        country: country.country,
        changes: CountryChanges::default(),
        file_name: "list.csv".into(),
        sha256: Sha256::digest(&bytes).into(),
        bytes: i64::try_from(bytes.len()).ok(),
        source: None,
        actor: ACTOR.into(),
    };
    db.block_on(async {
        let store = db.store();
        let client = store.client().await?;
        let new = imports::register(&client, &described).await?;
        intake::read_and_stage(&store, new, path.to_owned(), ReadOptions::default()).await?;
        Ok(imports::find(&client, new.id).await?.unwrap())
    })
}

/// Reads a list as a preview.
fn preview(db: &TestDatabase, text: &str) -> Import {
    let (_dir, path) = file(text);
    try_preview(db, &path).unwrap()
}

/// The import as it is recorded now.
fn find(db: &TestDatabase, id: Uuid) -> Import {
    db.block_on(async {
        let client = db.store().client().await.unwrap();
        imports::find(&client, id).await.unwrap().unwrap()
    })
}

fn apply(db: &TestDatabase, id: Uuid) -> Result<Import, ImportError> {
    db.block_on(async {
        let mut client = db.store().client().await?;
        Ok(imports::apply(&mut client, id, ACTOR).await?.0)
    })
}

fn compare(db: &TestDatabase, id: Uuid) -> Result<Import, ImportError> {
    db.block_on(async {
        let mut client = db.store().client().await?;
        imports::compare(&mut client, id).await
    })
}

fn undo(db: &TestDatabase, id: Uuid) -> Result<Import, ImportError> {
    db.block_on(async {
        let mut client = db.store().client().await?;
        imports::undo(&mut client, id, "bakari").await
    })
}

fn decide(
    db: &TestDatabase,
    id: Uuid,
    kind: RepairKind,
    rows: Option<&[i32]>,
    accept: bool,
) -> Import {
    db.block_on(async {
        let mut client = db.store().client().await.unwrap();
        let decided = imports::decide(&mut client, id, kind, rows, accept).await;
        decided.unwrap()
    })
}

/// Takes a list as it is.
fn take(db: &TestDatabase, text: &str) -> Import {
    let id = preview(db, text).id;
    apply(db, id).unwrap()
}

/// The rows that fit the filter.
fn rows(db: &TestDatabase, import: &Import, filter: &Filter) -> Vec<StagedRow> {
    db.block_on(async {
        let client = db.store().client().await.unwrap();
        let page = imports::rows(&client, import, filter, None, imports::MAX_ROWS).await;
        page.unwrap().rows
    })
}

fn all_rows(db: &TestDatabase, import: &Import) -> Vec<StagedRow> {
    rows(db, import, &Filter::default())
}

/// Created, updated, unchanged, rejected, missing.
fn counts(import: &Import) -> [i32; 5] {
    [
        import.created,
        import.updated,
        import.unchanged,
        import.rejected,
        import.missing,
    ]
}

/// Codes of findings, with the rows that have them.
fn codes(db: &TestDatabase, import: &Import) -> BTreeMap<String, Vec<i32>> {
    let found = db.block_on(async {
        let client = db.store().client().await.unwrap();
        imports::findings(&client, import.id, i64::MAX)
            .await
            .unwrap()
            .0
    });
    let mut codes = BTreeMap::<String, Vec<i32>>::new();
    for finding in found {
        codes
            .entry(finding.code.to_owned())
            .or_default()
            .push(finding.row);
    }
    codes
}

/// All that is known of schools, but when it was last written.
fn dump(db: &TestDatabase) -> Vec<String> {
    let tables = [
        "SELECT (to_jsonb(t) - 'updated_at')::text FROM school t ORDER BY id",
        "SELECT to_jsonb(t)::text FROM school_alias t ORDER BY scheme, value",
        "SELECT to_jsonb(t)::text FROM school_area t ORDER BY school_id, level",
        "SELECT (to_jsonb(t) - 'computed_at')::text FROM school_status t ORDER BY school_id",
        "SELECT to_jsonb(t)::text FROM school_override t ORDER BY school_id, field",
        "SELECT to_jsonb(t)::text FROM area t ORDER BY id",
    ];
    tables.iter().flat_map(|table| texts(db, table)).collect()
}

fn school(db: &TestDatabase, name: &str) -> Uuid {
    let row = db
        .sql()
        .query_one("SELECT id FROM school WHERE name = $1", &[&name]);
    row.unwrap().get(0)
}
