//! Whose measurement it is: the school that the Giga id names, whatever else the app says.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{GIGA_ID, Giga, alias, at, measurement, other_school, reasons, results, text, with};
use crate::support::fixtures;

fn school_of(giga: &Giga, uuid: &str, mbps: f64) -> Uuid {
    giga.send(&measurement(uuid, mbps)).json();
    let sql = "SELECT school_id FROM speed_test WHERE download_mbps = $1";
    giga.db().sql().query_one(sql, &[&mbps]).unwrap().get(0)
}

#[test]
fn an_id_in_other_letters_or_with_blanks_is_the_same() {
    let giga = Giga::without_jobs();
    for (n, id) in [GIGA_ID.to_uppercase(), format!(" {GIGA_ID}\t")]
        .iter()
        .enumerate()
    {
        let record = with(
            measurement(&format!("ndt-{n}"), 9.0),
            &json!({"giga_id_school": id}),
        );
        assert_eq!(
            giga.send(&record).json()["data"]["result"],
            "stored",
            "{id:?}"
        );
    }
    assert_eq!(fixtures::count(giga.db(), "probe"), 1);
}

/// Giga's own server looks the right id up and then stores under the wrong one.
#[test]
fn an_id_that_a_school_had_before_is_the_schools() {
    let giga = Giga::without_jobs();
    let old = "00000000-0000-3000-8000-000000000001";
    alias(giga.db(), giga.school, "giga", old);
    let record = with(measurement("ndt-a", 9.0), &json!({"giga_id_school": old}));
    assert_eq!(giga.send(&record).json()["data"]["result"], "stored");
    let of_school = format!("speed_test WHERE school_id = '{}'", giga.school);
    assert_eq!(fixtures::count(giga.db(), &of_school), 1);
    let right = giga
        .get(&format!("/api/v1/dailycheckapp_data_fix/{old}"))
        .json();
    assert_eq!(
        (&right["success"], &right["data"]),
        (&json!(true), &json!([]))
    );
}

#[test]
fn our_own_id_will_do_where_giga_has_none() {
    let giga = Giga::without_jobs();
    let record = with(
        measurement("ndt-a", 9.0),
        &json!({"giga_id_school": giga.school}),
    );
    assert_eq!(giga.send(&record).json()["data"]["result"], "stored");
}

#[test]
fn what_came_for_a_school_that_is_not_known_counts_once_it_is() {
    let giga = Giga::without_jobs();
    let late = "11111111-0000-3000-8000-000000000001";
    // A resend says what was said, so that all are of one moment.
    let moment = text(at(30));
    let record = |uuid, mbps| {
        let of_late = json!({"giga_id_school": late, "Timestamp": moment});
        with(measurement(uuid, mbps), &of_late)
    };
    let refused = giga
        .send(&record("ndt-1", 11.0))
        .error(400, "school_unknown");
    let message = refused["message"].as_str().unwrap();
    assert!(
        message.contains(late) && message.contains("import"),
        "{message}"
    );
    // The app keeps what was refused, and sends it again with others.
    let again = giga.send_all(&[
        record("ndt-1", 11.0),
        record("ndt-2", 12.0),
        with(record("ndt-3", 13.0), &json!({"BrowserID": "second"})),
        with(record("ndt-4", 14.0), &json!({"Upload": -1})),
    ]);
    assert_eq!(reasons(&again), ["school_unknown"; 4]);
    assert_eq!(giga.stored(), [0, 4]);
    let school = other_school(giga.db(), "Second School");
    alias(giga.db(), school, "giga", late);
    let next = giga.send_all(&[record("ndt-5", 15.0), record("ndt-2", 12.0)]);
    assert_eq!(results(&next), ["stored"; 2]);
    assert_eq!(
        giga.stored(),
        [4, 1],
        "three waited; one had come again; one is no measurement"
    );
    let of_school = format!("speed_test WHERE school_id = '{school}'");
    assert_eq!(fixtures::count(giga.db(), &of_school), 4);
    assert_eq!(
        fixtures::count(giga.db(), "probe"),
        2,
        "each of its installation"
    );
    let refused = "giga_meter_kept WHERE reason = 'out_of_range'";
    assert_eq!(fixtures::count(giga.db(), refused), 1);
    giga.send_all(&[record("ndt-1", 11.0), record("ndt-5", 15.0)]);
    assert_eq!(giga.stored(), [4, 1], "and once");
}

#[test]
fn two_schools_that_become_one_keep_all_and_take_more() {
    let giga = Giga::without_jobs();
    assert_eq!(school_of(&giga, "ndt-1", 11.0), giga.school);
    let survivor = other_school(giga.db(), "Survivor");
    let ids = [giga.school, survivor].map(|id| id.to_string());
    let merged =
        crate::command_line::run(giga.db(), &["school", "merge", &ids[0], &ids[1], "--json"]);
    crate::command_line::succeeds(&merged);
    assert_eq!(
        school_of(&giga, "ndt-2", 12.0),
        survivor,
        "its id went with it"
    );
    assert_eq!(
        fixtures::count(giga.db(), "probe"),
        1,
        "and its installation"
    );
    let of_survivor = format!("speed_test WHERE school_id = '{survivor}'");
    assert_eq!(fixtures::count(giga.db(), &of_survivor), 2);
}

#[test]
fn a_revoked_installation_reports_no_more() {
    let giga = Giga::without_jobs();
    giga.send(&measurement("ndt-1", 11.0)).json();
    let probe: Uuid = giga
        .db()
        .sql()
        .query_one("SELECT id FROM probe", &[])
        .unwrap()
        .get(0);
    let revoke = ["probe", "revoke", &probe.to_string(), "--json"];
    crate::command_line::succeeds(&crate::command_line::run(giga.db(), &revoke));
    let outcomes = giga.send_all(&[measurement("ndt-2", 12.0), measurement("ndt-1", 11.0)]);
    assert_eq!(reasons(&outcomes), ["installation_revoked"; 2]);
    assert_eq!(giga.stored(), [1, 2]);
    let other = with(measurement("ndt-2", 12.0), &json!({"BrowserID": "new"}));
    assert_eq!(
        giga.send(&other).json()["data"]["result"],
        "stored",
        "nothing was claimed"
    );
}

#[test]
fn more_installations_than_a_school_has_computers_share_one_probe() {
    let giga = Giga::without_jobs();
    let records: Vec<Value> = (0..120)
        .map(|n| {
            with(
                measurement(&format!("ndt-{n}"), 9.0),
                &json!({"BrowserID": format!("b{n}")}),
            )
        })
        .collect();
    assert_eq!(results(&giga.send_all(&records)), ["stored"; 120]);
    assert_eq!(fixtures::count(giga.db(), "probe"), 101);
    let registration = json!({"giga_id_school": GIGA_ID, "app_version": "2.0.3"});
    let refused = giga.post("/api/v1/dailycheckapp_schools", &registration);
    refused.error(409, "too_many_installations");
}

#[test]
fn a_wrong_path_is_an_error_and_a_page_of_any_origin_may_ask() {
    let giga = Giga::without_jobs();
    giga.get("/api/v1/measurements").error(404, "not_found");
    giga.get("/api/v1/dailycheckapp_schools")
        .error(404, "not_found");
    let answer = giga.server.get_with(
        "/api/v1/protocol-config/resolve",
        &[("origin", "capacitor://-")],
    );
    answer.error(401, "api_key_missing");
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    let own = giga.server.get("/api/v1/countries");
    assert_eq!(
        own.header("access-control-allow-origin"),
        None,
        "only what the app asks"
    );
}
