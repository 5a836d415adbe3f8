//! Levels of education: a list's words → Giga's terms. A school that teaches several levels is
//! named by all of them; a combination that Giga has no term for is left as it is stated.

use std::{collections::HashMap, sync::LazyLock};

use super::spelling::plain;

const PRE_PRIMARY: u8 = 1;
const PRIMARY: u8 = 2;
const SECONDARY: u8 = 4;
const POST_SECONDARY: u8 = 8;

/// Giga's terms, by the levels that they name.
const TERMS: &[(u8, &str)] = &[
    (PRE_PRIMARY, "Pre-Primary"),
    (PRIMARY, "Primary"),
    (SECONDARY, "Secondary"),
    (POST_SECONDARY, "Post-Secondary"),
    (PRE_PRIMARY | PRIMARY, "Pre-Primary and Primary"),
    (PRIMARY | SECONDARY, "Primary and Secondary"),
    (
        PRE_PRIMARY | PRIMARY | SECONDARY,
        "Pre-Primary, Primary and Secondary",
    ),
    (
        PRIMARY | SECONDARY | POST_SECONDARY,
        "Primary, Secondary and Post-Secondary",
    ),
];

/// Words of one level. "College" is none of them: it is a lower secondary school in French and a
/// post-secondary one in English; nor are "basic" and "fundamental", which differ by country.
const WORDS: &[(u8, &str)] = &[
    (
        PRE_PRIMARY,
        "pre-primary, kindergarten, nursery, nursery school, preschool, pre school, ecd, ece, \
         early childhood, early childhood development, early childhood education, préprimaire, \
         préscolaire, école maternelle, maternelle, jardin d'enfants, preescolar, pre escolar, \
         educación preescolar, inicial, educación inicial, jardín de infantes, jardín infantil, \
         pré-escola, educação pré-escolar, educação infantil, infantil, creche, \
         jardim de infância, رياض الأطفال, روضة أطفال, روضة, الروضة, تمهيدي, ما قبل الابتدائي",
    ),
    (
        PRIMARY,
        "primary, primary school, primary education, elementary, elementary school, primaire, \
         école primaire, enseignement primaire, élémentaire, école élémentaire, primaria, \
         primario, educación primaria, escuela primaria, nivel primario, primário, primária, \
         ensino primário, escola primária, ابتدائي, ابتدائية, الابتدائي, الابتدائية, \
         مدرسة ابتدائية, المرحلة الابتدائية, التعليم الابتدائي",
    ),
    (
        SECONDARY,
        "secondary, secondary school, secondary education, high school, middle school, \
         junior high school, senior high school, lower secondary, upper secondary, \
         junior secondary, senior secondary, secondaire, école secondaire, \
         enseignement secondaire, lycée, secondaire inférieur, secondaire supérieur, secundaria, \
         secundario, educación secundaria, escuela secundaria, nivel secundario, bachillerato, \
         educación media, enseñanza media, secundário, ensino secundário, escola secundária, \
         ensino médio, ثانوي, ثانوية, الثانوي, الثانوية, مدرسة ثانوية, المرحلة الثانوية, \
         إعدادي, إعدادية, الإعدادية, متوسط, متوسطة, المتوسطة",
    ),
    (
        POST_SECONDARY,
        "post-secondary, tertiary, tertiary education, university, higher education, \
         post-secondaire, supérieur, enseignement supérieur, université, universitaire, superior, \
         educación superior, universidad, universitaria, educação superior, ensino superior, \
         universidade, جامعي, جامعة, التعليم العالي, تعليم عالي",
    ),
];

const OTHER: &str = "other, others, autre, autres, otro, otros, otra, outro, outros, outra, أخرى";
const UNKNOWN: &str = "unknown, not known, not stated, inconnu, inconnue, non précisé, \
                       desconocido, desconocida, no especificado, desconhecido, desconhecida, \
                       não especificado, غير معروف, غير محدد";

/// What stands between the levels of a school that teaches several.
const BETWEEN: &[&str] = &[
    " and ", " et ", " y ", " e ", " و ", " و", ",", "/", "+", "&", ";", "|", "،", " - ",
];

static INDEX: LazyLock<HashMap<String, u8>> = LazyLock::new(|| {
    let spellings = WORDS
        .iter()
        .flat_map(|(level, words)| words.split(',').map(|word| (plain(word), *level)));
    spellings.collect()
});

static WHOLE: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let terms = TERMS.iter().map(|(_, term)| (plain(term), *term));
    let others = OTHER.split(',').map(|word| (plain(word), "Other"));
    let unknown = UNKNOWN.split(',').map(|word| (plain(word), "Unknown"));
    terms.chain(others).chain(unknown).collect()
});

/// Giga's term for a level as a list words it.
fn term(text: &str) -> Option<&'static str> {
    if let Some(term) = WHOLE.get(&plain(text)) {
        return Some(term);
    }
    of_levels(text, |word| INDEX.get(&plain(word)).copied())
}

/// Giga's term for an ISCED level, or several: 0 is before school, 1 primary, 2 and 3 secondary.
fn of_isced(text: &str) -> Option<&'static str> {
    of_levels(text, |word| match word.trim() {
        "0" => Some(PRE_PRIMARY),
        "1" => Some(PRIMARY),
        "2" | "3" => Some(SECONDARY),
        "4" | "5" | "6" | "7" | "8" => Some(POST_SECONDARY),
        _ => None,
    })
}

/// Giga's term for what a column of that name says.
pub(super) fn of_column(column: &str, text: &str) -> Option<&'static str> {
    let isced = plain(column).starts_with("isced");
    let of_isced = isced.then(|| of_isced(text)).flatten();
    of_isced.or_else(|| term(text))
}

fn of_levels(text: &str, level: impl Fn(&str) -> Option<u8>) -> Option<&'static str> {
    let levels = level(text).or_else(|| {
        let lower = text.to_lowercase();
        let mut apart = lower;
        for sign in BETWEEN {
            apart = apart.replace(sign, "\u{1f}");
        }
        let parts = apart.split('\u{1f}').filter(|part| !part.trim().is_empty());
        parts
            .map(level)
            .reduce(|sum, level| Some(sum? | level?))
            .flatten()
    })?;
    let known = TERMS.iter().find(|(named, _)| *named == levels);
    known.map(|(_, term)| *term)
}

/// The terms in words.
pub(super) fn named() -> String {
    let terms: Vec<&str> = TERMS.iter().map(|(_, term)| *term).collect();
    format!("{}, Other, Unknown", terms.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_known_in_five_languages() {
        for (text, wanted) in [
            ("Primary", "Primary"),
            ("PRIMAIRE", "Primary"),
            ("Educación Primaria", "Primary"),
            ("ensino primario", "Primary"),
            ("ابتدائية", "Primary"),
            ("lycee", "Secondary"),
            ("الثانويّة", "Secondary"),
            ("Maternelle", "Pre-Primary"),
            ("Université", "Post-Secondary"),
            ("Primary and Secondary", "Primary and Secondary"),
            ("primaire et secondaire", "Primary and Secondary"),
            ("Primaria / Secundaria", "Primary and Secondary"),
            ("pre-primary, primary", "Pre-Primary and Primary"),
            ("Primaria y Secundaria", "Primary and Secondary"),
            ("ابتدائي وثانوي", "Primary and Secondary"),
            ("Junior Secondary + Senior Secondary", "Secondary"),
            (
                "Maternelle, primaire et secondaire",
                "Pre-Primary, Primary and Secondary",
            ),
            ("unknown", "Unknown"),
            ("Autre", "Other"),
        ] {
            assert_eq!(term(text), Some(wanted), "{text}");
        }
        for text in [
            "college",
            "Collège",
            "basic",
            "1",
            "Pre-Primary and Secondary",
            "/",
        ] {
            assert_eq!(term(text), None, "{text}");
        }
    }

    #[test]
    fn isced_levels_are_numbers() {
        assert_eq!(of_isced("1"), Some("Primary"));
        assert_eq!(of_isced("1;2;3"), Some("Primary and Secondary"));
        assert_eq!(of_isced("0,2"), None);
        assert_eq!(of_isced("primary"), None);
    }

    #[test]
    fn no_word_means_two_levels() {
        for (level, words) in WORDS {
            for word in words.split(',') {
                assert_eq!(INDEX.get(&plain(word)), Some(level), "{word}");
            }
        }
    }
}
