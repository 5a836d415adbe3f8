//! What a file says of the areas above an area. Believes nothing of it: the parent comes from the
//! outlines, and the two are compared.

use super::{cell, columns, spelling::plain, table::Row};
use crate::domain::{
    area::{AreaLevel, CountryCode},
    listing::StatedParent,
};

/// Columns that state the country by its ISO 3166-1 alpha-3 code.
const COUNTRIES: [&str; 6] = [
    "shapeGroup",
    "iso3",
    "adm0_a3",
    "GID_0",
    "iso_a3",
    "country_code",
];
/// What the levels above the second are called, the deeper ones first.
const LEVEL_WORDS: [&str; 12] = [
    "district",
    "county",
    "departement",
    "departamento",
    "department",
    "governorate",
    "wilaya",
    "province",
    "provincia",
    "state",
    "region",
    "oblast",
];

/// Columns that name the parent or the country.
pub(super) struct ParentColumns {
    codes: Vec<usize>,
    names: Vec<usize>,
    countries: Vec<usize>,
}

impl ParentColumns {
    pub fn guess(names: &[String], level: AreaLevel) -> Self {
        let plain: Vec<String> = names.iter().map(|name| plain(name)).collect();
        let places = |wanted: &[String]| {
            let places = wanted
                .iter()
                .filter_map(|name| columns::position(&plain, name));
            places.collect::<Vec<_>>()
        };
        let mut codes = ["parent_id", "parent_code", "parent_pcode", "parent"]
            .map(Into::into)
            .to_vec();
        let mut labels: Vec<String> = ["parent_name", "parent"].map(Into::into).to_vec();
        let above = level.number() - 1;
        if above >= 1 {
            codes.extend(["pcode", "code"].map(|word| format!("adm{above}_{word}")));
            codes.push(format!("GID_{above}"));
            labels.extend(
                ["name", "en", "fr", "pt", "es", "ar"].map(|word| format!("adm{above}_{word}")),
            );
            labels.push(format!("NAME_{above}"));
            labels.extend(LEVEL_WORDS.map(Into::into));
        }
        Self {
            codes: if above >= 0 { places(&codes) } else { vec![] },
            names: if above >= 0 { places(&labels) } else { vec![] },
            countries: places(&COUNTRIES.map(Into::into)),
        }
    }

    /// What the row says of the parent of the area of that name.
    pub fn parent(&self, row: &Row, own_name: &str) -> StatedParent {
        let own = plain(own_name);
        StatedParent {
            code: self.codes.iter().find_map(|column| text(row, *column)),
            name: self
                .names
                .iter()
                .filter_map(|column| text(row, *column))
                .find(|name| plain(name) != own),
        }
    }

    /// The country that the row states.
    pub fn country(&self, row: &Row) -> Option<CountryCode> {
        let mut codes = self
            .countries
            .iter()
            .filter_map(|column| text(row, *column));
        codes.find_map(|code| CountryCode::new(&code))
    }
}

fn text(row: &Row, column: usize) -> Option<String> {
    Some(cell::folded(cell::stated(row.text(column)?)?).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::table::Shape;

    fn stated(
        level: i16,
        cells: &[(&str, &str)],
    ) -> (Option<String>, Option<String>, Option<String>) {
        let columns: Vec<String> = cells.iter().map(|(name, _)| (*name).to_owned()).collect();
        let cells = cells.iter().enumerate();
        let row = Row {
            number: 1,
            cells: cells
                .map(|(at, (_, text))| (at, (*text).to_owned()))
                .collect(),
            shape: Shape::Absent,
        };
        let columns = ParentColumns::guess(&columns, AreaLevel::new(level).unwrap());
        let parent = columns.parent(&row, "Gasabo");
        let country = columns.country(&row).map(|code| code.to_string());
        (parent.code, parent.name, country)
    }

    #[test]
    fn parents_are_stated_by_code_or_by_name() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            stated(2, &[("parent_id", "11"), ("iso3", "RWA")]),
            (some("11"), None, some("RWA"))
        );
        let hdx = [
            ("ADM1_PCODE", "RW1"),
            ("ADM1_EN", "Kigali"),
            ("ADM2_PCODE", "RW11"),
        ];
        assert_eq!(stated(2, &hdx), (some("RW1"), some("Kigali"), None));
        let words = [
            ("Province", "Kigali"),
            ("District", "GASABO"),
            ("shapeGroup", "RWA"),
        ];
        assert_eq!(stated(2, &words), (None, some("Kigali"), some("RWA")));
        assert_eq!(
            stated(0, &[("parent_id", "AFR"), ("shapeGroup", "Rwanda")]),
            (None, None, None)
        );
    }
}
