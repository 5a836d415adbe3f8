//! The faults of real lists, one in twenty rows. Knows no rule of the reader that is to find them.

use crate::{dice::Dice, outlines::Point, schools::School};

/// How often a row has one.
const SHARE: f64 = 0.05;
/// Rows that a later one may repeat.
const REMEMBERED: usize = 4096;
/// Schools that stand on one point, at most.
const PILE: usize = 40;

/// What is wrong with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    NoName,
    BadNumber,
    BadCoordinate,
    OutOfRange,
    Zero,
    Swapped,
    Coarse,
    DegreesMinutesSeconds,
    DecimalComma,
    OutsideCountry,
    DuplicateId,
    DuplicateRow,
    SameNameNearby,
    Pile,
    Mojibake,
    Spaces,
    UnknownTerm,
    LostZeros,
    Contradiction,
}

impl Fault {
    pub const ALL: [Self; 19] = [
        Self::NoName,
        Self::BadNumber,
        Self::BadCoordinate,
        Self::OutOfRange,
        Self::Zero,
        Self::Swapped,
        Self::Coarse,
        Self::DegreesMinutesSeconds,
        Self::DecimalComma,
        Self::OutsideCountry,
        Self::DuplicateId,
        Self::DuplicateRow,
        Self::SameNameNearby,
        Self::Pile,
        Self::Mojibake,
        Self::Spaces,
        Self::UnknownTerm,
        Self::LostZeros,
        Self::Contradiction,
    ];
}

/// Spoils rows.
pub struct Spoiler {
    dice: Dice,
    earlier: Vec<School>,
    seen: usize,
    pile: Option<(Point, usize)>,
    /// How many rows were given which fault.
    pub counts: [usize; Fault::ALL.len()],
}

impl Spoiler {
    pub fn new(dice: Dice) -> Self {
        Self {
            dice,
            earlier: vec![],
            seen: 0,
            pile: None,
            counts: [0; Fault::ALL.len()],
        }
    }

    /// The row, or what a slip made of it.
    pub fn perhaps(&mut self, school: School) -> School {
        self.seen += 1;
        if self.dice.chance(SHARE) {
            let spoilt = (0..8).find_map(|_| {
                let at = self.dice.below(Fault::ALL.len());
                let spoilt = self.spoil(Fault::ALL[at], school.clone())?;
                self.counts[at] += 1;
                Some(spoilt)
            });
            return spoilt.unwrap_or(school);
        }
        // Each sound row so far is as likely to be remembered.
        if self.earlier.len() < REMEMBERED {
            self.earlier.push(school.clone());
        } else {
            let at = self.dice.below(self.seen);
            if let Some(place) = self.earlier.get_mut(at) {
                place.clone_from(&school);
            }
        }
        school
    }

    /// `None` where the row cannot have that fault.
    fn spoil(&mut self, fault: Fault, mut school: School) -> Option<School> {
        let dice = &mut self.dice;
        let [longitude, latitude] = school.point;
        match fault {
            Fault::NoName => school.name = dice.pick(&["", " ", "N/A"]).to_string(),
            Fault::BadNumber => {
                school.students = dice
                    .pick(&["many", "-40", "3OO", "12.5", "250000000"])
                    .to_string();
            }
            Fault::BadCoordinate => school.latitude = format!("{latitude:.4}.{}", dice.below(999)),
            Fault::OutOfRange => school.latitude = format!("{:.6}", latitude + 90.0),
            Fault::Zero => {
                school.longitude = "0".into();
                school.latitude = "0".into();
            }
            Fault::Swapped => std::mem::swap(&mut school.longitude, &mut school.latitude),
            Fault::Coarse => {
                school.longitude = format!("{longitude:.2}");
                school.latitude = format!("{latitude:.1}");
            }
            Fault::DegreesMinutesSeconds => {
                school.longitude = sexagesimal(longitude, 'E');
                school.latitude = sexagesimal(latitude, 'N');
            }
            Fault::DecimalComma => {
                school.longitude = school.longitude.replace('.', ",");
                school.latitude = school.latitude.replace('.', ",");
            }
            Fault::OutsideCountry => school.state([longitude - dice.between(40.0, 60.0), latitude]),
            Fault::DuplicateId => school.id.clone_from(&remembered(dice, &self.earlier)?.id),
            Fault::DuplicateRow => school.clone_from(remembered(dice, &self.earlier)?),
            Fault::SameNameNearby => {
                let known = remembered(dice, &self.earlier)?;
                school.name.clone_from(&known.name);
                // At most 80 m away.
                let aside = |dice: &mut Dice| dice.between(-0.0005, 0.0005);
                school.state([known.point[0] + aside(dice), known.point[1] + aside(dice)]);
            }
            Fault::Pile => {
                let (point, left) = self
                    .pile
                    .unwrap_or((school.point, 4 + dice.below(PILE - 4)));
                self.pile = (left > 1).then_some((point, left - 1));
                school.state(point);
            }
            Fault::Mojibake if school.name.is_ascii() => return None,
            Fault::Mojibake => {
                let (spoilt, _) =
                    encoding_rs::WINDOWS_1252.decode_without_bom_handling(school.name.as_bytes());
                school.name = spoilt.into_owned();
            }
            Fault::Spaces => school.name = format!(" {}  ", school.name.replacen(' ', "  ", 1)),
            Fault::UnknownTerm => {
                school.funding = dice.pick(&["Semi", "Trust", "PPP"]).to_string();
                school.level = dice.pick(&["Cycle 3", "Madrasa", "Basic"]).to_string();
            }
            Fault::LostZeros => school.id = school.id.strip_prefix('0')?.into(),
            Fault::Contradiction => {
                school.connectivity = "No".into();
                school.speed = "10".into();
            }
        }
        Some(school)
    }
}

fn remembered<'a>(dice: &mut Dice, earlier: &'a [School]) -> Option<&'a School> {
    (!earlier.is_empty()).then(|| dice.pick(earlier))
}

/// `70°12'30.5"E`.
fn sexagesimal(degrees: f64, letter: char) -> String {
    let minutes = degrees.fract() * 60.0;
    let seconds = minutes.fract() * 60.0;
    format!(
        "{}°{:02}'{seconds:04.1}\"{letter}",
        degrees.trunc(),
        minutes.trunc()
    )
}
