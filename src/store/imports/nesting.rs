//! Whether a tree of areas holds together: children in their parents, siblings beside one another.
//! Judges outlines by the share of an area that is wrong, on the spheroid; changes nothing.

use deadpool_postgres::Transaction;
use tokio_postgres::Row;

use super::frame::batch;
use crate::{
    domain::{
        area::{AreaLevel, CountryCode},
        listing::{AreaRow, Finding},
    },
    store::{StoreError, query::sql},
};

/// So much of an area may lie outside its parent, or in its neighbour, before it is a finding: two
/// levels are drawn at different scales, and a border that is a hundred metres off along a district
/// twenty kilometres wide is 1 % of it.
const SLIVER_SHARE: f64 = 0.01;

/// Everything that is wrong with the level of the file and the next one below it.
pub(super) async fn judge(
    tx: &Transaction<'_>,
    country: &CountryCode,
    level: AreaLevel,
    rows: &[AreaRow],
) -> Result<Vec<Finding>, StoreError> {
    let (code, number) = (country.as_str(), level.number());
    batch(tx, sql!("import_nesting_table")).await?;
    sql!("import_nesting_fill")
        .execute(tx, &[&code, &number])
        .await?;
    sql!("import_nesting_pieces").execute(tx, &[]).await?;
    batch(
        tx,
        sql!(
            "import_nesting_ready",
            "ANALYZE nesting; ANALYZE parent_piece"
        ),
    )
    .await?;
    let mut findings = foreign(country, rows);
    let orphans = sql!("import_area_without_parent").rows(tx, &[]).await?;
    findings.extend(orphans.iter().map(orphan));
    let outside = sql!("import_area_outside_parent")
        .rows(tx, &[&SLIVER_SHARE])
        .await?;
    findings.extend(outside.iter().map(outside_parent));
    let stated = sql!("import_area_parent_differs")
        .rows(tx, &[&code])
        .await?;
    findings.extend(parent_differs(&stated));
    let overlaps = sql!("import_area_overlaps")
        .rows(tx, &[&code, &number, &SLIVER_SHARE])
        .await?;
    findings.extend(overlaps.iter().map(overlap));
    Ok(findings)
}

fn orphan(row: &Row) -> Finding {
    let (name, level): (String, i16) = (row.get("name"), row.get("parent_level"));
    let message = match row.get::<_, Option<String>>("parent_name") {
        Some(parent) => format!(
            "{name} lies in {parent}, but in no area of level {level}: correct its outline, or \
             add the area of level {level} that it belongs to"
        ),
        None => format!(
            "{name} lies in no area of level {level}: correct its outline, or add the area that \
             it belongs to"
        ),
    };
    about(row, "area_without_parent", message, &name)
}

fn outside_parent(row: &Row) -> Finding {
    let (name, parent): (String, String) = (row.get("name"), row.get("parent_name"));
    let level: i16 = row.get("parent_level");
    let message = format!(
        "{} of {name} ({}) lies outside {parent}, the area of level {level} that it lies in: \
         correct one of the two outlines",
        percent(row.get("share")),
        square_km(row.get("outside_m2"))
    );
    about(row, "area_outside_parent", message, &name)
}

fn overlap(row: &Row) -> Finding {
    let (name, other): (String, String) = (row.get("name"), row.get("other_name"));
    let message = format!(
        "{name} and {other} share {}, {} of the smaller one; a school there is counted in one of \
         them: correct the outlines",
        square_km(row.get("shared_m2")),
        percent(row.get("share"))
    );
    about(row, "area_overlaps", message, &name)
}

/// Areas whose stated parent is another than their outline's, and one line for all whose stated
/// parent nobody knows: the codes of two makers differ throughout.
fn parent_differs(rows: &[Row]) -> Vec<Finding> {
    let (known, unknown): (Vec<&Row>, Vec<&Row>) =
        rows.iter().partition(|row| row.get::<_, bool>("is_known"));
    let differs = known.into_iter().map(|row| {
        let (name, stated): (String, String) = (row.get("name"), row.get("stated"));
        let place = match row.get::<_, Option<String>>("parent_name") {
            Some(parent) => match row.get::<_, Option<String>>("parent_code") {
                Some(code) if code != parent => format!("in {parent} ({code})"),
                _ => format!("in {parent}"),
            },
            None => "in no area".to_owned(),
        };
        let message = format!(
            "the file says that {name} belongs to {stated:?}, but its outline lies {place}, and \
             so do its schools: correct the outline, or what the file says"
        );
        Finding {
            value: Some(stated),
            ..about(row, "area_parent_differs", message, &name).field("parent")
        }
    });
    let mut findings: Vec<Finding> = differs.collect();
    if let Some(first) = unknown.first() {
        let (name, stated): (String, String) = (first.get("name"), first.get("stated"));
        let message = format!(
            "{} areas name a parent that is known by no such code or name, the first {name}: what \
             the file says was not compared with the outlines",
            unknown.len()
        );
        let finding = Finding::info(0, "area_parent_not_known", message);
        findings.push(finding.field("parent").value(&stated));
    }
    findings
}

/// Areas that the file places in another country, one line a country.
fn foreign(country: &CountryCode, rows: &[AreaRow]) -> Vec<Finding> {
    let mut findings: Vec<(Finding, usize)> = vec![];
    for row in rows {
        let Some(stated) = row.country.as_ref().filter(|stated| *stated != country) else {
            continue;
        };
        let known = findings
            .iter_mut()
            .find(|(finding, _)| finding.value.as_deref() == Some(stated.as_str()));
        if let Some((_, count)) = known {
            *count += 1;
        } else {
            let finding = Finding::warning(row.row, "area_parent_differs", "");
            let finding = finding.field("country").value(stated.as_str());
            findings.push((finding, 1));
        }
    }
    let findings = findings.into_iter().map(|(finding, count)| Finding {
        message: format!(
            "the file says that {count} of its areas, this one the first, lie in {}; they were \
             taken as areas of {country}: check --country",
            finding.value.as_deref().unwrap_or_default()
        ),
        ..finding
    });
    findings.collect()
}

fn about(row: &Row, code: &'static str, message: String, name: &str) -> Finding {
    let number = row.get("row_number");
    Finding::warning(number, code, message)
        .field("geometry")
        .value(name)
}

/// A share in words.
fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// Square kilometres with as many decimals as are worth reading.
fn square_km(square_m: f64) -> String {
    let km2 = square_m / 1e6;
    if km2 >= 100.0 {
        format!("{km2:.0} km²")
    } else if km2 >= 1.0 {
        format!("{km2:.1} km²")
    } else {
        format!("{km2:.3} km²")
    }
}

#[cfg(test)]
mod tests {
    use geo::MultiPolygon;
    use proptest::prelude::*;

    use super::*;

    fn area(row: i32, country: &str) -> AreaRow {
        AreaRow {
            row,
            match_key: row.to_string(),
            code: None,
            name: row.to_string(),
            names: std::collections::BTreeMap::default(),
            outline: MultiPolygon::new(vec![]),
            population: None,
            population_year: None,
            parent: crate::domain::listing::StatedParent::default(),
            country: CountryCode::new(country),
            attributes: std::collections::BTreeMap::default(),
        }
    }

    #[test]
    fn figures_are_as_long_as_they_are_worth() {
        assert_eq!(percent(0.0312), "3.1 %");
        assert_eq!(square_km(12_345_678_900.0), "12346 km²");
        assert_eq!(square_km(14_120_000.0), "14.1 km²");
        assert_eq!(square_km(1234.0), "0.001 km²");
    }

    proptest! {
        #[test]
        fn each_foreign_country_has_one_line_and_our_own_none(
            countries in prop::collection::vec(prop::sample::select(vec!["KEN", "UGA", "TZA", "?"]), 0..40)
        ) {
            let ours = CountryCode::new("KEN").unwrap();
            let rows: Vec<AreaRow> = (1..).zip(&countries).map(|(row, code)| area(row, code)).collect();
            let findings = foreign(&ours, &rows);
            for code in ["UGA", "TZA"] {
                let count = countries.iter().filter(|known| **known == code).count();
                let lines: Vec<_> = findings.iter().filter(|f| f.value.as_deref() == Some(code)).collect();
                prop_assert_eq!(lines.len(), usize::from(count > 0));
                for line in lines {
                    let says = format!("{count} of its areas");
                    prop_assert!(line.message.contains(&says), "{}", line.message);
                }
            }
            prop_assert!(findings.len() <= 2);
        }
    }
}
