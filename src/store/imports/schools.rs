//! A school list into the registry.

use std::collections::{HashMap, HashSet};

use deadpool_postgres::Transaction;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::{
    FindingRecord, ImportError, ImportFile, Outcome, SchoolRecord, Schools, Stated, assign,
    frame::{self, Copy, batch, object},
};
use crate::{
    domain::{
        area::CountryCode,
        benchmark::Benchmark,
        status::{Evidence, judge},
    },
    store::{
        Client, StoreError,
        query::{Query, sql},
    },
};

/// A school this far beyond the border is kept where it is: outlines are drawn more coarsely than
/// that, and position and outline may both be right. Metres.
const BORDER_TOLERANCE_M: f64 = 1500.0;
/// With so many positions, and all of them outside, it is the file that is wrong.
const MIN_POSITIONS_FOR_A_VERDICT: usize = 10;

/// Takes a school list, whole or not at all.
pub async fn import_schools(
    client: &mut Client,
    file: &ImportFile,
    list: Schools,
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
    findings.extend(place(&tx, country, &list.rows).await?);
    let changed = write(&tx, country, &list.stated, &benchmark).await?;
    let counts = long_sql!("import_school_counts").one(&tx, &[]).await?;
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
    list: &Schools,
    benchmark: &Benchmark,
) -> Result<(), StoreError> {
    const ROWS: Query = sql!(
        "import_school_copy",
        "COPY incoming (row_number, new_id, name, longitude, latitude, location_problem,
                        stated_longitude, stated_latitude, education_level, student_count,
                        connectivity, attributes, status, target_mbps)
         FROM STDIN (FORMAT binary)"
    );
    const IDS: Query = sql!(
        "import_alias_copy",
        "COPY incoming_alias (row_number, scheme, value) FROM STDIN (FORMAT binary)"
    );
    const READY: Query = sql!(
        "import_school_ready",
        "ANALYZE incoming; ANALYZE incoming_alias"
    );
    batch(tx, long_sql!("import_school_tables")).await?;
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
            &location.map(|location| location.longitude()),
            &location.map(|location| location.latitude()),
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
    let mut copy = Copy::begin(tx, IDS, &[Type::INT4, Type::TEXT, Type::TEXT]).await?;
    for row in &list.rows {
        for (scheme, value) in &row.aliases {
            copy.row(&[&row.row, &scheme.slug(), value]).await?;
        }
    }
    copy.finish().await?;
    batch(tx, READY).await
}

/// Finds the known school of each row, and says where ids disagree.
async fn match_known(
    tx: &Transaction<'_>,
    country: &CountryCode,
) -> Result<Vec<FindingRecord>, StoreError> {
    const NEW: Query = sql!(
        "import_school_new",
        "UPDATE incoming SET school_id = new_id, created = true WHERE school_id IS NULL"
    );
    long_sql!("import_school_match")
        .execute(tx, &[&country.as_str()])
        .await?;
    let mut findings = vec![];
    for row in long_sql!("import_school_same").rows(tx, &[]).await? {
        let (number, first): (i32, i32) = (row.get("row_number"), row.get("first_row"));
        findings.push(FindingRecord {
            row: number,
            severity: "error",
            code: "duplicate_id",
            field: None,
            value: None,
            message: format!(
                "rows {first} and {number} state different ids of one known school; row {first} \
                 was taken, row {number} was not: correct the id of one, or delete it"
            ),
        });
    }
    NEW.execute(tx, &[]).await?;
    for row in long_sql!("import_school_conflicts")
        .rows(tx, &[&country.as_str()])
        .await?
    {
        let (scheme, name): (String, String) = (row.get("scheme"), row.get("name"));
        findings.push(FindingRecord {
            row: row.get("row_number"),
            severity: "warning",
            code: "id_of_another_school",
            field: None,
            value: row.get("value"),
            message: format!(
                "the {scheme} id is known as that of another school, {name:?}, and stays with it; \
                 correct it in one of the two rows"
            ),
        });
    }
    Ok(findings)
}

/// Finds the areas of each row, and says which rows lie in none.
async fn place(
    tx: &Transaction<'_>,
    country: &CountryCode,
    rows: &[SchoolRecord],
) -> Result<Vec<FindingRecord>, ImportError> {
    const HAS_AREAS: Query = sql!(
        "import_has_areas",
        "SELECT EXISTS (SELECT FROM area WHERE country_code = $1)"
    );
    long_sql!("import_school_locate").execute(tx, &[]).await?;
    if !HAS_AREAS
        .one(tx, &[&country.as_str()])
        .await?
        .get::<_, bool>(0)
    {
        let message = format!(
            "no areas of {country} are known, so that no position was checked against its \
             border; import its areas, then import this list again"
        );
        return Ok(vec![FindingRecord {
            row: 0,
            severity: "info",
            code: "positions_not_checked",
            field: None,
            value: None,
            message,
        }]);
    }
    assign::cover(tx, country).await?;
    let uncovered = long_sql!("import_school_uncovered")
        .rows(tx, &[&country.as_str()])
        .await?;
    let strays: Vec<Stray> = uncovered.iter().map(Stray::read).collect();
    let outside: Vec<i32> = strays
        .iter()
        .filter(|stray| stray.is_outside())
        .map(|stray| stray.row)
        .collect();
    let positions = rows.iter().filter(|row| row.location.is_ok()).count();
    if outside.len() == positions && positions >= MIN_POSITIONS_FOR_A_VERDICT {
        return Err(all_outside(country, positions, &strays));
    }
    long_sql!("import_school_displace")
        .execute(tx, &[&outside])
        .await?;
    let outside: HashSet<i32> = outside.into_iter().collect();
    let stated: HashMap<i32, &SchoolRecord> = rows.iter().map(|row| (row.row, row)).collect();
    let findings = strays.iter().map(|stray| {
        let record = stated.get(&stray.row);
        let part = |text: Option<&String>| text.cloned().unwrap_or_default();
        let value = record.map(|record| {
            format!(
                "{}, {}",
                part(record.latitude.as_ref()),
                part(record.longitude.as_ref())
            )
        });
        stray.finding(value, outside.contains(&stray.row), country)
    });
    Ok(findings.collect())
}

/// A school that no area covers.
struct Stray {
    row: i32,
    distance_m: f64,
    nearest: String,
    swapped: Option<String>,
}

impl Stray {
    fn read(row: &tokio_postgres::Row) -> Self {
        Self {
            row: row.get("row_number"),
            distance_m: row.get("distance_m"),
            nearest: row.get("nearest_name"),
            swapped: row.get("swapped_name"),
        }
    }

    fn is_outside(&self) -> bool {
        self.distance_m > BORDER_TOLERANCE_M
    }

    fn finding(
        &self,
        value: Option<String>,
        outside: bool,
        country: &CountryCode,
    ) -> FindingRecord {
        let distance = format!(
            "{:.0} m beyond the border of {}",
            self.distance_m, self.nearest
        );
        let (code, message) = if outside {
            let hint = match &self.swapped {
                Some(name) => format!(
                    "latitude and longitude seem to be swapped: the other way round it lies in {name}"
                ),
                None => "correct the position, or the country".to_owned(),
            };
            let text = format!(
                "the position lies {distance}, outside {country}; {hint}; the school is kept but \
                 not placed on the map"
            );
            ("outside_country", text)
        } else {
            let text = format!(
                "the position lies {distance}, and so in no area; the school is kept where it \
                 is: check the position"
            );
            ("beyond_border", text)
        };
        FindingRecord {
            row: self.row,
            severity: "warning",
            code,
            field: Some("latitude, longitude".into()),
            value,
            message,
        }
    }
}

fn all_outside(country: &CountryCode, positions: usize, strays: &[Stray]) -> ImportError {
    let swapped = strays
        .iter()
        .filter(|stray| stray.swapped.is_some())
        .count();
    let hint = if swapped > 0 {
        format!(" (with latitude and longitude swapped, {swapped} of them lie inside)")
    } else {
        String::new()
    };
    ImportError::AllOutside {
        positions,
        country: country.to_string(),
        nearest_m: strays
            .iter()
            .map(|stray| stray.distance_m)
            .fold(f64::INFINITY, f64::min),
        hint,
    }
}

/// Writes what differs. True if a school's areas changed.
async fn write(
    tx: &Transaction<'_>,
    country: &CountryCode,
    stated: &Stated,
    benchmark: &Benchmark,
) -> Result<bool, StoreError> {
    let code = country.as_str();
    long_sql!("import_school_merge")
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
    long_sql!("import_school_stale").execute(tx, &[]).await?;
    long_sql!("import_school_update").execute(tx, &[]).await?;
    long_sql!("import_school_insert")
        .execute(tx, &[&code])
        .await?;
    long_sql!("import_school_aliases")
        .execute(tx, &[&code])
        .await?;
    long_sql!("import_school_verdicts")
        .execute(tx, &[&benchmark.download_floor_mbps])
        .await?;
    assign::settle(tx).await
}
