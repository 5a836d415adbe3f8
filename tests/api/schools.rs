//! `GET /api/v1/schools` and what it lists.

use std::collections::HashSet;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;
use uuid::Uuid;

use super::session::log_in;
use crate::support::{
    fixtures::{self, NewSchool},
    server::TestServer,
};

/// Twenty-five schools, many of the same name, in two areas and in none.
fn server() -> (TestServer, [Uuid; 2]) {
    TestServer::on(|db| {
        fixtures::country(db);
        let west = fixtures::area(db, 1, None, "West", [36.0, -2.0, 36.5, 0.0]);
        let east = fixtures::area(db, 1, None, "East", [36.5, -2.0, 37.0, 0.0]);
        for n in 0..25_u32 {
            let name = format!("School {}", n % 4);
            let id = format!("G-{n:03}");
            let areas: &[Uuid] = match n % 3 {
                0 => &[west],
                1 => &[east],
                _ => &[],
            };
            let new = NewSchool {
                name: &name,
                position: Some((36.1 + f64::from(n) * 0.01, -1.0)),
                areas,
                connected: if n % 2 == 0 { "yes" } else { "unknown" },
                government_id: Some(&id),
                ..NewSchool::default()
            };
            new.add(db);
        }
        [west, east]
    })
}

fn ids(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["id"].as_str().unwrap().to_owned())
        .collect()
}

/// Every id of a list, page by page.
fn all(server: &TestServer, query: &str, total: usize) -> Vec<String> {
    let (mut found, mut cursor) = (vec![], String::new());
    loop {
        let page = server
            .get(&format!("/api/v1/schools?{query}{cursor}"))
            .json();
        assert_eq!(page["total"], total, "on every page");
        found.extend(ids(&page));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
}

#[test]
fn pages_cover_everything_exactly_once() {
    let (server, _) = server();
    for limit in [1, 3, 5, 24, 25, 26, 500] {
        let found = all(&server, &format!("limit={limit}"), 25);
        assert_eq!(found.len(), 25, "limit {limit}");
        assert_eq!(
            found.iter().collect::<HashSet<_>>().len(),
            25,
            "limit {limit}"
        );
    }
    let names = server.get("/api/v1/schools").json()["items"].clone();
    let names: Vec<_> = names
        .as_array()
        .unwrap()
        .iter()
        .map(|i| i["name"].as_str())
        .collect();
    assert!(names.is_sorted());
}

#[test]
fn filters_narrow_the_list_and_its_total() {
    let (server, [west, east]) = server();
    assert_eq!(all(&server, &format!("area={west}&limit=4"), 9).len(), 9);
    assert_eq!(all(&server, &format!("area={east}&limit=4"), 8).len(), 8);
    let nowhere = Uuid::now_v7();
    assert!(all(&server, &format!("area={nowhere}"), 0).is_empty());
    assert_eq!(
        all(&server, "status=connected_unmeasured&limit=7", 13).len(),
        13
    );
    assert_eq!(all(&server, "status=good", 0).len(), 0);
    assert_eq!(all(&server, "bbox=36.0,-2,36.145,0", 5).len(), 5);
    assert_eq!(all(&server, "q=school%201", 6).len(), 6);
    assert_eq!(all(&server, "q=G-00", 10).len(), 10, "the start of an id");
    assert_eq!(all(&server, "country=xta&limit=9", 25).len(), 25);
    let both = format!("area={west}&status=connected_unmeasured&q=School%200");
    assert_eq!(all(&server, &both, 3).len(), 3);
}

#[test]
fn what_a_person_types_is_text_and_not_a_pattern() {
    let (server, ()) = TestServer::on(|db| {
        fixtures::country(db);
        for name in [
            "100% School",
            "1000 School",
            "A_B School",
            "AxB School",
            "Back\\slash",
        ] {
            let new = NewSchool {
                name,
                ..NewSchool::default()
            };
            new.add(db);
        }
    });
    for (query, wanted) in [
        ("100%25", 1),
        ("%25", 1),
        ("a_b", 1),
        ("_", 1),
        ("%5C", 1),
        ("'", 0),
        ("school", 4),
        ("%20%20", 5),
    ] {
        let total = server.get(&format!("/api/v1/schools?q={query}")).json()["total"].clone();
        assert_eq!(total, wanted, "{query}");
    }
}

#[test]
fn a_parameter_that_cannot_be_is_named() {
    let (server, _) = server();
    let list = |query: &str| server.get(&format!("/api/v1/schools?{query}"));
    for limit in ["0", "-1", "501"] {
        list(&format!("limit={limit}")).field_error("limit");
    }
    for bbox in [
        "",
        "1,2,3",
        "1,2,3,4,5",
        "a,b,c,d",
        "NaN,0,1,1",
        "inf,0,1,1",
    ] {
        list(&format!("bbox={bbox}")).field_error("bbox");
    }
    list("status=excellent").field_error("status");
    list("country=Kenya").field_error("country");
    for cursor in ["x", "AAAA", "!", "%00"] {
        list(&format!("cursor={cursor}")).field_error("cursor");
    }
    // These do not even parse as what they must be.
    list("limit=many").error(400, "invalid_parameter");
    list("area=west").error(400, "invalid_parameter");
    server
        .get("/api/v1/schools/17")
        .error(400, "invalid_parameter");
}

#[test]
fn a_zero_byte_is_no_text_and_no_fault_of_ours() {
    let (server, _) = server();
    server.get("/api/v1/schools?q=%00").field_error("q");
    server.get("/api/v1/schools?q=a%00b").field_error("q");
    let id = Uuid::now_v7().simple().to_string();
    let cursor = URL_SAFE_NO_PAD.encode(format!("{id}a\0b"));
    server
        .get(&format!("/api/v1/schools?cursor={cursor}"))
        .field_error("cursor");
}

#[test]
fn a_school_that_is_not_there_is_not_found() {
    let (server, _) = server();
    let nobody = Uuid::now_v7();
    server
        .get(&format!("/api/v1/schools/{nobody}"))
        .error(404, "not_found");
    server
        .get(&format!("/api/v1/schools/{nobody}/series"))
        .error(404, "not_found");
    server
        .get(&format!("/api/v1/areas/{nobody}"))
        .error(404, "not_found");
}

#[test]
fn a_school_without_a_position_says_why() {
    let (server, school) = TestServer::on(|db| {
        fixtures::country(db);
        let new = NewSchool {
            position: None,
            ..NewSchool::default()
        };
        new.add(db)
    });
    let shown = server.get(&format!("/api/v1/schools/{school}")).json();
    assert_eq!(shown["location"], Value::Null);
    assert_eq!(shown["location_problem"], "not stated");
    let overview = server.get("/api/v1/overview?country=XTA").json();
    assert_eq!(
        (&overview["placed"], &overview["not_placed"]),
        (&0.into(), &1.into())
    );
}

#[test]
fn the_days_of_a_series_are_bounded() {
    let (server, school) = TestServer::on(fixtures::school);
    let series = |days: &str| server.get(&format!("/api/v1/schools/{school}/series?days={days}"));
    for days in ["0", "-1", "401"] {
        series(days).field_error("days");
    }
    assert_eq!(series("400").json()["tests"], serde_json::json!([]));
}

#[test]
fn areas_are_listed_by_level() {
    let (server, [west, _]) = server();
    let list = server.get("/api/v1/areas?country=XTA&level=1").json();
    assert_eq!(list["total"], 2);
    assert_eq!(list["items"][0]["name"], "East", "by name");
    let shown = server.get(&format!("/api/v1/areas/{west}")).json();
    assert_eq!(shown["bbox"], serde_json::json!([36.0, -2.0, 36.5, 0.0]));
    assert_eq!(
        server.get("/api/v1/areas?country=XTA&level=2").json()["total"],
        0
    );
    server
        .get("/api/v1/areas?country=XTA&level=5")
        .field_error("level");
    server
        .get("/api/v1/areas?country=XTB")
        .error(404, "not_found");
    let countries = server.get("/api/v1/countries").json();
    assert_eq!(countries["items"][0]["code"], "XTA");
    assert_eq!(countries["items"][0]["invented"], true);
    assert_eq!(countries["items"][0]["schools"], 25);
}

/// A ministry's list may name people: the public does not see what has no home of its own.
#[test]
fn what_else_a_list_states_is_for_who_is_logged_in() {
    let (server, school) = TestServer::on(|db| {
        let school = fixtures::school(db);
        let state = "UPDATE school SET attributes = '{\"head_teacher\": \"A. N. Other\"}'";
        db.sql().batch_execute(state).unwrap();
        school
    });
    let path = format!("/api/v1/schools/{school}");
    assert!(server.get(&path).json().get("attributes").is_none());
    let cookie = log_in(&server);
    let seen = server.get_with(&path, &[("cookie", &cookie)]).json();
    assert_eq!(seen["attributes"]["head_teacher"], "A. N. Other");
}
