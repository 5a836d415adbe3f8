//! From a report to the map: within seconds, and every view says the same.

use std::time::{Duration, Instant};

use chrono::{TimeDelta, Utc};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    support::{
        TestDatabase, eventually,
        fixtures::{self, EnrolledProbe, NewSchool},
        records::{failed_test, path_check, speed_test},
        server::TestServer,
        within,
    },
    tiles::decoded,
};
use schoolbeat::jobs::{Outcome, status_refresh, summarise};

const IN_SECONDS: Duration = Duration::from_secs(5);

fn one_probe(db: &TestDatabase) -> EnrolledProbe {
    let school = fixtures::school(db);
    fixtures::probe(db, school)
}

fn status(server: &TestServer, school: Uuid) -> Value {
    server.get(&format!("/api/v1/schools/{school}")).json()["status"].clone()
}

#[track_caller]
fn wait_for(server: &TestServer, school: Uuid, wanted: &str) -> Value {
    within(IN_SECONDS, wanted, || {
        let status = status(server, school);
        (status["status"] == wanted).then_some(status)
    })
}

#[test]
fn a_report_is_on_the_map_within_seconds() {
    let (server, probe) = TestServer::on(one_probe);
    let tile = decoded::tile_at(12, 36.8, -1.3);
    let before = decoded::get(&server, &tile);
    assert_eq!(before[0].attributes["status"], "unknown");
    let begun = Instant::now();
    server.report(&probe, &[speed_test(1, 30.0)]).json();
    let after = within(IN_SECONDS, "the tile says good", || {
        let features = decoded::get(&server, &tile);
        (features[0].attributes["status"] == "good").then_some(features)
    });
    assert!(begun.elapsed() < IN_SECONDS);
    assert_eq!(after.len(), 1);
    assert_eq!(after[0].attributes["id"], probe.school.to_string());
    assert_eq!(after[0].attributes["name"], "First School");
}

#[test]
fn a_school_is_judged_at_the_floor_and_at_the_target() {
    for (mbps, wanted) in [
        (20.0, "good"),
        (19.99, "moderate"),
        (1.0, "moderate"),
        (0.99, "bad"),
    ] {
        let (server, probe) = TestServer::on(one_probe);
        server.report(&probe, &[speed_test(1, mbps)]).json();
        let status = wait_for(&server, probe.school, wanted);
        assert_eq!(status["download_median_mbps"], mbps);
        assert_eq!(status["target_download_mbps"], 20.0);
        assert_eq!(status["stale"], false);
    }
}

#[test]
fn failures_alone_are_a_finding_only_when_there_are_three() {
    let (server, probe) = TestServer::on(one_probe);
    server
        .report(&probe, &[failed_test(1), failed_test(2)])
        .json();
    within(IN_SECONDS, "two failures are counted", || {
        (status(&server, probe.school)["failed_tests"] == 2).then_some(())
    });
    assert_eq!(status(&server, probe.school)["status"], "unknown");
    server.report(&probe, &[failed_test(3)]).json();
    let status = wait_for(&server, probe.school, "bad");
    assert_eq!(status["valid_tests"], 0);
    assert_eq!(status["download_median_mbps"], Value::Null);
}

#[test]
fn every_view_says_the_same() {
    let (server, probe) = TestServer::on(|db| {
        fixtures::country(db);
        let north = fixtures::area(db, 1, None, "North", [36.0, -2.0, 37.0, 0.0]);
        let new = NewSchool {
            areas: &[north],
            students: Some(300),
            connected: "yes",
            ..NewSchool::default()
        };
        let school = new.add(db);
        fixtures::probe(db, school)
    });
    let records = [speed_test(1, 20.0), speed_test(2, 40.0), path_check(3)];
    server.report(&probe, &records).json();
    wait_for(&server, probe.school, "good");
    let school = server
        .get(&format!("/api/v1/schools/{}", probe.school))
        .json();
    assert_eq!(school["status"]["download_median_mbps"], 30.0);
    assert_eq!(school["status"]["upload_median_mbps"], 15.0);
    assert_eq!(school["latest"]["outcome"], "ok");
    assert_eq!(school["probes"][0]["software_version"], "0.1.0");
    assert_eq!(school["areas"][0]["name"], "North");

    let series = server
        .get(&format!("/api/v1/schools/{}/series", probe.school))
        .json();
    assert_eq!(series["tests"].as_array().unwrap().len(), 2);
    assert_eq!(series["tests_truncated"], false);
    let days = series["days"].as_array().unwrap();
    assert_eq!(days.len(), 29, "every day, also those without a test");
    let day = days.iter().find(|day| day["tests"] != 0).unwrap();
    assert_eq!((&day["tests"], &day["valid_tests"]), (&2.into(), &2.into()));
    assert_eq!(day["download_median_mbps"], 30.0);
    assert_eq!(day["loss_ratio"], 0.1);
    assert_eq!(day["rtt_median_ms"], 25.0);

    let overview = server.get("/api/v1/overview?country=XTA").json();
    assert_eq!(overview["schools"], 1);
    assert_eq!(overview["counts"]["good"], 1);
    assert_eq!(
        (&overview["measured"], &overview["meeting_target"]),
        (&1.into(), &1.into())
    );
    assert_eq!(overview["probes"]["reporting"], 1);
    assert_eq!(
        overview["last_measured_at"],
        school["status"]["last_measured_at"]
    );

    let gaps = server.get("/api/v1/gaps?country=XTA&level=1").json();
    let row = &gaps["rows"][0];
    assert_eq!(row["area"]["name"], "North");
    assert_eq!(
        (&row["good"], &row["students_meeting_target"]),
        (&1.into(), &300.into())
    );
    let list = server.get("/api/v1/schools?status=good").json();
    assert_eq!(list["items"][0]["download_median_mbps"], 30.0);
    assert_eq!(list["items"][0]["area"], "North");
}

#[test]
fn a_school_leaves_good_when_its_window_has_passed() {
    let (server, probe) = TestServer::on(one_probe);
    server.report(&probe, &[speed_test(1, 30.0)]).json();
    let last = wait_for(&server, probe.school, "good")["last_measured_at"].clone();
    let store = server.db.store();
    let step = |later| {
        let now = Utc::now() + later;
        server
            .db
            .block_on(status_refresh::step(&store, now))
            .unwrap()
    };
    assert_eq!(
        step(TimeDelta::minutes(30)),
        Outcome::Idle,
        "young verdicts stay"
    );
    assert_eq!(step(TimeDelta::days(27)), Outcome::Worked);
    assert_eq!(status(&server, probe.school)["status"], "good");
    assert_eq!(step(TimeDelta::days(29)), Outcome::Worked);
    let after = status(&server, probe.school);
    assert_eq!(after["status"], "unknown");
    assert_eq!(after["valid_tests"], 0);
    assert_eq!(after["last_measured_at"], last, "known for good");
    let tile = decoded::tile_at(12, 36.8, -1.3);
    eventually("the map hears of it", || {
        (decoded::get(&server, &tile)[0].attributes["status"] == "unknown").then_some(())
    });
}

#[test]
fn a_school_that_came_with_a_list_is_judged_by_what_the_list_says() {
    let (server, ids) = TestServer::on(|db| {
        fixtures::country(db);
        ["yes", "no", "unknown"].map(|connected| {
            let new = NewSchool {
                name: connected,
                connected,
                ..NewSchool::default()
            };
            new.add(db)
        })
    });
    let store = server.db.store();
    server
        .db
        .block_on(summarise::run_until_idle(&store, Utc::now()))
        .unwrap();
    let wanted = ["connected_unmeasured", "not_connected", "unknown"];
    for (id, wanted) in ids.into_iter().zip(wanted) {
        let status = status(&server, id);
        assert_eq!(status["status"], wanted);
        assert_eq!(status["stale"], false, "nothing to be stale");
    }
    let counts = server.get("/api/v1/overview?country=XTA").json()["counts"].clone();
    assert_eq!(counts["unknown"], 1, "a count of its own");
    assert_eq!(counts["bad"], 0);
}
