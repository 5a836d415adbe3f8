//! Counts for the gap report and the overview, straight from the verdicts.

use chrono::{DateTime, Utc};
use deadpool_postgres::GenericClient;
use tokio_postgres::Row;
use uuid::Uuid;

use super::{StoreError, areas, query::Query, query::sql, schools};
use crate::domain::{
    area::{AreaId, AreaLevel, CountryCode},
    gap::{GapArea, GapCounts, GapRow},
};

/// One line an area of that level, by name, and one for the schools that lie in none of them.
/// Areas without schools have a line too: no school is a finding as well.
pub async fn by_area(
    db: &impl GenericClient,
    country: &CountryCode,
    level: AreaLevel,
) -> Result<Vec<GapRow>, StoreError> {
    const QUERY: Query = sql!("gap_by_area");
    let rows = QUERY
        .rows(db, &[&country.as_str(), &level.number()])
        .await?;
    let mut lines: Vec<GapRow> = vec![];
    for row in &rows {
        let area = area(row);
        if lines.last().is_none_or(|line| line.area != area) {
            lines.push(GapRow {
                area,
                counts: GapCounts::default(),
            });
        }
        let Some(line) = lines.last_mut() else {
            continue;
        };
        if row.get::<_, Option<&str>>("status").is_some() {
            let status = schools::status(QUERY, row)?;
            let (count, with_students, students) = (
                row.get("schools"),
                row.get("with_students"),
                row.get("students"),
            );
            line.counts.add(status, count, with_students, students);
        }
    }
    Ok(lines)
}

pub(super) fn area(row: &Row) -> Option<GapArea> {
    let id: Option<Uuid> = row.get("area_id");
    id.map(|id| GapArea {
        id: AreaId(id),
        name: row.get("area_name"),
        names: areas::texts(row.get("area_names")),
        code: row.get("area_code"),
    })
}

/// What one sentence says of a country.
#[derive(Debug, Clone, PartialEq)]
pub struct Overview {
    /// All its schools.
    pub counts: GapCounts,
    /// Schools with a position.
    pub placed: i64,
    /// Age of the newest measurement.
    pub last_measured_at: Option<DateTime<Utc>>,
    /// Probes that may report.
    pub probes_enrolled: i64,
    /// Of those, the ones heard of in the last 24 hours.
    pub probes_reporting: i64,
}

/// Counts of a whole country.
pub async fn overview(
    db: &impl GenericClient,
    country: &CountryCode,
    now: DateTime<Utc>,
) -> Result<Overview, StoreError> {
    const QUERY: Query = sql!("overview_counts");
    let mut counts = GapCounts::default();
    let (mut placed, mut last_measured_at) = (0, None);
    for row in &QUERY.rows(db, &[&country.as_str()]).await? {
        let status = schools::status(QUERY, row)?;
        counts.add(
            status,
            row.get("schools"),
            row.get("with_students"),
            row.get("students"),
        );
        placed += row.get::<_, i64>("placed");
        last_measured_at = last_measured_at.max(row.get("last_measured_at"));
    }
    let probes = sql!("overview_probes")
        .one(db, &[&country.as_str(), &now])
        .await?;
    Ok(Overview {
        counts,
        placed,
        last_measured_at,
        probes_enrolled: probes.get("enrolled"),
        probes_reporting: probes.get("reporting"),
    })
}
