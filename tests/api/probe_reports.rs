//! `POST /api/v1/probe/reports`

mod clocks;
mod judged;
mod limits;
mod once;
mod outages;
mod paths;
mod refusals;
mod together;

use serde_json::Value;

use crate::support::{
    TestDatabase,
    fixtures::{self, EnrolledProbe},
    server::TestServer,
};

/// A server with one school and its probe.
fn server() -> (TestServer, EnrolledProbe) {
    TestServer::on(one_probe)
}

fn one_probe(db: &TestDatabase) -> EnrolledProbe {
    let school = fixtures::school(db);
    fixtures::probe(db, school)
}

/// Verdicts of a good answer, in the order of its report.
#[track_caller]
fn verdicts(answer: &Value) -> Vec<&str> {
    let results = answer["results"].as_array().unwrap();
    results
        .iter()
        .map(|result| result["verdict"].as_str().unwrap())
        .collect()
}

/// Rows that came of reports: speed tests, path checks, rejected records.
fn stored(db: &TestDatabase) -> [i64; 3] {
    ["speed_test", "path_check", "rejected_record"].map(|table| fixtures::count(db, table))
}

const NOTHING: [i64; 3] = [0, 0, 0];
