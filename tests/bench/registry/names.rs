//! Names of invented places and schools, half of them with letters that an encoding can spoil.

use crate::dice::{Dice, mix};

const SYLLABLES: &[&str] = &[
    "ba", "dé", "go", "ki", "lu", "ma", "ne", "ñol", "pa", "ri", "so", "ta", "vu", "za", "mor",
    "lan", "ber", "dun", "kal", "sí", "tor", "wen", "yal", "ço", "ram", "nai", "ous", "bel",
];
const QUALIFIERS: &[&str] = &[
    "Central",
    "North",
    "South",
    "East",
    "West",
    "Upper",
    "Lower",
    "New",
    "Old",
    "St. Mary's",
    "St. Joseph's",
    "Unity",
    "Hope",
    "Progress",
    "Victory",
    "Riverside",
    "Hillside",
    "Market",
    "Station",
    "Harbour",
    "Lakeview",
    "Sunrise",
    "Peace",
    "Liberty",
    "Mission",
    "Model",
    "Government",
    "Community",
    "Memorial",
    "Garden",
];
const KINDS: &[&str] = &[
    "Primary School",
    "Secondary School",
    "Nursery School",
    "Academy",
    "Girls' School",
    "Boys' School",
];

/// The name of a place.
pub fn place(parts: &[u64]) -> String {
    let mut dice = Dice::of(parts);
    let mut name: String = (0..2 + dice.below(3))
        .map(|_| *dice.pick(SYLLABLES))
        .collect();
    if let Some(first) = name.chars().next() {
        let rest = name.split_off(first.len_utf8());
        name = first.to_uppercase().chain(rest.chars()).collect();
    }
    name
}

/// The name of an area.
pub fn area(seed: u64, level: usize, at: usize) -> String {
    place(&[mix(&[seed, 50]), level as u64, at as u64])
}

/// The name of a school in such a place.
pub fn school(place: &str, dice: &mut Dice) -> String {
    let number = dice.below(98) + 2;
    match dice.below(10) {
        0 | 1 => format!("École primaire de {place} {number}"),
        2 => format!("Lycée {place}-{}", dice.pick(QUALIFIERS)),
        3 | 4 => format!("{place} {} No. {number}", dice.pick(KINDS)),
        _ => format!("{place} {} {}", dice.pick(QUALIFIERS), dice.pick(KINDS)),
    }
}
