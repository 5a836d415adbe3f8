//! What people corrected outlives the next import of a list that errs; schools that were merged stay
//! one.

use chrono::Utc;
use schoolbeat::{
    domain::{correction::Proposal, school::SchoolId},
    store::merges,
};
use uuid::Uuid;

use super::{areas, file, fixture, number, schools, texts};
use crate::{
    corrections::{decide, place, propose},
    support::TestDatabase,
};

const HEADER: &str = "school_name,latitude,longitude,emis_code,num_students";

fn list(db: &TestDatabase, rows: &str) -> super::Imported {
    let (_dir, path) = file(&format!("{HEADER}\n{rows}"));
    schools(db, &path, "XAA")
}

fn id(db: &TestDatabase, name: &str) -> Uuid {
    let row = db
        .sql()
        .query_one("SELECT id FROM school WHERE name = $1", &[&name]);
    row.unwrap().get(0)
}

fn correct(db: &TestDatabase, school: Uuid, proposal: &Proposal) {
    let id = propose(db, school, proposal, "amina").unwrap();
    decide(db, id, true).unwrap();
}

const KNOWN: &str = "SELECT concat_ws(' ', s.name, ST_Y(location), ST_X(location), student_count,
                                      a.name)
                     FROM school s LEFT JOIN school_area l ON l.school_id = s.id
                     LEFT JOIN area a ON a.id = l.area_id ORDER BY s.name";

#[test]
fn a_correction_survives_the_next_import_and_the_difference_is_shown() {
    let db = TestDatabase::new();
    areas(&db, &fixture("areas.geojson"), "XAA", 1);
    let rows = "Oak,1.5,36.5,E1,100\nElm,1.6,36.6,E2,50\n";
    list(&db, rows);
    let oak = id(&db, "Oak");
    correct(&db, oak, &Proposal::Name("Oak Academy".into()));
    correct(&db, oak, &place(37.2, 1.5));
    let again = list(&db, rows);
    assert_eq!(again.counts(), [2, 0, 0, 2, 0], "nothing changes");
    assert_eq!(again.rows_with("correction_kept"), [2, 2]);
    let told = again.document["finding_list"].to_string();
    for words in [
        "the list states the name \\\"Oak\\\"; the school keeps \\\"Oak Academy\\\"",
        "the list states the position 1.5, 36.5, 77897 m away; the school keeps \\\"1.500000, 37.200000\\\"",
    ] {
        assert!(told.contains(words), "{told}");
    }
    assert_eq!(
        texts(&db, KNOWN),
        ["Elm 1.6 36.6 50 West", "Oak Academy 1.5 37.2 100 East"]
    );
    // What nobody corrected still follows the list.
    assert_eq!(list(&db, "Oak,1.5,36.5,E1,120\n").counts(), [1, 0, 1, 0, 0]);
    assert_eq!(texts(&db, KNOWN)[1], "Oak Academy 1.5 37.2 120 East");
}

#[test]
fn a_position_that_a_list_loses_stays_corrected() {
    let db = TestDatabase::new();
    areas(&db, &fixture("areas.geojson"), "XAA", 1);
    let rows = "Oak,0,0,E1,100\nElm,1.6,36.6,E2,\n";
    assert_eq!(list(&db, rows).count("not_placed"), 1);
    correct(&db, id(&db, "Oak"), &place(36.5, 1.5));
    let again = list(&db, rows);
    assert_eq!(again.count("not_placed"), 0);
    assert_eq!(texts(&db, KNOWN)[1], "Oak 1.5 36.5 100 West");
    let silent = list(&db, "Oak,,,E1,100\nElm,1.6,36.6,E2,\n");
    assert_eq!(
        silent.rows_with("correction_kept"),
        [0_i64; 0],
        "it states none"
    );
    assert_eq!(texts(&db, KNOWN)[1], "Oak 1.5 36.5 100 West");
}

#[test]
fn a_list_that_states_the_correction_counts_again() {
    let db = TestDatabase::new();
    areas(&db, &fixture("areas.geojson"), "XAA", 1);
    list(&db, "Oak,1.5,36.5,E1,100\n");
    correct(&db, id(&db, "Oak"), &place(37.200_001, 1.5));
    // Rounded by the ministry, a tenth of a metre.
    let mended = list(&db, "Oak,1.5,37.2,E1,100\n");
    assert_eq!(mended.rows_with("correction_confirmed"), [2]);
    assert_eq!(number(&db, "SELECT count(*) FROM school_override"), 0);
    assert_eq!(texts(&db, KNOWN), ["Oak 1.5 37.2 100 East"]);
    list(&db, "Oak,1.5,36.5,E1,100\n");
    assert_eq!(
        texts(&db, KNOWN),
        ["Oak 1.5 36.5 100 West"],
        "the list counts"
    );
}

#[test]
fn a_corrected_position_is_no_witness_for_a_file_of_another_country() {
    let db = TestDatabase::new();
    areas(&db, &fixture("areas.geojson"), "XAA", 1);
    let rows = |longitude: i32| -> String {
        let row = |n: i32| format!("School {n},1.{n},{longitude}.5,E{n},\n");
        (0..11).map(row).collect()
    };
    list(&db, &rows(36));
    correct(&db, id(&db, "School 3"), &place(36.1, 1.5));
    assert_eq!(list(&db, &rows(50)).error_code(), "file_of_another_country");
}

#[test]
fn three_ids_of_one_school_are_one_when_the_list_comes_again() {
    let db = TestDatabase::new();
    areas(&db, &fixture("areas.geojson"), "XAA", 1);
    let rows = "Oak,1.5,36.5,E1,100\nOak Sch.,1.5,36.5,E2,\nThe Oak,1.5,36.5,E3,\n";
    list(&db, rows);
    let (oak, twins) = (id(&db, "Oak"), ["Oak Sch.", "The Oak"]);
    let twins = twins.map(|name| id(&db, name));
    db.block_on(async {
        let mut client = db.store().client().await.unwrap();
        for twin in twins {
            let tx = client.transaction().await.unwrap();
            let (from, into) = (SchoolId(twin), SchoolId(oak));
            let merged = merges::merge(&tx, from, into, false, "head", Utc::now()).await;
            merged.unwrap().unwrap();
            tx.commit().await.unwrap();
        }
    });
    let again = list(&db, rows);
    assert_eq!(again.counts(), [3, 0, 0, 1, 2]);
    assert_eq!(again.rows_with("duplicate_id"), [3, 4]);
    assert!(
        again
            .message("duplicate_id")
            .contains("different ids of one known school")
    );
    let alone = list(&db, "Oak,1.5,36.5,E3,100\n");
    assert_eq!(alone.counts(), [1, 0, 0, 1, 0], "each id is the school's");
    // Areas that come again place roots only.
    areas(&db, &fixture("areas.geojson"), "XAA", 1);
    assert_eq!(number(&db, "SELECT count(*) FROM school_area"), 1);
    db.block_on(async {
        let mut client = db.store().client().await.unwrap();
        let tx = client.transaction().await.unwrap();
        let apart = merges::unmerge(&tx, SchoolId(twins[0]), "head", Utc::now()).await;
        apart.unwrap().unwrap();
        tx.commit().await.unwrap();
    });
    assert_eq!(list(&db, rows).counts()[4], 1, "one duplicate is left");
    assert_eq!(number(&db, "SELECT count(*) FROM school_area"), 2);
}
