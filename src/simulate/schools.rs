//! Schools where people live: in towns, in villages along the roads, and far from both.

use std::collections::HashMap;

use super::{
    areas::Areas,
    dice::Dice,
    geography::{Land, Place, distance_km, rounded},
    lines::{self, Line},
    names::Namer,
    towns::{Settlements, Town},
};
use crate::domain::school::Connectivity;

/// Of so many schools one lost its coordinates on the way into the list, but never more than four.
const ONE_LOST_IN: usize = 1000;
/// Coordinates as lists lose them: latitude and longitude; `{}` is kept.
const LOST: [(&str, &str); 4] = [("0", "{}"), ("0", "0"), ("", ""), ("{}", "0")];

/// A school of the invented country.
#[derive(Debug, Clone)]
pub struct School {
    /// Its number, from 0.
    pub index: usize,
    /// The ministry's code, such as `XTH-03-07-0012`.
    pub government_id: String,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub(super) place: Place,
    /// How the list lost that, if it did: what it says for latitude and longitude.
    lost: Option<(&'static str, &'static str)>,
    pub(super) district: usize,
    pub(super) level: Level,
    pub(super) student_count: Option<i32>,
    pub(super) urban: bool,
    pub(super) declared: Connectivity,
    /// The line it has, whatever the list says.
    pub(super) line: Option<Line>,
    /// Whether a probe was ever set up.
    pub(super) has_probe: bool,
}

impl School {
    /// Latitude and longitude as the list states them.
    pub(super) fn stated(&self) -> [String; 2] {
        let (longitude, latitude) = self.place;
        let (as_latitude, as_longitude) = self.lost.unwrap_or(("{}", "{}"));
        [(as_latitude, latitude), (as_longitude, longitude)]
            .map(|(template, degrees)| template.replace("{}", &format!("{degrees:.6}")))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Level {
    Primary,
    Secondary,
    Both,
}

impl Level {
    /// As Giga's school master names it.
    pub fn education_level(self) -> &'static str {
        match self {
            Self::Primary => "Primary",
            Self::Secondary => "Secondary",
            Self::Both => "Primary and Secondary",
        }
    }

    fn in_name(self) -> &'static str {
        match self {
            Self::Primary => "Primary School",
            Self::Secondary => "Secondary School",
            Self::Both => "Academy",
        }
    }
}

/// Where a school is, and how far from everything: 0 in the capital, 1 at the end of the world.
struct Site {
    place: Place,
    district: usize,
    remoteness: f64,
    /// The town it belongs to, if it does.
    town: Option<(String, f64)>,
}

/// Builds so many schools.
pub(super) struct Builder<'a> {
    pub land: &'a Land,
    pub settlements: &'a Settlements,
    pub areas: &'a Areas,
    pub namer: &'a mut Namer,
    pub dice: Dice,
    /// How much harder life is in each province.
    pub hardship: Vec<f64>,
}

impl Builder<'_> {
    /// All schools, in the order of their numbers.
    pub fn build(mut self, count: usize) -> Vec<School> {
        let mut schools: Vec<School> = Vec::with_capacity(count);
        let mut in_district = vec![0_usize; self.land.districts()];
        while schools.len() < count {
            let site = self.site();
            let place_name = self.namer.place();
            let mut levels: HashMap<Level, usize> = HashMap::new();
            let in_village = if site.town.is_some() {
                1
            } else {
                self.dice.about(1.45).max(1)
            };
            for _ in 0..in_village.min(count - schools.len()) {
                let nth = &mut in_district[site.district];
                *nth += 1;
                let code = &self.areas.districts[site.district].code;
                let government_id = format!("{code}-{nth:04}");
                let school = self.school(
                    schools.len(),
                    government_id,
                    &place_name,
                    &site,
                    &mut levels,
                );
                schools.push(school);
            }
        }
        lose_some(&mut schools, self.dice);
        schools
    }

    /// A place for one school in a town, or for the schools of a village.
    fn site(&mut self) -> Site {
        loop {
            let kind = self.dice.unit();
            let (place, remoteness, town) = if kind < 0.36 {
                let town = self.settlements.some_town(&mut self.dice);
                let place = Settlements::place_in(town, &mut self.dice);
                (place, 0.32 * (1.0 - town.size.sqrt()), Some(town))
            } else if kind < 0.76 {
                let place = self.settlements.place_by_road(&mut self.dice);
                (place, self.dice.between(0.3, 0.65), None)
            } else {
                let place = self.land.inhabited_place(&mut self.dice);
                (place, self.dice.between(0.6, 1.0), None)
            };
            let place = rounded(place);
            if let Some(district) = self.land.district_at(place) {
                return Site {
                    place,
                    district,
                    remoteness: self.remoteness(place, district, remoteness),
                    town: town.map(|town: &Town| (town.name.clone(), town.size)),
                };
            }
        }
    }

    fn remoteness(&self, place: Place, district: usize, by_kind: f64) -> f64 {
        let from_capital = distance_km(place, self.settlements.towns[0].place) / 400.0;
        let hardship = self.hardship[self.land.province_of(district)];
        (by_kind + 0.3 * (from_capital - 0.4) + hardship).clamp(0.0, 1.0)
    }

    fn school(
        &mut self,
        index: usize,
        government_id: String,
        place_name: &str,
        site: &Site,
        levels: &mut HashMap<Level, usize>,
    ) -> School {
        let level = match self.dice.unit() {
            roll if roll < 0.66 => Level::Primary,
            roll if roll < 0.91 => Level::Secondary,
            _ => Level::Both,
        };
        let place = self.beside(site);
        let (declared, line, has_probe) = self.connectivity(site.remoteness);
        let town_size = site.town.as_ref().map(|town| town.1);
        let seen = levels.entry(level).or_default();
        *seen += 1;
        School {
            index,
            government_id,
            name: name(place_name, level, *seen, site),
            place,
            lost: None,
            district: site.district,
            level,
            student_count: self.students(level, town_size),
            urban: site.town.is_some(),
            declared,
            line,
            has_probe,
        }
    }

    /// A few hundred metres from the middle of the place, in the same district.
    fn beside(&mut self, site: &Site) -> Place {
        let (dx, dy) = (self.dice.normal(), self.dice.normal());
        let place = rounded((site.place.0 + 0.003 * dx, site.place.1 + 0.003 * dy));
        if self.land.district_at(place) == Some(site.district) {
            place
        } else {
            site.place
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "clamped to a school's size"
    )]
    fn students(&mut self, level: Level, town_size: Option<f64>) -> Option<i32> {
        let median = match level {
            Level::Primary => 170.0,
            Level::Secondary => 230.0,
            Level::Both => 320.0,
        };
        let by_town = town_size.map_or(1.0, |size| 1.3 + 0.8 * size.sqrt());
        let students = self.dice.log_normal(median * by_town, 0.55);
        let known = !self.dice.chance(0.12);
        known.then(|| students.clamp(8.0, 4000.0) as i32)
    }

    /// What the list says, what there is, and whether someone measures it.
    fn connectivity(&mut self, remoteness: f64) -> (Connectivity, Option<Line>, bool) {
        let dice = &mut self.dice;
        let connected = dice.chance(0.99 - 0.78 * remoteness);
        let line = connected.then(|| lines::install(dice, remoteness));
        let declared = if dice.chance(0.15) {
            Connectivity::Unknown
        } else if connected != dice.chance(0.04) {
            // Lists are old: a few say yes where the line is gone, or no where it has come.
            Connectivity::Yes
        } else {
            Connectivity::No
        };
        let has_probe = connected && dice.chance(0.85);
        (declared, line, has_probe)
    }
}

fn name(place_name: &str, level: Level, nth: usize, site: &Site) -> String {
    let number = if nth > 1 {
        format!(" {nth}")
    } else {
        String::new()
    };
    let school = format!("{place_name} {}{number}", level.in_name());
    match &site.town {
        Some((town, _)) => format!("{school}, {town}"),
        None => school,
    }
}

/// Takes the coordinates of a few, the way that spreadsheets do.
fn lose_some(schools: &mut [School], mut dice: Dice) {
    for how in LOST.iter().take(schools.len() / ONE_LOST_IN) {
        let index = dice.below(schools.len());
        schools[index].lost = Some(*how);
    }
}
