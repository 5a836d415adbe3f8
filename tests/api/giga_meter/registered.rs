//! What the app asks before it measures, and how it is registered: it goes on, and forgets nothing.

use serde_json::json;
use uuid::Uuid;

use super::{GIGA_ID, Giga, alias, measurement, with};
use crate::support::fixtures;

#[test]
fn a_registered_installation_is_a_probe_of_its_school() {
    let giga = Giga::without_jobs();
    let registration = json!({"giga_id_school": GIGA_ID, "mac_address": "aa:bb:cc:dd:ee:ff",
        "os": "win32", "app_version": "2.0.3", "created": "2026-11-24", "country_code": "AL"});
    let answer = giga.post("/api/v1/dailycheckapp_schools", &registration);
    assert_eq!(answer.status, 201);
    let shown = answer.json();
    let user = shown["data"]["user_id"].as_str().unwrap();
    assert_eq!(
        Uuid::parse_str(user).unwrap().get_version_num(),
        4,
        "it says nothing"
    );
    let page = giga.get(&format!("/api/v1/schools/{}", giga.school)).json();
    let probe = &page["probes"][0];
    assert_eq!(
        (&probe["software"], &probe["vantage"]),
        (&json!("giga_meter"), &json!("device"))
    );
    assert_eq!(
        (&probe["software_version"], &probe["last_report_at"]),
        (&json!("2.0.3"), &json!(null))
    );
    giga.send(&with(
        measurement("ndt-1", 11.0),
        &json!({"BrowserID": user}),
    ))
    .json();
    assert_eq!(
        fixtures::count(giga.db(), "probe"),
        1,
        "the same that was registered"
    );
    assert_eq!(
        fixtures::count(
            giga.db(),
            "audit_event WHERE action = 'installation registered'"
        ),
        1
    );
    let unknown = json!({"giga_id_school": "nowhere"});
    giga.post("/api/v1/dailycheckapp_schools", &unknown)
        .error(400, "school_unknown");
}

/// To an empty list, or to anything but yes, the app forgets its registration and what it has not sent.
#[test]
fn nothing_makes_the_app_forget_what_it_has() {
    let giga = Giga::without_jobs();
    let known = giga
        .get(&format!("/api/v1/dailycheckapp_schools/{GIGA_ID}"))
        .json();
    assert_eq!(known["data"][0]["giga_id_school"], GIGA_ID);
    giga.get("/api/v1/dailycheckapp_schools/nowhere")
        .error(404, "not_found");
    let body = json!({"device_hardware_id": "HW", "external_id": "12345678"});
    let path = "/api/v1/dailycheckapp_schools/check-device-school-status";
    assert_eq!(giga.post(path, &body).json()["data"]["isActive"], true);
    let device = format!("/api/v1/dailycheckapp_schools/checkDeviceStatus/HW/{GIGA_ID}");
    let shown = giga.get(&device).json();
    assert_eq!(
        (&shown["data"]["is_active"], &shown["data"]["exists"]),
        (&json!(true), &json!(false))
    );
    let existing = giga.get("/api/v1/dailycheckapp_schools/checkExistingInstallation/HW");
    assert_eq!(existing.json()["data"]["exists"], false);
}

#[test]
fn the_app_finds_its_country_its_school_and_how_to_measure() {
    let giga = Giga::without_jobs();
    let sql = "INSERT INTO country (code, name) VALUES ('ALB', 'Albania');
               INSERT INTO benchmark VALUES ('ALB', 'Test target', 'tests', 1, 20, 400, 50)";
    giga.db().sql().batch_execute(sql).unwrap();
    alias(giga.db(), giga.school, "government", "0042");
    let country = |code: &str| {
        giga.get(&format!("/api/v1/dailycheckapp_countries/{code}"))
            .json()
    };
    assert_eq!(
        country("AL")["data"],
        json!([{"code": "AL", "code_iso3": "ALB", "name": "Albania"}])
    );
    assert_eq!(country("DE")["data"], json!([]));
    let find = |id: &str| {
        let path = format!("/api/v1/schools/country_code_school_id/XTA/{id}");
        giga.get(&path).json()["data"].clone()
    };
    assert_eq!(find("0042")[0]["giga_id_school"], GIGA_ID);
    assert_eq!(find("%200042%20")[0]["name"], "First School");
    assert_eq!(find("42"), json!([]), "leading zeros count");
    let protocol = giga
        .get("/api/v1/protocol-config/resolve?gigaIdSchool=x&countryCode=AL")
        .json();
    assert_eq!(protocol["data"]["measurementProvider"], "mlab");
    let flags = giga
        .get(&format!("/api/v1/schools/features_flags/{GIGA_ID}"))
        .json();
    assert_eq!(flags["data"]["pingService"], true);
    let flagged = giga.post(
        "/api/v1/flagged_dailycheckapp_schools",
        &json!({"detected_country": "DE"}),
    );
    assert_eq!(flagged.status, 201);
}
