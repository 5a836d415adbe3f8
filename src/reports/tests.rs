//! Reports as their readers get them.

use uuid::Uuid;

use super::*;
use crate::domain::{area::AreaId, gap::GapArea, status::Status};

fn report() -> GapReport {
    let mut a = GapCounts::default();
    a.add(Status::Good, 1234, 1000, 500_000);
    a.add(Status::Unknown, 766, 0, 0);
    let mut nowhere = GapCounts::default();
    nowhere.add(Status::NotConnected, 4, 4, 900);
    let area = |name: &str| {
        Some(GapArea {
            id: AreaId(Uuid::nil()),
            name: name.into(),
            names: std::collections::BTreeMap::new(),
            code: Some("=1+1".into()),
        })
    };
    GapReport {
        country_code: CountryCode::new("XTH").unwrap(),
        country_name: "Thalassia <invented>".into(),
        invented: true,
        credit: None,
        time_zone: chrono_tz::Africa::Nairobi,
        window_days: 28,
        benchmark: Benchmark::default(),
        level: AreaLevel::new(1).unwrap(),
        as_of: "2026-11-24T21:30:00Z".parse().unwrap(),
        rows: vec![
            GapRow {
                area: area("North, \"upper\""),
                counts: a,
            },
            GapRow {
                area: None,
                counts: nowhere,
            },
        ],
    }
}

#[test]
fn a_table_has_its_total_and_no_formula() {
    let text = String::from_utf8(report().render(Format::Csv)).unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let column = |name: &str| {
        reader
            .headers()
            .unwrap()
            .iter()
            .position(|known| known == name)
            .unwrap()
    };
    let [mut column] = [column];
    let (area, schools, unknown, code) = (
        column("area"),
        column("schools"),
        column("unknown"),
        column("area_code"),
    );
    let lines: Vec<_> = reader.records().map(Result::unwrap).collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(&lines[0][area], "North, \"upper\"");
    assert_eq!(&lines[0][code], "'=1+1");
    assert_eq!(&lines[2][area], "(total)");
    for place in [schools, unknown] {
        let numbers: Vec<i64> = lines
            .iter()
            .map(|line| line[place].parse().unwrap())
            .collect();
        assert_eq!(numbers[0] + numbers[1], numbers[2]);
    }
}

#[test]
fn a_page_says_what_is_invented_and_escapes_what_it_is_told() {
    let page = String::from_utf8(report().render(Format::Html)).unwrap();
    assert!(page.contains("Invented country"));
    assert!(page.contains("Thalassia &lt;invented&gt;"));
    assert!(page.contains("1,234 of 2,004 schools are measured; 100\u{a0}% of those meet 20 Mbps"));
    assert!(
        page.contains("25 November 2026, 00:30"),
        "local time where people read"
    );
    assert!(!page.contains("http"), "nothing from outside");
}

#[test]
fn copies_can_be_told_apart() {
    assert_eq!(
        report().file_name(Format::Csv),
        "gaps-XTH-invented-level1-2026-11-25.csv"
    );
}
