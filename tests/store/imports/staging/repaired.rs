//! Repairs: accepted and declined, all or one by one; what the file states is never lost.

use schoolbeat::{
    domain::listing::RepairKind::{self, Dms, Mojibake, SwappedCoordinates, TrimmedName},
    store::imports::{Filter, Import},
};

use super::{all_rows, apply, codes, compare, counts, decide, find, preview, rows, texts};
use crate::{
    imports::{areas, file, fixture, import, number},
    support::TestDatabase,
};

/// Turned for the map, turned for the globe, garbled, in degrees, with spaces, with all at once.
const LIST: &str = "name,lat,lon,emis_code\n\
    Turned,36.51234,1.51234,E1\n\
    Globe,136.51234,1.61234,E2\n\
    Colegio EspaÃ±ol,1.71234,36.71234,E3\n\
    Degrees,1° 30' 0\" N,36° 30' 0\" E,E4\n\
    \u{20}Two  Spaces ,1.81234,36.81234,E5\n\
    \u{20}Lycée  FranÃ§ais,36° 54' 0\" N,1° 54' 0\" E,E6\n";

fn world() -> (TestDatabase, Import) {
    let db = TestDatabase::new();
    areas(&db, &fixture("areas.geojson"), "XAA", 1);
    let staged = preview(&db, LIST);
    (db, staged)
}

/// All that is staged: rows, repairs, verdicts, areas, findings.
fn dump(db: &TestDatabase) -> Vec<String> {
    let tables = [
        "SELECT to_jsonb(t)::text FROM staged_school t ORDER BY row_number",
        "SELECT to_jsonb(t)::text FROM staged_verdict t ORDER BY row_number",
        "SELECT to_jsonb(t)::text FROM staged_repair t ORDER BY row_number, kind",
        "SELECT to_jsonb(t)::text FROM staged_area t ORDER BY row_number",
        "SELECT to_jsonb(t)::text FROM staged_displaced t ORDER BY row_number",
        "SELECT (to_jsonb(t) - 'id')::text FROM import_finding t ORDER BY row_number, code, message",
    ];
    tables.iter().flat_map(|table| texts(db, table)).collect()
}

/// Name and position (latitude first) of a row, and what of it is kept as it was stated.
fn row(db: &TestDatabase, number: i32) -> String {
    let mut sql = db.sql();
    let query = "SELECT concat_ws(' | ', name, round(ST_Y(location)::numeric, 5) || ' '
                                  || round(ST_X(location)::numeric, 5), location_problem,
                        attributes ->> 'name_as_stated', attributes ->> 'latitude_as_stated',
                        attributes ->> 'longitude_as_stated')
                 FROM staged_school WHERE row_number = $1";
    sql.query_one(query, &[&number]).unwrap().get(0)
}

fn proposed(db: &TestDatabase, import: &Import) -> Vec<(String, i64, i64)> {
    let kinds = db.block_on(async {
        let client = db.store().client().await.unwrap();
        schoolbeat::store::imports::repair_kinds(&client, import).await
    });
    let kinds = kinds.unwrap().into_iter();
    kinds.map(|k| (k.kind, k.proposed, k.accepted)).collect()
}

#[test]
fn repairs_are_proposed_and_the_certain_ones_count() {
    let (db, staged) = world();
    let expected = [
        ("dms", 2, 2),
        ("mojibake", 2, 0),
        ("swapped_coordinates", 3, 0),
        ("trimmed_name", 2, 2),
    ];
    let expected = expected.map(|(kind, proposed, accepted)| (kind.to_owned(), proposed, accepted));
    assert_eq!(proposed(&db, &staged), expected);
    let told = codes(&db, &staged);
    assert_eq!(told["coordinate_swapped"], [2, 7]);
    assert_eq!(told["coordinate_out_of_range"], [3]);
    assert_eq!(staged.not_placed, 3);
    assert_eq!(row(&db, 2), "Turned | outside_country");
    assert_eq!(
        row(&db, 3),
        "Globe | coordinate_out_of_range | 136.51234 | 1.61234"
    );
    assert_eq!(
        row(&db, 5),
        "Degrees | 1.50000 36.50000 | 1° 30' 0\" N | 36° 30' 0\" E"
    );
    assert_eq!(
        row(&db, 6),
        "Two Spaces | 1.81234 36.81234 | \u{20}Two  Spaces\u{20}"
    );
}

#[test]
fn what_is_turned_lies_where_it_should_and_its_texts_stay() {
    let (db, staged) = world();
    let mended = decide(&db, staged.id, SwappedCoordinates, None, true);
    assert_eq!(
        row(&db, 2),
        "Turned | 1.51234 36.51234 | 36.51234 | 1.51234"
    );
    assert_eq!(row(&db, 3), "Globe | outside_country | 136.51234 | 1.61234");
    let told = codes(&db, &mended);
    assert!(!told.contains_key("coordinate_swapped"), "{told:?}");
    assert_eq!(told["outside_country"], [3], "judged anew");
    assert_eq!(mended.not_placed, 1);
    apply(&db, staged.id).unwrap();
    let known = "SELECT concat_ws(' ', s.name, a.name, s.attributes ->> 'latitude_as_stated')
                 FROM school s JOIN school_area l ON l.school_id = s.id
                 JOIN area a ON a.id = l.area_id WHERE s.name = 'Turned'";
    assert_eq!(texts(&db, known), ["Turned West 36.51234"]);
    // The repaired list is known when it comes again as it was: the repair is proposed again.
    let again = preview(&db, LIST);
    assert_eq!(counts(&again)[0], 0);
}

#[test]
fn names_are_mended_and_kept_as_stated() {
    let (db, staged) = world();
    decide(&db, staged.id, Mojibake, Some(&[4]), true);
    assert_eq!(
        row(&db, 4),
        "Colegio Español | 1.71234 36.71234 | Colegio EspaÃ±ol"
    );
    let seventh = row(&db, 7);
    assert!(
        seventh.starts_with("Lycée FranÃ§ais | "),
        "one by one: {seventh}"
    );
    decide(&db, staged.id, Mojibake, None, true);
    let seventh = row(&db, 7);
    assert!(
        seventh.starts_with("Lycée Français | ") && seventh.contains(" Lycée  FranÃ§ais"),
        "{seventh}"
    );
    decide(&db, staged.id, TrimmedName, Some(&[6]), false);
    assert_eq!(row(&db, 6), " Two  Spaces  | 1.81234 36.81234");
    let staged = find(&db, staged.id);
    let accepted = rows(
        &db,
        &staged,
        &Filter {
            repair: Some("trimmed_name".into()),
            ..Filter::default()
        },
    );
    let accepted: Vec<_> = accepted
        .iter()
        .map(|row| {
            let mut repairs = row.repairs.iter();
            let trimmed = repairs.find(|repair| repair.0 == "trimmed_name").unwrap();
            (row.row.unwrap(), trimmed.3)
        })
        .collect();
    assert_eq!(accepted, [(6, false), (7, true)]);
}

#[test]
fn degrees_that_are_declined_are_no_position() {
    let (db, staged) = world();
    let declined = decide(&db, staged.id, Dms, Some(&[5]), false);
    assert_eq!(
        row(&db, 5),
        "Degrees | coordinate_dms | 1° 30' 0\" N | 36° 30' 0\" E"
    );
    assert_eq!(declined.not_placed, 4);
    apply(&db, staged.id).unwrap();
    let problem = "SELECT location_problem FROM school WHERE name = 'Degrees'";
    assert_eq!(texts(&db, problem), ["coordinate_dms"]);
}

#[test]
fn a_change_of_mind_goes_back_exactly() {
    let (db, staged) = world();
    let before = dump(&db);
    compare(&db, staged.id).unwrap();
    assert_eq!(dump(&db), before, "a comparison alone changes nothing");
    let kinds = [
        (SwappedCoordinates, true),
        (Mojibake, true),
        (Dms, false),
        (TrimmedName, false),
    ];
    let all: [Option<&[i32]>; 2] = [None, Some(&[7])];
    for rows in all {
        for (kind, first) in kinds {
            decide(&db, staged.id, kind, rows, first);
            assert_ne!(dump(&db), before, "{kind:?} of {rows:?}");
            decide(&db, staged.id, kind, rows, !first);
            assert_eq!(dump(&db), before, "{kind:?} of {rows:?}");
        }
    }
    // Two kinds in one row, undone in any order.
    for (one, other) in [(kinds[0], kinds[2]), (kinds[1], kinds[3])] {
        for turned in [false, true] {
            let (first, then) = if turned { (one, other) } else { (other, one) };
            decide(&db, staged.id, one.0, Some(&[7]), one.1);
            decide(&db, staged.id, other.0, Some(&[7]), other.1);
            for (kind, accept) in [first, then] {
                decide(&db, staged.id, kind, Some(&[7]), !accept);
            }
            assert_eq!(dump(&db), before, "{one:?} and {other:?}");
        }
    }
}

#[test]
fn what_is_decided_twice_is_decided_once() {
    let (db, staged) = world();
    decide(&db, staged.id, SwappedCoordinates, None, true);
    let once = dump(&db);
    decide(&db, staged.id, SwappedCoordinates, None, true);
    assert_eq!(dump(&db), once, "not turned back");
    compare(&db, staged.id).unwrap();
    assert_eq!(dump(&db), once, "nor by another comparison");
}

#[test]
fn a_proposal_of_the_map_goes_with_its_reason() {
    let db = TestDatabase::new();
    areas(&db, &fixture("areas.geojson"), "XAA", 1);
    let staged = preview(
        &db,
        "name,lat,lon,emis_code\nTurned,36.51234,1.51234,E1\nOak,1.51234,36.51234,E2\n",
    );
    assert_eq!(
        proposed(&db, &staged),
        [("swapped_coordinates".to_owned(), 1, 0)]
    );
    // The country reaches there too, as it turns out.
    let outline = "UPDATE area SET geometry = ST_Multi(ST_Union(geometry,
                       ST_MakeEnvelope(1, 36, 2, 37, 4326))) WHERE code = 'E'";
    db.sql().batch_execute(outline).unwrap();
    let again = compare(&db, staged.id).unwrap();
    assert!(!codes(&db, &again).contains_key("coordinate_swapped"));
    assert_eq!(proposed(&db, &again), []);
}

#[test]
fn a_garbled_name_that_is_too_long_comes_back_as_it_was() {
    let db = TestDatabase::new();
    let name = format!("EspaÃ±ol {}", "x".repeat(400));
    let list = format!("name,lat,lon,emis_code\n{name},1.51234,36.51234,E9\n");
    let staged = preview(&db, &list);
    let before = row(&db, 2);
    let id = staged.id;
    let of_this = |db: &TestDatabase| {
        let number = find(db, id).number;
        texts(
            db,
            &format!("SELECT name FROM staged_school WHERE import_number = {number}"),
        )
    };
    let name = of_this(&db);
    decide(&db, id, Mojibake, None, true);
    decide(&db, id, Mojibake, None, false);
    assert_eq!(of_this(&db), name);
    assert_eq!(row(&db, 2), before);
}

/// By command: what is accepted is in the registry.
#[test]
fn a_command_accepts_and_declines_whole_kinds() {
    let db = TestDatabase::new();
    areas(&db, &fixture("areas.geojson"), "XAA", 1);
    let (_dir, path) = file(LIST);
    let path = path.to_str().unwrap();
    let base = ["schools", path, "--country", "XAA"];
    let wrong = super::super::command(&db, &[&base[..], &["--accept", "magic"]].concat())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert!(
        !wrong.status.success() && told.contains("swapped_coordinates"),
        "{told}"
    );
    let decided = ["--accept", "swapped_coordinates", "--accept", "mojibake"];
    let declined = ["--decline", "dms", "--decline", "trimmed_name"];
    let done = import(&db, &[&base[..], &decided, &declined].concat());
    assert_eq!(done.counts(), [6, 6, 0, 0, 0]);
    let names = "SELECT name FROM school ORDER BY name COLLATE \"C\"";
    let expected = [
        " Two  Spaces ",
        "Colegio Español",
        "Degrees",
        "Globe",
        "Lycée Français",
        "Turned",
    ];
    assert_eq!(texts(&db, names), expected);
    let placed = "SELECT count(*) FROM school WHERE location IS NOT NULL";
    assert_eq!(number(&db, placed), 3, "Turned, the Spanish and the spaced");
    assert_eq!(RepairKind::ALL.len(), 4, "all of them are tried here");
}

#[test]
fn what_is_accepted_of_no_row_is_nothing() {
    let (db, staged) = world();
    let before = dump(&db);
    decide(&db, staged.id, SwappedCoordinates, Some(&[]), true);
    decide(&db, staged.id, SwappedCoordinates, Some(&[5, 99, -1]), true);
    assert_eq!(dump(&db), before);
    assert_eq!(all_rows(&db, &staged).len(), 6);
}
