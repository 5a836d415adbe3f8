//! What befalls letters on their way: bytes that were read in the wrong encoding, and letters of
//! another script that look alike. Proposes; must not change what the file states.

/// A fault of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// Stable slug.
    pub code: &'static str,
    /// What happened to it.
    pub what: String,
    /// What it was before, where that can be told.
    pub repair: Option<String>,
}

/// The fault of a name, if it has one.
pub(super) fn of_name(name: &str) -> Option<Fault> {
    mojibake(name).or_else(|| mixed_scripts(name))
}

fn mojibake(name: &str) -> Option<Fault> {
    if name.is_ascii() {
        return None;
    }
    let fault = |what: &str, repair| {
        Some(Fault {
            code: "name_mojibake",
            what: what.to_owned(),
            repair,
        })
    };
    if let Some(repair) = word_by_word(name, utf8_in_latin1) {
        return fault("it is UTF-8 that was read as Latin-1", Some(repair));
    }
    if let Some(repair) = word_by_word(name, latin1_in_shift_jis) {
        return fault("it is Latin-1 that was read as Shift-JIS", Some(repair));
    }
    if name.contains('\u{fffd}') {
        return fault(
            "letters were lost when it was read in the wrong encoding",
            None,
        );
    }
    None
}

/// The name with every word mended that can be; `None` if none can. The whole name first: in it a
/// no-break space may be half a letter.
fn word_by_word(name: &str, mend: impl Fn(&str) -> Option<String>) -> Option<String> {
    if let Some(whole) = mend(name) {
        return Some(whole);
    }
    let words: Vec<Result<String, &str>> =
        name.split(' ').map(|word| mend(word).ok_or(word)).collect();
    words.iter().any(Result::is_ok).then(|| {
        let words: Vec<String> = words
            .into_iter()
            .map(|word| word.unwrap_or_else(ToOwned::to_owned))
            .collect();
        words.join(" ")
    })
}

/// `EspaÃ±ol` → `Español`. Letters and signs of Latin-1 seldom form UTF-8 by chance.
fn utf8_in_latin1(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let bytes: Vec<u8> = text.chars().map(windows_1252).collect::<Option<_>>()?;
    let mended = String::from_utf8(bytes).ok()?;
    let printable = !mended.chars().any(char::is_control);
    (printable && mended != text).then_some(mended)
}

/// The byte of a letter in Windows-1252, which is what people mean by Latin-1.
fn windows_1252(c: char) -> Option<u8> {
    /// The letters of the bytes 0x80 to 0x9f; a space where there is none.
    const HIGH: &str = "€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ";
    if !c.is_ascii()
        && let Some(at) = HIGH.chars().position(|known| known == c)
    {
        return u8::try_from(0x80 + at).ok();
    }
    u8::try_from(u32::from(c)).ok()
}

/// `PRIMﾊRE` → `PRIMÊRE`: half-width kana within a word of Latin letters.
fn latin1_in_shift_jis(word: &str) -> Option<String> {
    if word.contains(' ') || !word.chars().any(|c| c.is_ascii_alphabetic()) {
        return None;
    }
    let is_kana = |c: char| ('\u{ff61}'..='\u{ff9f}').contains(&c);
    if !word.chars().any(is_kana) {
        return None;
    }
    let mended = word.chars().map(|c| {
        if is_kana(c) {
            char::from_u32(u32::from(c) - 0xff61 + 0xa1).unwrap_or(c)
        } else {
            c
        }
    });
    Some(mended.collect())
}

/// Scripts whose letters are mistaken for each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Cyrillic,
    Greek,
}

fn script(c: char) -> Option<Script> {
    match c {
        'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => {
            Some(Script::Latin)
        }
        '\u{400}'..='\u{52f}' => Some(Script::Cyrillic),
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Some(Script::Greek),
        _ => None,
    }
}

fn mixed_scripts(name: &str) -> Option<Fault> {
    if name.is_ascii() {
        return None;
    }
    let mut words = name.split(|c: char| !c.is_alphabetic());
    let (word, strangers) = words.find_map(|word| Some((word, strangers(word)?)))?;
    let mended = mend_scripts(name);
    let what = format!(
        "the word {word:?} has letters of two scripts ({})",
        strangers.join(", ")
    );
    Some(Fault {
        code: "name_mixed_scripts",
        what,
        repair: (mended != name && words_are_whole(&mended)).then_some(mended),
    })
}

fn words_are_whole(name: &str) -> bool {
    let mut words = name.split(|c: char| !c.is_alphabetic());
    words.all(|word| strangers(word).is_none())
}

/// The letters of a word that are not of the script of most of it; `None` if all are.
fn strangers(word: &str) -> Option<Vec<String>> {
    let own = main_script(word)?;
    let strangers: Vec<String> = word
        .chars()
        .filter(|c| script(*c).is_some_and(|script| script != own))
        .map(|c| format!("{c} is {:?}", script(c).unwrap_or(own)))
        .collect();
    (!strangers.is_empty()).then_some(strangers)
}

/// The script of most letters; where two have as many, the one that is not Latin, since Latin
/// keyboards are what such letters come from.
fn main_script(word: &str) -> Option<Script> {
    let count = |wanted| word.chars().filter(|c| script(*c) == Some(wanted)).count();
    let scripts = [Script::Latin, Script::Greek, Script::Cyrillic];
    let most = scripts.into_iter().max_by_key(|script| count(*script))?;
    (count(most) > 0).then_some(most)
}

/// The name with look-alikes put back into the script of their word.
fn mend_scripts(name: &str) -> String {
    const LATIN: &str = "ABCEHKMOPTXaceopxyiI";
    const CYRILLIC: &str = "АВСЕНКМОРТХасеорхуіІ";
    let mut mended = String::with_capacity(name.len());
    for word in name.split_inclusive(|c: char| !c.is_alphabetic()) {
        let (from, to) = match main_script(word) {
            Some(Script::Cyrillic) => (LATIN, CYRILLIC),
            _ => (CYRILLIC, LATIN),
        };
        mended.extend(word.chars().map(|c| {
            let at = from.chars().position(|known| known == c);
            at.and_then(|at| to.chars().nth(at)).unwrap_or(c)
        }));
    }
    mended
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn letters_that_were_read_wrongly_are_seen_and_a_repair_proposed() {
        for (name, repair) in [
            ("EspaÃ±ol", Some("Español")),
            ("Ã‰cole du ChÃªne", Some("École du Chêne")),
            (
                "Liceo JosÃ© MartÃ\u{ad} – Ñandú",
                Some("Liceo José Martí – Ñandú"),
            ),
            ("Ø§Ù„Ø´Ù…Ø³", Some("الشمس")),
            ("PRIMﾊRE du Lac", Some("PRIMÊRE du Lac")),
            ("\u{fffd}cole", None),
        ] {
            let fault = of_name(name).unwrap_or_else(|| panic!("{name}"));
            assert_eq!(
                (fault.code, fault.repair.as_deref()),
                ("name_mojibake", repair),
                "{name}"
            );
        }
    }

    #[test]
    fn a_word_of_two_scripts_is_seen_and_a_repair_proposed() {
        let fault = of_name("Cредняя школа №5").unwrap();
        assert_eq!(fault.code, "name_mixed_scripts");
        assert_eq!(fault.repair.as_deref(), Some("Средняя школа №5"));
        assert!(fault.what.contains("C is Latin"), "{}", fault.what);
        let fault = of_name("Schооl Fоur").unwrap();
        assert_eq!(fault.repair.as_deref(), Some("School Four"));
        assert_eq!(of_name("Wшкола").unwrap().repair, None);
    }

    #[test]
    fn sound_names_have_no_fault() {
        for name in [
            "Español",
            "École du Chêne",
            "SÃO JOÃO",
            "Escola Três Irmãos",
            "Средняя школа №5 Lyceum",
            "Школа XXI века",
            "مدرسة الشمس",
            "ST. ANNE´S GIRLS´ SCHOOL",
            "ﾊﾅ",
            "東京 School",
            "Trường Tiểu học",
            "Oak School",
        ] {
            assert_eq!(of_name(name), None, "{name}");
        }
    }

    proptest! {
        #[test]
        fn what_was_read_wrongly_is_put_right(name in "[A-Za-z]{1,6}[à-öø-ÿ][a-zà-öø-ÿ]{0,6}") {
            let as_latin1: String = name.bytes().map(char::from).collect();
            prop_assert_eq!(utf8_in_latin1(&as_latin1), Some(name));
        }
    }
}
