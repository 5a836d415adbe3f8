//! Infrastructure over HTTP, as tiles, and through a round trip of files.

use std::{fs, path::Path};

use serde_json::{Value, json};

use super::{
    command_line::{fails, run, succeeds},
    tiles::decoded,
};
use crate::support::{TestDatabase, fixtures, server::TestServer};

const FEATURES: &str = r#"{"type":"FeatureCollection","features":[
  {"type":"Feature","properties":{"line_id":"a","status":"Operational","operator_name":"MTN",
    "from":"Here","to":"There","contact":"Amina","year":2020},
   "geometry":{"type":"MultiLineString","coordinates":
     [[[36.7,-1.3,5],[36.75,-1.300000000000007,6],[36.75,-1.25,7]],[[36.9,-1.2],[36.95,-1.2]]]}},
  {"type":"Feature","properties":{"line_id":"b","status":"Planned"},
   "geometry":{"type":"LineString","coordinates":[[36.8,-1.31],[36.81,-1.31]]}}]}"#;
const CELLS: &str = "site,lat,lon,radio,status,range_m,note\n\
                     M1,-1.30000000000000004,36.9,GSM/LTE,live,25000,=SUM(1)\n\
                     M2,-1.5,36.9,UMTS,closed,,\n";
const COVERAGE: &str = r#"{"type":"FeatureCollection","features":[
  {"type":"Feature","properties":{"operator":"MTN","generation":"4G","status":"live"},
   "geometry":{"type":"Polygon","coordinates":[[[36.5,-1.5],[37,-1.5],[37,-1],[36.5,-1.5]]]}}]}"#;

fn import(db: &TestDatabase, file: &Path, kind: &str) -> Value {
    let file = file.to_str().unwrap();
    let begin = ["import", "infrastructure", file, "--json", "--kind", kind];
    let origin = [
        "--source",
        "ITU",
        "--licence",
        "MIT",
        "--as-of",
        "2025-06-30",
    ];
    succeeds(&run(db, &[&begin[..], &origin].concat()))
}

fn fill(db: &TestDatabase) -> uuid::Uuid {
    let dir = tempfile::tempdir().unwrap();
    let school = fixtures::school(db);
    for (text, kind) in [
        (FEATURES, "fibre-line"),
        (CELLS, "cell-site"),
        (COVERAGE, "coverage"),
    ] {
        let path = dir.path().join(kind);
        fs::write(&path, text).unwrap();
        import(db, &path, kind);
    }
    school
}

#[test]
fn a_school_says_what_is_near_it_and_who_says_so() {
    let (server, school) = TestServer::on(fill);
    let body = server.get(&format!("/api/v1/schools/{school}")).json();
    let near = body["infrastructure"].as_array().unwrap();
    let seen: Vec<_> = near
        .iter()
        .map(|n| {
            json!([
                n["kind"],
                n["generation"],
                n["planned"],
                n["distance_m"].as_f64().unwrap().round()
            ])
        })
        .collect();
    assert_eq!(
        json!(seen),
        json!([
            ["fibre_line", null, false, 5565.0],
            ["cell_site", "2G", false, 11129.0],
            ["cell_site", "4G", false, 11129.0],
            ["coverage", "4G", false, 0.0],
            ["fibre_line", null, true, 1106.0],
        ])
    );
    assert_eq!(near[0]["name"], "Here – There");
    assert_eq!(near[0]["operator"], "MTN");
    assert_eq!(near[1]["range_m"], 25000.0);
    for field in ["source", "licence", "as_of"] {
        assert!(near.iter().all(|n| n[field] == near[0][field]), "{near:?}");
    }
    assert_eq!(near[0]["as_of"], "2025-06-30");
    assert!(
        !body.to_string().contains("Amina"),
        "no person's name leaves, or even comes in"
    );
}

#[test]
fn infrastructure_is_listed_by_pages_that_are_geojson() {
    let (server, _) = TestServer::on(fill);
    let all = server.get("/api/v1/infrastructure").json();
    assert_eq!(
        (&all["type"], &all["total"]),
        (&"FeatureCollection".into(), &5.into())
    );
    let first = server
        .get("/api/v1/infrastructure?kind=fibre_line&limit=1")
        .json();
    assert_eq!(first["total"], 2);
    let cursor = first["next_cursor"].as_str().unwrap();
    let path = format!("/api/v1/infrastructure?kind=fibre_line&limit=1&cursor={cursor}");
    let second = server.get(&path).json();
    assert_eq!(second["next_cursor"], Value::Null);
    let line = &second["features"][0];
    assert_eq!(line["properties"]["status"], "planned");
    assert_eq!(line["geometry"]["type"], "MultiLineString");
    let here = server
        .get("/api/v1/infrastructure?bbox=36.85,-1.35,36.99,-1.29")
        .json();
    assert_eq!(here["total"], 2, "the mast and the coverage: {here}");
    server
        .get("/api/v1/infrastructure?kind=canal")
        .field_error("kind");
    server
        .get("/api/v1/infrastructure?bbox=1,2")
        .field_error("bbox");
    server
        .get("/api/v1/infrastructure?limit=0")
        .field_error("limit");
    let known = server.get("/api/v1/infrastructure/datasets").json();
    assert_eq!(known["total"], 3);
    assert_eq!(known["items"][0]["things"], 2);
    assert_eq!(known["items"][0]["licence"], "MIT");
}

#[test]
fn tiles_hold_the_kinds_that_are_asked_for_and_an_error_is_no_empty_tile() {
    let (server, _) = TestServer::on(fill);
    let path = "/tiles/infrastructure/7/77/64.mvt";
    let kinds = |path: &str| {
        let features = decoded::get(&server, path);
        let kinds = features.iter().map(|f| f.attributes["kind"].clone());
        let mut kinds: Vec<_> = kinds.collect();
        kinds.sort();
        kinds
    };
    // What is retired is not drawn.
    assert_eq!(
        kinds(path),
        ["cell_site", "coverage", "fibre_line", "fibre_line"]
    );
    let fibre = format!("{path}?kinds=fibre-line,grid_line");
    assert_eq!(kinds(&fibre), ["fibre_line", "fibre_line"]);
    let tile = server.get(path);
    let tag = tile.header("etag").unwrap();
    let again = server.get_with(path, &[("if-none-match", tag)]);
    assert_eq!(again.status, 304);
    assert_eq!(server.get("/tiles/infrastructure/7/0/0.mvt").status, 204);
    let wrong = server.get("/tiles/infrastructure/7/77/64.mvt?kinds=canal");
    wrong.field_error("kind");
    server
        .get("/tiles/infrastructure/1/9/9.mvt")
        .error(404, "not_found");
    assert_eq!(
        server.get("/tiles/infrastructure.json").json()["tilejson"],
        "3.0.0"
    );
    server.db.lock_out(true);
    let away = server.get("/tiles/infrastructure/6/38/32.mvt");
    assert_eq!(away.status, 503, "{}", away.text());
    server.db.lock_out(false);
}

#[test]
fn what_is_exported_and_imported_again_changes_nothing() {
    let db = TestDatabase::new();
    fill(&db);
    let dir = tempfile::tempdir().unwrap();
    for (kind, format, rows) in [
        ("fibre-line", "geojson", 2),
        ("coverage", "geojson", 1),
        ("cell-site", "geojson", 2),
        ("cell-site", "csv", 2),
    ] {
        let path = dir.path().join(format!("{kind}.{format}"));
        let file = path.to_str().unwrap();
        let export = [
            "export",
            "infrastructure",
            "--kind",
            kind,
            "--format",
            format,
        ];
        let written = succeeds(&run(
            &db,
            &[&export[..], &["--file", file, "--json"]].concat(),
        ));
        assert_eq!(written["written"], rows);
        let again = import(&db, &path, kind);
        assert_eq!(
            (&again["unchanged"], &again["removed"], &again["distances"]),
            (&rows.into(), &0.into(), &0.into()),
            "{kind} {format}: {again}"
        );
    }
    let csv = fs::read_to_string(dir.path().join("cell-site.csv")).unwrap();
    assert!(
        csv.contains(",'=SUM(1),"),
        "no formula reaches a sheet: {csv}"
    );
    let lines = [
        "export",
        "infrastructure",
        "--kind",
        "fibre-line",
        "--format",
        "csv",
    ];
    fails(
        &run(&db, &[&lines[..], &["--file", "x", "--json"]].concat()),
        "format_without_shapes",
    );
}

#[test]
fn a_file_without_an_origin_is_not_taken() {
    let db = TestDatabase::new();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x");
    fs::write(&path, FEATURES).unwrap();
    let file = path.to_str().unwrap();
    let bare = run(
        &db,
        &["import", "infrastructure", file, "--kind", "fibre-line"],
    );
    assert_eq!(bare.status.code(), Some(2));
    let said = String::from_utf8_lossy(&bare.stderr).into_owned();
    for option in ["--source", "--licence", "--as-of"] {
        assert!(said.contains(option), "{said}");
    }
}
