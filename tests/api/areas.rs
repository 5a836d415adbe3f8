//! `/api/v1/areas`, and the same on the command line.

use std::{fs, path::Path};

use serde_json::{Value, json};

use super::{
    command_line::{fails, run, succeeds},
    tiles::decoded::tile_at,
};
use crate::support::{TestDatabase, server::TestServer};

fn area(properties: &Value, west: f64, east: f64) -> Value {
    let ring = [
        [west, 1.0],
        [east, 1.0],
        [east, 3.0],
        [west, 3.0],
        [west, 1.0],
    ];
    json!({"type": "Feature", "properties": properties,
           "geometry": {"type": "Polygon", "coordinates": [ring]}})
}

fn take(db: &TestDatabase, dir: &Path, features: &[Value], replace: bool) -> Value {
    let file = dir.join("areas.geojson");
    let collection = json!({"type": "FeatureCollection", "features": features});
    fs::write(&file, collection.to_string()).unwrap();
    let mut arguments = vec![
        "import",
        "areas",
        file.to_str().unwrap(),
        "--country",
        "XAA",
    ];
    arguments.extend(["--level", "1", "--json"]);
    arguments.extend(replace.then_some("--replace"));
    succeeds(&run(db, &arguments))
}

/// West, once with another border, and East, which is no more.
fn history(db: &TestDatabase) {
    let dir = tempfile::tempdir().unwrap();
    let west = json!({"code": "W", "name": "West", "name:sw": "Magharibi", "pop_2022": 1200});
    let east = area(&json!({"code": "E", "name": "East"}), 37.0, 38.0);
    take(db, dir.path(), &[area(&west, 36.0, 37.0), east], false);
    let second = take(db, dir.path(), &[area(&west, 36.0, 36.5)], true);
    assert_eq!(
        (&second["updated"], &second["retired"]),
        (&1.into(), &1.into())
    );
}

#[test]
fn an_area_has_people_names_and_a_history() {
    let (server, ()) = TestServer::on(history);
    let list = server.get("/api/v1/areas?country=XAA").json();
    assert_eq!(list["total"], 1, "a retired area is in no list: {list}");
    let west = &list["items"][0];
    assert_eq!(west["population"], 1200);
    assert_eq!(west["population_year"], 2022);
    assert_eq!(west["names"], json!({"sw": "Magharibi"}));
    assert_eq!(west.get("retired_at"), None);
    let path = format!("/api/v1/areas/{}", west["id"].as_str().unwrap());
    assert_eq!(&server.get(&path).json(), west);

    let shown = server.get(&format!("{path}/history")).json();
    assert_eq!((&shown["total"], &shown["area"]), (&2.into(), west));
    let [now, before] = shown["items"].as_array().unwrap().as_slice() else {
        panic!("{shown}")
    };
    assert_eq!(now["valid_to"], Value::Null);
    assert_eq!(now["valid_from"], before["valid_to"]);
    assert_eq!(before["population"], 1200);
    assert_eq!(before["import"]["file_name"], "areas.geojson");
    assert_eq!(before["import"]["file_sha256"].as_str().unwrap().len(), 64);
    assert_ne!(before["import"], now["import"]);
    assert_eq!(before.get("geometry"), None);
    let shown = server.get(&format!("{path}/history?geometry=true")).json();
    let east_of = |item: usize| &shown["items"][item]["geometry"]["coordinates"][0][0][1][0];
    assert_eq!(
        (east_of(0).as_f64(), east_of(1).as_f64()),
        (Some(36.5), Some(37.0))
    );
    let nobody = "/api/v1/areas/00000000-0000-7000-8000-000000000000/history";
    server.get(nobody).error(404, "not_found");
}

#[test]
fn a_retired_area_is_nowhere_but_under_its_own_address() {
    let (server, id) = TestServer::on(|db| {
        history(db);
        let row = db
            .sql()
            .query_one("SELECT id::text FROM area WHERE code = 'E'", &[]);
        row.unwrap().get::<_, String>(0)
    });
    let shown = server.get(&format!("/api/v1/areas/{id}")).json();
    assert!(shown["retired_at"].is_string(), "{shown}");
    let history = server.get(&format!("/api/v1/areas/{id}/history")).json();
    assert_eq!(history["total"], 1);
    assert!(history["items"][0]["valid_to"].is_string());
    let gaps = server.get("/api/v1/gaps?country=XAA&level=1").json();
    assert_eq!(gaps["rows"].as_array().unwrap().len(), 1, "{gaps}");
    let countries = server.get("/api/v1/countries").json();
    let country = &countries["items"][0];
    assert_eq!(country["levels"], json!([{"level": 1, "areas": 1}]));
    assert_eq!(country["bbox"], json!([36.0, 1.0, 36.5, 3.0]));
    let tile = |longitude| {
        let path = tile_at(8, longitude, 2.0).replace("schools", "areas");
        server.get(&format!("{path}?level=1")).status
    };
    assert_eq!((tile(36.25), tile(37.9)), (200, 204));
}

#[test]
fn areas_are_listed_and_shown_on_the_command_line() {
    let db = TestDatabase::new();
    history(&db);
    let list = succeeds(&run(&db, &["area", "list", "--country", "XAA", "--json"]));
    assert_eq!(
        (&list["total"], &list["items"][0]["name"]),
        (&1.into(), &"West".into())
    );
    assert_eq!(list["items"][0]["population"], 1200);
    let text = run(&db, &["area", "list", "--country", "XAA"]);
    assert!(String::from_utf8_lossy(&text.stdout).contains("1 of 1 areas"));
    for id in ["W", "west", list["items"][0]["id"].as_str().unwrap()] {
        let shown = succeeds(&run(&db, &["area", "show", id, "--json"]));
        assert_eq!(shown["versions"].as_array().unwrap().len(), 2, "{shown}");
    }
    let text = run(&db, &["area", "show", "E"]);
    let text = String::from_utf8_lossy(&text.stdout).into_owned();
    assert!(
        text.contains("retired") && text.contains("areas.geojson"),
        "{text}"
    );
    fails(
        &run(&db, &["area", "show", "North", "--json"]),
        "area_not_found",
    );
    fails(
        &run(&db, &["area", "list", "--country", "XAB", "--json"]),
        "country_not_found",
    );
}

#[test]
fn an_export_holds_people_and_names_and_changes_nothing() {
    let db = TestDatabase::new();
    history(&db);
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("out.geojson");
    let file = file.to_str().unwrap();
    succeeds(&run(
        &db,
        &[
            "export",
            "areas",
            "--country",
            "XAA",
            "--file",
            file,
            "--json",
        ],
    ));
    let text = fs::read_to_string(file).unwrap();
    for part in ["\"pop_2022\":\"1200\"", "\"name:sw\":\"Magharibi\""] {
        assert!(text.contains(part), "{text}");
    }
    assert!(!text.contains("East"), "{text}");
    let again = [
        "import",
        "areas",
        file,
        "--country",
        "XAA",
        "--level",
        "1",
        "--json",
    ];
    assert_eq!(succeeds(&run(&db, &again))["unchanged"], 1);
}
