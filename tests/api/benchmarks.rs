//! `GET /api/v1/benchmarks`, `schoolbeat benchmark`, and every figure's say of what it was judged by.

use chrono::Utc;
use schoolbeat::jobs::status_refresh;
use serde_json::Value;

use crate::{
    command_line::{fails, run, succeeds},
    support::{
        TestDatabase, eventually,
        fixtures::{self, NewSchool},
        records::speed_test,
        server::TestServer,
    },
};

fn set<'a>(rest: &[&'a str]) -> Vec<&'a str> {
    [&["benchmark", "set", "--json", "--country", "XTA"], rest].concat()
}

fn rule_sets(listed: &Value) -> Vec<&str> {
    let items = listed["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["rule_set"].as_str().unwrap())
        .collect()
}

#[test]
fn every_rule_set_is_listed_with_its_source_and_who_judges_by_it() {
    let (server, ()) = TestServer::on(fixtures::country);
    let listed = server.get("/api/v1/benchmarks").json();
    let wanted = [
        "own-xta",
        "dfe",
        "enec-2-2024",
        "fcc-setda",
        "giga",
        "itu-2030",
    ];
    let mut known = rule_sets(&listed);
    known.sort_unstable();
    let mut wanted = wanted.to_vec();
    wanted.sort_unstable();
    assert_eq!(known, wanted);
    for item in listed["items"].as_array().unwrap() {
        for field in ["name", "source", "in_words"] {
            assert!(!item[field].as_str().unwrap().is_empty(), "{item}");
        }
    }
    let country = &listed["countries"][0];
    assert_eq!(country["country"], "XTA");
    assert_eq!(country["rule_set"], "own-xta");
    assert_eq!(country["in_force"], true);
    let text = run(&server.db, &["benchmark", "list"]);
    let text = String::from_utf8(text.stdout).unwrap();
    assert!(
        text.contains("enec-2-2024 version 1: ENEC 2/2024"),
        "{text}"
    );
    assert!(text.contains("In force: XTA since "), "{text}");
}

#[test]
fn figures_say_what_they_were_judged_by_and_change_with_the_country() {
    let (server, probe) = TestServer::on(|db| {
        fixtures::country(db);
        let new = NewSchool {
            students: Some(30),
            ..NewSchool::default()
        };
        let school = new.add(db);
        fixtures::probe(db, school)
    });
    let path = format!("/api/v1/schools/{}", probe.school);
    server.report(&probe, &[speed_test(1, 25.0)]).json();
    let status = |rule_set: &str, wanted: &str| {
        eventually(&format!("{wanted} by {rule_set}"), || {
            let status = server.get(&path).json()["status"].clone();
            let is = status["benchmark"]["rule_set"] == rule_set && status["status"] == wanted;
            is.then_some(status)
        })
    };
    let judged = status("own-xta", "good");
    assert_eq!(judged["benchmark"]["source"], "tests");
    assert_eq!(judged["assumed"], serde_json::json!([]));
    let chosen = succeeds(&run(&server.db, &set(&["--rule-set", "dfe"])));
    assert_eq!(
        (&chosen["version"], &chosen["schools_to_judge_again"]),
        (&1.into(), &1.into())
    );
    // The job looks once a minute; it is not waited for.
    server
        .db
        .block_on(status_refresh::step(&server.db.store(), Utc::now()))
        .unwrap();
    let judged = status("dfe", "moderate");
    assert_eq!(judged["target_download_mbps"], 100.0);
    assert_eq!(judged["bars"][1]["metric"], "upload");
    assert_eq!(judged["bars"][1]["target"], 30.0);
    assert_eq!(judged["assumed"][0], "education_level");
    let overview = server.get("/api/v1/overview?country=XTA").json();
    assert_eq!(overview["benchmark"]["name"], "DfE England");
    assert_eq!(overview["benchmark"]["headline_mbps"], Value::Null);
    let gaps = server.get("/api/v1/gaps?country=XTA&level=1").json();
    assert_eq!(gaps["benchmark"]["rule_set"], "dfe");
    let csv = server.get("/reports/gaps.csv?country=XTA&level=1").text();
    assert!(
        csv.contains("benchmark_rule_set") && csv.contains(",dfe,1,"),
        "{csv}"
    );
    let html = server.get("/reports/gaps.html?country=XTA&level=1").text();
    assert!(html.contains("DfE England (dfe version 1)"), "{html}");
    assert!(html.contains("Department for Education"), "{html}");
}

#[test]
fn a_countrys_own_is_written_down_as_a_new_version() {
    let db = TestDatabase::new();
    fixtures::country(&db);
    let own = [
        "--rule-set",
        "own",
        "--name",
        "Testland 2027",
        "--source",
        "Circular 12",
        "--published",
        "2027-01",
        "--floor-mbps",
        "2",
        "--target-mbps",
        "30",
        "--above-students",
        "500",
        "--kbps-per-student",
        "60",
        "--upload-target-mbps",
        "5",
        "--rtt-target-ms",
        "100",
        "--rtt-floor-ms",
        "400",
        "--loss-target-percent",
        "1",
    ];
    let set_own = succeeds(&run(&db, &set(&own)));
    assert_eq!(
        (&set_own["rule_set"], &set_own["version"]),
        (&"own-xta".into(), &2.into())
    );
    assert_eq!(
        set_own["in_words"],
        "Download at least 30 Mbps; 60 kbps a student above 500 students (floor 2 Mbps). Upload at least \
         5 Mbps. Round trip at most 100 ms (floor 400 ms). Packet loss at most 1 %."
    );
    let again = succeeds(&run(&db, &set(&own)));
    assert_eq!(again["version"], 2, "it says the same");
    let audited = fixtures::count(&db, "audit_event WHERE action = 'benchmark chosen'");
    assert_eq!(audited, 2);
}

#[test]
fn a_choice_that_cannot_be_made_changes_nothing() {
    let db = TestDatabase::new();
    fixtures::country(&db);
    let own = ["--rule-set", "own", "--name", "N", "--source", "S"];
    for (arguments, code) in [
        (set(&["--rule-set", "moon"]), "rule_set_not_found"),
        (set(&["--rule-set", "own-xta"]), "rule_set_not_found"),
        (
            set(&["--rule-set", "giga", "--target-mbps", "5"]),
            "benchmark",
        ),
        (
            set(&["--rule-set", "own", "--target-mbps", "5"]),
            "benchmark",
        ),
        (
            set(&[&own[..], &["--floor-mbps", "9", "--target-mbps", "5"]].concat()),
            "benchmark",
        ),
        (
            vec![
                "benchmark",
                "set",
                "--json",
                "--country",
                "XTZ",
                "--rule-set",
                "giga",
            ],
            "country_not_found",
        ),
    ] {
        fails(&run(&db, &arguments), code);
    }
    assert_eq!(fixtures::count(&db, "country_benchmark"), 1);
    assert_eq!(fixtures::count(&db, "audit_event"), 0);
}
