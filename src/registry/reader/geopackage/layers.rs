//! Which layers a GeoPackage has, and which one is meant. Reads no feature.

use rusqlite::{OptionalExtension, Row};

use super::{Database, FileError, broken, unreadable};
use crate::domain::listing::{Finding, shortened};

/// More layers than an error can list.
const MAX_LAYERS: usize = 1000;
/// The code for a geographic system that nobody named.
const UNDEFINED_GEOGRAPHIC: i64 = 0;
/// A table, its geometry's column and reference system. `LIKE` does not mind the case.
const LAYERS: &str = "
    SELECT c.table_name, c.data_type = 'features', g.column_name, g.srs_id, s.srs_name,
           s.organization, s.organization_coordsys_id
    FROM gpkg_contents c
    LEFT JOIN gpkg_geometry_columns g ON lower(g.table_name) = lower(c.table_name)
    LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id
    WHERE c.data_type IN ('features', 'attributes')
    ORDER BY c.table_name
    LIMIT 1001";
const METADATA: [&str; 3] = [
    "gpkg_contents",
    "gpkg_geometry_columns",
    "gpkg_spatial_ref_sys",
];

/// A layer that is to be read.
pub(super) struct Layer {
    pub table: String,
    /// The column of its geometry.
    pub geometry: Option<String>,
    /// What there is to know of it.
    pub findings: Vec<Finding>,
}

struct Known {
    table: String,
    has_features: bool,
    geometry: Option<String>,
    system: Option<System>,
}

struct System {
    id: i64,
    name: Option<String>,
    organization: Option<String>,
    code: Option<i64>,
}

/// The layer of that name, or the only one with features, or the only table.
pub(super) fn choose(database: &Database, named: Option<&str>) -> Result<Layer, FileError> {
    for table in METADATA {
        check_table(database, table)?;
    }
    let mut layers = known(database).map_err(|e| unreadable(&e))?;
    if layers.len() > MAX_LAYERS {
        return Err(broken(&format!("it has more than {MAX_LAYERS} layers")));
    }
    let which = |reason: String, layers: &[Known]| FileError::WhichLayer {
        reason,
        layers: listed(layers),
    };
    let at = if let Some(named) = named {
        let same = |layer: &Known| layer.table.eq_ignore_ascii_case(named);
        let exact = layers.iter().position(|layer| layer.table == named);
        exact
            .or_else(|| layers.iter().position(same))
            .ok_or_else(|| {
                let named = shortened(named);
                which(format!("the GeoPackage has no layer {named:?}"), &layers)
            })?
    } else {
        if layers.iter().any(|layer| layer.has_features) {
            layers.retain(|layer| layer.has_features);
        }
        match layers.len() {
            0 => return Err(broken(&"it has no layer of features")),
            1 => 0,
            several => {
                let reason = format!("the GeoPackage has {several} layers");
                return Err(which(reason, &layers));
            }
        }
    };
    let layer = layers.swap_remove(at);
    check_table(database, &layer.table)?;
    let findings = match &layer.system {
        Some(system) => system.check()?,
        None => vec![],
    };
    Ok(Layer {
        table: layer.table,
        geometry: layer.geometry,
        findings,
    })
}

/// Whether there is a table of that name that may be read.
pub(super) fn has_table(database: &Database, name: &str) -> Result<bool, FileError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = ?1 COLLATE NOCASE)";
    let known = database.connection.query_row(sql, [name], |row| row.get(0));
    let known: bool = known.map_err(|e| unreadable(&e))?;
    if known {
        check_table(database, name)?;
    }
    Ok(known)
}

/// Views and virtual tables compute what they show: only a table that holds its rows is read.
fn check_table(database: &Database, name: &str) -> Result<(), FileError> {
    let sql = "SELECT type, sql FROM sqlite_schema
               WHERE name = ?1 COLLATE NOCASE AND type IN ('table', 'view')";
    let read = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, Option<String>>(1)?));
    let found = database.connection.query_row(sql, [name], read).optional();
    let shown = shortened(name);
    match found.map_err(|e| unreadable(&e))? {
        None => Err(broken(&format!("it has no table {shown:?}"))),
        Some((kind, _)) if kind == "view" => Err(broken(&format!(
            "{shown:?} is a view, which may compute anything; save it as a layer of its own"
        ))),
        Some((_, sql)) => {
            let begin = sql.as_deref().and_then(|sql| sql.get(..12));
            if begin.is_some_and(|begin| begin.eq_ignore_ascii_case("CREATE TABLE")) {
                return Ok(());
            }
            Err(broken(&format!(
                "{shown:?} is no table that holds its rows"
            )))
        }
    }
}

fn known(database: &Database) -> rusqlite::Result<Vec<Known>> {
    let mut query = database.connection.prepare(LAYERS)?;
    let layers = query.query_map([], |row| {
        let system = |id| {
            Ok::<_, rusqlite::Error>(System {
                id,
                name: row.get(4)?,
                organization: row.get(5)?,
                code: row.get(6)?,
            })
        };
        Ok(Known {
            table: row.get(0)?,
            has_features: row.get(1)?,
            geometry: row.get(2)?,
            system: row.get::<_, Option<i64>>(3)?.map(system).transpose()?,
        })
    })?;
    layers.collect()
}

fn listed(layers: &[Known]) -> String {
    let names: Vec<String> = layers
        .iter()
        .map(|layer| format!("{:?}", shortened(&layer.table)))
        .collect();
    if names.is_empty() {
        return "none".into();
    }
    shortened(&names.join(", "))
}

impl System {
    /// Only longitude and latitude are read, not the metres of a projection.
    fn check(&self) -> Result<Vec<Finding>, FileError> {
        let organization = self.organization.as_deref().unwrap_or_default();
        let name = self.name.as_deref().unwrap_or_default();
        let is_degrees = match (organization.to_ascii_uppercase().as_str(), self.code) {
            ("EPSG", code) => code == Some(4326),
            ("OGC", _) => name.contains("CRS84") || name.contains("WGS 84"),
            _ => false,
        };
        if is_degrees {
            return Ok(vec![]);
        }
        if self.id == UNDEFINED_GEOGRAPHIC {
            let message = "the GeoPackage does not say in which reference system the layer is; it \
                           was taken as longitude and latitude (WGS 84)";
            return Ok(vec![Finding::info(0, "reference_system", message)]);
        }
        let crs = match (organization, self.code) {
            ("", _) | (_, None) => format!("the undefined system {}", self.id),
            (organization, Some(code)) => format!("{organization}:{code} ({name})"),
        };
        Err(FileError::OtherReferenceSystem {
            crs: shortened(&crs),
        })
    }
}
