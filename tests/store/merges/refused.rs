//! What cannot be merged, and what happens when several try at once.

use schoolbeat::store::merges::MergeRefusal;

use super::{
    NewSchool, SchoolId, TestDatabase, Utc, Uuid, fixtures, measured_school, merge, merges, texts,
    unmerge, world,
};

fn school(db: &TestDatabase, name: &str) -> Uuid {
    let new = NewSchool {
        name,
        ..NewSchool::default()
    };
    new.add(db)
}

#[test]
fn a_school_is_not_merged_into_itself_twice_or_across_a_border() {
    let (db, _) = world();
    let [a, b, c] = ["A", "B", "C"].map(|name| school(&db, name));
    assert_eq!(merge(&db, a, a), Err(MergeRefusal::Itself));
    let nobody = Uuid::now_v7();
    let none = Err(MergeRefusal::NoSchool(SchoolId(nobody)));
    assert_eq!(merge(&db, a, nobody), none);
    assert_eq!(merge(&db, nobody, a), none);
    assert_eq!(unmerge(&db, a), Err(MergeRefusal::NotMerged));
    merge(&db, a, b).unwrap();
    let already = MergeRefusal::MergedAlready {
        school: SchoolId(a),
        into: SchoolId(b),
    };
    for (from, into) in [(a, b), (a, c), (c, a), (b, a)] {
        assert_eq!(merge(&db, from, into), Err(already.clone()));
    }
    db.sql()
        .batch_execute("INSERT INTO country (code, name) VALUES ('XTB', 'Elsewhere')")
        .unwrap();
    let abroad = "UPDATE school SET country_code = 'XTB' WHERE id = $1";
    db.sql().execute(abroad, &[&c]).unwrap();
    let refused = merge(&db, b, c).unwrap_err();
    assert!(
        matches!(refused, MergeRefusal::OtherCountry(..)),
        "{refused:?}"
    );
    assert_eq!(
        fixtures::count(&db, "school WHERE merged_into IS NOT NULL"),
        1
    );
}

#[test]
fn a_primary_and_a_secondary_school_are_two_unless_somebody_says_otherwise() {
    let (db, _) = world();
    let [a, b] = ["A", "B"].map(|name| school(&db, name));
    let level = "UPDATE school SET education_level = $2 WHERE id = $1";
    db.sql().execute(level, &[&a, &"Primary"]).unwrap();
    db.sql().execute(level, &[&b, &"Secondary"]).unwrap();
    let refused = merge(&db, a, b).unwrap_err();
    assert_eq!(refused.code(), "levels_differ");
    assert!(refused.to_string().contains("two schools"));
    db.sql().execute(level, &[&b, &"primary"]).unwrap();
    merge(&db, a, b).unwrap();
}

#[test]
fn merges_at_once_make_no_circle() {
    let (db, area) = world();
    let ids = ["A", "B", "C"].map(|name| measured_school(&db, name, area, 9.0));
    let store = db.store();
    let pairs = [(0, 1), (1, 2), (2, 0), (1, 0)];
    let done: usize = std::thread::scope(|scope| {
        let threads = pairs.map(|(from, into)| {
            let store = store.clone();
            let (from, into) = (SchoolId(ids[from]), SchoolId(ids[into]));
            scope.spawn(move || {
                let runtime = tokio::runtime::Runtime::new().unwrap();
                runtime.block_on(async {
                    let mut client = store.client().await.unwrap();
                    let tx = client.transaction().await.unwrap();
                    let merged = merges::merge(&tx, from, into, false, "head", Utc::now());
                    let merged = merged.await.unwrap();
                    tx.commit().await.unwrap();
                    usize::from(merged.is_ok())
                })
            })
        });
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .sum()
    });
    let merged = fixtures::count(&db, "school WHERE merged_into IS NOT NULL");
    assert_eq!(merged, i64::try_from(done).unwrap());
    assert!((1..=2).contains(&done), "a root is left: {done}");
    let holders = "SELECT DISTINCT s.name FROM school_alias a JOIN school s ON s.id = a.school_id
                   WHERE s.merged_into IS NOT NULL";
    assert_eq!(texts(&db, holders), [""; 0], "every id is with a root");
}
