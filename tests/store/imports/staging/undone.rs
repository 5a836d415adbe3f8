//! An applied import taken back: exactly what it changed, and nothing that came after it.

use chrono::Utc;
use schoolbeat::{
    domain::{correction::Proposal, school::SchoolId},
    store::{
        imports::{Import, ImportState},
        merges,
    },
};
use uuid::Uuid;

use super::{apply, compare, counts, dump, find, preview, school, take, texts, undo};
use crate::{
    corrections::{decide, place, propose},
    imports::{areas, fixture, number},
    support::{TestDatabase, fixtures},
};

const HEADER: &str =
    "school_name,latitude,longitude,emis_code,giga_id_school,connectivity,num_students,roof\n";

fn list(rows: &str) -> String {
    format!("{HEADER}{rows}")
}

const KNOWN: &str = "Oak,1.51234,36.51234,E1,,yes,100,tin\nElm,1.61234,36.61234,E2,,no,900,tin\n\
                     Ash,,,E3,,,50,\n";

/// Areas and three schools.
fn world() -> (TestDatabase, Import) {
    let db = TestDatabase::new();
    areas(&db, &fixture("areas.geojson"), "XAA", 1);
    let known = take(&db, &list(KNOWN));
    (db, known)
}

/// Why an undo is refused.
fn blocked(db: &TestDatabase, id: Uuid) -> String {
    let before = dump(db);
    let refused = undo(db, id).unwrap_err();
    assert_eq!(refused.code(), "undo_blocked", "{refused}");
    assert_eq!(dump(db), before);
    assert_eq!(find(db, id).state, ImportState::Applied);
    refused.to_string()
}

fn correct(db: &TestDatabase, school: Uuid, proposal: &Proposal) {
    let id = propose(db, school, proposal, "amina").unwrap();
    decide(db, id, true).unwrap();
}

pub fn merge(db: &TestDatabase, from: Uuid, into: Uuid) {
    db.block_on(async {
        let mut client = db.store().client().await.unwrap();
        let tx = client.transaction().await.unwrap();
        let (from, into) = (SchoolId(from), SchoolId(into));
        let merged = merges::merge(&tx, from, into, false, "head", Utc::now()).await;
        merged.unwrap().unwrap();
        tx.commit().await.unwrap();
    });
}

fn unmerge(db: &TestDatabase, school: Uuid) {
    db.block_on(async {
        let mut client = db.store().client().await.unwrap();
        let tx = client.transaction().await.unwrap();
        let apart = merges::unmerge(&tx, SchoolId(school), "head", Utc::now()).await;
        apart.unwrap().unwrap();
        tx.commit().await.unwrap();
    });
}

#[test]
fn everything_is_as_it_was() {
    let (db, _) = world();
    let before = dump(&db);
    // A name, a place in another area, ids, an attribute that goes and one that comes; a place for
    // a school that had none, and none for one that had; a new school.
    let giga = "6b1c7f2e-0000-4000-8000-000000000001";
    let second = take(
        &db,
        &list(&format!(
            "Oak Academy,1.51234,37.51234,E1,{giga},no,120,\nElm,95,36.6,E2,,no,900,tin\n\
             Ash,1.71234,36.71234,E3,,yes,,clay\nYew,1.81234,36.81234,E4,,,7,\n"
        )),
    );
    assert_eq!(counts(&second), [1, 3, 0, 0, 0]);
    let changed = dump(&db);
    assert_ne!(changed, before);
    let undone = undo(&db, second.id).unwrap();
    assert_eq!(undone.state, ImportState::Undone);
    assert_eq!(undone.times.undone.unwrap().1, "bakari");
    assert_eq!(dump(&db), before);
    // Every school that it touched says so, with what was and what is.
    let history = "SELECT concat_ws(' ', kind, actor, before ->> 'name', after ->> 'name')
                   FROM school_change WHERE kind = 'undone' ORDER BY id";
    let expected = [
        "undone bakari Oak Academy Oak",
        "undone bakari Elm Elm",
        "undone bakari Ash Ash",
        "undone bakari",
    ];
    assert_eq!(texts(&db, history), expected);
    let audit = "SELECT concat_ws(' ', actor, action) FROM audit_event ORDER BY id DESC LIMIT 1";
    assert_eq!(texts(&db, audit), ["bakari undo import"]);
    // Twice is once too often; the list may come again.
    assert_eq!(
        undo(&db, second.id).unwrap_err().code(),
        "import_in_wrong_state"
    );
    assert_eq!(counts(&preview(&db, &list(KNOWN))), [0, 0, 3, 0, 0]);
}

#[test]
fn the_first_import_of_a_country_goes_without_a_trace_of_its_schools() {
    let (db, first) = world();
    undo(&db, first.id).unwrap();
    for table in ["school", "school_alias", "school_area", "school_status"] {
        let left = number(&db, &format!("SELECT count(*) FROM {table}"));
        assert_eq!(left, 0, "{table}");
    }
    assert_eq!(counts(&take(&db, &list(KNOWN)))[0], 3);
}

#[test]
fn what_was_looked_at_before_an_undo_is_outdated() {
    let (db, first) = world();
    let staged = preview(&db, &list(KNOWN));
    undo(&db, first.id).unwrap();
    assert_eq!(apply(&db, staged.id).unwrap_err().code(), "import_outdated");
    assert_eq!(counts(&compare(&db, staged.id).unwrap()), [3, 0, 0, 0, 0]);
    apply(&db, staged.id).unwrap();
}

#[test]
fn imports_are_undone_from_the_last_one_back() {
    let (db, first) = world();
    let second = take(&db, &list("Oak,1.51234,36.51234,E1,,yes,120,tin\n"));
    let reason = blocked(&db, first.id);
    assert!(
        reason.contains("1 of its schools were changed since")
            && reason.contains("undo that first"),
        "{reason}"
    );
    undo(&db, second.id).unwrap();
    undo(&db, first.id).unwrap();
    assert_eq!(number(&db, "SELECT count(*) FROM school"), 0);
}

#[test]
fn what_a_person_corrected_since_is_not_lost() {
    let (db, _) = world();
    let second = take(&db, &list("Oak,1.51234,36.51234,E1,,yes,120,tin\n"));
    correct(
        &db,
        school(&db, "Oak"),
        &Proposal::Name("Oak Academy".into()),
    );
    assert!(blocked(&db, second.id).contains("a correction"));
}

#[test]
fn a_correction_that_waits_for_a_new_school_is_not_lost() {
    let (db, first) = world();
    let proposal = Proposal::Name("Oak Academy".into());
    let waiting = propose(&db, school(&db, "Oak"), &proposal, "amina").unwrap();
    let reason = blocked(&db, first.id);
    assert!(reason.contains("correction"), "{reason}");
    decide(&db, waiting, false).unwrap();
    undo(&db, first.id).unwrap();
}

#[test]
fn schools_that_were_merged_since_are_parted_first() {
    let (db, first) = world();
    merge(&db, school(&db, "Elm"), school(&db, "Oak"));
    assert!(blocked(&db, first.id).contains("merger"));
    unmerge(&db, school(&db, "Elm"));
    undo(&db, first.id).unwrap();
    assert_eq!(number(&db, "SELECT count(*) FROM school"), 0);
}

#[test]
fn a_school_with_a_probe_does_not_go() {
    let (db, first) = world();
    fixtures::probe(&db, school(&db, "Oak"));
    let reason = blocked(&db, first.id);
    assert!(
        reason.contains("1 of the schools") && reason.contains("probe"),
        "{reason}"
    );
    // A school that was known before keeps its probe.
    let second = take(&db, &list("Oak,1.51234,36.51234,E1,,yes,120,tin\n"));
    undo(&db, second.id).unwrap();
    assert_eq!(number(&db, "SELECT count(*) FROM probe"), 1);
}

#[test]
fn a_school_for_which_a_probe_is_on_its_way_does_not_go() {
    let (db, first) = world();
    let code = "INSERT INTO enrolment (id, school_id, code_hash, created_by, expires_at)
                VALUES (gen_random_uuid(), $1, 'x', 'tests', now() + interval '1 day')";
    db.sql().execute(code, &[&school(&db, "Oak")]).unwrap();
    assert!(blocked(&db, first.id).contains("code"));
    let late = "UPDATE enrolment SET created_at = now() - interval '9 days',
                                     expires_at = now() - interval '1 day'";
    db.sql().execute(late, &[]).unwrap();
    undo(&db, first.id).unwrap();
}

#[test]
fn a_correction_that_the_list_took_over_holds_again_when_the_list_is_undone() {
    let (db, _) = world();
    let oak = school(&db, "Oak");
    correct(&db, oak, &place(37.51234, 1.51234));
    correct(
        &db,
        school(&db, "Elm"),
        &Proposal::Name("Elm Academy".into()),
    );
    let before = dump(&db);
    // Oak's place and Elm's name as they were corrected; Oak has more students.
    let second = take(
        &db,
        &list(
            "Oak,1.51234,37.51234,E1,,yes,120,tin\nElm Academy,1.61234,36.61234,E2,,no,900,tin\n",
        ),
    );
    assert_eq!(number(&db, "SELECT count(*) FROM school_override"), 0);
    undo(&db, second.id).unwrap();
    assert_eq!(dump(&db), before);
    take(&db, &list(KNOWN));
    assert_eq!(dump(&db), before, "the old list overrules no correction");
}

#[test]
fn schools_that_were_merged_or_corrected_meanwhile_are_looked_at_again() {
    let (db, _) = world();
    let rows = "Oak,1.51234,36.51234,E1,,yes,120,tin\nElm,1.61234,36.61234,E2,,no,950,tin\n";
    let staged = preview(&db, &list(rows));
    merge(&db, school(&db, "Elm"), school(&db, "Oak"));
    assert_eq!(apply(&db, staged.id).unwrap_err().code(), "import_outdated");
    assert_eq!(counts(&compare(&db, staged.id).unwrap()), [0, 1, 0, 1, 1]);
    unmerge(&db, school(&db, "Elm"));
    assert_eq!(apply(&db, staged.id).unwrap_err().code(), "import_outdated");
    compare(&db, staged.id).unwrap();
    correct(&db, school(&db, "Oak"), &place(37.1, 1.5));
    assert_eq!(apply(&db, staged.id).unwrap_err().code(), "import_outdated");
    compare(&db, staged.id).unwrap();
    apply(&db, staged.id).unwrap();
}

#[test]
fn schools_that_a_later_list_names_unchanged_do_not_go_before_it() {
    let (db, first) = world();
    let second = take(&db, &list(KNOWN));
    assert_eq!(second.unchanged, 3);
    let reason = blocked(&db, first.id);
    assert!(
        reason.contains("1 later lists name known schools"),
        "{reason}"
    );
    undo(&db, second.id).unwrap();
    undo(&db, first.id).unwrap();
    assert_eq!(number(&db, "SELECT count(*) FROM school"), 0);
}
