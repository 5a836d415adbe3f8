//! An export as a GeoPackage (OGC 12-128r19, version 1.3) of one layer. No spatial index: whoever
//! wants one makes it in a moment, and reading it again here needs none.

use std::{collections::HashSet, path::Path};

use rusqlite::{
    Connection, params, params_from_iter,
    types::{ToSqlOutput, ValueRef},
};

use super::layer::{Cell, Extent, Geometry, Kind, Layer, ShapeKind, Writer, Written, free_name};

/// "GPKG" and 1.3.0, by which programs know the file.
const BEGIN: &str = "
    PRAGMA application_id = 1196444487;
    PRAGMA user_version = 10300;
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    BEGIN;
    CREATE TABLE gpkg_spatial_ref_sys (
        srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
        organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
    INSERT INTO gpkg_spatial_ref_sys VALUES
        ('Undefined Cartesian', -1, 'NONE', -1, 'undefined', NULL),
        ('Undefined geographic', 0, 'NONE', 0, 'undefined', NULL),
        ('WGS 84 geodetic', 4326, 'EPSG', 4326, 'GEOGCS[\"WGS 84\",DATUM[\"WGS_1984\",\
SPHEROID[\"WGS 84\",6378137,298.257223563,AUTHORITY[\"EPSG\",\"7030\"]],\
AUTHORITY[\"EPSG\",\"6326\"]],PRIMEM[\"Greenwich\",0,AUTHORITY[\"EPSG\",\"8901\"]],\
UNIT[\"degree\",0.0174532925199433,AUTHORITY[\"EPSG\",\"9122\"]],AUTHORITY[\"EPSG\",\"4326\"]]',
         'longitude and latitude in degrees');
    CREATE TABLE gpkg_contents (
        table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
        description TEXT DEFAULT '',
        last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
        min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE,
        srs_id INTEGER REFERENCES gpkg_spatial_ref_sys (srs_id));
    CREATE TABLE gpkg_geometry_columns (
        table_name TEXT NOT NULL UNIQUE REFERENCES gpkg_contents (table_name),
        column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
        srs_id INTEGER NOT NULL REFERENCES gpkg_spatial_ref_sys (srs_id),
        z TINYINT NOT NULL, m TINYINT NOT NULL, PRIMARY KEY (table_name, column_name));
    CREATE TABLE gpkg_extensions (
        table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
        scope TEXT NOT NULL, UNIQUE (table_name, column_name, extension_name));";
/// Whose data it is has a place of its own (extension `gpkg_metadata`).
const METADATA: &str = "
    INSERT INTO gpkg_extensions VALUES
        ('gpkg_metadata', NULL, 'gpkg_metadata',
         'http://www.geopackage.org/spec130/#extension_metadata', 'read-write'),
        ('gpkg_metadata_reference', NULL, 'gpkg_metadata',
         'http://www.geopackage.org/spec130/#extension_metadata', 'read-write');
    CREATE TABLE gpkg_metadata (
        id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, md_scope TEXT NOT NULL DEFAULT 'dataset',
        md_standard_uri TEXT NOT NULL, mime_type TEXT NOT NULL DEFAULT 'text/xml',
        metadata TEXT NOT NULL DEFAULT '');
    CREATE TABLE gpkg_metadata_reference (
        reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT, row_id_value INTEGER,
        timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
        md_file_id INTEGER NOT NULL REFERENCES gpkg_metadata (id),
        md_parent_id INTEGER REFERENCES gpkg_metadata (id));";
/// What a column is called whose name differs from another in capitals alone (extension
/// `gpkg_schema`).
const NAMES: &str = "
    INSERT INTO gpkg_extensions VALUES
        ('gpkg_data_columns', NULL, 'gpkg_schema',
         'http://www.geopackage.org/spec130/#extension_schema', 'read-write'),
        ('gpkg_data_column_constraints', NULL, 'gpkg_schema',
         'http://www.geopackage.org/spec130/#extension_schema', 'read-write');
    CREATE TABLE gpkg_data_columns (
        table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT,
        description TEXT, mime_type TEXT, constraint_name TEXT,
        PRIMARY KEY (table_name, column_name), UNIQUE (table_name, name));
    CREATE TABLE gpkg_data_column_constraints (
        constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC,
        min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
        UNIQUE (constraint_name, constraint_type, value));";
const CREDIT_STANDARD: &str = "http://purl.org/dc/terms/rights";
/// EPSG's number of the only system that is written.
const WGS84: i32 = 4326;

pub(super) struct GeoPackageWriter {
    connection: Connection,
    table: String,
    insert: String,
    /// Whether geometries carry their bounds; a point is its own.
    has_envelopes: bool,
    extent: Extent,
}

impl GeoPackageWriter {
    /// Writes into the empty file at `path`.
    pub fn new(path: &Path) -> Written<Self> {
        let connection = Connection::open(path)?;
        connection.execute_batch(BEGIN)?;
        Ok(Self {
            connection,
            table: String::new(),
            insert: String::new(),
            has_envelopes: false,
            extent: Extent::default(),
        })
    }

    /// Says what the columns are called that could not have their own names.
    fn name_columns(&self, renamed: &[(String, &str)]) -> Written {
        if renamed.is_empty() {
            return Ok(());
        }
        self.connection.execute_batch(NAMES)?;
        for (column, name) in renamed {
            self.connection.execute(
                "INSERT INTO gpkg_data_columns (table_name, column_name, name)
                 VALUES (?1, ?2, ?3)",
                params![self.table, column, name],
            )?;
        }
        Ok(())
    }

    fn describe(&self, layer: &Layer, geometry: Option<(&str, &str)>) -> Written {
        let kind = geometry.map_or("attributes", |_| "features");
        self.connection.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                self.table,
                kind,
                layer.title,
                layer.credit.as_deref().unwrap_or_default(),
                geometry.map(|_| WGS84),
            ],
        )?;
        if let Some((column, kind)) = geometry {
            self.connection.execute(
                "INSERT INTO gpkg_geometry_columns VALUES (?1, ?2, ?3, ?4, 0, 0)",
                params![self.table, column, kind, WGS84],
            )?;
        }
        if let Some(credit) = &layer.credit {
            self.connection.execute_batch(METADATA)?;
            self.connection.execute(
                "INSERT INTO gpkg_metadata (md_standard_uri, mime_type, metadata)
                 VALUES (?1, 'text/plain', ?2)",
                params![CREDIT_STANDARD, credit],
            )?;
            self.connection.execute(
                "INSERT INTO gpkg_metadata_reference (reference_scope, table_name, md_file_id)
                 VALUES ('table', ?1, ?2)",
                params![self.table, self.connection.last_insert_rowid()],
            )?;
        }
        Ok(())
    }
}

impl Writer for GeoPackageWriter {
    fn begin(&mut self, layer: &Layer) -> Written {
        let names = told_apart(layer);
        self.table.clone_from(&layer.name);
        self.has_envelopes = layer.shape.is_some_and(|shape| shape != ShapeKind::Point);
        let key = free_name(layer, &["fid", "ogc_fid", "schoolbeat_fid"])?;
        let geometry = match layer.shape {
            Some(shape) => {
                let column = free_name(layer, &["geom", "geometry", "schoolbeat_geom"])?;
                Some((column, shape_name(shape)))
            }
            None => None,
        };
        let mut columns: Vec<String> = vec![];
        if let Some((column, kind)) = &geometry {
            columns.push(format!("{} {kind}", quoted(column)));
        }
        let mut renamed = vec![];
        for (column, name) in layer.columns.iter().zip(names) {
            let kind = match column.kind {
                Kind::Text => "TEXT",
                Kind::Integer => "INTEGER",
                Kind::Real => "DOUBLE",
            };
            columns.push(format!("{} {kind}", quoted(&name)));
            if name != column.name {
                renamed.push((name, column.name.as_str()));
            }
        }
        let places: Vec<String> = (1..=columns.len()).map(|at| format!("?{at}")).collect();
        let table = quoted(&self.table);
        self.connection.execute_batch(&format!(
            "CREATE TABLE {table} ({} INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, {})",
            quoted(&key),
            columns.join(", ")
        ))?;
        let places = places.join(", ");
        self.insert = format!("INSERT INTO {table} VALUES (NULL, {places})");
        let geometry = geometry
            .as_ref()
            .map(|(column, kind)| (column.as_str(), *kind));
        self.describe(layer, geometry)?;
        self.name_columns(&renamed)
    }

    fn row(&mut self, cells: &[Cell<'_>], geometry: Option<&Geometry>) -> Written {
        let mut insert = self.connection.prepare_cached(&self.insert)?;
        let blob = match geometry {
            Some(geometry) => {
                self.extent.add(geometry)?;
                Some(blob(geometry, self.has_envelopes)?)
            }
            None => None,
        };
        let has_shape = insert.parameter_count() > cells.len();
        let shape = has_shape.then_some(blob.as_deref().map_or(ValueRef::Null, ValueRef::Blob));
        let values = cells.iter().map(|cell| match cell {
            Cell::Blank => ValueRef::Null,
            Cell::Text(text) => ValueRef::Text(text.as_bytes()),
            Cell::Integer(number) => ValueRef::Integer(*number),
            Cell::Real(number) => ValueRef::Real(*number),
        });
        let values = shape.into_iter().chain(values).map(ToSqlOutput::Borrowed);
        insert.execute(params_from_iter(values))?;
        Ok(())
    }

    fn finish(self: Box<Self>) -> Written {
        if let Some([west, south, east, north]) = self.extent.0 {
            self.connection.execute(
                "UPDATE gpkg_contents SET min_x = ?1, min_y = ?2, max_x = ?3, max_y = ?4",
                params![west, south, east, north],
            )?;
        }
        self.connection.execute_batch("COMMIT")?;
        self.connection.close().map_err(|(_, error)| error)?;
        Ok(())
    }
}

/// Names of the columns that differ in more than capitals, which is all that SQLite minds.
fn told_apart(layer: &Layer) -> Vec<String> {
    let columns = layer.columns.iter();
    let mut taken: HashSet<String> = columns.map(|column| column.name.to_lowercase()).collect();
    let mut seen = HashSet::new();
    let mut names = vec![];
    for column in &layer.columns {
        let mut name = column.name.clone();
        if !seen.insert(name.to_lowercase()) {
            let mut number = 2;
            while taken.contains(&name.to_lowercase()) {
                name = format!("{} ({number})", column.name);
                number += 1;
            }
            taken.insert(name.to_lowercase());
        }
        names.push(name);
    }
    names
}

fn shape_name(shape: ShapeKind) -> &'static str {
    match shape {
        ShapeKind::Point => "POINT",
        ShapeKind::Surface => "MULTIPOLYGON",
        ShapeKind::Mixed => "GEOMETRY",
    }
}

/// A geometry behind its header: signature, version 1, flags, reference system, bounds.
fn blob(geometry: &Geometry, has_envelope: bool) -> Written<Vec<u8>> {
    let bounds = if has_envelope {
        geometry.bounds()?
    } else {
        None
    };
    let flags = if bounds.is_some() { 0b0011 } else { 0b0001 };
    let mut blob = vec![b'G', b'P', 0, flags];
    blob.extend(WGS84.to_le_bytes());
    if let Some([west, south, east, north]) = bounds {
        blob.extend([west, east, south, north].map(f64::to_le_bytes).concat());
    }
    blob.extend_from_slice(&geometry.wkb()?);
    Ok(blob)
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
