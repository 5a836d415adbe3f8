//! What holds for every file, the mad ones included.

use std::fmt::Write;

use proptest::prelude::*;

use super::{fixture, packed, shapefiles, unpacked};

use crate::{
    domain::{area::AreaLevel, listing::SchoolRow},
    registry::{ReadOptions, read_areas, read_schools, read_schools_with},
};

fn any_level() -> AreaLevel {
    AreaLevel::new(2).unwrap()
}

/// Cells that lists have been seen to hold.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("nan".to_owned()),
        Just("0".to_owned()),
        Just("\u{a0}Oak  School ".to_owned()),
        Just("1° 17' S".to_owned()),
        "[A-Z][a-z]{2,8}",
        (-200.0..200.0_f64).prop_map(|degrees| degrees.to_string()),
        "[\\p{L}\"';, \n]{0,12}",
    ]
}

fn csv_of(rows: &[(usize, Vec<String>)]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(vec![]);
    writer
        .write_record([
            "name",
            "lat",
            "lon",
            "students",
            "internet",
            "emis_code",
            "x y",
        ])
        .unwrap();
    for (_, row) in rows {
        writer.write_record(row).unwrap();
    }
    writer.into_inner().unwrap()
}

/// A row without where it stands.
fn content(row: &SchoolRow) -> SchoolRow {
    SchoolRow {
        row: 0,
        ..row.clone()
    }
}

proptest! {
    #[test]
    fn no_bytes_end_the_program(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        drop(read_schools(&bytes));
        drop(read_areas(&bytes, any_level()));
    }

    #[test]
    fn no_bytes_behind_a_signature_end_the_program(
        begin in prop_oneof![
            Just(&b"PK\x03\x04"[..]), Just(&b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"[..]),
            Just(&b"\xff\xfe"[..]), Just(&b"\xfe\xff"[..]), Just(&b"{"[..]),
            Just(&b"name,lat,lon\n"[..]),
        ],
        bytes in proptest::collection::vec(any::<u8>(), 0..1200),
        encoding in prop_oneof![Just("utf-8"), Just("utf-16be"), Just("windows-1256"), Just("gbk")],
    ) {
        let all = [begin, &bytes].concat();
        drop(read_schools(&all));
        let encoding = encoding.parse().ok();
        let forced = ReadOptions { encoding, ..ReadOptions::default() };
        drop(read_schools_with(&all, &forced));
    }

    #[test]
    fn no_changed_workbook_ends_the_program(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        name in prop_oneof![Just("old_excel.xls"), Just("list.xlsx")],
    ) {
        let mut bytes = fixture(name);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        drop(read_schools(&bytes));
    }

    #[test]
    fn no_changed_part_of_an_archive_ends_the_program(
        changes in proptest::collection::vec(
            (any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<u8>()), 1..12
        ),
        shapes in any::<bool>(),
    ) {
        let bytes = if shapes {
            shapefiles::schools(shapefiles::WGS_84, &[])
        } else {
            fixture("list.xlsx")
        };
        let mut parts = unpacked(&bytes);
        for (part, at, byte) in changes {
            let part = part.index(parts.len());
            let content = &mut parts[part].1;
            let at = at.index(content.len());
            content[at] = byte;
        }
        let parts: Vec<(&str, &[u8])> =
            parts.iter().map(|(name, content)| (name.as_str(), content.as_slice())).collect();
        drop(read_schools(&packed(&parts)));
        drop(read_areas(&packed(&parts), any_level()));
    }

    #[test]
    fn no_text_ends_the_program(text in "(name|lat|lon|,|;|\t|[|]|\"|\r|\n|é|0|[a-z]| ){0,80}") {
        let list = format!("name,lat,lon\n{text}");
        drop(read_schools(list.as_bytes()));
        drop(read_schools(text.as_bytes()));
    }

    #[test]
    fn no_geometry_ends_the_program(
        numbers in proptest::collection::vec(prop_oneof![
            -181.0..181.0_f64, Just(0.0), Just(1e308), Just(-1e308), 36.0..36.1_f64
        ], 0..24),
        kind in prop_oneof![Just("Point"), Just("Polygon"), Just("MultiPolygon")],
        short in any::<bool>(),
    ) {
        let mut ring = String::new();
        for pair in numbers.chunks(2) {
            let separator = if ring.is_empty() { "" } else { "," };
            let kept = if short { &pair[..1] } else { pair };
            let position: Vec<String> = kept.iter().map(f64::to_string).collect();
            write!(ring, "{separator}[{}]", position.join(",")).unwrap();
        }
        let coordinates = match kind {
            "Point" => ring.split("],").next().unwrap_or("[").trim_end_matches(']').to_owned() + "]",
            "Polygon" => format!("[[{ring}],[{ring}]]"),
            _ => format!("[[[{ring}]],[[{ring}]]]"),
        };
        let file = format!(
            r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","id":"way/1",
               "properties":{{"name":"Oak"}},"geometry":{{"type":"{kind}","coordinates":{coordinates}}}}}]}}"#
        );
        if let Ok(list) = read_schools(file.as_bytes()) {
            prop_assert!(list.rows.iter().all(|row| row.location.is_ok()));
        }
        drop(read_areas(file.as_bytes(), any_level()));
    }

    #[test]
    fn every_row_is_taken_or_has_a_finding(
        rows in proptest::collection::vec(proptest::collection::vec(cell(), 7), 1..20),
    ) {
        let rows: Vec<_> = rows.into_iter().enumerate().collect();
        if let Ok(list) = read_schools(&csv_of(&rows)) {
            let reported = list.findings.iter().filter(|finding| {
                finding.row > 0 && !list.rows.iter().any(|row| row.row == finding.row)
            });
            prop_assert_eq!(i32::try_from(reported.count()), Ok(list.rejected_count()));
            prop_assert!(list.findings.iter().all(|finding| !finding.message.is_empty()));
        }
    }

    #[test]
    fn the_order_of_rows_does_not_change_what_is_taken_of_them(
        rows in proptest::collection::vec(proptest::collection::vec(cell(), 6), 1..12),
        turn in 0..12_usize,
    ) {
        // Each row has an id of its own, so that none is another's duplicate.
        let mut rows: Vec<(usize, Vec<String>)> = rows
            .into_iter()
            .enumerate()
            .map(|(at, mut row)| {
                row.insert(5, format!("E{at}"));
                (at, row)
            })
            .collect();
        let sorted = |bytes: &[u8]| {
            read_schools(bytes).ok().map(|list| {
                let mut taken: Vec<SchoolRow> = list.rows.iter().map(content).collect();
                taken.sort_by(|a, b| a.aliases.cmp(&b.aliases));
                taken
            })
        };
        let before = sorted(&csv_of(&rows));
        let turn = turn % rows.len();
        rows.rotate_left(turn);
        prop_assert_eq!(before, sorted(&csv_of(&rows)));
    }
}
