//! `/tiles/…`

pub mod decoded;

use crate::support::{
    TestDatabase, fixtures,
    server::{Setup, TestServer},
};

const MVT: &str = "application/vnd.mapbox-vector-tile";

#[test]
fn a_tile_without_schools_has_no_content() {
    let (server, _) = TestServer::on(fixtures::school);
    let answer = server.get("/tiles/schools/3/0/0.mvt");
    assert_eq!(answer.status, 204);
    assert!(answer.body.is_empty());
    let path = decoded::tile_at(3, 36.8, -1.3);
    assert_eq!(server.get(&path).status, 200);
}

#[test]
fn a_tile_outside_of_the_pyramid_is_not_found() {
    let (server, _) = TestServer::on(fixtures::school);
    for layer in ["schools", "areas"] {
        for address in ["0/1/0", "0/0/1", "3/8/0", "15/0/0", "4294967295/0/0"] {
            let answer = server.get(&format!("/tiles/{layer}/{address}.mvt"));
            answer.error(404, "not_found");
        }
        for address in ["a/0/0", "-1/0/0", "0/0/4294967296"] {
            let answer = server.get(&format!("/tiles/{layer}/{address}.mvt"));
            answer.error(400, "invalid_parameter");
        }
        let answer = server.get(&format!("/tiles/{layer}/0/0/0.png"));
        answer.error(404, "not_found");
    }
}

#[test]
fn a_tile_that_the_client_has_is_not_sent_again() {
    let (server, _) = TestServer::on(|db| {
        fixtures::area(country(db), 1, None, "West", [36.0, -2.0, 37.0, 0.0]);
        fixtures::NewSchool::default().add(db)
    });
    for layer in ["schools", "areas"] {
        let path = format!("/tiles/{layer}/0/0/0.mvt");
        let first = server.get(&path);
        assert_eq!(first.status, 200, "{layer}");
        assert_eq!(first.header("content-type"), Some(MVT));
        assert_eq!(first.header("access-control-allow-origin"), Some("*"));
        let tag = first.header("etag").unwrap();
        for known in [tag, &format!("\"other\", {tag}")] {
            let again = server.get_with(&path, &[("if-none-match", known)]);
            assert_eq!(again.status, 304, "{layer} {known}");
            assert!(again.body.is_empty());
            assert_eq!(again.header("etag"), Some(tag));
        }
        let other = server.get_with(&path, &[("if-none-match", "\"other\"")]);
        assert_eq!(other.body, first.body);
    }
}

fn country(db: &TestDatabase) -> &TestDatabase {
    fixtures::country(db);
    db
}

#[test]
fn a_point_stands_where_its_school_is() {
    let (server, school) = TestServer::on(fixtures::school);
    for zoom in [0, 5, 9, 14] {
        let features = decoded::get(&server, &decoded::tile_at(zoom, 36.8, -1.3));
        assert_eq!(features.len(), 1, "zoom {zoom}");
        assert_eq!(features[0].attributes["id"], school.to_string());
        let named = features[0].attributes.contains_key("name");
        assert_eq!(named, zoom >= 9, "zoom {zoom}");
        let (x, y) = decoded::within_tile(zoom, 36.8, -1.3);
        let (dx, dy) = (features[0].x - x, features[0].y - y);
        assert!(
            dx.abs() <= 1 && dy.abs() <= 1,
            "zoom {zoom}: off by {dx}, {dy}"
        );
    }
}

#[test]
fn areas_are_drawn_by_level_wherever_they_lie() {
    let (server, ()) = TestServer::on(|db| {
        fixtures::country(db);
        fixtures::area(db, 1, None, "Polar", [-180.0, 80.0, 180.0, 90.0]);
        fixtures::area(db, 1, None, "Fiji", [179.0, -19.0, 180.0, -16.0]);
        fixtures::area(db, 2, None, "Deep", [36.0, -2.0, 37.0, 0.0]);
    });
    let names = |path: &str| {
        let features = decoded::get(&server, path);
        let mut names: Vec<_> = features
            .iter()
            .map(|f| f.attributes["name"].clone())
            .collect();
        names.sort();
        names
    };
    assert_eq!(
        names("/tiles/areas/0/0/0.mvt"),
        ["Fiji", "Polar"],
        "level 1 unless asked"
    );
    assert_eq!(names("/tiles/areas/0/0/0.mvt?level=2"), ["Deep"]);
    let areas_at = |zoom, longitude, latitude| {
        decoded::tile_at(zoom, longitude, latitude).replace("schools", "areas")
    };
    for zoom in 1..=14 {
        assert_eq!(
            names(&areas_at(zoom, 179.99, -17.0)),
            ["Fiji"],
            "zoom {zoom}"
        );
        let deep = areas_at(zoom, 36.5, -0.5) + "?level=2";
        assert_eq!(names(&deep), ["Deep"], "zoom {zoom}");
        assert_eq!(
            names(&areas_at(zoom, -179.99, 84.0)),
            ["Polar"],
            "zoom {zoom}"
        );
    }
    assert_eq!(server.get("/tiles/areas/3/0/7.mvt").status, 204);
    server
        .get("/tiles/areas/0/0/0.mvt?level=9")
        .field_error("level");
}

#[test]
fn a_map_that_is_not_loaded_yet_is_not_an_empty_map() {
    let db = TestDatabase::new();
    fixtures::school(&db);
    let setup = Setup {
        with_jobs: false,
        ..Setup::default()
    };
    let server = setup.start(db);
    for layer in ["schools", "areas"] {
        let answer = server.get(&format!("/tiles/{layer}/0/0/0.mvt"));
        answer.error(503, "busy");
        assert!(answer.retry_after_s() >= 1);
    }
    let ready = server.get("/health/ready");
    assert_eq!(ready.status, 503);
    assert_eq!(ready.body_json()["reason"], "the map is being loaded");
}

#[test]
fn tile_json_says_where_the_tiles_are() {
    let (server, ()) = TestServer::on(fixtures::country);
    for layer in ["schools", "areas"] {
        let json = server.get(&format!("/tiles/{layer}.json")).json();
        assert_eq!(json["tilejson"], "3.0.0");
        let url = format!("http://schoolbeat.test/tiles/{layer}/{{z}}/{{x}}/{{y}}.mvt");
        assert_eq!(json["tiles"][0], url);
        assert_eq!(json["vector_layers"][0]["id"], layer);
    }
}
