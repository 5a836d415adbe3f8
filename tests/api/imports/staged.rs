//! What is staged: rows by filter and page, repairs, tiles, and what is refused of it.

use serde_json::{Value, json};

use super::{LIST, PATH, Wizard};
use crate::{support::fixtures, tiles::decoded};

const FAULTY: &str = "name,lat,lon,emis_code\n\
    Oak,-1.31234,36.81234,E1\n\
    Turned,36.61234,-1.61234,E2\n\
    EspaÃ±ol,-1.71234,36.71234,E3\n\
    Degrees,1° 30' 0\" S,36° 30' 0\" E,E4\n\
    Two  Spaces ,-1.81234,36.81234,E5\n\
    Oak again,-1.31234,36.81234,E1\n";

fn numbers(rows: &Value) -> Vec<i64> {
    let rows = rows["rows"].as_array().unwrap().iter();
    rows.filter_map(|row| row["row"].as_i64()).collect()
}

#[test]
fn rows_are_filtered_and_paged() {
    let wizard = Wizard::new();
    let id = wizard.staged(FAULTY);
    let counts = &wizard.find(&id)["counts"];
    assert_eq!(
        (&counts["created"], &counts["rejected"]),
        (&json!(5), &json!(1))
    );
    for (query, expected) in [
        ("", vec![2, 3, 4, 5, 6, 7]),
        ("verdict=created", vec![2, 3, 4, 5, 6]),
        ("verdict=rejected", vec![7]),
        ("verdict=missing", vec![]),
        ("code=coordinate_swapped", vec![3]),
        ("code=duplicate_id", vec![7]),
        ("code=nothing", vec![]),
        ("repair=dms", vec![5]),
        ("repair=trimmed_name&verdict=created", vec![6]),
        ("row=4", vec![4]),
    ] {
        let rows = wizard.rows(&id, query);
        assert_eq!(numbers(&rows), expected, "{query}");
        assert_eq!(rows["total"], expected.len(), "{query}");
        assert_eq!(rows["next_cursor"], json!(null), "{query}");
    }
    let mut seen = vec![];
    let mut cursor = String::new();
    loop {
        let page = wizard.rows(&id, &format!("limit=2{cursor}"));
        assert_eq!(page["total"], 6);
        seen.extend(numbers(&page));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, [2, 3, 4, 5, 6, 7]);
    let turned = &wizard.rows(&id, "row=3")["rows"][0];
    assert_eq!(
        (&turned["longitude"], &turned["match"]),
        (&json!(null), &json!(null))
    );
    assert_eq!(turned["findings"][0]["code"], "coordinate_swapped");
    assert_eq!(
        turned["repairs"],
        json!([{"kind": "swapped_coordinates", "stated": "36.61234, -1.61234",
                "proposed": "-1.61234, 36.61234", "accepted": false}])
    );
    for query in [
        "limit=0",
        "limit=201",
        "verdict=good",
        "colour=red",
        "row=x",
        "cursor=x",
    ] {
        let answer = wizard.get(&format!("{PATH}/{id}/rows?{query}"));
        answer.error(400, "invalid_parameter");
    }
}

#[test]
fn a_known_school_is_told_with_what_changes_and_one_that_is_gone_is_missing() {
    let wizard = Wizard::new();
    let first = wizard.staged(LIST);
    wizard.act(&first, "apply").json();
    let id = wizard.staged(
        "school_name,latitude,longitude,emis_code,connectivity\nOak Academy,-1.31234,36.81234,E1,yes\n",
    );
    let import = wizard.find(&id);
    assert_eq!(import["counts"]["matched_by"], json!({"government": 1}));
    let row = &wizard.rows(&id, "verdict=updated")["rows"][0];
    assert_eq!(row["match"], json!({"by": "government", "confidence": 1.0}));
    assert_eq!(
        row["changes"],
        json!([{"field": "name", "old": "Oak", "new": "Oak Academy"}])
    );
    let missing = wizard.rows(&id, "verdict=missing");
    let row = &missing["rows"][0];
    assert_eq!(
        (&row["name"], &row["row"], &missing["total"]),
        (&json!("Elm"), &json!(null), &json!(1))
    );
    wizard.act(&id, "apply").json();
    let told = wizard.rows(&id, "");
    assert_eq!(
        (&told["total"], told["rows"].as_array().unwrap().len()),
        (&json!(1), 1)
    );
    assert_eq!(told["rows"][0]["changes"][0]["new"], "Oak Academy");
    assert_eq!(wizard.rows(&id, "verdict=unchanged")["total"], 0);
    // The history of the school is one for everybody.
    let school = told["rows"][0]["school_id"].as_str().unwrap();
    let history = wizard
        .get(&format!("/api/v1/schools/{school}/history"))
        .json();
    assert_eq!(history["items"][0]["kind"], "updated");
    assert_eq!(history["items"][1]["kind"], "created");
}

#[test]
fn repairs_are_accepted_all_or_one_by_one_and_declined() {
    let wizard = Wizard::new();
    let id = wizard.staged(FAULTY);
    let kinds = |import: &Value| import["repairs"].clone();
    let before = wizard.find(&id);
    let of = |kind: &str, accepted: i64| json!({"kind": kind, "proposed": 1, "accepted": accepted});
    assert_eq!(
        kinds(&before),
        json!([
            of("dms", 1),
            of("mojibake", 0),
            of("swapped_coordinates", 0),
            of("trimmed_name", 1)
        ])
    );
    let accept = |kind: &str, accept: bool, rows: Value| {
        wizard.repair(&id, &json!({"kind": kind, "accept": accept, "rows": rows}))
    };
    let mended = accept("swapped_coordinates", true, json!(null)).json();
    assert_eq!(kinds(&mended)[2], of("swapped_coordinates", 1));
    assert_eq!(mended["counts"]["not_placed"], 0);
    let row = &wizard.rows(&id, "row=3")["rows"][0];
    assert_eq!(
        (&row["longitude"], &row["latitude"]),
        (&json!(36.61234), &json!(-1.61234))
    );
    assert_eq!(row["findings"], json!([]));
    assert_eq!(
        kinds(&accept("mojibake", true, json!([2, 3])).json())[1],
        of("mojibake", 0)
    );
    assert_eq!(
        kinds(&accept("mojibake", true, json!([4])).json())[1],
        of("mojibake", 1)
    );
    assert_eq!(wizard.rows(&id, "row=4")["rows"][0]["name"], "Español");
    accept("dms", false, json!(null)).json();
    assert_eq!(wizard.find(&id)["counts"]["not_placed"], 1);
    accept("dms", true, json!(null)).json();
    accept("mojibake", false, json!(null)).json();
    let back = accept("swapped_coordinates", false, json!([3])).json();
    for field in ["repairs", "counts", "findings", "bounds"] {
        assert_eq!(back[field], before[field], "{field}");
    }
    accept("magic", true, json!(null)).field_error("kind");
    for body in [
        json!({"kind": "dms"}),
        json!({"kind": "dms", "accept": "yes"}),
        json!({"kind": "dms", "accept": true, "rows": ["x"]}),
        json!({"kind": "dms", "accept": true, "colour": "red"}),
        json!([]),
    ] {
        wizard.repair(&id, &body).error(400, "invalid_body");
    }
}

#[test]
fn what_changed_meanwhile_is_a_conflict_until_it_is_looked_at_again() {
    let wizard = Wizard::new();
    let (one, other) = (wizard.staged(LIST), wizard.staged(LIST));
    wizard.act(&one, "apply").json();
    let refused = wizard.act(&other, "apply").error(409, "import_outdated");
    assert!(refused["message"].as_str().unwrap().contains("again"));
    assert_eq!(
        wizard.find(&other)["counts"]["unchanged"],
        2,
        "compared anew"
    );
    let again = wizard.stage(&other);
    assert_eq!(again["counts"]["unchanged"], 2);
    wizard.act(&other, "apply").json();
    wizard
        .act(&other, "apply")
        .error(409, "import_in_wrong_state");
    wizard
        .act(&other, "stage")
        .error(409, "import_in_wrong_state");
    wizard.discard(&other).error(409, "import_in_wrong_state");
    wizard
        .repair(&other, &json!({"kind": "dms", "accept": true}))
        .error(409, "import_in_wrong_state");
    wizard.layout(&other, &json!({})).error(409, "file_gone");
    let school = wizard.rows(&one, "")["rows"][0]["school_id"].clone();
    let school = school.as_str().unwrap().parse().unwrap();
    fixtures::probe(&wizard.server.db, school);
    let blocked = wizard.act(&one, "undo").error(409, "undo_blocked");
    assert!(blocked["message"].as_str().unwrap().contains("probe"));
}

#[test]
fn what_is_discarded_is_not_to_be_had_any_more() {
    let wizard = Wizard::new();
    let id = wizard.staged(LIST);
    assert_eq!(wizard.discard(&id).json()["state"], "discarded");
    for what in ["apply", "stage", "undo"] {
        wizard.act(&id, what).error(409, "import_in_wrong_state");
    }
    wizard.discard(&id).error(409, "import_in_wrong_state");
    let rows = wizard.rows(&id, "");
    assert_eq!((&rows["rows"], &rows["total"]), (&json!([]), &json!(0)));
    assert_eq!(wizard.find(&id)["counts"], json!(null));
    for table in ["school", "staged_school", "import_file_chunk"] {
        assert_eq!(fixtures::count(&wizard.server.db, table), 0, "{table}");
    }
    let nobody = uuid::Uuid::nil();
    wizard
        .get(&format!("{PATH}/{nobody}"))
        .error(404, "not_found");
    wizard
        .act(&nobody.to_string(), "apply")
        .error(404, "not_found");
    wizard
        .get(&format!("{PATH}/x"))
        .error(400, "invalid_parameter");
}

#[test]
fn the_rows_are_on_a_map_of_their_own() {
    let wizard = Wizard::new();
    let first = wizard.staged(LIST);
    wizard.act(&first, "apply").json();
    let id = wizard.staged(
        "school_name,latitude,longitude,emis_code,connectivity\n\
         Oak,-1.31234,36.81234,E1,yes\nYew,-1.11234,36.11234,E3,\n\
         Ash,-1.11264,36.11234,E4,\nAsh,-1.61234,36.21234,E5,\nAsh,-1.61244,36.21234,E6,\n",
    );
    let tile = |zoom: u32, longitude: f64, latitude: f64| {
        let path = decoded::tile_at(zoom, longitude, latitude);
        path.replace("/tiles/schools", &format!("/tiles/imports/{id}"))
    };
    let cookie = wizard.cookie.as_str();
    let path = tile(6, 36.5, -1.5);
    let mut told: Vec<_> = decoded::get_with(&wizard.server, &path, &[("cookie", cookie)])
        .into_iter()
        .map(|feature| {
            let of = |name: &str| feature.attributes.get(name).cloned().unwrap_or_default();
            [
                of("verdict"),
                of("findings"),
                of("count"),
                of("row"),
                of("name"),
            ]
        })
        .collect();
    told.sort_unstable();
    let expected = [
        ["created", "false", "2", "", ""],
        ["created", "true", "2", "", ""],
        ["missing", "false", "1", "", "Elm"],
        ["unchanged", "false", "1", "2", "Oak"],
    ];
    assert_eq!(told, expected.map(|texts| texts.map(str::to_owned)));
    let empty = wizard.get(&tile(6, -100.0, 40.0));
    assert_eq!((empty.status, empty.body.len()), (204, 0));
    for address in ["0/1/0", "23/0/0"] {
        let answer = wizard.get(&format!("/tiles/imports/{id}/{address}.mvt"));
        answer.error(404, "not_found");
    }
    wizard.act(&id, "apply").json();
    assert_eq!(
        wizard.get(&path).header("cache-control"),
        Some("private, no-store")
    );
}
