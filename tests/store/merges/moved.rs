//! What goes with a merged school, and comes back.

use chrono::{TimeDelta, Utc};
use schoolbeat::{
    domain::{area::CountryCode, school::SchoolId, status::Status},
    store::{
        atlas_rows, countries, gaps, probes,
        schools::{self, SchoolFilter},
        series,
    },
};

use super::{
    TestDatabase, Uuid, everything, fixtures, measure, measured_school, merge, merges, summarise,
    texts, unmerge, world,
};

fn verdict(db: &TestDatabase, school: Uuid) -> schools::Verdict {
    let found = db.block_on(async {
        let client = db.store().client().await.unwrap();
        schools::find(&client, SchoolId(school)).await.unwrap()
    });
    found.unwrap().verdict
}

#[test]
fn what_was_measured_at_either_counts_for_the_survivor() {
    let (db, area) = world();
    let oak = measured_school(&db, "Oak", area, 40.0);
    let twin = measured_school(&db, "Oak again", area, 4.0);
    summarise(&db);
    assert_eq!(verdict(&db, oak).status, Status::Good);
    let moved = merge(&db, twin, oak).unwrap();
    assert_eq!((moved.aliases, moved.probes, moved.measurements), (1, 1, 1));
    // At once, without waiting for a job.
    let judged = verdict(&db, oak);
    assert_eq!(
        (judged.valid_tests, judged.download_median_mbps),
        (2, Some(22.0))
    );
    summarise(&db);
    let days = texts(&db, "SELECT school_id || ' ' || tests FROM school_day");
    assert_eq!(days, [format!("{oak} 2")]);
    db.block_on(async {
        let client = db.store().client().await.unwrap();
        let from = Utc::now() - TimeDelta::days(7);
        let tests = series::tests(&client, SchoolId(oak), from, 9)
            .await
            .unwrap();
        assert_eq!(tests.len(), 2);
        let probes = probes::of_school(&client, SchoolId(oak)).await.unwrap();
        assert_eq!(probes.len(), 2);
        let merged = merges::merged_into(&client, SchoolId(oak)).await.unwrap();
        assert_eq!(merged[0].id, SchoolId(twin));
        assert_eq!(
            merged[0].aliases,
            [("government".into(), "Oak again".into())]
        );
        let survivor = merges::survivor(&client, SchoolId(twin)).await.unwrap();
        assert_eq!(survivor, Some(SchoolId(oak)));
    });
}

#[test]
fn a_merged_school_is_in_no_list_count_map_or_gap() {
    let (db, area) = world();
    let oak = measured_school(&db, "Oak", area, 40.0);
    let twin = measured_school(&db, "Oak again", area, 4.0);
    merge(&db, twin, oak).unwrap();
    summarise(&db);
    let code = CountryCode::new("XTA").unwrap();
    db.block_on(async {
        let client = db.store().client().await.unwrap();
        let filter = SchoolFilter::default();
        let page = schools::list(&client, &filter, None, 9).await.unwrap();
        assert_eq!((page.total, page.items.len()), (1, 1));
        let level = schoolbeat::domain::area::AreaLevel::new(1).unwrap();
        let lines = gaps::by_area(&client, &code, level).await.unwrap();
        assert_eq!(lines.iter().map(|line| line.counts.schools).sum::<i64>(), 1);
        let overview = gaps::overview(&client, &code, Utc::now()).await.unwrap();
        assert_eq!((overview.counts.schools, overview.placed), (1, 1));
        assert_eq!(overview.probes_enrolled, 2);
        assert_eq!(atlas_rows::all(&client).await.unwrap().len(), 1);
        let both = [SchoolId(oak), SchoolId(twin)];
        assert_eq!(atlas_rows::some(&client, &both).await.unwrap().len(), 1);
        let listed = countries::list(&client).await.unwrap();
        assert_eq!(listed[0].schools, 1);
        let any = schools::find_by_any_id(&client, "Oak again").await.unwrap();
        assert_eq!(any[0].0, SchoolId(oak), "its ids are the survivor's");
        let own = schools::find_by_any_id(&client, &twin.to_string())
            .await
            .unwrap();
        assert_eq!(own[0].0, SchoolId(oak), "and so is its own");
        assert!(
            schools::find(&client, SchoolId(twin))
                .await
                .unwrap()
                .is_none()
        );
    });
    let exported = std::process::Command::new(env!("CARGO_BIN_EXE_schoolbeat"))
        .env("SCHOOLBEAT_DATABASE_URL", db.url())
        .args(["export", "schools", "--country", "XTA"])
        .output()
        .unwrap();
    let lines = String::from_utf8_lossy(&exported.stdout).lines().count();
    assert_eq!(lines, 2, "a header and a school: {exported:?}");
}

#[test]
fn unmerging_leaves_everything_as_it_was() {
    let (db, area) = world();
    let oak = measured_school(&db, "Oak", area, 40.0);
    let twin = measured_school(&db, "Oak again", area, 4.0);
    // A day that only the twin has, and one outside of the window.
    measure(&db, twin, Utc::now() - TimeDelta::days(3), 5.0);
    measure(&db, twin, Utc::now() - TimeDelta::days(50), 6.0);
    summarise(&db);
    let before = everything(&db);
    merge(&db, twin, oak).unwrap();
    summarise(&db);
    assert_ne!(everything(&db), before);
    unmerge(&db, twin).unwrap();
    summarise(&db);
    assert_eq!(everything(&db), before);
    let history = "SELECT concat_ws(' ', kind, actor) FROM school_change ORDER BY id";
    let expected = [
        "merged head",
        "merged head",
        "unmerged head",
        "unmerged head",
    ];
    assert_eq!(texts(&db, history), expected);
}

#[test]
fn what_joined_the_survivor_stays_and_what_a_probe_measured_meanwhile_goes_with_it() {
    let (db, area) = world();
    let oak = measured_school(&db, "Oak", area, 40.0);
    let twin = measured_school(&db, "Oak again", area, 4.0);
    merge(&db, twin, oak).unwrap();
    fixtures::probe(&db, oak);
    let later = "INSERT INTO speed_test SELECT (jsonb_populate_record(t, jsonb_build_object(
                     'measured_at', now()))).* FROM speed_test t WHERE probe_id = $1";
    db.sql().execute(later, &[&twin]).unwrap();
    let moved = unmerge(&db, twin).unwrap();
    assert_eq!((moved.probes, moved.measurements), (1, 2));
    let at = |school: Uuid| {
        let sql = format!("speed_test WHERE school_id = '{school}'");
        let probes = format!("probe WHERE school_id = '{school}'");
        (fixtures::count(&db, &sql), fixtures::count(&db, &probes))
    };
    assert_eq!((at(oak), at(twin)), ((1, 2), (2, 1)));
}

#[test]
fn checks_of_pages_and_paths_go_and_come_back_with_their_probe() {
    let (db, area) = world();
    let oak = measured_school(&db, "Oak", area, 40.0);
    let twin = measured_school(&db, "Oak again", area, 4.0);
    let page = "INSERT INTO page_check (school_id, measured_at, probe_id, sequence, received_at,
                    time_basis, vantage, outcome, url, bytes_down, in_opening_hours)
                VALUES ($1, now(), $1, 2, now(), 'monotonic', 'device', 'ok', 'https://a.example/', 1,
                    true)";
    let path = "INSERT INTO path_check (school_id, measured_at, probe_id, sequence, received_at,
                    time_basis, vantage, outcome, target, target_kind, method, sent, received,
                    timeout_ms, pdv_p95_ms, in_opening_hours)
                VALUES ($1, now(), $1, 3, now(), 'monotonic', 'device', 'ok', 'g', 'gateway', 'icmp',
                    1, 1, 1000, 0.5, true)";
    for school in [oak, twin] {
        db.sql().execute(page, &[&school]).unwrap();
        db.sql().execute(path, &[&school]).unwrap();
    }
    summarise(&db);
    let before = everything(&db);
    let moved = merge(&db, twin, oak).unwrap();
    assert_eq!(moved.measurements, 3, "a test, a path and a page");
    for table in ["page_check", "path_check"] {
        let of = format!("{table} WHERE school_id = '{oak}'");
        assert_eq!(fixtures::count(&db, &of), 2, "{table}");
    }
    assert_eq!(unmerge(&db, twin).unwrap().measurements, 3);
    summarise(&db);
    assert_eq!(everything(&db), before);
}

#[test]
fn a_survivor_may_be_merged_and_each_goes_back_with_its_own() {
    let (db, area) = world();
    let [a, b, c] = ["A", "B", "C"].map(|name| measured_school(&db, name, area, 10.0));
    summarise(&db);
    let apart = everything(&db);
    merge(&db, a, b).unwrap();
    summarise(&db);
    let two = everything(&db);
    merge(&db, b, c).unwrap();
    let known = "SELECT value || ' ' || (school_id = $1) FROM school_alias ORDER BY value";
    let known = |of: Uuid| {
        let rows = db.sql().query(known, &[&of]).unwrap();
        rows.iter().map(|row| row.get(0)).collect::<Vec<String>>()
    };
    assert_eq!(known(c), ["A true", "B true", "C true"]);
    // The middle one takes along what was merged into it.
    unmerge(&db, b).unwrap();
    summarise(&db);
    assert_eq!(everything(&db), two);
    merge(&db, b, c).unwrap();
    // The innermost goes alone, from wherever it is now.
    unmerge(&db, a).unwrap();
    assert_eq!(known(c), ["A false", "B true", "C true"]);
    assert_eq!(known(a), ["A true", "B false", "C false"]);
    unmerge(&db, b).unwrap();
    summarise(&db);
    assert_eq!(everything(&db), apart);
}

#[test]
fn an_unmerged_school_lies_where_the_areas_are_now() {
    let (db, area) = world();
    let oak = measured_school(&db, "Oak", area, 40.0);
    let twin = measured_school(&db, "Oak again", area, 4.0);
    merge(&db, twin, oak).unwrap();
    let ward = fixtures::area(&db, 2, Some(area), "Ward", [36.7, -1.4, 36.9, -1.2]);
    unmerge(&db, twin).unwrap();
    let inside = format!("school_area WHERE school_id = '{twin}' AND area_id = '{ward}'");
    assert_eq!(fixtures::count(&db, &inside), 1);
}

/// Whoever asks about many schools must say that merged ones are none. These ask by another way.
#[test]
fn every_question_about_many_schools_leaves_merged_ones_out() {
    // By an id that is never a merged school's, or about one whatever it is.
    const EXEMPT: [&str; 23] = [
        "enrolment_lock",
        // Rows of an import know their school by an id, which a merged school has none of.
        "apply_locate_updated",
        "apply_remember",
        "apply_remember_after",
        "apply_stale",
        "staged_changed",
        "staged_conflicts",
        "staged_rows",
        // What an import did, to whatever school.
        "applied_rows",
        "undo_created",
        "undo_locate",
        "infrastructure_import_forget",
        "overview_probes",
        "probe_by_secret",
        // What was measured at a school, whatever became of it.
        "dirty_group_period_mark",
        "dirty_school_day_calendar",
        "dirty_school_day_everything",
        "dirty_school_period_mark",
        "school_summarise",
        "summary_calendars",
        "enrolment_add",
        "school_change_count",
        // A merged school keeps its own.
        "status_history_years",
    ];
    const BY_ITS_ID: [&str; 3] = ["correction_", "merge_", "unmerge_"];
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/sql");
    let mut forgetful = vec![];
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let asks = [
            "FROM school\n",
            "FROM school ",
            "JOIN school ",
            "FROM school)",
        ]
        .iter()
        .any(|words| text.contains(words));
        let exempt =
            EXEMPT.contains(&&*name) || BY_ITS_ID.iter().any(|begin| name.starts_with(begin));
        if asks && !exempt && !text.contains("merged_into IS NULL") {
            forgetful.push(name);
        }
    }
    forgetful.retain(|name| !name.starts_with("school_merged") && name != "school_survivor");
    assert!(
        forgetful.is_empty(),
        "add merged_into IS NULL: {forgetful:?}"
    );
}
