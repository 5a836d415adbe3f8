//! For each kind of finding about a school list, a list with the fault and one without.

use super::kinds::World::{Areas, Bare, Known};
use super::kinds::{Pair, World};

const G1: &str = "6b1c7f2e-0000-4000-8000-000000000001";

fn pair(code: &'static str, world: World, faulty: &str, sound: &str) -> Pair {
    Pair {
        code,
        world,
        faulty: faulty.as_bytes().to_vec(),
        sound: sound.as_bytes().to_vec(),
    }
}

/// Lists of a name and a position.
fn placed(code: &'static str, faulty: &str, sound: &str) -> Pair {
    let list = |rows: &str| format!("name,lat,lon,emis_code\n{rows}\nElm,1.61234,36.61234,Z9\n");
    pair(code, Areas, &list(faulty), &list(sound))
}

/// Lists of one more column.
fn stating(code: &'static str, column: &str, faulty: &str, sound: &str) -> Pair {
    let list = |value: &str| format!("name,lat,lon,{column}\nOak,1.51234,36.51234,{value}\n");
    pair(code, Areas, &list(faulty), &list(sound))
}

fn rows(from: i32, to: i32, row: impl Fn(i32) -> String) -> String {
    (from..to).map(|n| row(n) + "\n").collect()
}

/// The reader's.
fn of_files() -> Vec<Pair> {
    let latin = b"name,lat,lon\n\xc9cole,1.51234,36.51234\n\xc9cole 2,1.52234,36.51234\n";
    vec![
        pair(
            "blank_row",
            Areas,
            "name,lat,lon\nOak,1.51234,36.51234\n,,\nElm,1.61234,36.61234\n",
            "name,lat,lon\nOak,1.51234,36.51234\nElm,1.61234,36.61234\n",
        ),
        pair(
            "ragged_row",
            Areas,
            "name,lat,lon\nOak, Upper,1.51234,36.51234\nElm,1.61234,36.61234\n",
            "name,lat,lon\n\"Oak, Upper\",1.51234,36.51234\nElm,1.61234,36.61234\n",
        ),
        pair(
            "open_quote",
            Areas,
            "name,lat,lon\nFir,1.41234,36.41234\n\"Oak,1.51234,36.51234\nElm,1.61234,36.61234\n\"Ash\",1.7,36.7\n",
            "name,lat,lon\nFir,1.41234,36.41234\n\"Oak\",1.51234,36.51234\nElm,1.61234,36.61234\n\"Ash\",1.7,36.7\n",
        ),
        pair(
            "title_row",
            Areas,
            "Schools of 2024\nname,lat,lon\nOak,1.51234,36.51234\n",
            "name,lat,lon\nOak,1.51234,36.51234\n",
        ),
        pair(
            "footer_row",
            Areas,
            "name,lat,lon\nOak,1.51234,36.51234\nElm,1.61234,36.61234\nTotal: 2 schools,,\n",
            "name,lat,lon\nOak,1.51234,36.51234\nElm,1.61234,36.61234\n",
        ),
        Pair {
            code: "encoding",
            world: Areas,
            faulty: latin.to_vec(),
            sound: "name,lat,lon\nÉcole,1.51234,36.51234\nÉcole 2,1.52234,36.51234\n".into(),
        },
        pair(
            "unreadable_feature",
            Areas,
            r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"Oak"},
                "geometry":{"type":"Point","coordinates":[36.51234,1.51234]}},
                {"type":"Feature","properties":7,"geometry":{"type":"Point","coordinates":"x"}}]}"#,
            r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"Oak"},
                "geometry":{"type":"Point","coordinates":[36.51234,1.51234]}}]}"#,
        ),
        pair(
            "column_claimed_twice",
            Areas,
            "name,school_name,lat,lon\nOak,Oak,1.51234,36.51234\n",
            "name,roof,lat,lon\nOak,tin,1.51234,36.51234\n",
        ),
    ]
}

/// Of positions and names, as they are stated.
#[expect(clippy::too_many_lines, reason = "a table")]
fn of_cells() -> Vec<Pair> {
    let long = "x".repeat(301);
    vec![
        placed(
            "coordinate_missing",
            "Oak,,36.51234,E1",
            "Oak,1.51234,36.51234,E1",
        ),
        placed(
            "coordinate_not_a_number",
            "Oak,n/k,36.5,E1",
            "Oak,1.51234,36.51234,E1",
        ),
        placed(
            "coordinate_out_of_range",
            "Oak,95,36.51234,E1",
            "Oak,1.51234,36.51234,E1",
        ),
        placed(
            "coordinate_lost",
            "Oak,0,36.51234,E1",
            "Oak,1.51234,36.51234,E1",
        ),
        placed(
            "coordinate_coarse",
            "Oak,1.51,36.51,E1",
            "Oak,1.51234,36.51234,E1",
        ),
        placed(
            "coordinate_decimal_comma",
            "Oak,\"1,51234\",\"36,51234\",E1",
            "Oak,1.51234,36.51234,E1",
        ),
        placed(
            "coordinate_dms",
            "Oak,1° 30' 0\" N,36° 30' 0\" E,E1",
            "Oak,1.51234,36.51234,E1",
        ),
        placed(
            "missing_name",
            ",1.51234,36.51234,E1",
            "Oak,1.51234,36.51234,E1",
        ),
        placed(
            "name_mojibake",
            "EspaÃ±ol,1.51234,36.51234,E1",
            "Español,1.51234,36.51234,E1",
        ),
        placed(
            "name_mixed_scripts",
            "Cредняя школа,1.51234,36.51234,E1",
            "Средняя школа,1.51234,36.51234,E1",
        ),
        placed(
            "name_too_long",
            &format!("{long},1.51234,36.51234,E1"),
            &format!("{},1.51234,36.51234,E1", &long[1..]),
        ),
        placed(
            "name_whitespace",
            "Oak  School ,1.51234,36.51234,E1",
            "Oak School,1.51234,36.51234,E1",
        ),
        placed(
            "dummy_id",
            "Oak,1.51234,36.51234,00000",
            "Oak,1.51234,36.51234,00001",
        ),
        stating("unusable_id", "schoolbeat_id", "seven", G1),
        stating("bad_number", "num_students", "many", "350"),
        stating("out_of_range", "num_students", "35000", "350"),
        stating("unknown_value", "internet", "perhaps", "yes"),
        stating(
            "contradiction",
            "connectivity_govt,download_speed_govt",
            "no,20",
            "yes,20",
        ),
        placed(
            "id_leading_zeros",
            "Oak,1.51234,36.51234,0123\nAsh,1.7,36.7,0124\nFir,1.8,36.8,0125\nYew,1.9,36.9,126",
            "Oak,1.51234,36.51234,0123\nAsh,1.7,36.7,0124\nFir,1.8,36.8,0125\nYew,1.9,36.9,0126",
        ),
        placed(
            "duplicate_row",
            "Oak,1.51234,36.51234,E1\nOak,1.51234,36.51234,E1",
            "Oak,1.51234,36.51234,E1\nOak,1.52234,36.51234,E2",
        ),
        placed(
            "duplicate_id",
            "Oak,1.51234,36.51234,E1\nAsh,1.52234,36.51234,E1",
            "Oak,1.51234,36.51234,E1\nAsh,1.52234,36.51234,E2",
        ),
        pair(
            "duplicate_school",
            Areas,
            "name,lat,lon,roof\nOak,1.51234,36.51234,tin\nOak,1.51234,36.51234,clay\n",
            "name,lat,lon,roof\nOak,1.51234,36.51234,tin\nOak,1.51235,36.51234,clay\n",
        ),
    ]
}

/// Of the map, and of rows beside one another.
fn of_places() -> Vec<Pair> {
    let cell = |most: i32| {
        rows(0, most, |n| {
            format!("{n} {n} {n},1.51{n:03},36.51{n:03},E{n}")
        })
    };
    vec![
        pair(
            "positions_not_checked",
            Bare,
            "name,lat,lon\nOak,1.51234,36.51234\n",
            // The same list, where areas are known.
            "",
        ),
        placed(
            "outside_country",
            "Oak,10.51234,50.51234,E1",
            "Oak,1.51234,36.51234,E1",
        ),
        placed(
            "beyond_border",
            "Oak,1.51234,38.01123,E1",
            "Oak,1.51234,37.99999,E1",
        ),
        placed(
            "coordinate_swapped",
            "Oak,36.51234,1.51234,E1",
            "Oak,1.51234,36.51234,E1",
        ),
        placed(
            "same_name_nearby",
            "Oak,1.51234,36.51234,E1\nOak,1.51324,36.51234,E2",
            "Oak,1.51234,36.51234,E1\nOak,1.51344,36.51234,E2",
        ),
        placed(
            "similar_name_nearby",
            "Oak Primary School,1.51234,36.51234,E1\nOak Primary Schol,1.51324,36.51234,E2",
            "Oak Primary School,1.51234,36.51234,E1\nElm Academy,1.51324,36.51234,E2",
        ),
        placed(
            "position_shared",
            "Oak,1.51234,36.51234,E1\nAsh,1.51234,36.51234,E2\nFir,1.51234,36.51234,E3",
            "Oak,1.51234,36.51234,E1\nAsh,1.51234,36.51234,E2\nFir,1.51235,36.51234,E3",
        ),
        placed("cell_crowded", &cell(31), &cell(30)),
        stating("other_area_than_stated", "admin1", "East", "West"),
    ]
}

/// Of what is known: two schools, of which one was corrected.
fn of_the_known() -> Vec<Pair> {
    let list = |row: &str| format!("name,lat,lon,emis_code,giga_id_school\n{row}\n");
    let known = |code, faulty: &str, sound: &str| pair(code, Known, &list(faulty), &list(sound));
    vec![
        known(
            "id_of_another_school",
            &format!("Elm,1.61234,36.61234,E2,{G1}"),
            "Elm,1.61234,36.61234,E2,",
        ),
        known(
            "correction_kept",
            &format!("Oak,1.51234,36.51234,E1,{G1}"),
            &format!("Oak Academy,1.51234,36.51234,E1,{G1}"),
        ),
        known(
            "correction_confirmed",
            &format!("Oak Academy,1.51234,36.51234,E1,{G1}"),
            &format!("Oak,1.51234,36.51234,E1,{G1}"),
        ),
    ]
}

pub fn pairs() -> Vec<Pair> {
    [of_files(), of_cells(), of_places(), of_the_known()].concat()
}
