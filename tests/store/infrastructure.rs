//! Infrastructure against a real `PostGIS`: the command, what it replaces, and the distances that
//! follow, compared with geodesics that were computed without a database.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests")]

mod distances;

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

use crate::support::{
    TestDatabase,
    fixtures::{self, NewSchool, count},
};

/// Imports a file of infrastructure; its document, whether it worked or not.
pub fn import(db: &TestDatabase, file: &Path, arguments: &str) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_schoolbeat"))
        .env("SCHOOLBEAT_DATABASE_URL", db.url())
        .args(["import", "--json", "infrastructure", file.to_str().unwrap()])
        .args(["--licence", "CC BY 4.0"])
        .args(arguments.split(' '))
        .output()
        .unwrap();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!("{error}: {}", String::from_utf8_lossy(&output.stderr));
    })
}

/// Rows, created, updated, unchanged, removed, rejected.
#[track_caller]
pub fn counts(document: &Value) -> [i64; 6] {
    [
        "rows",
        "created",
        "updated",
        "unchanged",
        "removed",
        "rejected",
    ]
    .map(|name| {
        document[name]
            .as_i64()
            .unwrap_or_else(|| panic!("{document}"))
    })
}

fn has(document: &Value, code: &str) -> bool {
    let list = document["finding_list"].as_array().unwrap();
    list.iter().any(|finding| finding["code"] == code)
}

fn data(path: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    if root.is_dir() {
        return Some(root.join(path));
    }
    println!("skipped: no real data at ../shared/data");
    None
}

/// A file of that text, gone with the directory that comes with it.
pub fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("infrastructure");
    std::fs::write(&path, text).unwrap();
    (dir, path)
}

/// Kind, generation, planned and rounded metres of a school's distances.
fn distances(db: &TestDatabase, school: uuid::Uuid) -> Vec<(String, Option<String>, bool, i64)> {
    let sql = "SELECT l.kind, l.generation, l.planned, round(d.distance_m)::bigint
               FROM school_distance d JOIN infrastructure_layer l ON l.id = d.layer
               WHERE d.school_id = $1 ORDER BY l.id";
    let rows = db.sql().query(sql, &[&school]).unwrap();
    rows.iter()
        .map(|row| (row.get(0), row.get(1), row.get(2), row.get(3)))
        .collect()
}

#[test]
fn west_africa_is_taken_by_country_and_again_changes_nothing() {
    let Some(nodes) = data("west-africa-fibre/nodes/combined_nodes.geojson") else {
        return;
    };
    let ghana = data("west-africa-fibre/lines/GHA_lines.geojson").unwrap();
    let ivory = data("west-africa-fibre/lines/CIV_lines.geojson").unwrap();
    let db = TestDatabase::new();
    fixtures::country(&db);
    // In the middle of Accra.
    let school = NewSchool {
        position: Some((-0.1869, 5.6037)),
        ..NewSchool::default()
    };
    let school = school.add(&db);
    let of = |kind: &str, country: &str| {
        format!("--kind {kind} --source ITU --as-of 2025-06-30{country}")
    };
    let first = import(&db, &nodes, &of("fibre-node", ""));
    assert_eq!(counts(&first), [1508, 960, 0, 0, 0, 548]);
    assert_eq!(count(&db, "infrastructure WHERE status = 'planned'"), 70);
    assert_eq!(
        count(&db, "infrastructure WHERE status = 'under_construction'"),
        10
    );
    let lines = import(&db, &ghana, &of("fibre-line", " --country GHA"));
    assert_eq!(counts(&lines), [59, 59, 0, 0, 0, 0]);
    let lines = import(&db, &ivory, &of("fibre-line", " --country CIV"));
    assert_eq!(counts(&lines), [175, 174, 0, 0, 0, 1], "Ghana's stay");
    let found = distances(&db, school);
    let kinds: Vec<_> = found
        .iter()
        .map(|(kind, _, planned, _)| (&**kind, *planned))
        .collect();
    let wanted = [
        ("fibre_node", false),
        ("fibre_line", false),
        ("fibre_node", true),
        ("fibre_line", true),
    ];
    assert_eq!(kinds, wanted, "a neighbour's planned line, too");
    for (path, of) in [
        (&nodes, of("fibre-node", "")),
        (&ghana, of("fibre-line", " --country GHA")),
    ] {
        let again = import(&db, path, &of);
        assert_eq!(again["created"], 0);
        assert_eq!(
            (&again["updated"], &again["removed"]),
            (&0.into(), &0.into()),
            "{again}"
        );
        assert_eq!(again["distances"], 0);
    }
    assert_eq!(distances(&db, school), found);
    let recorded = "import WHERE subject = 'infrastructure' AND country_code IS NULL";
    assert_eq!(count(&db, recorded), 5);
    assert_eq!(
        count(&db, "audit_event WHERE action = 'import infrastructure'"),
        5
    );
    let findings = "import_finding WHERE code = 'technology_contradicts'";
    assert_eq!(count(&db, findings), 2 * 332);
}

const CELLS: &str = "id,lat,lon,technology,status,range_m,operator\n\
                     near,-1.30,36.81,4G,live,2000,A\n\
                     far,-1.30,37.80,4G,live,,A\n\
                     old,-1.30,36.801,2G,retired,,A\n\
                     soon,-1.30,36.802,5G,planned,,A\n";

#[test]
fn an_import_replaces_what_its_source_said_and_nothing_else() {
    let db = TestDatabase::new();
    let school = fixtures::school(&db);
    let (_dir, cells) = file(CELLS);
    let of = |source: &str| format!("--kind cell-site --as-of 2025-01-01 --source {source}");
    assert_eq!(counts(&import(&db, &cells, &of("A"))), [4, 4, 0, 0, 0, 0]);
    let before = [
        ("cell_site".into(), Some("4G".into()), false, 1113),
        ("cell_site".into(), Some("5G".into()), true, 223),
    ];
    assert_eq!(distances(&db, school), before);

    // Another source says the same of its own.
    let (_dir, other) = file(&CELLS.replace("36.81,4G", "36.82,4G"));
    assert_eq!(counts(&import(&db, &other, &of("B"))), [4, 4, 0, 0, 0, 0]);
    assert_eq!(distances(&db, school), before, "A's is nearer");

    // What A is silent on is gone, what was planned is there, and the nearest is B's.
    let (_dir, later) = file(
        "id,lat,lon,technology,status,range_m,operator\nfar,-1.30,37.80,4G,live,,A\n\
         soon,-1.30,36.802,5G,live,,A\n",
    );
    let later = import(&db, &later, &of("A"));
    assert_eq!(counts(&later), [2, 0, 1, 1, 2, 0]);
    assert!(has(&later, "gone"), "{later}");
    assert!(!has(&later, "older_than_known"), "{later}");
    assert_eq!(
        distances(&db, school),
        [
            ("cell_site".into(), Some("4G".into()), false, 2226),
            ("cell_site".into(), Some("5G".into()), false, 223),
            ("cell_site".into(), Some("5G".into()), true, 223),
        ]
    );
    let (_dir, renamed) = file(
        "id,lat,lon,technology,status,range_m,operator\nfar,-1.30,37.80,4G,live,,Z\n\
         soon,-1.30,36.802,5G,live,,Z\n",
    );
    let renamed = import(&db, &renamed, &of("A").replace("2025", "2024"));
    assert_eq!(counts(&renamed), [2, 0, 2, 0, 0, 0]);
    assert_eq!(renamed["distances"], 0, "nothing moved");
    assert!(has(&renamed, "older_than_known"), "{renamed}");
    assert!(!has(&renamed, "gone"), "{renamed}");
}

#[test]
fn a_file_for_all_countries_takes_the_place_of_those_for_one_each() {
    let db = TestDatabase::new();
    let line = |id: &str, x: f64| {
        format!(
            r#"{{"type":"Feature","properties":{{"id":"{id}"}},"geometry":{{"type":"LineString",
               "coordinates":[[{x},1],[{x},2]]}}}}"#
        )
    };
    let of = |country: &str| format!("--kind grid-line --as-of 2025-01-01 --source A{country}");
    let collection = |lines: &[String]| {
        format!(
            r#"{{"type":"FeatureCollection","features":[{}]}}"#,
            lines.join(",")
        )
    };
    // Both countries number their lines from 1.
    let (_a, ghana) = file(&collection(&[line("1", 1.0), line("2", 1.5)]));
    let (_b, togo) = file(&collection(&[line("1", 2.0)]));
    assert_eq!(
        counts(&import(&db, &ghana, &of(" --country GHA"))),
        [2, 2, 0, 0, 0, 0]
    );
    assert_eq!(
        counts(&import(&db, &togo, &of(" --country TGO"))),
        [1, 1, 0, 0, 0, 0]
    );
    let (_c, all) = file(&collection(&[line("2", 1.5), line("3", 3.0)]));
    assert_eq!(counts(&import(&db, &all, &of(""))), [2, 1, 1, 0, 2, 0]);
    assert_eq!(count(&db, "infrastructure"), 2);
    assert_eq!(count(&db, "infrastructure_dataset"), 1);
    // From then on a country's file speaks for what it names, and the rest stays.
    let (_d, ghana) = file(&collection(&[line("2", 1.6)]));
    assert_eq!(
        counts(&import(&db, &ghana, &of(" --country GHA"))),
        [1, 0, 1, 0, 0, 0]
    );
    assert_eq!(count(&db, "infrastructure"), 2);
}

#[test]
fn a_coverage_that_crosses_itself_is_mended_and_holds_who_is_inside() {
    let db = TestDatabase::new();
    fixtures::country(&db);
    let at = |position| NewSchool {
        position: Some(position),
        ..NewSchool::default()
    };
    let (inside, outside) = (at((36.25, -1.0)).add(&db), at((36.5, -1.6)).add(&db));
    let (_dir, bow) = file(
        r#"{"type":"FeatureCollection","features":[{"type":"Feature",
        "properties":{"technology":"LTE","status":"live","name":"bow"},"geometry":{"type":"Polygon",
        "coordinates":[[[36,-1.5],[37,-0.5],[37,-1.5],[36,-0.5],[36,-1.5]]]}}]}"#,
    );
    let taken = import(&db, &bow, "--kind coverage --source A --as-of 2025-01-01");
    assert_eq!(counts(&taken), [1, 1, 0, 0, 0, 0]);
    assert!(has(&taken, "mended_outline"), "{taken}");
    let (_dir, square) = file(
        r#"{"type":"FeatureCollection","features":[{"type":"Feature",
        "properties":{"technology":"LTE","status":"live","name":"square"},"geometry":{"type":"Polygon",
        "coordinates":[[[46,-1.5],[47,-1.5],[47,-0.5],[46,-0.5],[46,-1.5]]]}}]}"#,
    );
    let square = import(
        &db,
        &square,
        "--kind coverage --source B --as-of 2025-01-01",
    );
    assert!(!has(&square, "mended_outline"), "{square}");
    assert_eq!(
        distances(&db, inside),
        [("coverage".into(), Some("4G".into()), false, 0)]
    );
    let far = distances(&db, outside)[0].3;
    assert!((40_000..60_000).contains(&far), "{far}");
    let again = import(&db, &bow, "--kind coverage --source A --as-of 2025-01-01");
    assert_eq!(counts(&again), [1, 0, 0, 1, 0, 0]);
}
