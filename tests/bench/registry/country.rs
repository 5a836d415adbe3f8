//! An invented country of so many areas: the cells of a shaken hexagonal lattice whose borders are
//! fractal lines that neighbours share vertex by vertex. Knows no school and no file.

use std::collections::{BTreeSet, HashMap};

use crate::{
    dice::{Dice, mix},
    outlines::{self, Point},
};

/// One of the codes that ISO 3166-1 leaves to users.
pub const CODE: &str = "XBE";
/// 3 million km², as of a large country, whatever the number of its areas.
const EXTENT_SQUARE_DEGREES: f64 = 243.0;
/// Its middle. A swapped coordinate lies far outside, and no true one is 0.
const MIDDLE: Point = [70.0, 16.0];
/// Height of a row of the lattice whose cells are 1 wide.
const ROW_HEIGHT: f64 = 0.866_025_403_784_438_6;
/// Areas of the deepest level in one of level 2, and in one of level 1.
const CELLS_WITHIN: [usize; 2] = [40, 1250];

/// A place in the lattice: cells at (even or odd, multiples of 3), their corners between.
pub type Key = (i32, i32);

/// The corners of a cell against the clock, and the cell beyond the edge to the next one.
pub const CORNERS: [(Key, Key); 6] = [
    ((0, -2), (1, -3)),
    ((1, -1), (2, 0)),
    ((1, 1), (1, 3)),
    ((0, 2), (-1, 3)),
    ((-1, 1), (-2, 0)),
    ((-1, -1), (-1, -3)),
];

/// One area of the deepest level.
pub struct Cell {
    pub key: Key,
    /// Closed, against the clock.
    pub ring: Vec<Point>,
    /// Its area of level 1 and 2.
    pub within: [usize; 2],
}

/// The country.
pub struct Country {
    pub seed: u64,
    /// Width of a cell in degrees.
    pub unit: f64,
    pub cells: Vec<Cell>,
    pub by_key: HashMap<Key, usize>,
    /// Areas of level 1, and for each of level 2 the one of level 1.
    pub provinces: usize,
    pub districts: Vec<usize>,
}

pub fn plus(a: Key, b: Key) -> Key {
    (a.0 + b.0, a.1 + b.1)
}

impl Country {
    /// The country of this seed with so many areas at its deepest level.
    pub fn invent(seed: u64, areas: usize) -> Self {
        let unit = (EXTENT_SQUARE_DEGREES / (areas as f64 * ROW_HEIGHT)).sqrt();
        let keys = shape(seed, areas);
        let by_key: HashMap<Key, usize> = keys.iter().copied().zip(0..).collect();
        let seeds_of = |level: usize| {
            let mut dice = Dice::of(&[seed, 10, level as u64]);
            let count = (areas / CELLS_WITHIN[level]).max(1);
            (0..count).map(|_| *dice.pick(&keys)).collect::<Vec<_>>()
        };
        let (district_seeds, province_seeds) = (seeds_of(0), seeds_of(1));
        let province_of = |district: usize| nearest(district_seeds[district], &province_seeds);
        let groups: Vec<[usize; 2]> = keys
            .iter()
            .map(|key| nearest(*key, &district_seeds))
            .map(|district| [province_of(district), district])
            .collect();
        // Ordered by province, as lists are; what got no cell is no area.
        let used: BTreeSet<[usize; 2]> = groups.iter().copied().collect();
        let used_provinces: BTreeSet<usize> = used.iter().map(|[province, _]| *province).collect();
        let province: HashMap<usize, usize> = used_provinces.into_iter().zip(0..).collect();
        let district: HashMap<[usize; 2], usize> = used.iter().copied().zip(0..).collect();
        let mut country = Self {
            seed,
            unit,
            cells: vec![],
            by_key,
            provinces: province.len(),
            districts: used.iter().map(|[outer, _]| province[outer]).collect(),
        };
        let cells = keys.iter().zip(&groups).map(|(key, group)| Cell {
            key: *key,
            ring: outlines::of_cell(&country, *key),
            within: [province[&group[0]], district[group]],
        });
        country.cells = cells.collect();
        country
    }

    /// Where a place of the lattice lies, in degrees.
    pub fn degrees(&self, x: f64, y: f64) -> Point {
        [
            MIDDLE[0] + self.unit * x / 2.0,
            MIDDLE[1] + self.unit * y * ROW_HEIGHT / 3.0,
        ]
    }

    /// The deepest area that a point lies in.
    pub fn locate(&self, point: Point) -> Option<usize> {
        let x = (point[0] - MIDDLE[0]) / self.unit * 2.0;
        let y = (point[1] - MIDDLE[1]) / self.unit * 3.0 / ROW_HEIGHT;
        let middle = (y / 3.0).round() as i32;
        let rows = (middle - 1..=middle + 1).map(|row| {
            let odd = f64::from(row & 1);
            (((x - odd) / 2.0).round() as i32 * 2 + (row & 1), row * 3)
        });
        let near = rows.min_by(|a, b| {
            let far =
                |key: &Key| (f64::from(key.0) - x).powi(2) + (f64::from(key.1) - y).powi(2) / 3.0;
            far(a).total_cmp(&far(b))
        })?;
        let around = CORNERS.iter().map(|(_, beyond)| plus(near, *beyond));
        let mut candidates = [near].into_iter().chain(around);
        candidates.find_map(|key| {
            let cell = *self.by_key.get(&key)?;
            outlines::holds(&self.cells[cell].ring, point).then_some(cell)
        })
    }
}

/// The cells of the country: the nearest to its middle, where smooth noise says what is near.
fn shape(seed: u64, areas: usize) -> Vec<Key> {
    let radius = (areas as f64).sqrt() as i32 + 2;
    let wave = f64::from(radius) / 2.5;
    let mut cells = vec![];
    for row in -radius..=radius {
        for column in -radius..=radius {
            let key = (2 * column + (row & 1), 3 * row);
            let (x, y) = (f64::from(key.0) / 2.0, f64::from(row) * ROW_HEIGHT);
            let noise = smooth(seed, x / wave, y / wave)
                + 0.4 * smooth(seed ^ 1, 3.0 * x / wave, 3.0 * y / wave);
            cells.push(((x * x + y * y) * (1.0 + 0.45 * noise), key));
        }
    }
    cells.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    cells.truncate(areas);
    let mut keys: Vec<Key> = cells.into_iter().map(|(_, key)| key).collect();
    keys.sort_unstable_by_key(|key| (key.1, key.0));
    keys
}

/// Value noise between −1 and 1.
fn smooth(seed: u64, x: f64, y: f64) -> f64 {
    let corner = |dx: f64, dy: f64| {
        let (x, y) = ((x.floor() + dx) as i64, (y.floor() + dy) as i64);
        (mix(&[seed, 20, x.cast_unsigned(), y.cast_unsigned()]) >> 11) as f64
            / 4_503_599_627_370_496.0
            - 1.0
    };
    let ease = |t: f64| t * t * (3.0 - 2.0 * t);
    let (tx, ty) = (ease(x - x.floor()), ease(y - y.floor()));
    let between = |a: f64, b: f64, t: f64| a + (b - a) * t;
    between(
        between(corner(0.0, 0.0), corner(1.0, 0.0), tx),
        between(corner(0.0, 1.0), corner(1.0, 1.0), tx),
        ty,
    )
}

fn nearest(key: Key, seeds: &[Key]) -> usize {
    let far = |seed: &Key| {
        let (x, y) = (i64::from(seed.0 - key.0), i64::from(seed.1 - key.1));
        3 * x * x + y * y
    };
    (0..seeds.len())
        .min_by_key(|at| far(&seeds[*at]))
        .unwrap_or_default()
}
