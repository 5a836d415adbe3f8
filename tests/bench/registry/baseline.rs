//! What our import is compared with: `ogr2ogr` loads the same file, and one statement of SQL joins
//! its points to their areas. Checks nothing, tells no change from what was there before.

use std::{
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use crate::{processor::Processes, support::TestDatabase};

/// How long a load and a join took.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    pub load: Duration,
    pub join: Duration,
    /// Of all processes together.
    pub processor: Duration,
}

impl Times {
    pub fn total(self) -> Duration {
        self.load + self.join
    }
}

/// The deepest areas, loaded and indexed beforehand: not timed.
pub fn load_areas(db: &TestDatabase, geojson: &Path) {
    ogr2ogr(
        db,
        geojson,
        &[
            "-nln",
            "bench_area",
            "-nlt",
            "MULTIPOLYGON",
            "-lco",
            "GEOMETRY_NAME=geometry",
        ],
    );
    db.sql().batch_execute("VACUUM ANALYZE bench_area").unwrap();
}

/// Loads a school list in one transaction by COPY, without an index that the join does not need,
/// and joins it.
pub fn run(db: &TestDatabase, csv: &Path) -> Times {
    let mut sql = db.sql();
    sql.batch_execute("DROP TABLE IF EXISTS bench_school_area, bench_school")
        .unwrap();
    let processes = Processes::of(&mut sql);
    let spent = processes.spent();
    let begun = Instant::now();
    let options = [
        "-nln",
        "bench_school",
        "-a_srs",
        "EPSG:4326",
        "-gt",
        "unlimited",
        "-oo",
        "X_POSSIBLE_NAMES=longitude",
        "-oo",
        "Y_POSSIBLE_NAMES=latitude",
        "-oo",
        "KEEP_GEOM_COLUMNS=YES",
        "-lco",
        "GEOMETRY_NAME=geometry",
        "-lco",
        "SPATIAL_INDEX=NONE",
    ];
    ogr2ogr(db, csv, &options);
    let load = begun.elapsed();
    let begun = Instant::now();
    sql.batch_execute(
        "CREATE TABLE bench_school_area AS
         SELECT s.ogc_fid AS school, a.ogc_fid AS area
         FROM bench_school s JOIN bench_area a ON ST_Covers(a.geometry, s.geometry)",
    )
    .unwrap();
    Times {
        load,
        join: begun.elapsed(),
        processor: processes.spent().saturating_sub(spent),
    }
}

fn ogr2ogr(db: &TestDatabase, file: &Path, options: &[&str]) {
    let connection = db.connection();
    let tokio_postgres::config::Host::Unix(socket) = &connection.get_hosts()[0] else {
        panic!("the private cluster has a Unix socket");
    };
    let target = format!(
        "PG:host={} dbname={} user={}",
        socket.display(),
        connection.get_dbname().unwrap(),
        connection.get_user().unwrap()
    );
    let output = Command::new("ogr2ogr")
        .args([
            "--config",
            "PG_USE_COPY",
            "YES",
            "-f",
            "PostgreSQL",
            &target,
        ])
        .arg(file)
        .args(options)
        .output()
        .expect("ogr2ogr runs (Debian: apt-get install gdal-bin)");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "ogr2ogr: {said}");
}
