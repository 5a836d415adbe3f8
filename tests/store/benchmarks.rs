//! Rule sets as data: seeded, never rewritten, chosen by countries, carried over from the table of old.

use chrono::{TimeDelta, Utc};
use schoolbeat::{
    domain::{
        area::CountryCode,
        benchmark::Benchmark,
        school::SchoolId,
        school_facts::{SchoolFacts, Stage},
        status::Status,
    },
    jobs::{Outcome, status_refresh},
    store::{benchmarks, countries, schools},
};
use uuid::Uuid;

use super::support::{
    TestDatabase,
    fixtures::{self, NewSchool},
    measured::{Measured, store},
};

fn code() -> CountryCode {
    CountryCode::new(fixtures::COUNTRY).unwrap()
}

fn newest(db: &TestDatabase, rule_set: &str) -> Benchmark {
    db.block_on(async {
        let client = db.store().client().await.unwrap();
        let found = benchmarks::newest(&client, rule_set).await.unwrap();
        found.unwrap_or_else(|| panic!("no {rule_set}"))
    })
}

fn choose(db: &TestDatabase, benchmark: &Benchmark) -> u64 {
    db.block_on(async {
        let mut client = db.store().client().await.unwrap();
        let tx = client.transaction().await.unwrap();
        let stale = benchmarks::choose(&tx, &code(), benchmark, "tests").await;
        tx.commit().await.unwrap();
        stale.unwrap()
    })
}

fn in_force(db: &TestDatabase) -> Benchmark {
    db.block_on(async {
        let client = db.store().client().await.unwrap();
        let country = countries::find(&client, &code()).await.unwrap();
        country.unwrap().benchmark
    })
}

fn refused(db: &TestDatabase, sql: &str) {
    let error = db.sql().batch_execute(sql).unwrap_err();
    let said = error.as_db_error().map(|e| e.message().to_owned());
    assert!(
        said.is_some_and(|said| said.contains("kept as they were written")),
        "{sql}"
    );
}

#[test]
fn the_default_is_what_the_migration_wrote() {
    let db = TestDatabase::new();
    assert_eq!(newest(&db, "itu-2030"), Benchmark::default());
}

/// Download and upload that a rule set asks for, and what it had to assume.
fn asks(db: &TestDatabase, rule_set: &str, facts: SchoolFacts) -> String {
    let benchmark = newest(db, rule_set);
    assert!(!benchmark.source.is_empty());
    let demand = benchmark.demand(&facts);
    assert_eq!(demand.download().floor, Some(1.0), "{rule_set}");
    let stated = benchmark.note.len() > 20 || demand.assumed.is_empty();
    assert!(stated, "a default is stated: {rule_set}");
    let bars = demand
        .bars
        .iter()
        .map(|bar| format!("{} {}", bar.metric.slug(), bar.target));
    let assumed = demand
        .assumed
        .iter()
        .map(|fact| format!("{}?", fact.slug()));
    bars.chain(assumed).collect::<Vec<_>>().join(", ")
}

#[test]
fn the_known_rule_sets_ask_for_what_their_sources_say() {
    let db = TestDatabase::new();
    let nothing = SchoolFacts::default();
    let students = |n| SchoolFacts {
        students: Some(n),
        ..nothing
    };
    let teaches = |stage| SchoolFacts {
        stage: Some(stage),
        ..nothing
    };
    let (primary, secondary) = (teaches(Stage::Primary), teaches(Stage::Secondary));
    for (rule_set, facts, wanted) in [
        ("giga", nothing, "download 20"),
        ("itu-2030", students(400), "download 20"),
        ("itu-2030", students(1000), "download 50"),
        ("itu-2030", nothing, "download 20, students?"),
        ("fcc-setda", students(350), "download 350"),
        ("fcc-setda", nothing, "download 20, students?"),
        ("dfe", primary, "download 100, upload 30"),
        ("dfe", secondary, "download 1000, upload 1000"),
        ("dfe", nothing, "download 100, upload 30, education_level?"),
    ] {
        assert_eq!(asks(&db, rule_set, facts), wanted, "{rule_set}");
    }
}

#[test]
fn brazil_asks_by_technology_and_busiest_shift() {
    let db = TestDatabase::new();
    let school = |busiest_shift, satellite| SchoolFacts {
        busiest_shift,
        satellite,
        ..SchoolFacts::default()
    };
    let wired = Some(false);
    for (facts, wanted) in [
        (school(Some(500), Some(true)), "download 20"),
        (school(Some(50), wired), "download 50"),
        (school(Some(51), wired), "download 51"),
        (school(Some(1000), wired), "download 1000"),
        (school(Some(4000), wired), "download 1000"),
        (school(Some(300), None), "download 300, technology?"),
        (school(None, wired), "download 50, busiest_shift?"),
    ] {
        assert_eq!(asks(&db, "enec-2-2024", facts), wanted);
    }
}

#[test]
fn nothing_that_was_written_can_be_rewritten() {
    let db = TestDatabase::new();
    fixtures::country(&db);
    refused(
        &db,
        "UPDATE benchmark_rule_set SET name = 'x' WHERE id = 'giga'",
    );
    refused(
        &db,
        "UPDATE benchmark_rule_set SET rules = '[{\"metric\": \"download\"}]'",
    );
    refused(&db, "DELETE FROM benchmark_rule_set WHERE id = 'giga'");
    refused(&db, "TRUNCATE benchmark_rule_set CASCADE");
    refused(&db, "UPDATE country_benchmark SET since = '2000-01-01'");
    refused(&db, "DELETE FROM country_benchmark");
    let ended = "UPDATE benchmark_rule_set SET superseded_on = '2026-01-01' WHERE id = 'giga'";
    db.sql().batch_execute(ended).unwrap();
    let newest = db.block_on(async {
        let client = db.store().client().await.unwrap();
        benchmarks::newest(&client, "giga").await.unwrap()
    });
    assert_eq!(newest, None, "its source says something else");
}

#[test]
fn what_the_table_of_old_said_is_carried_over() {
    let db = TestDatabase::new();
    fixtures::country(&db);
    let carried = in_force(&db);
    assert_eq!(
        (carried.name.as_str(), carried.source.as_str()),
        ("Test target", "tests")
    );
    assert_eq!(carried.id.to_string(), "own-xta version 1");
    assert_eq!(carried.rules, Benchmark::default().rules);
    db.sql()
        .batch_execute(
            "INSERT INTO country (code, name, invented) VALUES ('XTC', 'C', true);
             INSERT INTO benchmark VALUES ('XTC', 'ITU/UNICEF 2030', 'x', 1, 20, 400, 50);
             UPDATE benchmark SET download_target_mbps = 30 WHERE country_code = 'XTA';",
        )
        .unwrap();
    let sql = "SELECT rule_set FROM country_benchmark WHERE country_code = 'XTC'";
    let default: String = db.sql().query_one(sql, &[]).unwrap().get(0);
    assert_eq!(default, "itu-2030");
    let next = in_force(&db);
    assert_eq!(next.id.version, 2);
    assert_eq!(next.headline_mbps(), Some(30.0));
}

#[test]
fn a_country_that_chooses_has_its_schools_judged_again_and_its_history_kept() {
    let db = TestDatabase::new();
    fixtures::country(&db);
    let new = NewSchool {
        students: Some(100),
        ..NewSchool::default()
    };
    let (school, unmeasured) = (new.add(&db), NewSchool::default().add(&db));
    let now = Utc::now();
    store(&db, &[Measured::new(school, now, 60.0)]);
    let refresh = || {
        let stores = db.store();
        while db.block_on(status_refresh::step(&stores, now)).unwrap() == Outcome::Worked {}
    };
    let verdict = |school: Uuid| {
        db.block_on(async {
            let client = db.store().client().await.unwrap();
            let school = schools::find(&client, SchoolId(school)).await.unwrap();
            school.unwrap().verdict
        })
    };
    assert_eq!(choose(&db, &newest(&db, "giga")), 2);
    refresh();
    assert_eq!(verdict(school).status, Status::Good);
    assert_eq!(verdict(school).benchmark.rule_set, "giga");
    assert_eq!(verdict(unmeasured).benchmark.rule_set, "giga");
    assert_eq!(choose(&db, &newest(&db, "fcc-setda")), 2);
    refresh();
    let judged = verdict(school);
    assert_eq!(
        (judged.status, judged.target_download_mbps),
        (Status::Moderate, 100.0)
    );
    assert_eq!(judged.benchmark.to_string(), "fcc-setda version 1");
    let decisions = db.block_on(async {
        let client = db.store().client().await.unwrap();
        benchmarks::decisions(&client, Some(&code())).await.unwrap()
    });
    let shown: Vec<_> = decisions
        .iter()
        .map(|decision| (decision.id.rule_set.as_str(), decision.in_force))
        .collect();
    assert_eq!(
        shown,
        [("fcc-setda", true), ("giga", false), ("own-xta", false)]
    );
    let audited = fixtures::count(&db, "audit_event WHERE action = 'benchmark chosen'");
    assert_eq!(audited, 2);
}

#[test]
fn an_upload_that_is_asked_for_and_not_measured_is_neither_good_nor_bad() {
    let db = TestDatabase::new();
    let school = fixtures::school(&db);
    let now = Utc::now();
    choose(&db, &newest(&db, "dfe"));
    store(&db, &[Measured::new(school, now, 150.0)]);
    let judge = || {
        let stores = db.store();
        let later = now + TimeDelta::hours(2);
        while db.block_on(status_refresh::step(&stores, later)).unwrap() == Outcome::Worked {}
        db.sql()
            .execute("UPDATE school_status SET computed_at = 'epoch'", &[])
            .unwrap();
        let sql = "SELECT status FROM school_status";
        db.sql().query_one(sql, &[]).unwrap().get::<_, String>(0)
    };
    assert_eq!(judge(), "good", "150 down, 75 up");
    db.sql()
        .execute("UPDATE speed_test SET upload_mbps = NULL", &[])
        .unwrap();
    assert_eq!(judge(), "moderate");
}

#[test]
fn a_countrys_own_is_a_new_version_each_time_it_changes() {
    let db = TestDatabase::new();
    fixtures::country(&db);
    let add = |target: f64| {
        let mut own = Benchmark {
            name: "Own".into(),
            source: "Ministry".into(),
            ..Benchmark::default()
        };
        own.rules[0].arms[1].amount = schoolbeat::domain::benchmark::Amount::Fixed(target);
        db.block_on(async {
            let mut client = db.store().client().await.unwrap();
            let tx = client.transaction().await.unwrap();
            let own = benchmarks::add_own(&tx, &code(), own).await.unwrap();
            tx.commit().await.unwrap();
            own.id.to_string()
        })
    };
    // The first is what the table of old said.
    assert_eq!(add(20.0), "own-xta version 2");
    assert_eq!(add(20.0), "own-xta version 2", "nothing new");
    assert_eq!(add(25.0), "own-xta version 3");
    assert_eq!(
        fixtures::count(&db, "benchmark_rule_set WHERE id = 'own-xta'"),
        3
    );
}
