//! The verdict of a row rests on what the rows say, not on the order in which they say it.

use std::collections::BTreeMap;

use schoolbeat::store::imports::{self, Import};

use super::{all_rows, file, preview, take, try_preview};
use crate::{
    imports::{areas, fixture},
    support::TestDatabase,
};

const HEADER: &str = "name,lat,lon,emis_code,giga_id_school,education_level,num_students,\
                      internet,admin1\n";

/// Rows of one group are about one school, and differ: which of them is taken is decided by their
/// order, how many of them are is not.
const ROWS: [(&str, &str); 34] = [
    ("sound", "Ash,1.51234,36.51234,E01,,Primary,100,yes,West"),
    (
        "known",
        "Oak School,1.11234,36.11234,E02,,Primary,120,yes,West",
    ),
    ("unchanged", "Elm,1.21234,36.21234,E03,,Primary,50,no,West"),
    ("by place", "Lime School,1.31235,36.31234,E04,,,,,"),
    ("tie a", "Pine School,1.41234,36.41234,E05,,,,,"),
    ("tie b", "Pine School,1.41234,36.41234,E06,,,,,"),
    ("twice", "Fig,1.61234,36.61234,E07,,,,,"),
    ("twice", "Fig,1.61234,36.61234,E07,,,,,"),
    ("one id", "Bay,1.71234,36.71234,E08,,,,,"),
    ("one id", "Bay Academy,1.71334,36.71234,E08,,,,,"),
    ("no id", "Yew,1.81234,36.81234,,,,,,"),
    ("no id", "Yew,1.81234,36.81234,,,,7,,"),
    ("two of one", "Teak,2.11254,36.11234,T1,,,,,"),
    (
        "two of one",
        "Teak,2.11334,36.11234,,6b1c7f2e-0000-4000-8000-000000000001,,,,",
    ),
    ("turned", "Turned,36.91234,1.91234,E09,,,,,"),
    ("globe", "Globe,136.91234,1.92234,E10,,,,,"),
    ("outside", "Outside,50.12345,10.12345,E11,,,,,"),
    ("beyond", "Beyond,1.51234,38.01123,E12,,,,,East"),
    ("elsewhere", "Elsewhere,1.51234,37.51234,E13,,,,,West"),
    ("lost", "Lost,0,36.5,E14,,,,,"),
    ("no number", "Number,n/k,36.51234,E15,,,,,"),
    ("nowhere", "Nowhere,,,E16,,,,,"),
    ("degrees", "Degrees,1° 30' 0\" N,36° 40' 0\" E,E17,,,,,"),
    ("garbled", "Colegio EspaÃ±ol,2.21234,36.21234,E18,,,,,"),
    ("spaces", "Two  Spaces ,2.31234,36.31234,E19,,,,,"),
    ("nameless", ",2.41234,36.41234,E20,,,,,"),
    ("nothing", ",,,,,,9,,"),
    ("dummy", "Dummy,2.51234,36.51234,00000,,,,,"),
    (
        "words",
        "Words,2.61234,36.61234,E21,,Zwergschule,many,perhaps,",
    ),
    ("near a", "Saint Mary Primary,2.71234,36.71234,E22,,,,,"),
    ("near b", "Saint Mary Primary,2.71274,36.71234,E23,,,,,"),
    ("pile a", "Heap,2.81234,36.81234,E24,,,,,"),
    ("pile b", "Mound,2.81234,36.81234,E25,,,,,"),
    ("pile c", "Hill,2.81234,36.81234,E26,,,,,"),
];

/// Verdict, how it was recognised, and findings with the rows that they name by their groups.
type Said = (String, Option<String>, Vec<String>);

/// What is said of the rows of each group, in an order of its own.
fn said(db: &TestDatabase, import: &Import, order: &[usize]) -> BTreeMap<String, Vec<Said>> {
    let group = |number: i32| {
        let at = usize::try_from(number - 2).unwrap();
        ROWS[order[at]].0
    };
    let mut said = BTreeMap::<String, Vec<Said>>::new();
    for row in all_rows(db, import) {
        let findings = row.findings.iter().map(|finding| {
            let [severity, code, field, value, message] = finding
                .each_ref()
                .map(|text| text.clone().unwrap_or_default());
            // A pile names its first row, whichever that is.
            let message = match code.as_str() {
                "position_shared" => String::new(),
                _ => by_content(&message, &group),
            };
            format!("{severity} {code} {field} {value} {message}")
        });
        let mut findings: Vec<String> = findings.collect();
        findings.sort_unstable();
        // Of rows about one school it is not told which one is spoken of.
        let group = group(row.row.unwrap());
        if ROWS.iter().filter(|row| row.0 == group).count() > 1 {
            for finding in &mut findings {
                let mut words = finding.split(' ');
                *finding = words.by_ref().take(2).collect::<Vec<_>>().join(" ");
            }
        }
        let repairs = row.repairs.iter();
        findings.extend(repairs.map(|repair| format!("{repair:?}")));
        let by = row.matched.map(|matched| matched.by);
        said.entry(group.to_owned())
            .or_default()
            .push((row.verdict, by, findings));
    }
    for rows in said.values_mut() {
        rows.sort();
    }
    said
}

/// What is said of each content, and how the rows went.
type Verdicts = (BTreeMap<String, Vec<Said>>, [i32; 5]);

/// The message with the groups of the rows that it names.
fn by_content(message: &str, group: &dyn Fn(i32) -> &'static str) -> String {
    let mut after_row = false;
    let words = message.split(' ').map(|word| {
        let (digits, sign) = match word.find(|c: char| !c.is_ascii_digit()) {
            Some(end) => word.split_at(end),
            None => (word, ""),
        };
        let named = std::mem::replace(&mut after_row, word == "row" || word == "rows");
        match digits.parse() {
            Ok(number) if named => format!("({}){sign}", group(number)),
            _ => word.to_owned(),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Orders by a generator that gives the same ones each time.
fn orders() -> impl Iterator<Item = Vec<usize>> {
    let straight: Vec<usize> = (0..ROWS.len()).collect();
    let reversed = straight.iter().rev().copied().collect();
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let shuffled = (0..6).map({
        let straight = straight.clone();
        move |_| {
            let mut order = straight.clone();
            for at in (1..order.len()).rev() {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                order.swap(at, usize::try_from(state % (at as u64 + 1)).unwrap());
            }
            order
        }
    });
    [straight, reversed].into_iter().chain(shuffled)
}

#[test]
fn no_order_of_rows_changes_what_is_said_of_them() {
    let db = TestDatabase::new();
    areas(&db, &fixture("areas.geojson"), "XAA", 1);
    take(
        &db,
        &format!(
            "{HEADER}Oak School,1.11234,36.11234,E02,,Primary,100,yes,West\n\
             Elm,1.21234,36.21234,E03,,Primary,50,no,West\n\
             Lime School,1.31234,36.31234,,,,,,\nPine School,1.41234,36.41234,,,,,,\n\
             Teak,2.11234,36.11234,T1,6b1c7f2e-0000-4000-8000-000000000001,,,,\n\
             Gone,2.91234,36.91234,E99,,,,,\n"
        ),
    );
    let mut first: Option<Verdicts> = None;
    for order in orders() {
        let rows = order.iter().map(|at| format!("{}\n", ROWS[*at].1));
        let import = preview(&db, &(HEADER.to_owned() + &rows.collect::<String>()));
        let now = (said(&db, &import, &order), super::counts(&import));
        match &first {
            None => first = Some(now),
            Some((groups, counts)) => {
                assert_eq!(now.1, *counts, "{order:?}");
                for (group, said) in groups {
                    assert_eq!(&now.0[group], said, "{group}, in the order {order:?}");
                }
            }
        }
    }
    let (groups, counts) = first.unwrap();
    assert_eq!(counts[4], 1, "Gone is missing");
    // The list is as bad as it is meant to be.
    let all: Vec<&Said> = groups.values().flatten().collect();
    assert_eq!(all.len(), ROWS.len());
    for verdict in ["created", "updated", "unchanged", "rejected"] {
        assert!(all.iter().any(|said| said.0 == verdict), "{verdict}");
    }
    let codes: std::collections::BTreeSet<&str> = all
        .iter()
        .flat_map(|said| said.2.iter().filter_map(|said| said.split(' ').nth(1)))
        .collect();
    assert!(codes.len() > 18, "{codes:?}");
}

/// The first row of a file is no other than the rest, for the file itself either.
#[test]
fn what_is_said_of_the_file_does_not_depend_on_the_order_of_its_rows() {
    let db = TestDatabase::new();
    let of_file = |order: &[usize]| {
        let rows = order.iter().map(|at| format!("{}\n", ROWS[*at].1));
        let (_dir, path) = file(&(HEADER.to_owned() + &rows.collect::<String>()));
        let import = try_preview(&db, &path).unwrap();
        let found = db.block_on(async {
            let client = db.store().client().await.unwrap();
            imports::findings(&client, import.id, i64::MAX)
                .await
                .unwrap()
                .0
        });
        let mut codes: Vec<(&str, Option<String>)> = found
            .into_iter()
            .filter(|finding| finding.row == 0)
            .map(|finding| (finding.code, finding.field))
            .collect();
        codes.sort_unstable();
        codes
    };
    let said: Vec<_> = orders().map(|order| of_file(&order)).collect();
    assert!(said[0].len() > 1, "{said:?}");
    assert!(said.iter().all(|codes| *codes == said[0]), "{said:?}");
}
