//! Who may report, and who may not.

use schoolbeat_wire::{CONFIG_PATH, REPORTS_PATH};

use super::{NOTHING, server, stored};
use crate::support::{
    fixtures,
    records::{report, speed_test},
};

#[test]
fn without_a_known_secret_nothing_is_read() {
    let (server, probe) = server();
    let body = report(&[speed_test(1, 30.0)]);
    server
        .post_json(REPORTS_PATH, &[], &body)
        .error(401, "secret_missing");
    let basic = [("authorization", "Basic c2Nob29sOmJlYXQ=")];
    server
        .post_json(REPORTS_PATH, &basic, &body)
        .error(401, "secret_missing");
    let id = probe.id.to_string();
    for secret in ["", "x", &probe.secret[1..], &id] {
        let bearer = format!("Bearer {secret}");
        let answer = server.post_json(REPORTS_PATH, &[("authorization", &bearer)], &body);
        assert!(
            answer.error(401, answer.body_json()["error"]["code"].as_str().unwrap())["code"]
                .as_str()
                .unwrap()
                .starts_with("secret_")
        );
    }
    server.get(CONFIG_PATH).error(401, "secret_missing");
    assert_eq!(stored(&server.db), NOTHING);
}

#[test]
fn a_revoked_probe_is_told_so_and_nothing_of_it_is_stored() {
    let (server, probe) = server();
    server.report(&probe, &[speed_test(1, 30.0)]).json();
    let revoke = "UPDATE probe SET revoked_at = now()";
    server.db.sql().execute(revoke, &[]).unwrap();
    let answer = server.report(&probe, &[speed_test(2, 30.0)]);
    let error = answer.error(403, "probe_revoked");
    assert!(error["message"].as_str().unwrap().contains("enrol"));
    let bearer = probe.bearer();
    let config = server.get_with(CONFIG_PATH, &[("authorization", &bearer)]);
    config.error(403, "probe_revoked");
    assert_eq!(stored(&server.db), [1, 0, 0]);
    let cursor = "probe WHERE last_sequence = 1";
    assert_eq!(fixtures::count(&server.db, cursor), 1);
}

#[test]
fn a_probe_is_told_what_to_measure() {
    let (server, probe) = server();
    let bearer = probe.bearer();
    let config = server
        .get_with(CONFIG_PATH, &[("authorization", &bearer)])
        .json();
    // The version is a hash of the rest; 1 is that of a configuration without a school.
    assert!(config["version"].as_u64().unwrap() > 1, "{config}");
    assert_eq!(config["speed_test_interval_s"], 6 * 3600);
    assert_eq!(config["speed_test_windows"].as_array().unwrap().len(), 4);
    assert_eq!(config["speed_test_early_stop"], true);
    let answer = server.report(&probe, &[]).json();
    assert_eq!(answer["config_version"], config["version"]);
}
