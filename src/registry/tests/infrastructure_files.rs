//! Files of infrastructure, small ones with one fault each and real ones with all of theirs.

#![allow(clippy::print_stdout, reason = "a test says that it was skipped")]

use std::{collections::BTreeMap, path::Path};

use crate::{
    domain::{
        infrastructure::{Generation, InfrastructureList, Kind, Place, Standing},
        listing::Severity,
    },
    registry::{FileError, ReadOptions, read_infrastructure},
};

fn read(text: &str, kind: Kind) -> InfrastructureList {
    read_infrastructure(text.as_bytes(), kind, None, &ReadOptions::default()).unwrap()
}

fn refused(text: &str, kind: Kind) -> FileError {
    read_infrastructure(text.as_bytes(), kind, None, &ReadOptions::default()).unwrap_err()
}

fn features(features: &[(&str, &str)]) -> String {
    let features = features.iter().map(|(properties, geometry)| {
        format!(r#"{{"type":"Feature","properties":{properties},"geometry":{geometry}}}"#)
    });
    let features = features.collect::<Vec<_>>().join(",");
    format!(r#"{{"type":"FeatureCollection","features":[{features}]}}"#)
}

fn codes(list: &InfrastructureList) -> Vec<(i32, &'static str)> {
    list.findings.iter().map(|f| (f.row, f.code)).collect()
}

const LINE: &str = r#"{"type":"LineString","coordinates":[[1,2,30],[1.5,2.5,31]]}"#;

#[test]
fn cells_are_read_from_a_table_with_range_and_generation() {
    let list = read(
        "site_id,lat,lon,technology,range_km,operator,status,contact_name,rent\n\
         a,-1.5,36.5,2G/3G,\"3,5\",MTN,On air,Amina,7\n\
         b,-1.6,36.6,LTE,,Unknown,Planned,,\n\
         c,-1.7,36.7,,many,,mothballed,,ask x@example.org\n\
         d,91,36.7,LTE,,,live,,\n",
        Kind::CellSite,
    );
    let [a, b, c] = list.rows.as_slice() else {
        panic!("{list:?}")
    };
    assert_eq!(a.generations, [Generation::G2, Generation::G3]);
    assert_eq!((a.range_m, a.standing), (Some(3500.0), Standing::Live));
    assert_eq!(
        (a.match_key.as_str(), a.operator.as_deref()),
        ("a", Some("MTN"))
    );
    assert_eq!(
        (b.operator.as_deref(), b.standing),
        (None, Standing::Planned)
    );
    assert_eq!((c.range_m, c.standing), (None, Standing::Unknown));
    let kept: Vec<_> = a.attributes.keys().map(String::as_str).collect();
    let wanted = [
        "operator",
        "range_km",
        "rent",
        "site_id",
        "status",
        "technology",
    ];
    assert_eq!(kept, wanted, "no person, and no position twice");
    assert!(!c.attributes.contains_key("rent"), "somebody's address");
    for finding in [
        (0, "personal_column"),
        (4, "missing_generation"),
        (4, "range_not_a_number"),
        (4, "unknown_status"),
        (5, "coordinate_out_of_range"),
    ] {
        assert!(
            codes(&list).contains(&finding),
            "{finding:?} {:?}",
            codes(&list)
        );
    }
    assert_eq!(list.row_count, 4);
}

#[test]
fn cells_of_opencellid_are_told_apart_by_all_of_their_numbers() {
    let list = read(
        "radio,mcc,net,area,cell,unit,lon,lat,range,samples\n\
         LTE,639,2,1,7,0,36.5,-1.5,1200,4\n\
         LTE,639,2,2,7,0,36.6,-1.5,0,4\n",
        Kind::CellSite,
    );
    let keys: Vec<_> = list.rows.iter().map(|row| row.match_key.as_str()).collect();
    assert_eq!(keys, ["cell:639-2-1-7", "cell:639-2-2-7"]);
    assert_eq!(list.rows[0].range_m, Some(1200.0));
    assert_eq!(list.rows[1].range_m, None, "0 is no range");
}

#[test]
fn lines_that_lead_nowhere_and_doubles_are_not_taken() {
    let list = read(
        &features(&[
            (
                r#"{"line_id":"a","from":"X","to":"Y","status":"live"}"#,
                LINE,
            ),
            (
                r#"{"line_id":"b","from":"X","to":"Y","status":"live"}"#,
                LINE,
            ),
            (
                r#"{"line_id":"c","from":"X","to":"Y","status":"live","operator":"Z"}"#,
                LINE,
            ),
            (
                r#"{"line_id":"d"}"#,
                r#"{"type":"LineString","coordinates":[[1,2],[1,2]]}"#,
            ),
            (
                r#"{"line_id":"e"}"#,
                r#"{"type":"MultiLineString","coordinates":[]}"#,
            ),
            (
                r#"{"line_id":"f"}"#,
                r#"{"type":"LineString","coordinates":[[1,2],[0,0]]}"#,
            ),
            (
                r#"{"line_id":"g"}"#,
                r#"{"type":"LineString","coordinates":[[1,2],[181,0]]}"#,
            ),
            (
                r#"{"line_id":"h"}"#,
                r#"{"type":"Point","coordinates":[1,2]}"#,
            ),
            (
                r#"{"line_id":"a"}"#,
                r#"{"type":"LineString","coordinates":[[1,2],[3,4]]}"#,
            ),
        ]),
        Kind::FibreLine,
    );
    let errors = list
        .findings
        .iter()
        .filter(|f| f.severity == Severity::Error);
    let errors: Vec<_> = errors.map(|f| (f.row, f.code)).collect();
    assert_eq!(
        errors,
        [
            (2, "duplicate_feature"),
            (4, "zero_length"),
            (5, "empty_geometry"),
            (6, "coordinate_lost"),
            (7, "coordinate_out_of_range"),
            (8, "wrong_geometry"),
            (9, "duplicate_id"),
        ]
    );
    assert!(
        codes(&list).contains(&(3, "same_place")),
        "two operators on one route"
    );
    assert_eq!(list.rows[0].name.as_deref(), Some("X – Y"));
    assert!(matches!(&list.rows[0].place, Place::Lines(lines) if lines.0.len() == 1));
}

#[test]
fn a_thing_without_an_id_is_known_by_its_place_and_name() {
    let of = |name: &str| {
        let named = format!(r#"{{"name":"{name}"}}"#);
        read(&features(&[(&named, LINE)]), Kind::GridLine).rows[0]
            .match_key
            .clone()
    };
    assert_eq!(of("A"), of("A"));
    assert_ne!(of("A"), of("B"));
}

#[test]
fn a_coverage_is_of_the_generation_that_is_stated_for_the_file() {
    let square = r#"{"type":"Polygon","coordinates":[[[1,1],[2,1],[2,2],[1,1]]]}"#;
    let text = features(&[("{}", square), (r#"{"type":"5G NR"}"#, square)]);
    let list = read_infrastructure(
        text.as_bytes(),
        Kind::Coverage,
        Some(Generation::G4),
        &ReadOptions::default(),
    );
    let generations: Vec<_> = list
        .unwrap()
        .rows
        .into_iter()
        .map(|r| r.generations)
        .collect();
    assert_eq!(generations, [[Generation::G4], [Generation::G5]]);
}

#[test]
fn a_file_of_something_else_says_what_it_is() {
    let error = refused(&features(&[("{}", LINE)]), Kind::FibreNode);
    assert_eq!(error.code(), "file_no_infrastructure");
    assert!(
        error.to_string().contains("its geometry is a line"),
        "{error}"
    );
    let microwave = features(&[(
        r#"{"type_infr":"Microwave Operational"}"#,
        r#"{"type":"Point","coordinates":[1,2]}"#,
    )]);
    let error = refused(&microwave, Kind::FibreNode).to_string();
    assert!(error.contains("it is microwave, not fibre"), "{error}");
    assert_eq!(read(&microwave, Kind::MicrowaveNode).rows.len(), 1);
}

/// Kind, file → rows taken and findings by code.
fn tally(kind: Kind, files: &[String]) -> Option<(usize, BTreeMap<&'static str, usize>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/west-africa-fibre");
    if !root.is_dir() {
        println!("skipped: no real data at ../shared/data");
        return None;
    }
    let (mut taken, mut tally) = (0, BTreeMap::new());
    for file in files {
        let text = std::fs::read_to_string(root.join(file)).unwrap();
        let list = read(&text, kind);
        taken += list.rows.len();
        for finding in list.findings {
            *tally.entry(finding.code).or_default() += 1;
        }
    }
    Some((taken, tally))
}

#[test]
fn the_fibre_lines_of_west_africa_are_counted_exactly() {
    let codes = "BEN BFA CIV CPV GAM GHA GIN GNB LIB MAL MRT NGA NIG SEN SLE TGO";
    let files: Vec<_> = codes
        .split(' ')
        .map(|code| format!("lines/{code}_lines.geojson"))
        .collect();
    let Some((taken, tally)) = tally(Kind::FibreLine, &files) else {
        return;
    };
    assert_eq!(taken, 1219 - 2);
    let wanted = [
        ("duplicate_feature", 1),
        ("empty_geometry", 1),
        ("missing_name", 16),
        ("missing_status", 302),
        ("same_place", 42),
    ];
    assert_eq!(tally, wanted.into());
}

#[test]
fn microwave_nodes_among_the_fibre_nodes_of_west_africa_are_not_taken_for_fibre() {
    let files = ["nodes/combined_nodes.geojson".to_owned()];
    let Some((taken, found)) = tally(Kind::FibreNode, &files) else {
        return;
    };
    assert_eq!(taken, 960);
    let wanted = [
        ("duplicate_feature", 1),
        ("missing_name", 83),
        ("other_kind", 215),
        ("technology_contradicts", 332),
    ];
    assert_eq!(found, wanted.into());
    let (taken, found) = tally(Kind::MicrowaveNode, &files).unwrap();
    assert_eq!(taken, 547);
    let wanted = [
        ("missing_name", 48),
        ("other_kind", 961),
        ("same_place", 12),
        ("technology_contradicts", 332),
    ];
    assert_eq!(found, wanted.into());
}

/// Whether a file of one line or site with these properties and that geometry has the finding.
fn told(code: &str, kind: Kind, properties: &str, geometry: &str) -> bool {
    let list = read(&features(&[(properties, geometry)]), kind);
    assert_eq!(list.rows.len(), 1, "{:?}", list.findings);
    codes(&list).contains(&(1, code))
}

#[test]
fn a_part_without_length_is_told() {
    let part = |end: &str| {
        let line = format!(
            r#"{{"type":"MultiLineString","coordinates":[[[1,2],[1.5,2]],[[3,4],{end}]]}}"#
        );
        told("short_part", Kind::FibreLine, r#"{"status":"live"}"#, &line)
    };
    assert!(part("[3,4]"));
    assert!(!part("[3.5,4]"));
}

#[test]
fn a_position_that_is_stated_twice_and_not_the_same_is_told() {
    let point = r#"{"type":"Point","coordinates":[36.5,-1.5]}"#;
    let stated = |latitude: &str| {
        let properties = format!(r#"{{"lat":{latitude},"lon":36.5,"technology":"4G"}}"#);
        told("position_contradicts", Kind::CellSite, &properties, point)
    };
    assert!(stated("-1.6"));
    assert!(!stated("-1.5"));
}

#[test]
fn two_columns_that_do_not_agree_on_the_status_are_told() {
    let says = |status: &str| {
        let properties = format!(r#"{{"status":"live","line_status":"{status}"}}"#);
        told("status_contradicts", Kind::FibreLine, &properties, LINE)
    };
    assert!(says("planned"));
    assert!(!says("in operation"));
}
