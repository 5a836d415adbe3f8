//! GeoPackages: schools as points, areas as polygons, a table without geometry.

use rusqlite::{Connection, Error, params};

const METADATA: &str = "
    PRAGMA page_size = 512;
    PRAGMA application_id = 1196444487;
    PRAGMA user_version = 10300;
    CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY,
        organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL,
        definition TEXT NOT NULL, description TEXT);
    INSERT INTO gpkg_spatial_ref_sys VALUES ('WGS 84', 4326, 'EPSG', 4326, 'GEOGCS', NULL);
    CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL,
        identifier TEXT UNIQUE, description TEXT DEFAULT '', last_change DATETIME,
        min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER);
    CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,
        geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL,
        m TINYINT NOT NULL, CONSTRAINT pk PRIMARY KEY (table_name, column_name));";

fn header() -> Vec<u8> {
    [&b"GP\0\x01"[..], &4326_i32.to_le_bytes()].concat()
}

/// Well-known binary of little-endian numbers.
fn wkb(kind: u32, counts: &[u32], numbers: &[f64]) -> Vec<u8> {
    let mut bytes = vec![1];
    bytes.extend(kind.to_le_bytes());
    bytes.extend(counts.iter().flat_map(|count| count.to_le_bytes()));
    bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
    bytes
}

pub fn point(x: f64, y: f64) -> Vec<u8> {
    wkb(1, &[], &[x, y])
}

pub fn square(x: f64) -> Vec<u8> {
    wkb(
        3,
        &[1, 5],
        &[x, 0.0, x + 1.0, 0.0, x + 1.0, 1.0, x, 1.0, x, 0.0],
    )
}

pub fn squares(x: f64) -> Vec<u8> {
    [wkb(6, &[2], &[]), square(x), square(x + 2.0)].concat()
}

fn geometry(wkb: &[u8]) -> Vec<u8> {
    [&header(), wkb].concat()
}

/// A database as `fill` leaves it.
fn made(fill: impl FnOnce(&Connection) -> Result<(), Error>) -> Vec<u8> {
    let path = std::env::temp_dir().join(format!("schoolbeat-fuzz-{}.gpkg", std::process::id()));
    drop(std::fs::remove_file(&path));
    let connection = Connection::open(&path).expect("the temporary directory can be written");
    connection
        .execute_batch(METADATA)
        .and_then(|()| fill(&connection))
        .expect("a GeoPackage can be made");
    drop(connection);
    let bytes = std::fs::read(&path).expect("it was written");
    drop(std::fs::remove_file(&path));
    bytes
}

fn layer(sql: &Connection, name: &str, kind: &str, columns: &str) -> Result<(), Error> {
    sql.execute_batch(&format!(
        "CREATE TABLE \"{name}\" (fid INTEGER PRIMARY KEY AUTOINCREMENT, {columns})"
    ))?;
    let data_type = if kind.is_empty() {
        "attributes"
    } else {
        "features"
    };
    sql.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES (?1, ?2, ?1, 4326)",
        params![name, data_type],
    )?;
    if !kind.is_empty() {
        sql.execute(
            "INSERT INTO gpkg_geometry_columns VALUES (?1, 'geom', ?2, 4326, 0, 0)",
            params![name, kind],
        )?;
    }
    Ok(())
}

fn schools(sql: &Connection) -> Result<(), Error> {
    layer(
        sql,
        "Schools",
        "POINT",
        "geom BLOB, school_name TEXT, emis_code INTEGER, students DOUBLE, internet BOOLEAN, opened DATE",
    )?;
    let add = "INSERT INTO Schools (geom, school_name, emis_code, students, internet, opened) VALUES (?1, ?2, ?3, ?4, ?5, '1998-09-01')";
    sql.execute(
        add,
        params![
            geometry(&point(36.5, 1.5)),
            "Oak School",
            10_203,
            350.0,
            true
        ],
    )?;
    sql.execute(
        add,
        params![
            geometry(&point(36.6, 1.6)),
            "École du Chêne",
            10_204,
            200.5,
            false
        ],
    )?;
    sql.execute(
        add,
        params![
            None::<Vec<u8>>,
            "x".repeat(900),
            "00123",
            None::<f64>,
            None::<bool>
        ],
    )?;
    Ok(())
}

fn areas(sql: &Connection) -> Result<(), Error> {
    layer(
        sql,
        "areas",
        "MULTIPOLYGON",
        "geom BLOB, name TEXT, code TEXT",
    )?;
    let add = "INSERT INTO areas (geom, name, code) VALUES (?1, ?2, ?3)";
    sql.execute(add, params![geometry(&square(36.0)), "West", "XB01"])?;
    sql.execute(add, params![geometry(&squares(38.0)), "East", "XB02"])?;
    Ok(())
}

fn plain_table(sql: &Connection) -> Result<(), Error> {
    layer(sql, "list", "", "name TEXT, lat TEXT, lon REAL")?;
    sql.execute_batch(
        "INSERT INTO list (name, lat, lon) VALUES ('Oak', '1,5', 36.5), ('Elm', '1.6', 36.6)",
    )
}

pub fn all() -> Vec<Vec<u8>> {
    vec![
        made(schools),
        made(areas),
        made(plain_table),
        made(|sql| schools(sql).and_then(|()| areas(sql))),
        made(|sql| {
            schools(sql).and_then(|()| sql.execute_batch("CREATE VIEW v AS SELECT * FROM Schools; CREATE INDEX i ON Schools (school_name)"))
        }),
    ]
}
