//! `GET /api/v1/probes/worklist` and `/api/v1/metering-coverage`

use serde_json::{Value, json};
use uuid::Uuid;

use super::session::log_in;
use crate::support::{
    TestDatabase,
    fixtures::{self, NewSchool},
    server::TestServer,
};

/// A probe that was last heard of so many days ago.
fn heard(db: &TestDatabase, school: Uuid, days: Option<i32>) -> Uuid {
    let probe = fixtures::probe(db, school).id;
    let sql = "UPDATE probe SET last_report_at = now() - make_interval(days => $2) WHERE id = $1";
    db.sql().execute(sql, &[&probe, &days]).unwrap();
    probe
}

fn measured(db: &TestDatabase, school: Uuid) {
    let sql = "UPDATE school_status SET status = 'good', valid_tests = 9 WHERE school_id = $1";
    db.sql().execute(sql, &[&school]).unwrap();
}

struct World {
    server: TestServer,
    cookie: String,
    north: Uuid,
    /// By name.
    probes: Vec<(&'static str, Uuid)>,
}

fn world() -> World {
    let (server, (north, probes)) = TestServer::on(|db| {
        fixtures::country(db);
        let north = fixtures::area(db, 1, None, "North", [36.0, -2.0, 38.0, 0.0]);
        let south = fixtures::area(db, 1, None, "South", [36.0, -4.0, 38.0, -2.0]);
        let school = |name, area: Uuid, students| {
            NewSchool {
                name,
                areas: &[area],
                students: Some(students),
                connected: "yes",
                ..NewSchool::default()
            }
            .add(db)
        };
        let silent = school("Silent", north, 100);
        let great = school("Silent and great", north, 900);
        let late = school("Late", north, 5000);
        let live = school("Live", south, 50);
        let mute = school("Live without tests", south, 60);
        let fresh = school("Never heard of", south, 70);
        let pair = school("One of two", south, 80);
        school("Without a probe", south, 90);
        NewSchool {
            name: "Not connected",
            areas: &[south],
            connected: "no",
            ..NewSchool::default()
        }
        .add(db);
        for school in [silent, great, late, live, pair] {
            measured(db, school);
        }
        let probes = vec![
            ("silent", heard(db, silent, Some(10))),
            ("great", heard(db, great, Some(20))),
            ("late", heard(db, late, Some(3))),
            ("live", heard(db, live, Some(0))),
            ("mute", heard(db, mute, Some(0))),
            ("fresh", heard(db, fresh, None)),
            ("one", heard(db, pair, Some(0))),
            ("other", heard(db, pair, Some(10))),
        ];
        let retired = heard(db, live, Some(100));
        db.sql()
            .execute(
                "UPDATE probe SET revoked_at = now() WHERE id = $1",
                &[&retired],
            )
            .unwrap();
        (north, probes)
    });
    let cookie = log_in(&server);
    World {
        server,
        cookie,
        north,
        probes,
    }
}

impl World {
    fn get(&self, query: &str) -> Value {
        let path = format!("/api/v1/probes/worklist?country=XTA{query}");
        self.server
            .get_with(&path, &[("cookie", &self.cookie)])
            .json()
    }

    fn names(&self, list: &Value) -> Vec<&'static str> {
        let name = |item: &Value| {
            let known = |(_, id): &&(&str, Uuid)| item["probe_id"] == json!(id);
            self.probes.iter().find(known).map_or("?", |(name, _)| name)
        };
        list["items"].as_array().unwrap().iter().map(name).collect()
    }
}

#[test]
fn the_worklist_begins_where_most_learners_wait_and_says_what_to_do() {
    let world = world();
    let list = world.get("");
    assert_eq!(
        world.names(&list),
        ["great", "silent", "other", "fresh", "late", "mute"]
    );
    assert_eq!(
        (&list["total"], &list["next_cursor"]),
        (&6.into(), &Value::Null)
    );
    let counts = json!({"live": 3, "live_without_tests": 1, "late": 1, "silent": 3,
                        "never_reported": 1, "retired": 1});
    assert_eq!(list["counts"], counts);
    let advice: Vec<_> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| {
            (
                item["reason"].as_str().unwrap(),
                item["action"].as_str().unwrap(),
            )
        })
        .collect();
    let expected = [
        ("unknown", "visit"),
        ("unknown", "visit"),
        ("machine_gone", "phone_school"),
        ("never_reported", "check_installation"),
        ("unknown", "phone_school"),
        ("no_tests", "check_budget"),
    ];
    assert_eq!(advice, expected);
    assert_eq!(list["items"][0]["school"]["area_name"], "North");
    let of_area = world.get(&format!("&area={}", world.north));
    assert_eq!(world.names(&of_area), ["great", "silent", "late"]);
    assert_eq!(of_area["counts"]["live"], 0);
    assert_eq!(world.names(&world.get("&state=live")).len(), 3);
}

#[test]
fn pages_follow_each_other_without_a_gap() {
    let world = world();
    let (mut seen, mut cursor) = (vec![], String::new());
    loop {
        let page = world.get(&format!("&limit=2{cursor}"));
        assert_eq!(page["total"], 6);
        seen.extend(world.names(&page));
        let Some(next) = page["next_cursor"].as_str() else {
            break;
        };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(seen, ["great", "silent", "other", "fresh", "late", "mute"]);
    let path = "/api/v1/probes/worklist?country=XTA&cursor=nonsense";
    let answer = world.server.get_with(path, &[("cookie", &world.cookie)]);
    assert_eq!(answer.error(400, "invalid_parameter")["field"], "cursor");
    world
        .server
        .get("/api/v1/probes/worklist?country=XTA")
        .error(401, "not_logged_in");
}

#[test]
fn coverage_is_the_share_of_connected_schools_that_are_heard_of() {
    let world = world();
    let table = world
        .server
        .get("/api/v1/metering-coverage?country=XTA&level=1")
        .json();
    let row = |row: &Value| {
        let counts = [
            "connected_schools",
            "live",
            "late",
            "silent",
            "never_reported",
            "without_probe",
        ];
        let counts = counts.map(|key| row[key].as_i64().unwrap());
        (
            row["rank"].as_i64(),
            row["area"]["name"].as_str().map(str::to_owned),
            counts,
            row["coverage_ratio"].as_f64(),
        )
    };
    let rows: Vec<_> = table["rows"].as_array().unwrap().iter().map(row).collect();
    let south = (
        Some(1),
        Some("South".to_owned()),
        [5, 3, 0, 0, 1, 1],
        Some(0.6),
    );
    let north = (
        Some(2),
        Some("North".to_owned()),
        [3, 0, 1, 2, 0, 0],
        Some(0.0),
    );
    assert_eq!(rows, [south, north]);
    let total = row(&table["total"]);
    assert_eq!((total.2, total.3), ([8, 3, 1, 2, 1, 1], Some(3.0 / 8.0)));
    assert_eq!(table["total"]["schools"], 9);
}
