//! The verdict of a row rests on the row, not on where it stands.

use std::collections::BTreeMap;

use proptest::prelude::*;

use crate::registry::read_schools;

const COLUMNS: [&str; 11] = [
    "name",
    "lat",
    "lon",
    "education_level",
    "students",
    "internet",
    "funding",
    "download_speed_govt",
    "num_teachers",
    "milieu",
    "emis_code",
];

fn one_of(texts: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(texts).prop_map(str::to_owned)
}

fn row() -> impl Strategy<Value = Vec<String>> {
    (
        one_of(&[
            "Oak",
            "EspaÃ±ol",
            "PRIMﾊRE",
            "Cредняя школа",
            "",
            " Elm  School",
        ]),
        one_of(&["-1.28333", "1,5", "1° 17' S", "0", "", "91", "-7.7.9091"]),
        one_of(&["36.81667", "36,8", "36° 49' E", "0", "36.8\u{a0}"]),
        one_of(&["Primary", "primaire", "1", "basic", ""]),
        one_of(&["350", "12000", "many", ""]),
        one_of(&["yes", "non", "sometimes", ""]),
        one_of(&["Privé", "public", "mixte", ""]),
        one_of(&["10", "2,5 Mbps", "999", "0", ""]),
        one_of(&["9", "999", "few", ""]),
        one_of(&["urbain", "R", "zone 4", ""]),
    )
        .prop_map(|row| <[String; 10]>::from(row).to_vec())
}

/// Each row's id; shorter ones among those with zeros.
fn id(at: usize, kind: usize) -> String {
    match kind {
        0 => format!("{:05}", at + 1),
        1 => format!("{}", at + 1),
        _ => format!("E{at}"),
    }
}

/// What was said of each row, by its id.
type Verdicts = BTreeMap<String, Vec<(&'static str, Option<String>, Option<String>, String)>>;

fn verdicts(rows: &[Vec<String>]) -> Option<Verdicts> {
    let mut writer = csv::Writer::from_writer(vec![]);
    writer.write_record(COLUMNS).unwrap();
    for row in rows {
        writer.write_record(row).unwrap();
    }
    let list = read_schools(&writer.into_inner().unwrap()).ok()?;
    let mut verdicts = Verdicts::new();
    // The header is row 1, and what is said of row 0 is said of the file.
    for (number, row) in (2..).zip(rows) {
        let of_row = list.findings.iter().filter(|finding| finding.row == number);
        let of_row = of_row.map(|finding| {
            let finding = finding.clone();
            (finding.code, finding.field, finding.value, finding.message)
        });
        verdicts.insert(row[10].clone(), of_row.collect());
    }
    Some(verdicts)
}

proptest! {
    #[test]
    fn what_is_said_of_a_row_does_not_depend_on_where_it_stands(
        rows in prop::collection::vec((row(), 0..3_usize), 1..14),
        order in any::<prop::sample::Index>(),
    ) {
        let mut rows: Vec<Vec<String>> = rows
            .into_iter()
            .enumerate()
            .map(|(at, (mut row, kind))| {
                row.push(id(at, kind));
                row
            })
            .collect();
        let before = verdicts(&rows);
        let turn = order.index(rows.len());
        rows.rotate_left(turn);
        rows.reverse();
        prop_assert_eq!(before, verdicts(&rows));
    }
}
