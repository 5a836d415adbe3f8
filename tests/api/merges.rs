//! `POST /api/v1/schools/{id}/merge` and `/unmerge`, and the commands that do the same.

use std::process::Command;

use serde_json::{Value, json};
use uuid::Uuid;

use super::session::log_in;
use crate::support::{
    TestDatabase, eventually,
    fixtures::{self, NewSchool},
    records::speed_test,
    server::TestServer,
};

fn school(db: &TestDatabase, id: &str) -> Uuid {
    let new = NewSchool {
        name: id,
        government_id: Some(id),
        ..NewSchool::default()
    };
    new.add(db)
}

fn two() -> (TestServer, [Uuid; 2], String) {
    let (server, schools) = TestServer::on(|db| {
        fixtures::country(db);
        ["E1", "E2"].map(|id| school(db, id))
    });
    let cookie = log_in(&server);
    (server, schools, cookie)
}

#[test]
fn a_merged_school_leads_to_its_survivor_until_it_is_unmerged() {
    let (server, [oak, twin], cookie) = two();
    let headers = [("cookie", &*cookie)];
    let merge = format!("/api/v1/schools/{twin}/merge");
    let moved = server
        .post_json(&merge, &headers, &json!({"into": oak}))
        .json();
    assert_eq!(
        (&moved["survivor"], &moved["ids"]),
        (&json!(oak), &json!(1))
    );
    for (path, leads) in [
        (
            format!("/api/v1/schools/{twin}"),
            format!("/api/v1/schools/{oak}"),
        ),
        (
            format!("/api/v1/schools/{}/series?days=7", twin.simple()),
            format!("/api/v1/schools/{oak}/series?days=7"),
        ),
    ] {
        let answer = server.get(&path);
        answer.error(308, "school_merged");
        assert_eq!(answer.header("location"), Some(&*leads));
        assert_eq!(
            answer.header("cache-control"),
            Some("no-store"),
            "it may end"
        );
    }
    let shown = server.get(&format!("/api/v1/schools/{oak}")).json();
    assert_eq!(shown["ids"].as_array().unwrap().len(), 2);
    assert_eq!(shown["merged"][0]["id"], json!(twin));
    assert_eq!(shown["merged"][0]["ids"][0]["value"], "E2");
    assert_eq!(server.get("/api/v1/schools").json()["total"], 1);
    let own = server
        .get(&format!("/api/v1/schools/{twin}/history"))
        .json();
    assert_eq!(own["items"][0]["changes"][0]["new"]["id"], json!(oak));
    eventually("the map has one", || {
        (server.atlas.snapshot().len() == 1).then_some(())
    });
    server
        .post_json(&merge, &headers, &json!({"into": oak}))
        .error(409, "school_merged");
    let unmerge = format!("/api/v1/schools/{twin}/unmerge");
    server.post_json(&unmerge, &headers, &json!({})).json();
    assert_eq!(server.get(&format!("/api/v1/schools/{twin}")).status, 200);
    eventually("the map has two", || {
        (server.atlas.snapshot().len() == 2).then_some(())
    });
    server
        .post_json(&unmerge, &headers, &json!({}))
        .error(409, "not_merged");
    server
        .post_json(&merge, &headers, &json!({"into": twin}))
        .field_error("into");
}

#[test]
fn a_probe_of_a_merged_school_reports_for_the_survivor() {
    let (server, [oak, twin], cookie) = two();
    let probe = fixtures::probe(&server.db, twin);
    let merge = format!("/api/v1/schools/{twin}/merge");
    server
        .post_json(&merge, &[("cookie", &cookie)], &json!({"into": oak}))
        .json();
    server.report(&probe, &[speed_test(1, 30.0)]).json();
    eventually("it counts", || {
        let shown = server.get(&format!("/api/v1/schools/{oak}")).json();
        (shown["status"]["status"] == "good").then_some(())
    });
}

#[test]
fn schools_are_merged_and_unmerged_by_command() {
    let db = TestDatabase::new();
    fixtures::country(&db);
    let [oak, twin] = ["E1", "E2"].map(|id| school(&db, id));
    let level = "UPDATE school SET education_level = CASE name WHEN 'E1' THEN 'Primary' ELSE 'Secondary' END";
    db.sql().execute(level, &[]).unwrap();
    let run = |arguments: &[&str]| -> Value {
        let output = Command::new(env!("CARGO_BIN_EXE_schoolbeat"))
            .env("SCHOOLBEAT_DATABASE_URL", db.url())
            .args(["school", "--json"])
            .args(arguments)
            .output()
            .unwrap();
        serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {output:?}"))
    };
    let refused = run(&["merge", "E2", "E1"]);
    assert_eq!(refused["error"]["code"], "levels_differ");
    let words = refused["error"]["message"].as_str().unwrap();
    assert!(words.contains("--despite-levels"), "{words}");
    let merged = run(&["merge", "E2", "E1", "--despite-levels"]);
    assert_eq!(
        (&merged["survivor"], &merged["merged"]),
        (&json!(oak), &json!(twin))
    );
    assert_eq!(run(&["list"])["total"], 1);
    assert_eq!(
        run(&["merge", "E2", "E1"])["error"]["code"],
        "merge_into_itself"
    );
    let apart = run(&["unmerge", "E2"]);
    assert_eq!(apart["merged"], json!(twin));
    assert_eq!(run(&["unmerge", "E2"])["error"]["code"], "school_not_found");
}
