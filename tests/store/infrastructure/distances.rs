//! Distances against brute force: every school to every thing, by geodesics on WGS 84.

use std::collections::HashMap;

use geo::{Destination, Distance, Geodesic, InterpolatePoint, Point};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use uuid::Uuid;

use super::{counts, file, import};
use crate::support::{
    TestDatabase,
    fixtures::{self, NewSchool, count},
};

/// Where geodesy goes wrong first: across the antimeridian, at both poles, on the equator.
const CENTRES: [(f64, f64); 5] = [
    (179.9, -16.5),
    (20.0, 84.0),
    (-60.0, -88.5),
    (0.5, 0.5),
    (-1.0, 9.0),
];

/// A point up to so many metres from one of the centres. Never of an exact zero.
fn around(random: &mut StdRng, reach_m: f64) -> Point<f64> {
    let (longitude, latitude) = CENTRES[random.random_range(0..CENTRES.len())];
    let (bearing, far) = (
        random.random_range(0.0..360.0),
        random.random_range(1.0..reach_m),
    );
    Geodesic.destination(Point::new(longitude, latitude), bearing, far)
}

fn schools(db: &TestDatabase, random: &mut StdRng, how_many: usize) -> HashMap<Uuid, Point<f64>> {
    fixtures::country(db);
    let school = |_| {
        let at = around(random, 120_000.0);
        let school = NewSchool {
            position: Some((at.x(), at.y())),
            ..NewSchool::default()
        };
        (school.add(db), at)
    };
    (0..how_many).map(school).collect()
}

fn measured(db: &TestDatabase, kind: &str) -> HashMap<Uuid, f64> {
    let sql = "SELECT d.school_id, d.distance_m FROM school_distance d
               JOIN infrastructure_layer l ON l.id = d.layer WHERE l.kind = $1";
    let rows = db.sql().query(sql, &[&kind]).unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

#[test]
fn the_nearest_point_is_the_nearest_on_the_spheroid() {
    let db = TestDatabase::new();
    let mut random = StdRng::seed_from_u64(17);
    let schools = schools(&db, &mut random, 60);
    let nodes: Vec<_> = (0..2000).map(|_| around(&mut random, 150_000.0)).collect();
    let rows = nodes.iter().enumerate();
    let rows = rows.map(|(id, node)| format!("{id},{},{},live\n", node.y(), node.x()));
    let text = format!("id,lat,lon,status\n{}", rows.collect::<String>());
    let (_dir, path) = file(&text);
    let taken = import(
        &db,
        &path,
        "--kind fibre-node --source A --as-of 2025-01-01",
    );
    assert_eq!(counts(&taken), [2000, 2000, 0, 0, 0, 0]);
    let measured = measured(&db, "fibre_node");
    assert_eq!(measured.len(), schools.len());
    for (id, at) in &schools {
        let wanted = nodes.iter().map(|node| Geodesic.distance(*at, *node));
        let wanted = wanted.fold(f64::INFINITY, f64::min);
        let got = measured[id];
        assert!(
            (got - wanted).abs() < 0.01,
            "{at:?}: {got} and not {wanted}"
        );
    }
}

#[test]
fn the_nearest_line_is_the_nearest_on_the_spheroid_though_many_meet() {
    let db = TestDatabase::new();
    let mut random = StdRng::seed_from_u64(18);
    let schools = schools(&db, &mut random, 40);
    // Stars of 24 lines, so that many are equally near, and single ones.
    let mut lines = vec![];
    for star in 0..25 {
        let hub = around(&mut random, 150_000.0);
        for ray in 0..if star % 2 == 0 { 24 } else { 1 } {
            let bearing = f64::from(ray) * 15.0 + 3.0;
            let mut line = vec![hub];
            for _ in 0..10 {
                let turn = random.random_range(-20.0..20.0);
                line.push(Geodesic.destination(line[line.len() - 1], bearing + turn, 900.0));
            }
            lines.push(line);
        }
    }
    let features = lines.iter().enumerate().map(|(id, line)| {
        let positions = line.iter().map(|p| format!("[{},{}]", p.x(), p.y()));
        let positions = positions.collect::<Vec<_>>().join(",");
        format!(
            r#"{{"type":"Feature","properties":{{"id":{id}}},"geometry":{{"type":"LineString",
               "coordinates":[{positions}]}}}}"#
        )
    });
    let features = features.collect::<Vec<_>>().join(",");
    let (_dir, path) = file(&format!(
        r#"{{"type":"FeatureCollection","features":[{features}]}}"#
    ));
    let taken = import(
        &db,
        &path,
        "--kind fibre-line --source A --as-of 2025-01-01",
    );
    assert_eq!(taken["created"], lines.len(), "{taken}");
    // A line every 10 metres stands for the line; off by at most half of that sideways.
    let dense: Vec<Point<f64>> = lines
        .iter()
        .flat_map(|line| line.windows(2))
        .flat_map(|edge| Geodesic.points_along_line(edge[0], edge[1], 10.0, true))
        .collect();
    let measured = measured(&db, "fibre_line");
    assert_eq!(measured.len(), schools.len());
    for (id, at) in &schools {
        let wanted = dense.iter().map(|point| Geodesic.distance(*at, *point));
        let wanted = wanted.fold(f64::INFINITY, f64::min);
        let got = measured[id];
        assert!((got - wanted).abs() < 6.0, "{at:?}: {got} and not {wanted}");
    }
}

const NODES: &str = "id,lat,lon,status\na,-1.30,36.81,live\nb,-1.30,37.81,live\n";

#[test]
fn a_school_that_moves_or_comes_is_measured_when_it_is_asked_for() {
    use schoolbeat::store::infrastructure::{Schools, refresh_distances};
    let db = TestDatabase::new();
    let school = fixtures::school(&db);
    let refresh = |fill: &str| {
        db.block_on(async {
            let mut client = db.store().client().await.unwrap();
            let tx = client.transaction().await.unwrap();
            tx.batch_execute(&format!(
                "CREATE TEMP TABLE located (school_id uuid PRIMARY KEY, location geometry(Point, 4326))
                 ON COMMIT DROP; {fill}"
            ))
            .await
            .unwrap();
            let changed = refresh_distances(&tx, Schools::Located).await.unwrap();
            tx.commit().await.unwrap();
            changed
        })
    };
    let all = "INSERT INTO located SELECT id, location FROM school";
    assert_eq!(refresh(all), 0, "nothing is known, nothing is done");
    let (_dir, path) = file(NODES);
    import(
        &db,
        &path,
        "--kind fibre-node --source A --as-of 2025-01-01",
    );
    assert_eq!(refresh(all), 0, "the import has measured");
    let metres = |id: &Uuid| measured(&db, "fibre_node").get(id).map(|m| m.round());
    assert_eq!(metres(&school), Some(1113.0));

    let moved = "UPDATE school SET location = 'SRID=4326;POINT(37.8 -1.3)'";
    db.sql().execute(moved, &[]).unwrap();
    let second = NewSchool::default().add(&db);
    assert_eq!(refresh(all), 2);
    assert_eq!(
        (metres(&school), metres(&second)),
        (Some(1113.0), Some(1113.0))
    );

    let lost = "UPDATE school SET location = NULL, location_problem = 'x' WHERE id = $1";
    db.sql().execute(lost, &[&second]).unwrap();
    assert_eq!(refresh(all), 1);
    assert_eq!(metres(&second), None, "no position, no distance");
    db.sql()
        .execute("DELETE FROM school WHERE id = $1", &[&school])
        .unwrap();
    assert_eq!(count(&db, "school_distance"), 0);
}
