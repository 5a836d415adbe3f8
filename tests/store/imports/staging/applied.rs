//! From the preview to the registry: what is shown is what happens, once, to what was looked at.

use schoolbeat::store::imports::{self, Filter, ImportState};

use super::{
    ACTOR, all_rows, apply, codes, compare, counts, dump, find, preview, rows, take, texts,
};
use crate::{
    imports::{areas, fixture, number},
    support::TestDatabase,
};

const HEADER: &str = "school_name,latitude,longitude,emis_code,connectivity,num_students,roof\n";

fn list(rows: &str) -> String {
    format!("{HEADER}{rows}")
}

/// Verdict, and field, old and new of each change, by row.
type Told = (Option<i32>, String, Vec<(String, String, String)>);

fn told(db: &TestDatabase, import: &imports::Import, verdict: Option<&str>) -> Vec<Told> {
    let filter = Filter {
        verdict: verdict.map(Into::into),
        ..Filter::default()
    };
    let shown = |text: Option<String>| text.unwrap_or_else(|| "-".into());
    let told = rows(db, import, &filter).into_iter().map(|row| {
        let changes = row.changes.into_iter();
        let changes = changes.map(|c| (c.field, shown(c.old), shown(c.new)));
        (row.row, row.verdict, changes.collect())
    });
    told.collect()
}

#[test]
fn a_preview_leaves_the_registry_untouched_and_says_what_will_change() {
    let db = TestDatabase::new();
    areas(&db, &fixture("areas.geojson"), "XAA", 1);
    let known = "Oak,1.51234,36.51234,E1,yes,100,tin\nElm,1.61234,36.61234,E2,no,900,tin\n\
                 Ash,1.71234,36.71234,E3,,50,tin\n";
    take(&db, &list(known));
    let before = dump(&db);
    let version = number(&db, "SELECT registry_version FROM country");
    let staged = preview(
        &db,
        &list(
            "Oak Academy,1.51235,36.51234,E1,no,101,\nElm,1.61234,36.61234,E2,no,900,tin\n\
             Yew,1.81234,36.81234,E4,,,\n,,,,,,\n,,,,no,,\n",
        ),
    );
    assert_eq!(staged.state, ImportState::Staged);
    assert_eq!(counts(&staged), [1, 1, 1, 2, 1]);
    assert_eq!(dump(&db), before);
    assert_eq!(number(&db, "SELECT registry_version FROM country"), version);
    assert_eq!(
        number(&db, "SELECT count(*) FROM school_change"),
        3,
        "of the first"
    );

    let change = |field: &str, old: &str, new: &str| (field.into(), old.into(), new.into());
    let changes = vec![
        change("position", "1.51234, 36.51234", "1.51235, 36.51234"),
        change("name", "Oak", "Oak Academy"),
        change("student_count", "100", "101"),
        change("connectivity_declared", "yes", "no"),
        change("roof", "tin", "-"),
    ];
    let updated = (Some(2), "updated".to_owned(), changes);
    assert_eq!(
        told(&db, &staged, Some("updated")),
        std::slice::from_ref(&updated)
    );
    let unchanged = (Some(3), "unchanged".to_owned(), vec![]);
    assert_eq!(told(&db, &staged, Some("unchanged")), [unchanged]);
    assert_eq!(
        told(&db, &staged, Some("created")),
        [(Some(4), "created".to_owned(), vec![])]
    );
    let rejected = told(&db, &staged, Some("rejected"));
    let of = |row| (Some(row), "rejected".to_owned(), vec![]);
    assert_eq!(rejected, [of(5), of(6)], "a blank row too");
    let missing = told(&db, &staged, Some("missing"));
    assert_eq!(missing, [(None, "missing".to_owned(), vec![])]);

    let applied = apply(&db, staged.id).unwrap();
    assert_eq!(applied.state, ImportState::Applied);
    let names = "SELECT name FROM school ORDER BY 1";
    assert_eq!(texts(&db, names), ["Ash", "Elm", "Oak Academy", "Yew"]);
    // What came is told as it was announced.
    let (_, _, changes) = updated;
    assert_eq!(told(&db, &applied, Some("updated"))[0].2, changes);
    assert_eq!(told(&db, &applied, Some("created")).len(), 1);
    assert_eq!(number(&db, "SELECT count(*) FROM staged_school"), 0);
    let empty = "SELECT (SELECT count(*) FROM staged_verdict) + (SELECT count(*) FROM staged_area)
                      + (SELECT count(*) FROM staged_repair)";
    assert_eq!(number(&db, empty), 0);
}

#[test]
fn an_id_that_a_row_brings_is_a_change_of_its_school() {
    let db = TestDatabase::new();
    take(&db, "name,lat,lon,emis_code\nOak,1.51234,36.51234,E1\n");
    let giga = "6b1c7f2e-0000-4000-8000-000000000001";
    let more = format!("name,lat,lon,emis_code,giga_id_school\nOak,1.51234,36.51234,E1,{giga}\n");
    let staged = preview(&db, &more);
    let new = format!("giga {giga}, government E1");
    let change = ("ids".to_owned(), "government E1".to_owned(), new);
    assert_eq!(told(&db, &staged, None)[0].2, [change]);
}

#[test]
fn a_country_is_new_until_the_first_import_of_it_is_applied() {
    let db = TestDatabase::new();
    let one = preview(&db, &list("Oak,1.5,36.5,E1,,,\n"));
    let other = preview(&db, &list("Elm,1.6,36.6,E2,,,\n"));
    assert_eq!(number(&db, "SELECT count(*) FROM country"), 0);
    apply(&db, one.id).unwrap();
    let refused = apply(&db, other.id).unwrap_err();
    assert_eq!(refused.code(), "import_outdated");
    assert_eq!(counts(&compare(&db, other.id).unwrap()), [1, 0, 0, 0, 1]);
    apply(&db, other.id).unwrap();
    assert_eq!(number(&db, "SELECT count(*) FROM school"), 2);
}

#[test]
fn what_was_looked_at_before_the_registry_changed_is_compared_again_first() {
    let db = TestDatabase::new();
    take(&db, &list("Oak,1.5,36.5,E1,,100,\n"));
    let staged = preview(&db, &list("Oak,1.5,36.5,E1,,120,\nElm,1.6,36.6,E2,,,\n"));
    take(&db, &list("Oak,1.5,36.5,E1,,120,\nElm,1.6,36.6,E2,,,\n"));
    let refused = apply(&db, staged.id).unwrap_err();
    assert_eq!(refused.code(), "import_outdated");
    assert!(
        refused.to_string().contains("Look at them again"),
        "{refused}"
    );
    assert_eq!(find(&db, staged.id).state, ImportState::Staged);
    let again = compare(&db, staged.id).unwrap();
    assert_eq!(counts(&again), [0, 0, 2, 0, 0]);
    apply(&db, staged.id).unwrap();
    assert_eq!(number(&db, "SELECT count(*) FROM school"), 2);
    // Areas count too.
    let staged = preview(&db, &list("Oak,1.5,36.5,E1,,130,\n"));
    areas(&db, &fixture("areas.geojson"), "XAA", 1);
    let refused = apply(&db, staged.id).unwrap_err();
    assert_eq!(refused.code(), "import_outdated");
    assert!(codes(&db, &staged).contains_key("positions_not_checked"));
    let again = compare(&db, staged.id).unwrap();
    assert!(!codes(&db, &again).contains_key("positions_not_checked"));
    apply(&db, staged.id).unwrap();
}

#[test]
fn nothing_comes_of_an_import_twice() {
    let db = TestDatabase::new();
    let staged = preview(&db, &list("Oak,1.5,36.5,E1,,,\n"));
    apply(&db, staged.id).unwrap();
    let again = apply(&db, staged.id).unwrap_err();
    assert_eq!(again.code(), "import_in_wrong_state");
    assert_eq!(
        compare(&db, staged.id).unwrap_err().code(),
        "import_in_wrong_state"
    );
    let nobody = uuid::Uuid::nil();
    assert_eq!(apply(&db, nobody).unwrap_err().code(), "import_not_found");
}

#[test]
fn what_is_given_up_leaves_only_its_record() {
    let db = TestDatabase::new();
    let staged = preview(&db, &list("Oak,1.5,36.5,E1,,,\n"));
    let discard = |id| {
        db.block_on(async {
            let client = db.store().client().await.unwrap();
            imports::discard(&client, id, "bakari").await
        })
    };
    discard(staged.id).unwrap();
    assert_eq!(find(&db, staged.id).state, ImportState::Discarded);
    for table in ["school", "country", "staged_school", "import_file_chunk"] {
        let left = number(&db, &format!("SELECT count(*) FROM {table}"));
        assert_eq!(left, 0, "{table}");
    }
    assert_eq!(
        apply(&db, staged.id).unwrap_err().code(),
        "import_in_wrong_state"
    );
    assert_eq!(
        discard(staged.id).unwrap_err().code(),
        "import_in_wrong_state"
    );
    let audit = "SELECT concat_ws(', ', actor, action, subject) FROM audit_event";
    assert_eq!(texts(&db, audit), ["bakari, discard import, XAA"]);
    let applied = take(&db, &list("Oak,1.5,36.5,E1,,,\n"));
    assert_eq!(
        discard(applied.id).unwrap_err().code(),
        "import_in_wrong_state"
    );
}

#[test]
fn staged_rows_that_a_crash_took_are_missed() {
    let db = TestDatabase::new();
    let staged = preview(&db, &list("Oak,1.5,36.5,E1,,,\n"));
    let crash = "TRUNCATE staged_school, staged_area, staged_verdict, staged_repair,
                          staged_displaced";
    db.sql().batch_execute(crash).unwrap();
    for refused in [apply(&db, staged.id), compare(&db, staged.id)] {
        let refused = refused.unwrap_err();
        assert_eq!(refused.code(), "staged_rows_lost");
        assert!(refused.to_string().contains("read the file again"));
    }
    assert_eq!(number(&db, "SELECT count(*) FROM school"), 0);
    assert!(all_rows(&db, &staged).is_empty());
}

#[test]
fn the_history_of_a_school_names_the_file_and_who_brought_it() {
    let db = TestDatabase::new();
    let first = take(&db, &list("Oak,1.5,36.5,E1,,100,\n"));
    let second = take(&db, &list("Oak,1.5,36.5,E1,,120,\n"));
    let history = "SELECT concat_ws(' ', c.kind, c.actor, c.import_id,
                                    encode(i.file_sha256, 'hex'), c.before ->> 'student_count',
                                    c.after ->> 'student_count')
                   FROM school_change c JOIN import i ON i.id = c.import_id ORDER BY c.id";
    let hex = |import: &imports::Import| {
        let bytes = import.file_sha256.iter();
        let pairs: Vec<String> = bytes.map(|byte| format!("{byte:02x}")).collect();
        pairs.concat()
    };
    let expected = [
        format!("created {ACTOR} {} {}", first.id, hex(&first)),
        format!("updated {ACTOR} {} {} 100 120", second.id, hex(&second)),
    ];
    assert_ne!(hex(&first), hex(&second));
    assert_eq!(texts(&db, history), expected);
}

#[test]
fn the_first_list_of_very_many_schools_leaves_every_index_and_reference_in_place() {
    const KEPT: &str = "SELECT indexdef FROM pg_indexes WHERE tablename LIKE 'school%'
        UNION ALL
        SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
        FROM pg_constraint WHERE conrelid::regclass::text LIKE 'school%' ORDER BY 1";
    let db = TestDatabase::new();
    areas(&db, &fixture("areas.geojson"), "XAA", 1);
    let before = texts(&db, KEPT);
    let rows = (0..50_010).map(|at| {
        let (x, y) = (f64::from(at % 250), f64::from(at / 250));
        let (longitude, latitude) = (36.1 + x * 0.003_17, 1.1 + y * 0.003_19);
        format!("School {at},{latitude:.6},{longitude:.6},E{at},yes,100,\n")
    });
    let first = take(&db, &list(&rows.collect::<String>()));
    assert_eq!(first.created, 50_010);
    assert_eq!(texts(&db, KEPT), before);
    for table in ["school", "school_alias", "school_status", "school_change"] {
        let count = format!("SELECT count(*) FROM {table}");
        assert_eq!(number(&db, &count), 50_010, "{table}");
    }
    assert!(number(&db, "SELECT count(*) FROM school_area") > 0);
    let again = "SELECT registry_set_aside()::text";
    assert_eq!(texts(&db, again), ["false"], "with schools, never");
}
