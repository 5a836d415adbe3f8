//! `GET /api/v1/gaps` and `/reports/gaps.*`

use serde_json::Value;
use uuid::Uuid;

use crate::support::{
    eventually,
    fixtures::{self, NewSchool},
    records::speed_test,
    server::TestServer,
};

const COUNTS: [&str; 14] = [
    "schools",
    "connected",
    "not_connected",
    "unknown",
    "measured",
    "connected_unmeasured",
    "good",
    "moderate",
    "bad",
    "schools_with_students",
    "students_known",
    "students_meeting_target",
    "students_below_target",
    "students_not_measured",
];

/// North: good, moderate, bad. South: declared yes, no, nothing. Empty: none. One school in no area.
fn server() -> TestServer {
    let (server, probes) = TestServer::on(|db| {
        fixtures::country(db);
        let north = fixtures::area(db, 1, None, "North", [36.0, -1.0, 37.0, 0.0]);
        let south = fixtures::area(db, 1, None, "South", [36.0, -2.0, 37.0, -1.0]);
        fixtures::area(db, 1, None, "Empty", [38.0, -2.0, 39.0, -1.0]);
        let add = |name: &str, areas: &[Uuid], connected: &str, students| {
            let new = NewSchool {
                name,
                areas,
                connected,
                students,
                ..NewSchool::default()
            };
            new.add(db)
        };
        add("declared", &[south], "yes", Some(50));
        add("off", &[south], "no", Some(60));
        add("silent", &[south], "unknown", None);
        add("nowhere", &[], "unknown", Some(70));
        [(30.0, 100), (5.0, 200), (0.5, 400)].map(|(mbps, students)| {
            let school = add("measured", &[north], "yes", Some(students));
            (fixtures::probe(db, school), mbps)
        })
    });
    for (probe, mbps) in &probes {
        server.report(probe, &[speed_test(1, *mbps)]).json();
    }
    eventually("all three are measured", || {
        let overview = server.get("/api/v1/overview?country=XTA").json();
        (overview["measured"] == 3).then_some(())
    });
    server
}

fn numbers(row: &Value) -> Vec<i64> {
    COUNTS
        .iter()
        .map(|name| {
            row[name]
                .as_i64()
                .unwrap_or_else(|| panic!("{name} in {row}"))
        })
        .collect()
}

#[test]
fn the_rows_sum_to_the_total_and_unknown_is_a_count_of_its_own() {
    let server = server();
    let gaps = server.get("/api/v1/gaps?country=XTA&level=1").json();
    let rows = gaps["rows"].as_array().unwrap();
    let names: Vec<_> = rows
        .iter()
        .map(|row| row["area"]["name"].as_str())
        .collect();
    assert_eq!(names, [Some("Empty"), Some("North"), Some("South"), None]);
    let mut sum = vec![0; COUNTS.len()];
    for row in rows {
        for (sum, number) in sum.iter_mut().zip(numbers(row)) {
            *sum += number;
        }
    }
    assert_eq!(sum, numbers(&gaps["total"]));
    assert_eq!(numbers(&rows[0]), [0; 14]);
    let [north, south, nowhere] = [&rows[1], &rows[2], &rows[3]];
    assert_eq!(numbers(north)[..9], [3, 3, 0, 0, 3, 0, 1, 1, 1]);
    assert_eq!(numbers(south)[..9], [3, 1, 1, 1, 0, 1, 0, 0, 0]);
    assert_eq!(numbers(nowhere)[..9], [1, 0, 0, 1, 0, 0, 0, 0, 0]);
    assert_eq!(numbers(&gaps["total"])[9..], [6, 880, 100, 600, 180]);
    let overview = server.get("/api/v1/overview?country=XTA").json();
    assert_eq!(overview["counts"]["unknown"], gaps["total"]["unknown"]);
    assert_eq!(overview["schools"], gaps["total"]["schools"]);
}

#[test]
fn a_report_can_be_downloaded_as_a_table_and_as_a_page() {
    let server = server();
    let csv = server.get("/reports/gaps.csv?country=XTA&level=1");
    assert_eq!(csv.status, 200);
    assert_eq!(csv.header("content-type"), Some("text/csv; charset=utf-8"));
    let disposition = csv.header("content-disposition").unwrap();
    assert!(disposition.starts_with("attachment; filename=\"gaps-XTA-invented-level1-"));
    let text = csv.text();
    for name in ["North", "South", "Empty"] {
        assert!(text.contains(name), "{text}");
    }
    let html = server.get("/reports/gaps.html?country=XTA&level=1");
    assert_eq!(
        html.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert!(
        html.header("content-disposition")
            .unwrap()
            .starts_with("inline")
    );
    assert!(html.text().contains("Test target"), "which benchmark");
}

#[test]
fn a_report_that_cannot_be_made_is_an_error_in_words() {
    let server = server();
    for path in ["/api/v1/gaps", "/reports/gaps.csv", "/reports/gaps.html"] {
        server
            .get(&format!("{path}?country=XTB"))
            .error(404, "not_found");
        server
            .get(&format!("{path}?country=Kenya"))
            .field_error("country");
        server
            .get(&format!("{path}?country=XTA&level=9"))
            .field_error("level");
        server.get(path).error(400, "invalid_parameter");
    }
    server
        .get("/reports/gaps.docx?country=XTA")
        .error(404, "not_found");
    server
        .get("/api/v1/overview?country=XTB")
        .error(404, "not_found");
}
