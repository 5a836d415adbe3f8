//! Real lists with their real faults. Their expected counts were computed independently.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde_json::Value;

use super::{areas, number, schools, texts};
use crate::support::TestDatabase;

fn data(path: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    if root.is_dir() {
        return Some(root.join(path));
    }
    println!("skipped: no real data at ../shared/data");
    None
}

/// Schools by area, as computed by others.
fn expected(list: &str) -> Option<BTreeMap<String, i64>> {
    let file = std::fs::read_to_string(data("expected_area_counts.json")?).unwrap();
    let all: Value = serde_json::from_str(&file).unwrap();
    let counts = all[list]["counts"].as_object().unwrap();
    Some(
        counts
            .iter()
            .map(|(name, count)| (name.clone(), count.as_i64().unwrap()))
            .collect(),
    )
}

fn schools_by_area(db: &TestDatabase) -> BTreeMap<String, i64> {
    let query = "SELECT a.name, count(*) FROM school_area s JOIN area a ON a.id = s.area_id
                 WHERE s.level = 1 GROUP BY a.name";
    let rows = db.sql().query(query, &[]).unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

/// Less the school that stands in the list twice and the four whose latitude was lost.
fn expected_of_kenya() -> Option<BTreeMap<String, i64>> {
    let mut counts = expected("kenya/schools.csv in kenya/counties.geojson")?;
    for county in ["Uasin Gishu", "Busia", "Nakuru", "Nandi", "Nyandarua"] {
        *counts.get_mut(county).unwrap() -= 1;
    }
    Some(counts)
}

#[test]
fn kenya_is_taken_whole_and_every_fault_is_reported() {
    let (Some(list), Some(counties)) = (data("kenya/schools.csv"), data("kenya/counties.geojson"))
    else {
        return;
    };
    let db = TestDatabase::new();
    let taken = areas(&db, &counties, "KEN", 1);
    assert_eq!(taken.counts(), [47, 47, 0, 0, 0]);
    // Four pairs of counties share slivers, none of them as much as 0.04 % of the smaller one.
    assert_eq!(taken.count("findings"), 0, "{}", taken.document);
    let first = schools(&db, &list, "KEN");
    assert_eq!(first.counts(), [6884, 6883, 0, 0, 1]);
    assert_eq!(first.rows_with("duplicate_row"), [2002]);
    assert_eq!(first.rows_with("coordinate_lost"), [1710, 2088, 4347, 5153]);
    assert_eq!(first.rows_with("beyond_border").len(), 1);
    assert_eq!(first.rows_with("name_whitespace").len(), 196);
    // A coordinate of fewer than three decimals, in the rows whose latitude was not lost.
    assert_eq!(first.rows_with("coordinate_coarse").len(), 31);
    // Computed independently: points that three rows or more share, and rows of one level within
    // 110 m under the same name, or one of which seven in ten trigrams agree.
    assert_eq!(first.rows_with("position_shared").len(), 174);
    assert_eq!(first.rows_with("same_name_nearby").len(), 20);
    assert_eq!(first.rows_with("similar_name_nearby").len(), 6);
    assert_eq!(first.count("findings"), 1 + 4 + 1 + 196 + 31 + 174 + 20 + 6);
    assert_eq!(first.count("not_placed"), 4);
    assert_eq!(first.document["areas"]["1"], 6878);
    assert_eq!(Some(schools_by_area(&db)), expected_of_kenya());

    let beyond = "SELECT count(*) FROM school s WHERE name = 'MANYATTA ACADEMY' AND location IS NOT
                  NULL AND NOT EXISTS (SELECT FROM school_area a WHERE a.school_id = s.id)";
    assert_eq!(number(&db, beyond), 1);
    let untidy = "SELECT count(*) FROM school WHERE name ~ '  ' OR name ~ U&'\\00A0'";
    assert_eq!(number(&db, untidy), 0);
    let unplaced = "SELECT count(*) FROM school WHERE location_problem = 'coordinate_lost'
                AND attributes ->> 'latitude_as_stated' = '0'";
    assert_eq!(number(&db, unplaced), 4);
    let judged = "SELECT count(*) FROM school_status WHERE status = 'unknown'
                  AND target_download_mbps = 20 AND floor_download_mbps = 1";
    assert_eq!(number(&db, judged), 6883);
    assert_eq!(
        number(
            &db,
            "SELECT count(*) FROM school_alias WHERE scheme = 'giga'"
        ),
        6883
    );

    let state = "SELECT md5(string_agg(s::text, '' ORDER BY id)) FROM school s";
    let before = texts(&db, state);
    let second = schools(&db, &list, "KEN");
    assert_eq!(second.counts(), [6884, 0, 0, 6883, 1]);
    assert_eq!(second.count("findings"), first.count("findings"));
    assert_eq!(texts(&db, state), before);
    assert_eq!(areas(&db, &counties, "KEN", 1).counts(), [47, 0, 0, 47, 0]);
    assert_eq!(number(&db, "SELECT count(*) FROM import"), 4);
    let kept = "SELECT sum(finding_count) - (SELECT count(*) FROM import_finding) FROM import";
    assert_eq!(number(&db, kept), 0);
}

#[test]
fn areas_that_come_after_the_schools_take_them_in() {
    let (Some(list), Some(counties)) = (data("kenya/schools.csv"), data("kenya/counties.geojson"))
    else {
        return;
    };
    let db = TestDatabase::new();
    let first = schools(&db, &list, "KEN");
    assert_eq!(first.counts(), [6884, 6883, 0, 0, 1]);
    assert_eq!(first.rows_with("positions_not_checked"), [0]);
    let later = areas(&db, &counties, "KEN", 1);
    assert_eq!(later.document["areas"]["1"], 6878);
    assert_eq!(Some(schools_by_area(&db)), expected_of_kenya());
}

#[test]
fn moldovas_list_has_no_names_and_ten_schools_beyond_a_coarse_border() {
    let Some(list) = data("moldova/giga_MD_schools_metadata.csv") else {
        return;
    };
    let db = TestDatabase::new();
    let districts = areas(&db, &data("moldova/admin1.geojson").unwrap(), "MDA", 1);
    // Two pairs of districts share an ISO code, one pair its name too.
    assert_eq!(districts.counts(), [40, 40, 0, 0, 0]);
    for code in [
        "area_overlaps",
        "area_outside_parent",
        "area_parent_differs",
    ] {
        assert_eq!(districts.rows_with(code).len(), 0, "{code}");
    }
    let names = "SELECT string_agg(DISTINCT k, ' ') FROM area, jsonb_object_keys(names) k";
    assert_eq!(texts(&db, names), ["ar bn en es fr pt ru"]);
    let first = schools(&db, &list, "MDA");
    assert_eq!(first.counts(), [1186, 1186, 0, 0, 0]);
    assert_eq!(first.rows_with("missing_name"), [0]);
    assert_eq!(
        first.rows_with("beyond_border"),
        [171, 614, 691, 889, 897, 1002]
    );
    assert_eq!(first.rows_with("outside_country"), [307, 457, 592, 611]);
    assert_eq!(first.document["areas"]["1"], 1176);
    let counts = expected("moldova/giga_MD_schools_metadata.csv in moldova/admin1.geojson");
    assert_eq!(Some(schools_by_area(&db)), counts);
    assert_eq!(schools(&db, &list, "MDA").counts(), [1186, 0, 0, 1186, 0]);
}

#[test]
fn lists_of_openstreetmap_are_taken_with_their_nameless_schools() {
    let Some(dhaka) = data("dhaka/schools.geojson") else {
        return;
    };
    let db = TestDatabase::new();
    let first = schools(&db, &dhaka, "BGD");
    assert_eq!(first.counts(), [1451, 1451, 0, 0, 0]);
    assert_eq!(first.rows_with("missing_name").len(), 269);
    assert_eq!(first.count("not_placed"), 0);
    assert_eq!(schools(&db, &dhaka, "BGD").counts(), [1451, 0, 0, 1451, 0]);

    let zanzibar = data("zanzibar/schools.geojson").unwrap();
    let first = schools(&db, &zanzibar, "TZA");
    assert_eq!(first.counts(), [111, 111, 0, 0, 0]);
    assert_eq!(first.rows_with("missing_name").len(), 57);
    assert_eq!(schools(&db, &zanzibar, "TZA").counts(), [111, 0, 0, 111, 0]);
    let nameless = "SELECT count(*) FROM school WHERE name = 'Unnamed school'";
    assert_eq!(number(&db, nameless), 269 + 57);
    assert_eq!(
        number(
            &db,
            "SELECT count(*) FROM school_alias WHERE scheme = 'osm'"
        ),
        1562
    );
    let zones = texts(&db, "SELECT time_zone FROM country ORDER BY code");
    assert_eq!(zones, ["Asia/Dhaka", "Africa/Dar_es_Salaam"]);
}

#[test]
fn rwandas_levels_become_one_tree_in_whatever_order_they_come() {
    let Some(sectors) = data("rwanda/rwa_admin3_sector.geojson") else {
        return;
    };
    let db = TestDatabase::new();
    assert_eq!(areas(&db, &sectors, "RWA", 3).counts(), [416, 416, 0, 0, 0]);
    for (file, level, count) in [
        ("rwa_admin0", 0, 1),
        ("rwa_admin2_district", 2, 30),
        ("rwa_admin1_province", 1, 5),
    ] {
        let path = data(&format!("rwanda/{file}.geojson")).unwrap();
        assert_eq!(
            areas(&db, &path, "RWA", level).counts(),
            [count, count, 0, 0, 0]
        );
    }
    // The official codes say the same as the outlines do, and every outline lies in its parent.
    let last = areas(&db, &sectors, "RWA", 3);
    assert_eq!(last.count("findings"), 0, "{}", last.document);
    let expected = serde_json::json!([
        {"level": 0, "areas": 1, "with_parent": 0, "schools": 0},
        {"level": 1, "areas": 5, "with_parent": 5, "schools": 0},
        {"level": 2, "areas": 30, "with_parent": 30, "schools": 0},
        {"level": 3, "areas": 416, "with_parent": 416, "schools": 0},
    ]);
    assert_eq!(last.document["tree"], expected);
    // The file of sectors counts 1,292 people fewer than the other two.
    let people = "SELECT sum(population)::text FROM area WHERE level > 0 GROUP BY level
                  ORDER BY level";
    assert_eq!(texts(&db, people), ["8691324", "8691324", "8690032"]);
    let strangers = "SELECT count(*) FROM area a LEFT JOIN area p ON p.id = a.parent_id
                     WHERE a.level > 1 AND p.code IS DISTINCT FROM a.attributes ->> 'parent_id'";
    assert_eq!(number(&db, strangers), 0);
    let roots = texts(&db, "SELECT name FROM area WHERE parent_id IS NULL");
    assert_eq!(roots, ["Rwanda"]);
    // So many sectors bear a name that another one bears too: only their codes are unique.
    let repeated = "SELECT count(*) - count(DISTINCT name) FROM area WHERE level = 3";
    assert_eq!(number(&db, repeated), 37);
    assert_eq!(areas(&db, &sectors, "RWA", 3).counts(), [416, 0, 0, 416, 0]);
}
