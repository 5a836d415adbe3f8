//! Schools, looked up.

use schoolbeat::{
    domain::school::SchoolId,
    store::schools::{self, SchoolFilter, SchoolPage},
};
use uuid::Uuid;

use super::support::{
    TestDatabase,
    fixtures::{self, NewSchool},
};

fn list(db: &TestDatabase, filter: &SchoolFilter, after: schools::After<'_>) -> SchoolPage {
    db.block_on(async {
        let client = db.store().client().await.unwrap();
        schools::list(&client, filter, after, 2).await.unwrap()
    })
}

#[test]
fn schools_of_one_name_are_told_apart_by_their_ids_from_page_to_page() {
    let db = TestDatabase::new();
    fixtures::country(&db);
    let mut ids: Vec<Uuid> = (0..5).map(|_| NewSchool::default().add(&db)).collect();
    ids.sort_unstable();
    let filter = SchoolFilter::default();
    let mut found: Vec<Uuid> = vec![];
    loop {
        let last = found.last().map(|id| ("First School", SchoolId(*id)));
        let page = list(&db, &filter, last);
        assert_eq!(page.total, 5);
        if page.items.is_empty() {
            break;
        }
        found.extend(page.items.iter().map(|item| item.id.0));
    }
    assert_eq!(found, ids);
}

#[test]
fn a_school_that_moves_behind_the_cursor_breaks_no_page() {
    let db = TestDatabase::new();
    fixtures::country(&db);
    let add = |name| {
        let new = NewSchool {
            name,
            ..NewSchool::default()
        };
        new.add(&db)
    };
    let [_, b, c] = ["A", "B", "C"].map(add);
    db.sql()
        .execute("DELETE FROM school WHERE id = $1", &[&b])
        .unwrap();
    // The cursor names a school that is gone; the page goes on after it.
    let page = list(&db, &SchoolFilter::default(), Some(("B", SchoolId(b))));
    assert_eq!(page.items.iter().map(|i| i.id.0).collect::<Vec<_>>(), [c]);
}

#[test]
fn a_school_is_found_by_any_id_and_an_id_of_several_finds_them_all() {
    let db = TestDatabase::new();
    fixtures::country(&db);
    let add = |id| {
        let new = NewSchool {
            government_id: Some(id),
            ..NewSchool::default()
        };
        new.add(&db)
    };
    let (one, other) = (add("0042"), add("0043"));
    let alias = "INSERT INTO school_alias VALUES ($1, 'XTA', 'osm', '0042'),
                                                 ($1, 'XTA', 'import', 'name:first')";
    db.sql().execute(alias, &[&other]).unwrap();
    let find = |id: &str| {
        let found = db.block_on(async {
            let client = db.store().client().await.unwrap();
            schools::find_by_any_id(&client, id).await.unwrap()
        });
        let mut found: Vec<_> = found.into_iter().map(|(id, _, _)| id.0).collect();
        found.sort_unstable();
        found
    };
    let mut both = [one, other];
    both.sort_unstable();
    assert_eq!(
        find("0042"),
        both,
        "the ministry's of one is OpenStreetMap's of another"
    );
    assert_eq!(find("0043"), [other]);
    assert_eq!(find(&one.to_string()), [one]);
    for nobody in ["42", "", "004_", "%"] {
        assert!(find(nobody).is_empty(), "{nobody:?}");
    }
}

#[test]
fn a_list_shows_the_deepest_area_and_a_school_all_of_them() {
    let db = TestDatabase::new();
    fixtures::country(&db);
    let province = fixtures::area(&db, 1, None, "Province", [36.0, -2.0, 37.0, 0.0]);
    let ward = fixtures::area(&db, 3, Some(province), "Ward", [36.0, -2.0, 37.0, 0.0]);
    let new = NewSchool {
        areas: &[ward, province],
        ..NewSchool::default()
    };
    let school = SchoolId(new.add(&db));
    let page = list(&db, &SchoolFilter::default(), None);
    assert_eq!(page.items[0].area.as_deref(), Some("Ward"));
    let found = db.block_on(async {
        let client = db.store().client().await.unwrap();
        schools::find(&client, school).await.unwrap().unwrap()
    });
    let levels: Vec<_> = found
        .areas
        .iter()
        .map(|area| (area.level, &*area.name))
        .collect();
    assert_eq!(levels, [(1, "Province"), (3, "Ward")]);
}
