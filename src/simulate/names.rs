//! Names that nobody bears: a grammar of syllables that can be pronounced in most languages.

use std::collections::HashSet;

use super::dice::Dice;

const ONSETS: &[&str] = &[
    "b", "d", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z", "th", "br", "dr", "tr",
    "gl", "y", "m", "l", "n", "r", "s", "t", "v",
];
const NUCLEI: &[&str] = &[
    "a", "e", "i", "o", "u", "a", "e", "o", "a", "e", "i", "o", "u", "ai", "ua", "ei",
];
const LINKS: &[&str] = &["", "", "", "", "n", "r", "l", "s", "m"];
const PLACE_ENDINGS: &[&str] = &[
    "ra", "no", "lis", "mar", "vell", "dun", "sa", "tha", "rem", "li", "ven", "do", "ris", "ta",
    "mo", "nai", "lor", "va", "zel", "bay",
];
const PROVINCE_ENDINGS: &[&str] = &[
    "aria", "onia", "ova", "ethia", "umar", "aven", "irra", "olm",
];
/// Pieces that mean something unwelcome somewhere.
const UNWELCOME: &[&str] = &[
    "kak", "pis", "tit", "pup", "nig", "rap", "sex", "nazi", "puta", "merd", "kut", "kunt", "gay",
    "dum", "bum", "sin", "die", "kil", "war", "hel", "tet", "pene", "mama", "hitl", "rus", "isra",
    "iran", "peru", "mali", "togo", "oman", "suda", "rua", "deut",
];

/// Gives names and never the same twice.
#[derive(Debug)]
pub(super) struct Namer {
    dice: Dice,
    given: HashSet<String>,
}

impl Namer {
    pub fn new(dice: Dice) -> Self {
        Self {
            dice,
            given: HashSet::new(),
        }
    }

    /// A town or a village.
    pub fn place(&mut self) -> String {
        self.unique(PLACE_ENDINGS)
    }

    /// A province.
    pub fn province(&mut self) -> String {
        self.unique(PROVINCE_ENDINGS)
    }

    fn unique(&mut self, endings: &[&str]) -> String {
        // After many failures a further syllable makes room.
        for attempt in 0.. {
            let name = self.compose(endings, attempt / 8);
            let welcome = !UNWELCOME.iter().any(|piece| name.contains(piece));
            if welcome && self.given.insert(name.clone()) {
                return capitalised(&name);
            }
        }
        String::new()
    }

    fn compose(&mut self, endings: &[&str], more: usize) -> String {
        let dice = &mut self.dice;
        let syllables = 1 + usize::from(dice.chance(0.55)) + more;
        let mut name = String::new();
        for _ in 0..syllables {
            name += *dice.pick(ONSETS);
            name += *dice.pick(NUCLEI);
        }
        let ending = *dice.pick(endings);
        if ending.starts_with(['a', 'e', 'i', 'o', 'u']) {
            name += *dice.pick(ONSETS);
        } else {
            name += *dice.pick(LINKS);
        }
        name + ending
    }
}

fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_thousand_names_are_all_different_and_short() {
        let mut namer = Namer::new(Dice::of(&[7]));
        let names: HashSet<String> = (0..20_000).map(|_| namer.place()).collect();
        assert_eq!(names.len(), 20_000);
        assert!(names.iter().all(|name| (3..=24).contains(&name.len())));
        assert!(
            names
                .iter()
                .all(|name| name.starts_with(char::is_uppercase))
        );
    }
}
