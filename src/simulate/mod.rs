//! An invented country, for demonstrations and tests: its coast, its areas, its schools and weeks
//! of measurements, all following from a seed. Pure: takes `now`, opens no file, knows no table.
//!
//! The country lies in open ocean, where no real one does, and says wherever it is shown that it
//! is invented.

mod areas;
mod dice;
mod events;
mod geography;
mod history;
mod lines;
mod list;
pub mod load;
mod measurements;
mod names;
mod noise;
mod presence;
mod schools;
#[cfg(test)]
mod tests;
mod towns;

use areas::Areas;
use chrono::NaiveTime;
use dice::Dice;
use geography::Land;
pub use history::{History, ProbeHistory};
use names::Namer;
pub use schools::School;

use crate::domain::calendar::SchoolCalendar;

/// Its code, one of those that ISO 3166-1 leaves to users.
pub const COUNTRY_CODE: &str = "XTH";
/// Its name.
pub const COUNTRY_NAME: &str = "Thalassia (invented)";
/// Whose data it is.
pub const CREDIT: &str = "Invented by Schoolbeat; not real data";

/// How much easier or harder life is from province to province: what makes a map worth looking at.
const HARDSHIP: (f64, f64) = (-0.14, 0.2);

/// When its schools are open.
pub fn calendar() -> SchoolCalendar {
    SchoolCalendar {
        time_zone: chrono_tz::Indian::Chagos,
        opens_at: NaiveTime::MIN + chrono::Duration::minutes(7 * 60 + 30),
        closes_at: NaiveTime::MIN + chrono::Duration::hours(15),
        school_days: vec![1, 2, 3, 4, 5],
        closed: vec![],
    }
}

/// The invented country of one seed.
#[derive(Debug)]
pub struct World {
    seed: u64,
    land: Land,
    areas: Areas,
    schools: Vec<School>,
}

impl World {
    /// The country of this seed, with so many schools.
    pub fn invent(seed: u64, schools: usize) -> Self {
        let land = Land::invent(seed);
        let mut namer = Namer::new(Dice::of(&[seed, 60]));
        let settlements = towns::found(seed, &land, &mut namer);
        let areas = areas::name_all(&land, &settlements, &mut namer);
        let mut dice = Dice::of(&[seed, 61]);
        let hardship = (0..land.provinces()).map(|_| dice.between(HARDSHIP.0, HARDSHIP.1));
        let builder = schools::Builder {
            hardship: hardship.collect(),
            land: &land,
            settlements: &settlements,
            areas: &areas,
            namer: &mut namer,
            dice: Dice::of(&[seed, 62]),
        };
        let schools = builder.build(schools);
        Self {
            seed,
            land,
            areas,
            schools,
        }
    }

    /// Its areas, level 0 to 2, as GeoJSON that `import areas` reads.
    pub fn areas_geojson(&self) -> [String; 3] {
        areas::geojson(&self.land, &self.areas)
    }

    /// Its schools as a CSV that `import schools` reads.
    pub fn schools_csv(&self) -> String {
        list::csv(&self.schools, &self.land, &self.areas)
    }

    /// Its schools, in the order of the list.
    pub fn schools(&self) -> &[School] {
        &self.schools
    }
}
