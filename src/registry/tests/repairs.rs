//! Faults that can be mended are proposed, beside what is stated.

use crate::{
    domain::listing::{Proposed, Repair, SchoolRow},
    registry::read_schools,
};

fn row(name: &str, latitude: &str, longitude: &str) -> SchoolRow {
    let mut writer = csv::Writer::from_writer(vec![]);
    writer.write_record(["name", "lat", "lon"]).unwrap();
    writer.write_record([name, latitude, longitude]).unwrap();
    writer.write_record(["Elm", "1.51234", "36.51234"]).unwrap();
    let list = read_schools(&writer.into_inner().unwrap()).unwrap();
    list.rows[0].clone()
}

/// Kind, what is stated, what is proposed (longitude first), and whether it counts.
fn brief(repairs: &[Repair]) -> Vec<(&'static str, &str, String, bool)> {
    let brief = repairs.iter().map(|repair| {
        let proposed = match &repair.proposed {
            Proposed::Name(name) => name.clone(),
            Proposed::Position(at) => format!("{:.3} {:.3}", at.longitude(), at.latitude()),
        };
        let stated = repair.stated.as_str();
        (repair.kind.slug(), stated, proposed, repair.accepted)
    });
    brief.collect()
}

#[test]
fn a_name_is_trimmed_and_one_that_was_read_wrongly_is_not_mended_yet() {
    let school = row("\u{a0}Colegio  EspaÃ±ol ", "1.51234", "36.51234");
    let stated = "\u{a0}Colegio  EspaÃ±ol ";
    let expected = [
        ("mojibake", stated, "Colegio Español".into(), false),
        ("trimmed_name", stated, "Colegio EspaÃ±ol".into(), true),
    ];
    assert_eq!(brief(&school.repairs), expected);
    assert_eq!(school.name.as_deref(), Some("Colegio EspaÃ±ol"));
    // Of what was lost, and of look-alikes, nobody knows what they were.
    for name in ["Colegio Espa\u{fffd}ol", "Cредняя школа", &"x".repeat(400)] {
        assert_eq!(row(name, "1.51234", "36.51234").repairs, [], "{name}");
    }
}

#[test]
fn no_break_spaces_are_called_by_their_name() {
    for (name, named) in [("Oak\u{a0}School", true), ("Oak  School", false)] {
        let text = format!("name,lat,lon\n{name},1.51234,36.51234\n");
        let finding = &read_schools(text.as_bytes()).unwrap().findings[0];
        assert_eq!(finding.code, "name_whitespace");
        assert_eq!(
            finding.message.contains("NBSP"),
            named,
            "{}",
            finding.message
        );
    }
}

#[test]
fn degrees_minutes_and_seconds_count_until_declined() {
    let school = row("Oak", "1° 17' 24\" S", "36.8167 E");
    let expected = [(
        "dms",
        "1° 17' 24\" S, 36.8167 E",
        "36.817 -1.290".into(),
        true,
    )];
    assert_eq!(brief(&school.repairs), expected);
    assert!(school.location.is_ok());
}

#[test]
fn an_order_that_only_one_way_round_is_on_the_globe_is_proposed() {
    let school = row("Oak", "104.91234", "-12.51234");
    let stated = "104.91234, -12.51234";
    let expected = [(
        "swapped_coordinates",
        stated,
        "104.912 -12.512".into(),
        false,
    )];
    assert_eq!(brief(&school.repairs), expected);
    assert_eq!(school.location, Err("coordinate_out_of_range"));
    for (latitude, longitude) in [
        ("36.5", "1.5"),
        ("9858000", "260000"),
        ("104.9", "0"),
        ("1.5", "200"),
        ("100", "100"),
    ] {
        assert_eq!(row("Oak", latitude, longitude).repairs, [], "{latitude}");
    }
}

#[test]
fn points_are_turned_like_columns() {
    let text = r#"{"type":"FeatureCollection","features":[
        {"type":"Feature","properties":{"name":"Oak"},
         "geometry":{"type":"Point","coordinates":[-12.51234,104.91234]}},
        {"type":"Feature","properties":{"name":"Elm"},
         "geometry":{"type":"Point","coordinates":[36.51234,1.51234]}}]}"#;
    let list = read_schools(text.as_bytes()).unwrap();
    let repairs = brief(&list.rows[0].repairs);
    assert_eq!(repairs[0].2, "104.912 -12.512");
    assert_eq!(list.rows[1].repairs, []);
}
