//! `make bench`: tiles cut from the atlas beside the same tiles made by PostGIS, in one run on one
//! database. What counts is the ratio; no test asserts a time.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a program for a developer"
)]

#[path = "../support/mod.rs"]
mod support;

use std::time::{Duration, Instant};

use schoolbeat::{
    atlas::{AtlasSchool, Snapshot, TileAddress, schools_tile},
    store::atlas_rows,
};
use support::TestDatabase;

const SCHOOLS: i32 = 100_000;
const ROUNDS: u32 = 9;

/// Schools in 2,000 towns of one country, at random but the same each time.
const FILL: &str = "
    SELECT setseed(0.5);
    INSERT INTO country (code, name, invented) VALUES ('XBE', 'Benchmark', true);
    INSERT INTO school (id, country_code, name, location)
    SELECT gen_random_uuid(), 'XBE', 'School ' || n,
           ST_SetSRID(ST_MakePoint(30 + 8 * t.x + 0.1 * (random() - 0.5),
                                   -5 + 9 * t.y + 0.1 * (random() - 0.5)), 4326)
    FROM generate_series(1, $SCHOOLS) AS n
    JOIN (SELECT row_number() OVER () AS town, random() AS x, random() AS y
          FROM generate_series(1, 2000)) t ON t.town = 1 + n % 2000;
    INSERT INTO school_status (school_id, status, target_download_mbps, floor_download_mbps)
    SELECT id, (ARRAY['good', 'moderate', 'bad', 'unknown'])[1 + floor(random() * 4)::int], 20, 1
    FROM school;
    ANALYZE school; ANALYZE school_status;";

/// What a tile server on PostGIS asks: every point, or, above the budget, the same grid.
const BY_POSTGIS: &str = "
    WITH tile AS (SELECT ST_TileEnvelope($1, $2, $3) AS bounds),
    inside AS (
        SELECT s.id, st.status, ST_AsMVTGeom(ST_Transform(s.location, 3857), bounds) AS geometry
        FROM school s JOIN school_status st ON st.school_id = s.id, tile
        WHERE s.location && ST_Transform(bounds, 4326)
    ), many AS (SELECT count(*) > 8000 AS yes FROM inside),
    cells AS (
        SELECT count(*) AS count, mode() WITHIN GROUP (ORDER BY status) AS status,
               ST_Centroid(ST_Collect(geometry)) AS geometry
        FROM inside GROUP BY ST_SnapToGrid(geometry, 32)
    )
    SELECT CASE WHEN (SELECT yes FROM many)
                THEN (SELECT ST_AsMVT(cells, 'schools', 4096, 'geometry') FROM cells)
                ELSE (SELECT ST_AsMVT(i, 'schools', 4096, 'geometry')
                      FROM (SELECT id::text, status, geometry FROM inside) i) END AS tile";

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn main() {
    let db = TestDatabase::new();
    let mut sql = db.sql();
    sql.batch_execute(&FILL.replace("$SCHOOLS", &SCHOOLS.to_string()))
        .unwrap();
    let rows = db.block_on(async { atlas_rows::all(&db.store().client().await.unwrap()).await });
    let school = |row: atlas_rows::AtlasRow| {
        let location = row.location?;
        Some(AtlasSchool {
            id: row.id,
            name: row.name,
            status: row.status,
            location,
        })
    };
    let begun = Instant::now();
    let snapshot = Snapshot::new(1, 1, rows.unwrap().into_iter().filter_map(school).collect());
    println!(
        "{SCHOOLS} schools; the atlas was sorted in {:.0?}",
        begun.elapsed()
    );
    println!(
        "{:>8} {:>12} {:>12} {:>8} {:>10} {:>10}",
        "zoom", "atlas", "PostGIS", "ratio", "bytes", "bytes"
    );
    for z in [0, 4, 6, 8, 10, 12] {
        // The tile around 34 E, 0.5 S: the middle of the country.
        let n = f64::from(1 << z);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "within a tile"
        )]
        let (x, y) = (
            (n * (34.0 / 360.0 + 0.5)) as u32,
            (n * (0.5 + 0.5 / 360.0)) as u32,
        );
        let address = TileAddress::new(z, x, y).unwrap();
        let (mut ours, mut theirs, mut sizes) = (vec![], vec![], (0, 0));
        for _ in 0..ROUNDS {
            let begun = Instant::now();
            sizes.0 = schools_tile(&snapshot, address).map_or(0, |tile| tile.len());
            ours.push(begun.elapsed());
            let address = [z, x, y].map(|part| i32::try_from(part).unwrap());
            let begun = Instant::now();
            let row = sql
                .query_one(BY_POSTGIS, &[&address[0], &address[1], &address[2]])
                .unwrap();
            sizes.1 = row
                .get::<_, Option<Vec<u8>>>(0)
                .map_or(0, |tile| tile.len());
            theirs.push(begun.elapsed());
        }
        let (ours, theirs) = (median(ours), median(theirs));
        let ratio = theirs.as_secs_f64() / ours.as_secs_f64();
        println!(
            "{z:>8} {ours:>12.0?} {theirs:>12.0?} {ratio:>7.0}× {:>10} {:>10}",
            sizes.0, sizes.1
        );
    }
}
