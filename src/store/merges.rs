//! Several ids for one school: which schools are one. A merged school keeps its row; its ids, its
//! probes and what they measured are the survivor's until it is unmerged.
//!
//! Every moved row says where it came from, so that taking a merge back is exact. What joined the
//! survivor later stays with it; what a probe measured goes where the probe goes.

mod join;
mod part;

use std::fmt;

use deadpool_postgres::{GenericClient, Transaction};
pub use join::merge;
pub use part::unmerge;
use serde_json::Value;
use tokio_postgres::Row;
use uuid::Uuid;

use super::{
    StoreError, country_lock,
    query::{Query, sql},
};
use crate::domain::{area::CountryCode, school::SchoolId};

/// What a merge or its opposite moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The school that the other was merged into.
    pub survivor: SchoolId,
    /// The school that was merged.
    pub merged: SchoolId,
    /// Ids by which others know it.
    pub aliases: u64,
    /// Its probes.
    pub probes: u64,
    /// What they measured: speed tests and path checks.
    pub measurements: u64,
}

/// Why schools are not merged, or not unmerged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MergeRefusal {
    /// There is no such school.
    NoSchool(SchoolId),
    /// Nothing can be merged into itself.
    Itself,
    /// It is merged already, into this one.
    MergedAlready {
        /// The school.
        school: SchoolId,
        /// Its survivor.
        into: SchoolId,
    },
    /// They lie in different countries.
    OtherCountry(CountryCode, CountryCode),
    /// They have different levels, and nobody said that they are one nevertheless.
    LevelsDiffer(String, String),
    /// It is merged into none.
    NotMerged,
    /// An import of the country is running.
    Busy,
}

impl MergeRefusal {
    /// Stable slug.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoSchool(_) => "school_not_found",
            Self::Itself => "merge_into_itself",
            Self::MergedAlready { .. } => "school_merged",
            Self::OtherCountry(..) => "other_country",
            Self::LevelsDiffer(..) => "levels_differ",
            Self::NotMerged => "not_merged",
            Self::Busy => "busy",
        }
    }
}

impl fmt::Display for MergeRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSchool(id) => write!(f, "there is no school {id}"),
            Self::Itself => f.write_str("a school cannot be merged into itself"),
            Self::MergedAlready { school, into } => write!(
                f,
                "the school {school} is merged into {into} already: unmerge it first, or take {into}"
            ),
            Self::OtherCountry(ours, theirs) => write!(
                f,
                "one school is in {ours}, the other in {theirs}: schools of two countries are two"
            ),
            Self::LevelsDiffer(ours, theirs) => write!(
                f,
                "their levels differ ({ours}; {theirs}): a primary and a secondary school on one \
                 site are two schools"
            ),
            Self::NotMerged => f.write_str("this school is not merged into another"),
            Self::Busy => f.write_str(
                "an import or another merge of this country is running: try again when it is done",
            ),
        }
    }
}

/// A school that was merged into another.
#[derive(Debug, Clone, PartialEq)]
pub struct MergedSchool {
    /// Its id.
    pub id: SchoolId,
    /// The name that it had.
    pub name: String,
    /// Its level.
    pub education_level: Option<String>,
    /// What it was merged into: the survivor, or another that was merged in its turn.
    pub into: SchoolId,
    /// Scheme and value of the ids that came with it.
    pub aliases: Vec<(String, String)>,
}

/// The school that a merged one is now; `None` if it is not merged, or not known.
pub async fn survivor(
    db: &impl GenericClient,
    school: SchoolId,
) -> Result<Option<SchoolId>, StoreError> {
    let row = sql!("school_survivor").maybe(db, &[&school.0]).await?;
    Ok(row.map(|row| SchoolId(row.get("id"))))
}

/// The schools that were merged into this one, by name.
pub async fn merged_into(
    db: &impl GenericClient,
    survivor: SchoolId,
) -> Result<Vec<MergedSchool>, StoreError> {
    let rows = sql!("school_merged").rows(db, &[&survivor.0]).await?;
    let school = |row: &Row| {
        let schemes: Vec<String> = row.get("alias_schemes");
        let values: Vec<String> = row.get("alias_values");
        MergedSchool {
            id: SchoolId(row.get("id")),
            name: row.get("name"),
            education_level: row.get("education_level"),
            into: SchoolId(row.get("merged_into")),
            aliases: schemes.into_iter().zip(values).collect(),
        }
    };
    Ok(rows.iter().map(school).collect())
}

/// The merged schools that somebody means by an id: their own, or one that came with them.
pub async fn find_merged(
    db: &impl GenericClient,
    id: &str,
) -> Result<Vec<(SchoolId, String)>, StoreError> {
    let own = Uuid::parse_str(id).ok();
    let rows = sql!("school_merged_by_id").rows(db, &[&own, &id]).await?;
    Ok(rows
        .iter()
        .map(|row| (SchoolId(row.get("id")), row.get("name")))
        .collect())
}

/// A school that nobody else changes now.
struct Locked {
    id: SchoolId,
    name: String,
    level: Option<String>,
    merged_into: Option<SchoolId>,
}

/// The country that a school is in.
async fn country(
    tx: &Transaction<'_>,
    school: SchoolId,
) -> Result<Result<CountryCode, MergeRefusal>, StoreError> {
    const QUERY: Query = sql!(
        "merge_country",
        "SELECT country_code FROM school WHERE id = $1"
    );
    let Some(row) = QUERY.maybe(tx, &[&school.0]).await? else {
        return Ok(Err(MergeRefusal::NoSchool(school)));
    };
    let code: String = row.get("country_code");
    let country = CountryCode::new(&code);
    country
        .map(Ok)
        .ok_or_else(|| QUERY.unexpected(format!("country {code:?}")))
}

/// Locks two schools of a country against merges, imports and each other's reports.
async fn lock(
    tx: &Transaction<'_>,
    country: &CountryCode,
    schools: [SchoolId; 2],
) -> Result<Result<[Locked; 2], MergeRefusal>, StoreError> {
    if !country_lock::taken(tx, country).await? {
        return Ok(Err(MergeRefusal::Busy));
    }
    let ids = schools.map(|school| school.0).to_vec();
    let rows = sql!("merge_lock").rows(tx, &[&ids]).await?;
    let find = |school: SchoolId| {
        let row = rows.iter().find(|row| row.get::<_, Uuid>("id") == school.0);
        let row = row.ok_or(MergeRefusal::NoSchool(school))?;
        let merged_into: Option<Uuid> = row.get("merged_into");
        Ok(Locked {
            id: school,
            name: row.get("name"),
            level: row.get("education_level"),
            merged_into: merged_into.map(SchoolId),
        })
    };
    let [first, second] = schools.map(find);
    Ok(first.and_then(|first| Ok([first, second?])))
}

/// Says that every day of these schools must be summarised again. Before anything is moved: a job
/// that is at one of the days is waited for.
async fn mark_days(tx: &Transaction<'_>, schools: [SchoolId; 2]) -> Result<(), StoreError> {
    let ids = schools.map(|school| school.0).to_vec();
    sql!("merge_mark_days").execute(tx, &[&ids]).await.map(drop)
}

/// Forgets the days of these schools on which nothing was measured, now that all is moved.
async fn forget_empty_days(tx: &Transaction<'_>, schools: [SchoolId; 2]) -> Result<(), StoreError> {
    let ids = schools.map(|school| school.0).to_vec();
    sql!("merge_empty_days")
        .execute(tx, &[&ids])
        .await
        .map(drop)
}

/// A school as a history names it.
fn named(school: &Locked) -> Value {
    serde_json::json!({"id": school.id.0, "name": school.name})
}
