//! What a country asks of its probes and when its schools are closed: set by command, asked of probes,
//! and counted.

use schoolbeat_wire::CONFIG_PATH;
use serde_json::Value;

use crate::{
    command_line::{fails, run, succeeds},
    support::{
        TestDatabase,
        fixtures::{self, EnrolledProbe},
        records::{self, speed_test},
        server::{Setup, TestServer},
    },
};

fn school(db: &TestDatabase) -> EnrolledProbe {
    let school = fixtures::school(db);
    fixtures::probe(db, school)
}

fn config(server: &TestServer, probe: &EnrolledProbe) -> Value {
    let bearer = probe.bearer();
    server
        .get_with(CONFIG_PATH, &[("authorization", &bearer)])
        .json()
}

#[test]
fn a_probe_is_asked_what_its_country_wishes() {
    let (server, probe) = TestServer::on(school);
    let usual = config(&server, &probe);
    let mut arguments = vec!["policy", "set", "--country", "XTA", "--json"];
    arguments.extend(["--month-mb", "200", "--sync", "01:00-03:00"]);
    arguments.extend([
        "--page",
        "https://learn.example",
        "--presence-target",
        "none",
        "--proxy",
        "http://proxy.example:3128/",
    ]);
    let set = succeeds(&run(&server.db, &arguments));
    assert_eq!(set["budget_mb_per_month"], 200);
    let asked = config(&server, &probe);
    assert_eq!(asked["budget_mb_per_month"], 200);
    assert_eq!(asked["budget_mb_per_day"], usual["budget_mb_per_day"]);
    assert_eq!(asked["sync_slot"]["from_minute"], 60);
    assert_eq!(asked["page_targets"][0], "https://learn.example");
    assert_eq!(asked["presence_target"], "");
    assert_eq!(asked["proxy"], "http://proxy.example:3128");
    assert_ne!(asked["version"], usual["version"]);
    // A report's answer says that there is something new.
    let answer = server.report(&probe, &[speed_test(1, 5.0)]).json();
    assert_eq!(answer["config_version"], asked["version"]);
    // What is not named stays; what is as usual is so again.
    let again = [
        "policy",
        "set",
        "--country",
        "XTA",
        "--json",
        "--month-mb",
        "usual",
    ];
    let set = succeeds(&run(&server.db, &again));
    assert_eq!(set["budget_mb_per_month"], Value::Null);
    assert_eq!(set["sync"], "01:00-03:00");
    let audited = fixtures::count(&server.db, "audit_event WHERE action = 'probe policy set'");
    assert_eq!(audited, 2);
}

#[test]
fn a_wish_that_cannot_be_granted_changes_nothing() {
    let db = TestDatabase::new();
    fixtures::country(&db);
    for (arguments, code) in [
        (["--country", "XTA", "--month-mb", "1"], "policy"),
        (["--country", "XTA", "--page", "http://a"], "policy"),
        (["--country", "XTA", "--proxy", "socks5://a:1"], "policy"),
        (["--country", "XTA", "--sync", "03:00-01:00"], "policy"),
        (
            ["--country", "ZZZ", "--month-mb", "200"],
            "country_not_found",
        ),
    ] {
        let all = [&["policy", "set", "--json"], &arguments[..]].concat();
        fails(&run(&db, &all), code);
    }
    assert_eq!(fixtures::count(&db, "probe_policy"), 0);
    assert_eq!(fixtures::count(&db, "audit_event"), 0);
}

#[test]
fn on_a_holiday_no_school_is_open() {
    let db = TestDatabase::new();
    let probe = school(&db);
    // The whole week is a school day from midnight to midnight, so that only the holiday closes it.
    db.sql()
        .execute(
            "UPDATE country SET opens_at = '00:00', closes_at = '23:59:59',
                                school_days = '{1,2,3,4,5,6,7}'",
            &[],
        )
        .unwrap();
    let today = chrono::Utc::now().date_naive();
    let (first, last) = (today.pred_opt().unwrap(), today.succ_opt().unwrap());
    let (first, last) = (first.to_string(), last.to_string());
    let server = Setup::default().start(db);
    let before = records::aged(30, speed_test(1, 5.0));
    assert_eq!(server.report(&probe, &[before]).status, 200);
    let mut add = vec!["holiday", "add", &first, "--country", "XTA", "--json"];
    add.extend(["--name", "Harvest", "--until", &last]);
    let added = succeeds(&run(&server.db, &add));
    assert_eq!(added["holidays"][0]["name"], "Harvest");
    let closed = config(&server, &probe)["closed_dates"].clone();
    assert!(
        closed.as_array().unwrap().contains(&last.clone().into()),
        "{closed}"
    );
    // A probe that has just reported is remembered for three seconds.
    std::thread::sleep(std::time::Duration::from_millis(3_100));
    assert_eq!(server.report(&probe, &[speed_test(2, 5.0)]).status, 200);
    let rows = server
        .db
        .sql()
        .query(
            "SELECT in_opening_hours FROM speed_test ORDER BY sequence",
            &[],
        )
        .unwrap();
    let open: Vec<bool> = rows.iter().map(|row| row.get(0)).collect();
    assert_eq!(open, [true, false]);
    let remove = ["holiday", "remove", &first, "--country", "XTA", "--json"];
    assert_eq!(
        succeeds(&run(&server.db, &remove))["holidays"],
        Value::Array(vec![])
    );
    fails(&run(&server.db, &remove), "holiday_not_found");
    let mut backwards = vec!["holiday", "add", &last, "--country", "XTA", "--json"];
    backwards.extend(["--name", "Backwards", "--until", &first]);
    fails(&run(&server.db, &backwards), "holiday");
}
