//! A school list of any length as CSV: towns of many sizes and the land between them, area after
//! area as ministries export them. Keeps a few rows, never the list.

use std::io;

use crate::{
    country::Country,
    dice::Dice,
    faults::{Fault, Spoiler},
    names,
    outlines::Point,
};

/// The columns, as Giga's school master names them.
pub const COLUMNS: [&str; 15] = [
    "school_id_govt",
    "school_name",
    "latitude",
    "longitude",
    "education_level",
    "school_area_type",
    "school_funding_type",
    "num_students",
    "num_teachers",
    "connectivity_govt",
    "download_speed_govt",
    "electricity_availability",
    "electricity_type",
    "admin1",
    "admin2",
];
/// The rest are where no town is.
const SHARE_IN_TOWNS: f64 = 0.6;
/// Schools in a town on the average.
const SCHOOLS_OF_A_TOWN: usize = 24;
/// The middle of no town is denser.
const SCHOOLS_PER_SQUARE_KM: f64 = 12.0;
const KM_OF_A_DEGREE: f64 = 111.2;

/// What a list says of a school.
#[derive(Debug, Clone, Default)]
pub struct School {
    pub id: String,
    pub name: String,
    pub latitude: String,
    pub longitude: String,
    pub level: String,
    pub area_type: String,
    pub funding: String,
    pub students: String,
    pub teachers: String,
    pub connectivity: String,
    pub speed: String,
    pub electricity: String,
    pub electricity_type: String,
    pub admin1: String,
    pub admin2: String,
    /// Where it truly is.
    pub point: Point,
}

impl School {
    fn cells(&self) -> [&str; 15] {
        [
            &self.id,
            &self.name,
            &self.latitude,
            &self.longitude,
            &self.level,
            &self.area_type,
            &self.funding,
            &self.students,
            &self.teachers,
            &self.connectivity,
            &self.speed,
            &self.electricity,
            &self.electricity_type,
            &self.admin1,
            &self.admin2,
        ]
    }

    /// The same, stating that it is there.
    pub fn state(&mut self, point: Point) {
        self.point = point;
        self.longitude = format!("{:.6}", point[0]);
        self.latitude = format!("{:.6}", point[1]);
    }
}

struct Town {
    district: usize,
    middle: Point,
    schools: f64,
    name: String,
}

impl Town {
    /// How far its schools lie from its middle, in degrees.
    fn spread(&self) -> f64 {
        (self.schools / (std::f64::consts::TAU * SCHOOLS_PER_SQUARE_KM))
            .sqrt()
            .max(1.0)
            / KM_OF_A_DEGREE
    }
}

/// Towns by district; their sizes follow a power law.
fn found_towns(country: &Country, schools: usize) -> Vec<Vec<Town>> {
    let mut dice = Dice::of(&[country.seed, 60]);
    let count = (schools as f64 * SHARE_IN_TOWNS) as usize / SCHOOLS_OF_A_TOWN + 1;
    let weight = |rank: usize| 1.0 / (rank as f64 + 10.0).powf(0.8);
    let sum: f64 = (0..count).map(weight).sum();
    let mut towns: Vec<Vec<Town>> = country.districts.iter().map(|_| vec![]).collect();
    for rank in 0..count {
        let cell = dice.below(country.cells.len());
        let district = country.cells[cell].within[1];
        towns[district].push(Town {
            district,
            middle: within(country, cell, &mut dice),
            schools: weight(rank) / sum * schools as f64 * SHARE_IN_TOWNS,
            name: names::place(&[country.seed, 61, rank as u64]),
        });
    }
    towns
}

/// Somewhere in a cell.
fn within(country: &Country, cell: usize, dice: &mut Dice) -> Point {
    let key = country.cells[cell].key;
    let [x, y] = country.degrees(f64::from(key.0), f64::from(key.1));
    let half = country.unit / 2.0;
    (0..40)
        .map(|_| [x + dice.between(-half, half), y + dice.between(-half, half)])
        .find(|point| country.locate(*point) == Some(cell))
        .unwrap_or([x, y])
}

/// Writes so many rows; says how many have which fault.
pub fn write_csv(
    country: &Country,
    count: usize,
    out: impl io::Write,
) -> io::Result<[usize; Fault::ALL.len()]> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(COLUMNS)?;
    let towns = found_towns(country, count);
    let mut cells: Vec<Vec<usize>> = country.districts.iter().map(|_| vec![]).collect();
    for (at, cell) in country.cells.iter().enumerate() {
        cells[cell.within[1]].push(at);
    }
    let rural = count as f64 * (1.0 - SHARE_IN_TOWNS) / country.cells.len() as f64;
    let mut maker = Maker {
        country,
        dice: Dice::of(&[country.seed, 62, count as u64]),
        made: 0,
    };
    let mut spoiler = Spoiler::new(Dice::of(&[country.seed, 63, count as u64]));
    let mut wanted = 0.0;
    for (towns, cells) in towns.iter().zip(&cells) {
        let mut totals = vec![rural * cells.len() as f64];
        totals.extend(towns.iter().map(|town| town.schools));
        for at in 1..totals.len() {
            totals[at] += totals[at - 1];
        }
        wanted += totals[totals.len() - 1];
        while (maker.made as f64) < wanted.round().min(count as f64) {
            let school = maker.make(towns, cells, &totals);
            csv.write_record(spoiler.perhaps(school).cells())?;
        }
    }
    // What rounding left.
    while maker.made < count {
        let school = maker.make(&[], &cells[cells.len() - 1], &[1.0]);
        csv.write_record(school.cells())?;
    }
    csv.flush()?;
    Ok(spoiler.counts)
}

struct Maker<'a> {
    country: &'a Country,
    dice: Dice,
    made: usize,
}

impl Maker<'_> {
    /// The next school, in one of these towns or cells by their running totals.
    fn make(&mut self, towns: &[Town], cells: &[usize], totals: &[f64]) -> School {
        let dice = &mut self.dice;
        let mark = dice.unit() * totals[totals.len() - 1];
        let at = totals
            .partition_point(|total| *total <= mark)
            .min(totals.len() - 1);
        let town = at.checked_sub(1).map(|at| &towns[at]);
        let in_town = town.and_then(|town| {
            let spread = town.spread();
            (0..8)
                .map(|_| town.middle.map(|degrees| degrees + spread * dice.normal()))
                .find_map(|point| Some((point, self.country.locate(point)?)))
                .filter(|(_, cell)| self.country.cells[*cell].within[1] == town.district)
        });
        let (point, cell) = in_town.unwrap_or_else(|| {
            let cell = *dice.pick(cells);
            (within(self.country, cell, dice), cell)
        });
        self.made += 1;
        self.describe(town.filter(|_| in_town.is_some()), point, cell)
    }

    fn describe(&mut self, town: Option<&Town>, point: Point, cell: usize) -> School {
        let (seed, dice) = (self.country.seed, &mut self.dice);
        let [province, district] = self.country.cells[cell].within;
        let village = || names::place(&[seed, 64, cell as u64, self.made as u64 % 3]);
        let place = town.map_or_else(village, |town| town.name.clone());
        let connected = dice.chance(if town.is_some() { 0.6 } else { 0.25 });
        let electric = connected || dice.chance(0.4);
        let students = 40 + (dice.unit() * dice.unit() * 1800.0) as usize;
        let mut school = School {
            id: format!("{:02}{:07}", province + 1, self.made),
            name: names::school(&place, dice),
            level: dice
                .pick(&["Primary", "Primary", "Secondary", "Pre-Primary and Primary"])
                .to_string(),
            area_type: if town.is_some_and(|town| town.schools > 30.0) {
                "Urban"
            } else {
                "Rural"
            }
            .into(),
            funding: dice
                .pick(&["Public", "Public", "Public", "Private", "Charitable"])
                .to_string(),
            students: students.to_string(),
            teachers: (1 + students / 35).to_string(),
            connectivity: if connected { "Yes" } else { "No" }.into(),
            speed: if connected {
                format!("{:.1}", dice.between(1.0, 60.0))
            } else {
                String::new()
            },
            electricity: if electric { "Yes" } else { "No" }.into(),
            electricity_type: if electric {
                dice.pick(&["Electrical grid", "Solar power station", "Diesel generator"])
                    .to_string()
            } else {
                String::new()
            },
            admin1: names::area(seed, 1, province),
            admin2: names::area(seed, 2, district),
            ..School::default()
        };
        school.state(point);
        school
    }
}
