//! The record of each import: which file, whose, and how far it has come.

use chrono::{DateTime, Utc};
use deadpool_postgres::GenericClient;
use serde_json::{Value, json};
use tokio_postgres::Row;
use uuid::Uuid;

use super::{CountryChanges, ImportError, ImportFile};
use crate::{
    domain::{area::CountryCode, listing::Stated},
    store::{
        StoreError, audit, countries,
        query::{Query, sql},
    },
};

/// How far an import has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportState {
    /// The file is here; nothing but its beginning was read.
    Uploaded,
    /// Its rows are read and compared with what is known.
    Reading,
    /// Its rows wait for a person to look at them.
    Staged,
    /// The registry says what the file says.
    Applied,
    /// It was applied, and what it changed is as it was before.
    Undone,
    /// A person did not want it.
    Discarded,
    /// It could not be read.
    Failed,
}

impl ImportState {
    const ALL: [Self; 7] = [
        Self::Uploaded,
        Self::Reading,
        Self::Staged,
        Self::Applied,
        Self::Undone,
        Self::Discarded,
        Self::Failed,
    ];

    /// Its stable name.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Uploaded => "uploaded",
            Self::Reading => "reading",
            Self::Staged => "staged",
            Self::Applied => "applied",
            Self::Undone => "undone",
            Self::Discarded => "discarded",
            Self::Failed => "failed",
        }
    }

    fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.slug() == slug)
    }
}

/// When things happened to an import, and by whom.
#[derive(Debug, Clone, PartialEq)]
pub struct Timestamps {
    /// When the file came.
    pub created_at: DateTime<Utc>,
    /// When its rows were last compared with what is known.
    pub staged_at: Option<DateTime<Utc>>,
    /// When and by whom it was applied.
    pub applied: Option<(DateTime<Utc>, String)>,
    /// When and by whom it was undone.
    pub undone: Option<(DateTime<Utc>, String)>,
}

/// An import as it is recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    /// Its id.
    pub id: Uuid,
    /// What its staged rows are kept under.
    pub number: i64,
    /// The country.
    pub country: CountryCode,
    /// `schools`, `areas`, …
    pub subject: String,
    /// Name of the file, without its directory.
    pub file_name: String,
    /// SHA-256 of its bytes.
    pub file_sha256: Vec<u8>,
    /// Its size.
    pub file_bytes: Option<i64>,
    /// Whose list it is.
    pub source: Option<String>,
    /// Who brought it.
    pub actor: String,
    /// How far it has come.
    pub state: ImportState,
    /// When, and by whom.
    pub times: Timestamps,
    /// How the file is to be read, as a person said.
    pub options: Value,
    /// What the file seems to be, for a person.
    pub layout: Option<Value>,
    /// The country as it will be added, and what changes of it.
    pub country_proposal: Value,
    /// Code and message of the failure.
    pub failure: Option<(String, String)>,
    /// Rows read so far.
    pub rows_read: i32,
    /// Rows of the file.
    pub rows: i32,
    /// Rows that are or will be new schools.
    pub created: i32,
    /// Rows that change or changed known ones.
    pub updated: i32,
    /// Rows that say what is known.
    pub unchanged: i32,
    /// Rows that are not taken.
    pub rejected: i32,
    /// Known schools of the country that are not in the file.
    pub missing: i32,
    /// Schools of the file that have no place on the map.
    pub not_placed: i32,
    /// Findings.
    pub findings: i32,
    /// Rows by what they were recognised by.
    pub matched_by: Value,
    /// The registry that the rows were compared with.
    pub registry_version: Option<i64>,
}

/// An import that was just recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewImport {
    /// Its id.
    pub id: Uuid,
    /// What its staged rows are kept under.
    pub number: i64,
}

/// Records a file of schools that is about to be read.
pub async fn register(db: &impl GenericClient, file: &ImportFile) -> Result<NewImport, StoreError> {
    let proposal = json!({
        "country": countries::to_json(&file.country),
        "changes": {
            "name": file.changes.name,
            "time_zone": file.changes.time_zone,
            "credit": file.changes.credit,
        },
    });
    let id = Uuid::now_v7();
    let row = sql!("import_register")
        .one(
            db,
            &[
                &id,
                &file.country.code.as_str(),
                &file.file_name,
                &file.sha256.as_slice(),
                &file.bytes,
                &file.source,
                &file.actor,
                &proposal,
            ],
        )
        .await?;
    let number = row.get("number");
    Ok(NewImport { id, number })
}

/// An import by its id.
pub async fn find(db: &impl GenericClient, id: Uuid) -> Result<Option<Import>, StoreError> {
    const QUERY: Query = sql!("import_find");
    let row = QUERY.maybe(db, &[&id]).await?;
    row.map(|row| import(QUERY, &row)).transpose()
}

/// Imports of a country and of a subject, or of all, the newest first; and how many there are.
/// `before` is the number of the last one of the page before.
pub async fn list(
    db: &impl GenericClient,
    country: Option<&CountryCode>,
    subject: Option<&str>,
    before: Option<i64>,
    limit: i64,
) -> Result<(Vec<Import>, i64), StoreError> {
    const QUERY: Query = sql!("import_list");
    let country = country.map(CountryCode::as_str);
    let rows = QUERY
        .rows(db, &[&country, &before, &limit, &subject])
        .await?;
    let total = sql!(
        "import_count",
        "SELECT count(*) FROM import
         WHERE country_code = coalesce($1, country_code) AND subject = coalesce($2, subject)"
    )
    .one(db, &[&country, &subject])
    .await?
    .get(0);
    let imports = rows.iter().map(|row| import(QUERY, row));
    Ok((imports.collect::<Result<_, _>>()?, total))
}

/// What is said of the country by a file of it.
pub(super) fn proposal(import: &Import) -> Option<(countries::Country, CountryChanges)> {
    let country = countries::from_json(&import.country, &import.country_proposal["country"])?;
    let text = |name: &str| {
        let text = import.country_proposal["changes"][name].as_str();
        text.map(ToOwned::to_owned)
    };
    let changes = CountryChanges {
        name: text("name"),
        time_zone: text("time_zone"),
        credit: text("credit"),
    };
    Some((country, changes))
}

/// Takes an import for reading. Nobody else reads it meanwhile, unless its reader falls silent.
pub async fn begin_reading(db: &impl GenericClient, id: Uuid) -> Result<(), ImportError> {
    if sql!("import_begin_reading").execute(db, &[&id]).await? == 1 {
        return Ok(());
    }
    let import = find(db, id).await?.ok_or(ImportError::NotFound)?;
    Err(ImportError::WrongState {
        state: import.state,
        wanted: "only one that is neither being read nor applied can be read",
    })
}

/// Says that the file is still being read, and how far.
pub async fn progress(
    db: &impl GenericClient,
    import: NewImport,
    rows: i32,
) -> Result<(), StoreError> {
    sql!(
        "import_progress",
        "UPDATE import SET rows_read = $2, progress_at = now() WHERE id = $1 AND state = 'reading'"
    )
    .execute(db, &[&import.id, &rows])
    .await
    .map(drop)
}

/// Says why an import cannot go on. What was staged of it is forgotten.
pub async fn fail(
    db: &impl GenericClient,
    import: NewImport,
    code: &str,
    message: &str,
) -> Result<(), StoreError> {
    sql!("staged_forget").execute(db, &[&import.number]).await?;
    let failure = json!({ "code": code, "message": message });
    sql!(
        "import_fail",
        "UPDATE import SET state = 'failed', failure = $2
         WHERE id = $1 AND state NOT IN ('applied', 'undone', 'discarded')"
    )
    .execute(db, &[&import.id, &failure])
    .await
    .map(drop)
}

/// Forgets an import that never was anything: a file that could not be read, by command.
pub async fn forget(db: &impl GenericClient, import: NewImport) -> Result<(), StoreError> {
    sql!("staged_forget").execute(db, &[&import.number]).await?;
    sql!(
        "import_forget",
        "DELETE FROM import WHERE id = $1 AND state NOT IN ('applied', 'undone')"
    )
    .execute(db, &[&import.id])
    .await
    .map(drop)
}

/// Gives an import up that was not applied. Its rows and its file are forgotten, not that it was.
pub async fn discard(db: &impl GenericClient, id: Uuid, actor: &str) -> Result<(), ImportError> {
    let import = find(db, id).await?.ok_or(ImportError::NotFound)?;
    let discarded = sql!("import_discard").execute(db, &[&id]).await?;
    if discarded == 0 {
        return Err(ImportError::WrongState {
            state: import.state,
            wanted: "only one that was not applied can be discarded",
        });
    }
    sql!("staged_forget").execute(db, &[&import.number]).await?;
    forget_file(db, id).await?;
    let detail = json!({ "import_id": id, "file": import.file_name });
    let country = import.country.as_str();
    audit::record(db, actor, "discard import", country, &detail).await?;
    Ok(())
}

/// Forgets the bytes of a file that is not needed any longer.
pub(super) async fn forget_file(db: &impl GenericClient, id: Uuid) -> Result<(), StoreError> {
    sql!(
        "import_file_forget",
        "DELETE FROM import_file_chunk WHERE import_id = $1"
    )
    .execute(db, &[&id])
    .await
    .map(drop)
}

/// What the file of a staged import speaks of.
pub(super) fn stated_json(stated: &Stated) -> Value {
    json!({
        "education_level": stated.education_level,
        "student_count": stated.student_count,
        "connectivity": stated.connectivity,
        "attributes": stated.attributes,
    })
}

fn import(query: Query, row: &Row) -> Result<Import, StoreError> {
    let country: String = row.get("country_code");
    let state: String = row.get("state");
    let unexpected = |what: &str| query.unexpected(format!("{what} of an import"));
    let by = |at: &str, by: &str| {
        let at: Option<DateTime<Utc>> = row.get(at);
        let by: Option<String> = row.get(by);
        at.zip(by)
    };
    let failure: Option<Value> = row.get("failure");
    let failure = failure.map(|failure| {
        let text = |name: &str| failure[name].as_str().unwrap_or_default().to_owned();
        (text("code"), text("message"))
    });
    let state = ImportState::from_slug(&state).ok_or_else(|| unexpected("the state"))?;
    // A server that reads says so every second; one that is gone does not.
    let (state, failure) = if row.get("silent") {
        let message = "the server stopped while it read the file; read it again";
        (
            ImportState::Failed,
            Some(("reading_interrupted".into(), message.into())),
        )
    } else {
        (state, failure)
    };
    Ok(Import {
        id: row.get("id"),
        number: row.get("number"),
        country: CountryCode::new(&country).ok_or_else(|| unexpected("the country"))?,
        subject: row.get("subject"),
        file_name: row.get("file_name"),
        file_sha256: row.get("file_sha256"),
        file_bytes: row.get("file_bytes"),
        source: row.get("source"),
        actor: row.get("actor"),
        state,
        times: Timestamps {
            created_at: row.get("imported_at"),
            staged_at: row.get("staged_at"),
            applied: by("applied_at", "applied_by"),
            undone: by("undone_at", "undone_by"),
        },
        options: row.get("options"),
        layout: row.get("layout"),
        country_proposal: row.get("country_proposal"),
        failure,
        rows_read: row.get("rows_read"),
        rows: row.get("row_count"),
        created: row.get("created_count"),
        updated: row.get("updated_count"),
        unchanged: row.get("unchanged_count"),
        rejected: row.get("rejected_count"),
        missing: row.get("missing_count"),
        not_placed: row.get("not_placed_count"),
        findings: row.get("finding_count"),
        matched_by: row.get("matched_by"),
        registry_version: row.get("registry_version"),
    })
}
