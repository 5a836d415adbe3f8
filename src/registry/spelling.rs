//! What people vary when they write the same word: case, accents, blanks and signs. Compares
//! words; must not be shown to anybody.

/// A text without what people vary: case, accents, spaces, underscores, other signs. Arabic is
/// without vowel signs and with one form of each letter that has several.
pub(super) fn plain(text: &str) -> String {
    let kept = text.chars().filter(|c| c.is_alphanumeric() || *c == '@');
    let mut plain = String::with_capacity(text.len());
    for c in kept.flat_map(char::to_lowercase) {
        match c {
            // The dot that a lower-case İ leaves behind, tatweel and vowel signs.
            '\u{300}'..='\u{36f}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}' => {}
            _ => match folded(c) {
                Some(letters) => plain.push_str(letters),
                None => plain.push(c),
            },
        }
    }
    plain
}

/// A lower-case letter without its accent; `None` for one that has none.
fn folded(c: char) -> Option<&'static str> {
    Some(match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'ǎ' | 'ạ' | 'ả' | 'ª' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' | 'ẽ' | 'ẹ' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => "i",
        'ł' | 'ľ' | 'ļ' | 'ĺ' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' | 'ọ' | 'º' => "o",
        'œ' => "oe",
        'ŕ' | 'ř' | 'ŗ' => "r",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => "s",
        'ß' => "ss",
        'ţ' | 'ť' | 'ț' => "t",
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => "u",
        'ý' | 'ÿ' | 'ŷ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        'أ' | 'إ' | 'آ' | 'ٱ' => "ا",
        'ى' => "ي",
        'ة' => "ه",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn case_accents_blanks_and_signs_do_not_matter() {
        for (a, b) in [
            ("Privé", "PRIVE"),
            ("Prive\u{301}", "privé"),
            ("Nom de l'école", "nom_de_l’ecole"),
            ("Año de creación", "ANO-DE-CREACION"),
            ("São João", "sao joao"),
            ("Œuvre", "oeuvre"),
            ("المدرسة", "المدرسه"),
            ("إعداديّ", "اعدادي"),
        ] {
            assert_eq!(plain(a), plain(b), "{a} {b}");
        }
        assert_ne!(plain("boys"), plain("girls"));
        assert_eq!(plain("@id"), "@id");
    }

    proptest! {
        #[test]
        fn plain_is_plain_already(text in ".{0,40}") {
            let once = plain(&text);
            prop_assert_eq!(plain(&once), once);
        }
    }
}
