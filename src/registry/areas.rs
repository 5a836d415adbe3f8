//! Features → administrative areas and findings. Does not mend outlines: that is the database's
//! trade.

use std::collections::HashMap;

use geo::{LineString, MultiPolygon, Polygon};

use super::{
    FileError, ReadOptions,
    area_keys::CodeColumns,
    area_names::NameColumns,
    area_parents::ParentColumns,
    cell,
    population::Population,
    reader,
    table::{Row, Shape, Table},
};
use crate::domain::{
    area::AreaLevel,
    listing::{AreaList, AreaRow, Finding},
};

/// Longest name that is taken, in characters.
const MAX_NAME_CHARS: usize = 300;
/// Fewest positions of a closed ring, the first repeated at the end (RFC 7946, 3.1.6).
const MIN_RING_POSITIONS: usize = 4;

/// Reads the areas of one level, or says why nothing of the file can be taken.
pub fn read_areas(bytes: &[u8], level: AreaLevel) -> Result<AreaList, FileError> {
    read_areas_with(bytes, level, &ReadOptions::default())
}

/// The same, where something is known of the file beforehand.
pub fn read_areas_with(
    bytes: &[u8],
    level: AreaLevel,
    options: &ReadOptions,
) -> Result<AreaList, FileError> {
    let table = reader::read(bytes, options)?;
    if table
        .rows
        .iter()
        .all(|row| !matches!(row.shape, Shape::Surface(_)))
    {
        return Err(FileError::NoAreas {
            found: what_is_there(&table),
        });
    }
    let naming = Naming::guess(&table, level);
    let mut findings = table.findings.clone();
    let mut areas: Vec<(AreaRow, &Row)> = Vec::with_capacity(table.rows.len());
    for row in &table.rows {
        match naming.area(row, &mut findings) {
            Ok(area) => areas.push((area, row)),
            Err(finding) => findings.push(finding),
        }
    }
    let rows = tell_apart(areas, &naming.codes, &mut findings);
    findings.sort_by_key(|finding| finding.row);
    if level.number() == 0 && rows.len() > 1 {
        return Err(FileError::SeveralCountries { areas: rows.len() });
    }
    if rows.is_empty() {
        let first = findings.first().map_or(String::new(), |finding| {
            format!("feature {}: {}", finding.row, finding.message)
        });
        return Err(FileError::NoAreas { found: first });
    }
    Ok(AreaList {
        rows,
        row_count: table.row_count,
        findings,
    })
}

fn what_is_there(table: &Table) -> String {
    let points = table
        .rows
        .iter()
        .any(|row| matches!(row.shape, Shape::Point { .. }));
    if points {
        "it holds points; if they are schools, use `schoolbeat import schools`".into()
    } else {
        format!(
            "it holds neither, only the columns {}",
            table.column_names()
        )
    }
}

struct Naming<'a> {
    columns: &'a [String],
    names: NameColumns,
    codes: CodeColumns,
    parents: ParentColumns,
    population: Population,
}

impl<'a> Naming<'a> {
    fn guess(table: &'a Table, level: AreaLevel) -> Self {
        Self {
            columns: &table.columns,
            names: NameColumns::guess(&table.columns, level),
            codes: CodeColumns::guess(&table.columns, &table.rows, level),
            parents: ParentColumns::guess(&table.columns, level),
            population: Population::guess(&table.columns),
        }
    }

    fn area(&self, row: &Row, findings: &mut Vec<Finding>) -> Result<AreaRow, Finding> {
        let outline = outline(row, findings)?;
        let code = self.codes.code(row);
        let (stated, names) = self.names.of(row);
        let name = match (stated, &code) {
            (Some(name), _) => name.chars().take(MAX_NAME_CHARS).collect(),
            (None, Some(code)) => {
                let message = "the area has no name and is called by its code; add a property name";
                findings.push(Finding::warning(row.number, "missing_name", message).field("name"));
                code.clone()
            }
            (None, None) => {
                let message = "the area has neither a name nor a code; add a property name";
                return Err(Finding::error(row.number, "missing_name", message).field("name"));
            }
        };
        let attributes = row.cells.iter().filter_map(|(column, text)| {
            Some((
                self.columns[*column].clone(),
                cell::stated(text)?.to_owned(),
            ))
        });
        let (population, population_year) = self.population.of(row, findings);
        Ok(AreaRow {
            row: row.number,
            match_key: self.codes.key(row, &name),
            parent: self.parents.parent(row, &name),
            country: self.parents.country(row),
            code,
            names,
            name,
            outline,
            population,
            population_year,
            attributes: attributes.collect(),
        })
    }
}

fn outline(row: &Row, findings: &mut Vec<Finding>) -> Result<MultiPolygon<f64>, Finding> {
    let no_polygon = |what: &str| {
        let message = format!("{what}; an area is a Polygon or a MultiPolygon");
        Finding::error(row.number, "no_polygon", message).field("geometry")
    };
    let surface = match &row.shape {
        Shape::Surface(surface) => surface,
        Shape::Absent => return Err(no_polygon("the feature has no geometry")),
        Shape::Point { .. } => return Err(no_polygon("its geometry is a Point")),
        Shape::Lines(_) => return Err(no_polygon("its geometry is a line")),
        Shape::Unusable(reason) => return Err(no_polygon(reason)),
    };
    let off_globe =
        geo::CoordsIter::coords_iter(surface).find(|c| c.x.abs() > 180.0 || c.y.abs() > 90.0);
    if let Some(c) = off_globe {
        let message = "the outline leaves the globe; state longitude and latitude in degrees \
                       (WGS 84), longitude first";
        let finding = Finding::error(row.number, "coordinate_out_of_range", message);
        return Err(finding
            .field("geometry")
            .value(&format!("{}, {}", c.x, c.y)));
    }
    let whole = |ring: &LineString<f64>| ring.0.len() >= MIN_RING_POSITIONS;
    let mut dropped = 0_usize;
    let polygons = surface.iter().filter_map(|polygon| {
        let (outline, holes) = polygon.clone().into_inner();
        let (holes, bad): (Vec<_>, Vec<_>) = holes.into_iter().partition(whole);
        dropped += bad.len() + usize::from(!whole(&outline));
        whole(&outline).then(|| Polygon::new(outline, holes))
    });
    let polygons = MultiPolygon::new(polygons.collect());
    if polygons.0.is_empty() {
        return Err(no_polygon("its outline has fewer than four positions"));
    }
    if dropped > 0 {
        let message = format!(
            "{dropped} of its rings have fewer than four positions and were left out; look at \
             the outline"
        );
        findings.push(Finding::warning(row.number, "short_ring", message).field("geometry"));
    }
    Ok(polygons)
}

/// Areas that share a key are told apart by their parents, all of them, so that the order of the
/// file does not matter; of those that still share one only the first is taken.
fn tell_apart(
    areas: Vec<(AreaRow, &Row)>,
    codes: &CodeColumns,
    findings: &mut Vec<Finding>,
) -> Vec<AreaRow> {
    let mut sharing = HashMap::<String, u32>::new();
    for (area, _) in &areas {
        *sharing.entry(area.match_key.clone()).or_default() += 1;
    }
    let mut taken = HashMap::<String, i32>::new();
    let mut kept = Vec::with_capacity(areas.len());
    for (mut area, row) in areas {
        let shared = sharing.get(&area.match_key).is_some_and(|count| *count > 1);
        if let Some(key) = codes.qualified_key(row, &area.match_key).filter(|_| shared) {
            let message = "another area of the file has the same code or name; the two are told \
                           apart by their parent_id: give every area a code of its own";
            let finding = Finding::info(area.row, "shared_key", message);
            findings.push(finding.value(&area.match_key));
            area.match_key = key;
        }
        if let Some(first) = taken.get(&area.match_key) {
            let message = format!(
                "features {first} and {} have the same code or name; feature {first} was taken, \
                 this one was not: give every area a code of its own (a property code or id)",
                area.row
            );
            let finding = Finding::error(area.row, "duplicate_area", message);
            findings.push(finding.value(&area.match_key));
            continue;
        }
        taken.insert(area.match_key.clone(), area.row);
        kept.push(area);
    }
    kept
}
