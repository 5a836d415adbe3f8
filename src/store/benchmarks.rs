//! Rule sets that schools are judged by, and which country judges by which since when. Nothing here
//! rewrites what was written: a change is a new version, or a new decision.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use deadpool_postgres::{GenericClient, Transaction};
use serde_json::{Value, json};
use tokio_postgres::Row;

use super::{
    StoreError, audit, benchmark_rules,
    query::{Query, sql},
};
use crate::domain::{
    area::CountryCode,
    benchmark::{Benchmark, RuleSetId},
};

/// A rule set as a list shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleSetEntry {
    /// It.
    pub benchmark: Benchmark,
    /// Whose own it is.
    pub country: Option<String>,
    /// From this day on its source says something else.
    pub superseded_on: Option<NaiveDate>,
    /// When it was written down here.
    pub recorded_at: DateTime<Utc>,
}

/// That a country judges by a rule set from a local day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The country.
    pub country: String,
    /// The rule set.
    pub id: RuleSetId,
    /// The first local day.
    pub since: NaiveDate,
    /// When it was decided.
    pub decided_at: DateTime<Utc>,
    /// Whether it is the one in force.
    pub in_force: bool,
}

/// The rule set of a row that has its columns as `country_find` names them.
pub(super) fn of_row(query: Query, row: &Row) -> Result<Benchmark, StoreError> {
    let rules: Value = row.get("benchmark_rules");
    let id = RuleSetId {
        rule_set: row.get("rule_set"),
        version: row.get("rule_version"),
    };
    let rules = benchmark_rules::from_json(&rules)
        .ok_or_else(|| query.unexpected(format!("the rules of {id}: {rules}")))?;
    Ok(Benchmark {
        id,
        name: row.get("benchmark_name"),
        source: row.get("benchmark_source"),
        source_url: row.get("benchmark_source_url"),
        published: row.get("benchmark_published"),
        note: row.get("benchmark_note"),
        rules,
    })
}

/// Every version of every rule set: those that any country may choose, then countries' own.
pub async fn list(db: &impl GenericClient) -> Result<Vec<RuleSetEntry>, StoreError> {
    const QUERY: Query = sql!("benchmark_list");
    let rows = QUERY.rows(db, &[]).await?;
    let entry = |row: &Row| {
        Ok(RuleSetEntry {
            benchmark: of_row(QUERY, row)?,
            country: row.get("country_code"),
            superseded_on: row.get("superseded_on"),
            recorded_at: row.get("recorded_at"),
        })
    };
    rows.iter().map(entry).collect()
}

/// One version of a rule set.
pub async fn find(
    db: &impl GenericClient,
    id: &RuleSetId,
) -> Result<Option<Benchmark>, StoreError> {
    const QUERY: Query = sql!("benchmark_find");
    let row = QUERY.maybe(db, &[&id.rule_set, &id.version]).await?;
    row.map(|row| of_row(QUERY, &row)).transpose()
}

/// Rule sets by their ids. One that is not there fails: verdicts rest on it.
pub(super) async fn find_all(
    db: &impl GenericClient,
    ids: impl IntoIterator<Item = RuleSetId>,
) -> Result<BTreeMap<RuleSetId, Benchmark>, StoreError> {
    const QUERY: Query = sql!("benchmark_find");
    let ids: BTreeSet<RuleSetId> = ids.into_iter().collect();
    let mut found = BTreeMap::new();
    for id in ids {
        let benchmark = find(db, &id).await?;
        let benchmark = benchmark.ok_or_else(|| QUERY.unexpected(format!("no {id}")))?;
        found.insert(id, benchmark);
    }
    Ok(found)
}

/// The newest version of a rule set that is not superseded.
pub async fn newest(
    db: &impl GenericClient,
    rule_set: &str,
) -> Result<Option<Benchmark>, StoreError> {
    const QUERY: Query = sql!("benchmark_newest");
    let row = QUERY.maybe(db, &[&rule_set]).await?;
    row.map(|row| of_row(QUERY, &row)).transpose()
}

/// What countries decided, newest first; of one country, or of all.
pub async fn decisions(
    db: &impl GenericClient,
    country: Option<&CountryCode>,
) -> Result<Vec<Decision>, StoreError> {
    let country = country.map(CountryCode::as_str);
    let rows = sql!("country_benchmark_list").rows(db, &[&country]).await?;
    let decision = |row: &Row| Decision {
        country: row.get("country_code"),
        id: RuleSetId {
            rule_set: row.get("rule_set"),
            version: row.get("version"),
        },
        since: row.get("since"),
        decided_at: row.get("decided_at"),
        in_force: row.get("in_force"),
    };
    Ok(rows.iter().map(decision).collect())
}

/// What a new country judges by until someone says otherwise.
pub(super) async fn begin(
    db: &impl GenericClient,
    country: &CountryCode,
    id: &RuleSetId,
) -> Result<(), StoreError> {
    decide(db, country, id, "default").await
}

async fn decide(
    db: &impl GenericClient,
    country: &CountryCode,
    id: &RuleSetId,
    actor: &str,
) -> Result<(), StoreError> {
    sql!("country_benchmark_add")
        .execute(db, &[&country.as_str(), &id.rule_set, &id.version, &actor])
        .await
        .map(drop)
}

/// Writes a country's own rule set down as its next version, unless its newest says the same.
pub async fn add_own(
    tx: &Transaction<'_>,
    country: &CountryCode,
    mut benchmark: Benchmark,
) -> Result<Benchmark, StoreError> {
    benchmark.id.rule_set = format!("own-{}", country.as_str().to_lowercase());
    // Two who decide at once come one after the other.
    sql!(
        "benchmark_own_lock",
        "SELECT FROM country WHERE code = $1 FOR NO KEY UPDATE"
    )
    .rows(tx, &[&country.as_str()])
    .await?;
    let last = newest(tx, &benchmark.id.rule_set).await?;
    benchmark.id.version = last.as_ref().map_or(0, |last| last.id.version);
    if let Some(last) = last.filter(|last| *last == benchmark) {
        return Ok(last);
    }
    benchmark.id.version += 1;
    sql!("benchmark_add")
        .execute(
            tx,
            &[
                &benchmark.id.rule_set,
                &benchmark.id.version,
                &benchmark.name,
                &benchmark.source,
                &benchmark.source_url,
                &benchmark.published,
                &country.as_str(),
                &benchmark.note,
                &benchmark_rules::to_json(&benchmark.rules),
            ],
        )
        .await?;
    Ok(benchmark)
}

/// From today on, local time, a country judges by this: its schools are judged again by the job that
/// takes those of the epoch first. Returns how many those are.
pub async fn choose(
    tx: &Transaction<'_>,
    country: &CountryCode,
    benchmark: &Benchmark,
    actor: &str,
) -> Result<u64, StoreError> {
    decide(tx, country, &benchmark.id, actor).await?;
    let detail = json!({
        "rule_set": benchmark.id.rule_set,
        "version": benchmark.id.version,
        "name": benchmark.name,
        "source": benchmark.source,
        "rules": benchmark_rules::to_json(&benchmark.rules),
    });
    let subject = format!("country {country}");
    audit::record(tx, actor, "benchmark chosen", &subject, &detail).await?;
    sql!("benchmark_stale")
        .execute(tx, &[&country.as_str()])
        .await
}
