//! Each finding of a file of areas or infrastructure: one file that has the fault, one that has not.

use crate::{
    domain::{area::AreaLevel, infrastructure::Kind, listing::Finding},
    registry::{FileError, ReadOptions, read_areas, read_infrastructure},
};

/// A sound feature beside which the other one is looked at: without it a fault may refuse the file.
struct Beside(&'static str);

const AREA: Beside = Beside(
    r#"{"type":"Feature","properties":{"code":"B","name":"Beside"},"geometry":{"type":"Polygon",
       "coordinates":[[[10,10],[11,10],[11,11],[10,10]]]}}"#,
);
const LINE: Beside = Beside(
    r#"{"type":"Feature","properties":{"id":"b","name":"Beside","status":"live"},"geometry":
       {"type":"LineString","coordinates":[[10,10],[11,11]]}}"#,
);
const SITE: Beside = Beside(
    r#"{"type":"Feature","properties":{"id":"b","name":"Beside","status":"live","technology":"4G"},
       "geometry":{"type":"Point","coordinates":[10,10]}}"#,
);
const COVERAGE: Beside = Beside(
    r#"{"type":"Feature","properties":{"id":"b","name":"Beside","status":"live","technology":"4G"},
       "geometry":{"type":"Polygon","coordinates":[[[10,10],[11,10],[11,11],[10,10]]]}}"#,
);

impl Beside {
    fn file(&self, properties: &str, geometry: &str) -> String {
        format!(
            r#"{{"type":"FeatureCollection","features":[{},
               {{"type":"Feature","properties":{properties},"geometry":{geometry}}}]}}"#,
            self.0
        )
    }
}

fn codes(findings: Result<Vec<Finding>, FileError>) -> Vec<&'static str> {
    let findings = findings.unwrap_or_else(|error| panic!("{error}"));
    findings.iter().map(|finding| finding.code).collect()
}

fn of_areas(properties: &str, geometry: &str) -> Vec<&'static str> {
    let level = AreaLevel::new(1).unwrap();
    let file = AREA.file(properties, geometry);
    codes(read_areas(file.as_bytes(), level).map(|list| list.findings))
}

fn of_infrastructure(kind: Kind, text: &str) -> Vec<&'static str> {
    let list = read_infrastructure(text.as_bytes(), kind, None, &ReadOptions::default());
    codes(list.map(|list| list.findings))
}

/// What the faulty one is said to be, and that nothing is said of the sound one.
#[track_caller]
fn pair(code: &str, faulty: &[&'static str], sound: &[&'static str]) {
    assert!(faulty.contains(&code), "{code} is not among {faulty:?}");
    assert!(sound.is_empty(), "{code}: the sound one has {sound:?}");
}

const SURFACE: &str = r#"{"type":"Polygon","coordinates":[[[1,1],[2,1],[2,2],[1,1]]]}"#;

#[test]
fn outlines_of_areas() {
    let named = r#"{"code":"A","name":"Apart"}"#;
    let sound = of_areas(named, SURFACE);
    for (code, geometry) in [
        ("no_polygon", r#"{"type":"Point","coordinates":[1,1]}"#),
        ("no_polygon", "null"),
        (
            "no_polygon",
            r#"{"type":"Polygon","coordinates":[[[1,1],[2,1],[1,1]]]}"#,
        ),
        (
            "coordinate_out_of_range",
            r#"{"type":"Polygon","coordinates":[[[1,1],[2,1],[2,91],[1,1]]]}"#,
        ),
        (
            "short_ring",
            r#"{"type":"Polygon","coordinates":[[[1,1],[2,1],[2,2],[1,1]],[[1.5,1.2],[1.6,1.2],[1.5,1.2]]]}"#,
        ),
        ("no_polygon", r#"{"type":"Polygon","coordinates":"none"}"#),
    ] {
        pair(code, &of_areas(named, geometry), &sound);
    }
}

#[test]
fn names_codes_and_people_of_areas() {
    for (code, faulty, sound) in [
        (
            "missing_name",
            r#"{"code":"A"}"#,
            r#"{"code":"A","name":"Apart"}"#,
        ),
        (
            "missing_name",
            r#"{"code":"","name":""}"#,
            r#"{"code":"A","name":"Apart"}"#,
        ),
        (
            "duplicate_area",
            r#"{"code":"B","name":"Apart"}"#,
            r#"{"code":"A","name":"Beside"}"#,
        ),
        (
            "population_not_a_number",
            r#"{"code":"A","name":"Apart","population":"many"}"#,
            r#"{"code":"A","name":"Apart","population":"1,250"}"#,
        ),
        (
            "population_ambiguous",
            r#"{"code":"A","name":"Apart","population":"1.250"}"#,
            r#"{"code":"A","name":"Apart","population":"1250"}"#,
        ),
        (
            "population_out_of_range",
            r#"{"code":"A","name":"Apart","population":-9999}"#,
            r#"{"code":"A","name":"Apart","population":0}"#,
        ),
    ] {
        pair(code, &of_areas(faulty, SURFACE), &of_areas(sound, SURFACE));
    }
}

#[test]
fn areas_of_one_name() {
    let file = |second: &str| {
        let feature = |name: &str, parent: u8| {
            format!(
                r#"{{"type":"Feature","properties":{{"name":"{name}","parent_id":"{parent}"}},
                   "geometry":{SURFACE}}}"#
            )
        };
        format!(
            r#"{{"type":"FeatureCollection","features":[{},{}]}}"#,
            feature("Gitega", 1),
            feature(second, 2)
        )
    };
    let read = |second: &str| {
        let level = AreaLevel::new(2).unwrap();
        codes(read_areas(file(second).as_bytes(), level).map(|list| list.findings))
    };
    pair("shared_key", &read("Gitega"), &read("Karusi"));
}

#[test]
fn places_of_infrastructure() {
    let about = r#"{"id":"a","name":"Apart","status":"live","technology":"4G"}"#;
    let line = |geometry: &str| of_infrastructure(Kind::FibreLine, &LINE.file(about, geometry));
    let sound = line(r#"{"type":"LineString","coordinates":[[1,2],[3,4]]}"#);
    for (code, geometry) in [
        ("wrong_geometry", r#"{"type":"Point","coordinates":[1,2]}"#),
        ("wrong_geometry", "null"),
        (
            "zero_length",
            r#"{"type":"LineString","coordinates":[[1,2],[1,2]]}"#,
        ),
        (
            "empty_geometry",
            r#"{"type":"MultiLineString","coordinates":[]}"#,
        ),
        (
            "coordinate_out_of_range",
            r#"{"type":"LineString","coordinates":[[1,2],[181,4]]}"#,
        ),
        (
            "coordinate_lost",
            r#"{"type":"LineString","coordinates":[[1,2],[0,0]]}"#,
        ),
        (
            "short_part",
            r#"{"type":"MultiLineString","coordinates":[[[1,2],[3,4]],[[5,5],[5,5]]]}"#,
        ),
        (
            "same_place",
            r#"{"type":"LineString","coordinates":[[10,10],[11,11]]}"#,
        ),
    ] {
        pair(code, &line(geometry), &sound);
    }
    let surface =
        |geometry: &str| of_infrastructure(Kind::Coverage, &COVERAGE.file(about, geometry));
    let sound = surface(SURFACE);
    for (code, geometry) in [
        (
            "empty_geometry",
            r#"{"type":"Polygon","coordinates":[[[1,1],[2,1],[1,1]]]}"#,
        ),
        (
            "short_ring",
            r#"{"type":"Polygon","coordinates":[[[1,1],[2,1],[2,2],[1,1]],[[1.5,1.2],[1.6,1.2],[1.5,1.2]]]}"#,
        ),
    ] {
        pair(code, &surface(geometry), &sound);
    }
}

#[test]
fn positions_of_sites_in_columns() {
    let read = |latitude: &str, longitude: &str| {
        let table = format!(
            "id,name,lat,lon,technology,status\nb,Beside,10,10,4G,live\n\
             a,Apart,{latitude},{longitude},4G,live\n"
        );
        of_infrastructure(Kind::CellSite, &table)
    };
    let sound = read("-1.5", "36.5");
    for (code, latitude, longitude) in [
        ("coordinate_missing", "", "36.5"),
        ("coordinate_not_a_number", "north", "36.5"),
        ("coordinate_out_of_range", "-1.5", "181"),
        ("coordinate_lost", "-1.5", "0"),
    ] {
        pair(code, &read(latitude, longitude), &sound);
    }
}

#[test]
fn what_infrastructure_says_of_itself() {
    const LINE_AT: &str = r#"{"type":"LineString","coordinates":[[1,2],[3,4]]}"#;
    const SITE_AT: &str = r#"{"type":"Point","coordinates":[1,2]}"#;
    let line =
        |properties: &str| of_infrastructure(Kind::FibreLine, &LINE.file(properties, LINE_AT));
    let site =
        |properties: &str| of_infrastructure(Kind::CellSite, &SITE.file(properties, SITE_AT));
    let of_lines = [
        ("missing_name", r#"{"id":"a","status":"live"}"#),
        ("missing_status", r#"{"id":"a","name":"A"}"#),
        (
            "unknown_status",
            r#"{"id":"a","name":"A","status":"mothballed"}"#,
        ),
        (
            "status_contradicts",
            r#"{"id":"a","name":"A","status":"live","line_status":"planned"}"#,
        ),
        (
            "other_kind",
            r#"{"id":"a","name":"A","status":"live","technology":"microwave"}"#,
        ),
        (
            "technology_contradicts",
            r#"{"id":"a","name":"A","status":"live","technology":"fibre","medium":"microwave"}"#,
        ),
        ("duplicate_id", r#"{"id":"b","name":"A","status":"live"}"#),
        (
            "personal_column",
            r#"{"id":"a","name":"A","status":"live","contact_name":"Amina"}"#,
        ),
    ];
    let sound = line(r#"{"id":"a","name":"A","status":"live","technology":"fibre"}"#);
    for (code, properties) in of_lines {
        pair(code, &line(properties), &sound);
    }
    let of_sites = [
        (
            "missing_generation",
            r#"{"id":"a","name":"A","status":"live"}"#,
        ),
        (
            "range_not_a_number",
            r#"{"id":"a","name":"A","status":"live","technology":"4G","range_m":"far"}"#,
        ),
        (
            "position_contradicts",
            r#"{"id":"a","name":"A","status":"live","technology":"4G","lat":3,"lon":1}"#,
        ),
    ];
    let sound = site(
        r#"{"id":"a","name":"A","status":"live","technology":"4G","range_m":"3500","lat":2,"lon":1}"#,
    );
    for (code, properties) in of_sites {
        pair(code, &site(properties), &sound);
    }
    let twice = LINE.file(
        r#"{"id":"a","name":"Beside","status":"live"}"#,
        r#"{"type":"LineString","coordinates":[[10,10],[11,11]]}"#,
    );
    pair(
        "duplicate_feature",
        &of_infrastructure(Kind::FibreLine, &twice),
        &[],
    );
}
