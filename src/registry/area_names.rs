//! Which columns name an area, and in which language. Reads the names of columns that HDX's common
//! operational datasets, GADM, geoBoundaries, Natural Earth and OpenStreetMap use.

use std::collections::BTreeMap;

use super::{cell, columns, table::Row};
use crate::domain::area::AreaLevel;

/// ISO 639-1. Two letters alone would take `ADM1_TY` for a language.
const LANGUAGES: &str = "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co \
    cr cs cu cv cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi \
    ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw \
    ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc \
    oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su \
    sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";
/// Languages of a plain name, where there are several, best first.
const PREFERRED: [&str; 6] = ["en", "fr", "pt", "es", "ar", "ru"];
/// HDX's newer files number their names, and their languages beside them.
const NUMBERED: [&str; 4] = ["", "1", "2", "3"];

/// Columns of names.
pub(super) struct NameColumns {
    /// Of the name, best first.
    plain: Vec<usize>,
    /// Of names in a language.
    languages: Vec<(usize, String)>,
    /// Of names whose language stands in another column: the name's, the language's.
    numbered: Vec<(usize, usize)>,
}

impl NameColumns {
    pub fn guess(names: &[String], level: AreaLevel) -> Self {
        let plain: Vec<String> = names.iter().map(|name| columns::plain(name)).collect();
        let place = |name: &str| columns::position(&plain, name);
        let n = level.number();
        let mut wanted: Vec<String> = ["name", "shapeName", "name_en"].map(Into::into).into();
        wanted.extend([format!("NAME_{n}"), format!("adm{n}_name")]);
        wanted.extend(PREFERRED.map(|language| format!("adm{n}_{language}")));
        let languages = names.iter().enumerate();
        let languages = languages.filter_map(|(at, name)| Some((at, language(name, n)?)));
        let numbered = NUMBERED.iter().filter_map(|number| {
            let name = place(&format!("adm{n}_name{number}"))?;
            Some((name, place(&format!("lang{number}"))?))
        });
        Self {
            plain: wanted.iter().filter_map(|name| place(name)).collect(),
            languages: languages.collect(),
            numbered: numbered.collect(),
        }
    }

    /// The name, and the names by language. A file may have the latter alone.
    pub fn of(&self, row: &Row) -> (Option<String>, BTreeMap<String, String>) {
        let text =
            |column: usize| Some(cell::folded(cell::stated(row.text(column)?)?).into_owned());
        let by_tag = self.languages.iter();
        let by_tag = by_tag.filter_map(|(column, tag)| Some((tag.clone(), text(*column)?)));
        let numbered = self.numbered.iter().filter_map(|(name, language)| {
            let tag = text(*language)?.to_ascii_lowercase();
            Some((is_language(&tag).then_some(tag)?, text(*name)?))
        });
        let names: BTreeMap<String, String> = by_tag.chain(numbered).collect();
        let name = self.plain.iter().find_map(|column| text(*column));
        let name = name.or_else(|| {
            let preferred = PREFERRED.iter().find_map(|language| names.get(*language));
            preferred.or_else(|| names.values().next()).cloned()
        });
        (name, names)
    }
}

/// `name_sw`, `NAME_SW` and `name:sw` are names in Swahili, and so is `ADM1_SW` on level 1. Of
/// longer tags, `name:sr-Latn` and `name:kin` are read, since `name_alt` and `name_len` are none.
fn language(column: &str, level: i16) -> Option<String> {
    if let Some(tag) = column.strip_prefix("name:") {
        let (language, script) = tag.split_once('-').unwrap_or((tag, "Latn"));
        let lower = |text: &str| text.bytes().all(|byte| byte.is_ascii_lowercase());
        let is_script = script.len() == 4
            && script.starts_with(|c: char| c.is_ascii_uppercase())
            && lower(&script[1..]);
        let is_tag = (language.len() == 3 && lower(language)) || is_language(language);
        return (is_tag && is_script).then(|| tag.to_owned());
    }
    let column = column.to_ascii_lowercase();
    let named = column.strip_prefix("name_");
    // `ADM1_ID` is an id more often than a name in Indonesian.
    let coded = column.strip_prefix(&format!("adm{level}_"));
    let tag = named.or(coded.filter(|tag| *tag != "id"))?;
    is_language(tag).then(|| tag.to_owned())
}

fn is_language(tag: &str) -> bool {
    tag.len() == 2 && LANGUAGES.split_ascii_whitespace().any(|known| known == tag)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::registry::table::Shape;

    fn names(cells: &[(&str, &str)]) -> (Option<String>, Vec<String>) {
        let columns: Vec<String> = cells.iter().map(|(name, _)| (*name).to_owned()).collect();
        let row = Row {
            number: 1,
            cells: cells
                .iter()
                .enumerate()
                .map(|(at, (_, text))| (at, (*text).to_owned()))
                .collect(),
            shape: Shape::Absent,
        };
        let (name, names) = NameColumns::guess(&columns, AreaLevel::new(1).unwrap()).of(&row);
        let names = names.into_iter().map(|(tag, name)| format!("{tag} {name}"));
        (name, names.collect())
    }

    #[test]
    fn the_files_of_five_makers_are_read() {
        let hdx = [
            ("ADM1_EN", "East"),
            ("ADM1_FR", "Est"),
            ("ADM1_AR", "شرق"),
            ("ADM1_PCODE", "X1"),
            ("ADM1_REF", "East"),
            ("ADM0_FR", "Pays"),
        ];
        assert_eq!(
            names(&hdx),
            (
                Some("East".into()),
                vec!["ar شرق".into(), "en East".into(), "fr Est".into()]
            )
        );
        let newer = [
            ("adm1_name", "Est"),
            ("adm1_name1", "شرق"),
            ("lang", "fr"),
            ("lang1", "ar"),
        ];
        assert_eq!(
            names(&newer),
            (Some("Est".into()), vec!["ar شرق".into(), "fr Est".into()])
        );
        let osm = [
            ("name", "Est"),
            ("name:sw", "Mashariki"),
            ("name:sr-Latn", "Istok"),
            ("name:prefix", "X"),
            ("name:kin", "Iburasirazuba"),
        ];
        let expected = ["kin Iburasirazuba", "sr-Latn Istok", "sw Mashariki"]
            .map(Into::into)
            .to_vec();
        assert_eq!(names(&osm), (Some("Est".into()), expected));
        let natural_earth = [("NAME_FR", "Est"), ("name_alt", "E"), ("name_len", "3")];
        assert_eq!(
            names(&natural_earth),
            (Some("Est".into()), vec!["fr Est".into()])
        );
        assert_eq!(
            names(&[("shapeName", "Est"), ("shapeISO", "X")]),
            (Some("Est".into()), vec![])
        );
        assert_eq!(
            names(&[("NAME_1", "Est"), ("ADM1_ID", "7")]),
            (Some("Est".into()), vec![])
        );
    }

    proptest! {
        #[test]
        fn any_column_is_a_language_or_none(column in "(name|adm1)?[:_]?.{0,9}") {
            if let Some(tag) = language(&column, 1) {
                prop_assert!(tag.len() >= 2 && tag.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-'));
            }
        }
    }
}
