//! What a person sees: Giga Meter's tests beside the others, with their name, never averaged with ours.

use serde_json::{Value, json};

use super::{Giga, measurement, text, with};
use crate::support::{eventually, fixtures, records};

fn page(giga: &Giga) -> Value {
    giga.get(&format!("/api/v1/schools/{}", giga.school)).json()
}

fn series(giga: &Giga) -> Value {
    giga.get(&format!("/api/v1/schools/{}/series", giga.school))
        .json()
}

fn status_of(giga: &Giga, wanted: &str, tests: i64) -> Value {
    eventually("the verdict follows", || {
        let status = page(giga)["status"].clone();
        (status["status"] == wanted && status["valid_tests"] == tests).then_some(status)
    })
}

#[test]
fn a_schools_page_shows_its_tests_and_their_source() {
    let giga = Giga::new();
    giga.send_all(&[measurement("ndt-1", 30.0), measurement("ndt-2", 50.0)]);
    let status = status_of(&giga, "good", 2);
    assert_eq!(status["download_median_mbps"], 40.0);
    assert_eq!(status["software"], "giga_meter");
    let page = page(&giga);
    assert_eq!(page["latest"]["software"], "giga_meter");
    assert_eq!(page["latest"]["protocol"], "ndt7");
    assert_eq!(page["latest"]["time_basis"], "probe_clock");
    assert_eq!(page["probes"][0]["software"], "giga_meter");
    let series = series(&giga);
    assert_eq!(series["tests"].as_array().unwrap().len(), 2);
    let days = series["days"].as_array().unwrap();
    let measured: Vec<_> = days.iter().filter(|day| day["valid_tests"] != 0).collect();
    assert!(!measured.is_empty());
    assert!(measured.iter().all(|day| day["software"] == "giga_meter"));
}

#[test]
fn figures_of_two_methods_are_never_averaged() {
    let giga = Giga::new();
    let probe = fixtures::probe(giga.db(), giga.school);
    let now = json!({"Timestamp": text(super::at(0))});
    giga.send_all(&[
        with(measurement("ndt-1", 300.0), &now),
        with(measurement("ndt-2", 300.0), &now),
    ]);
    status_of(&giga, "good", 2);
    giga.server
        .report(&probe, &[records::speed_test(1, 8.0)])
        .json();
    let status = status_of(&giga, "moderate", 1);
    assert_eq!(
        status["download_median_mbps"], 8.0,
        "ours alone, where there is one"
    );
    assert_eq!(status["software"], json!(null));
    let day = series(&giga)["days"]
        .as_array()
        .unwrap()
        .last()
        .unwrap()
        .clone();
    assert_eq!(
        (&day["valid_tests"], &day["download_median_mbps"]),
        (&json!(1), &json!(8.0))
    );
    assert_eq!(
        series(&giga)["tests"].as_array().unwrap().len(),
        3,
        "all are shown"
    );
}

#[test]
fn a_probe_of_ours_that_finished_nothing_hides_no_measured_rate() {
    let giga = Giga::new();
    let probe = fixtures::probe(giga.db(), giga.school);
    giga.server
        .report(&probe, &[records::failed_test(1)])
        .json();
    giga.send(&measurement("ndt-1", 30.0)).json();
    let status = status_of(&giga, "good", 1);
    assert_eq!(status["software"], "giga_meter");
}
