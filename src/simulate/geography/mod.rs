//! The land: its coast, its districts and provinces, and where people would live. Knows no names.

mod borders;
mod coast;
mod districts;
mod grid;
mod habitat;
mod rings;

use borders::Borders;
use districts::Division;
use geo::MultiPolygon;
pub(super) use grid::{Place, distance_km, from_km, rounded, to_km};
use habitat::Habitat;

use super::dice::{Dice, running_totals};

/// Steps over the lattice, 1.5 km each, within which a town keeps away from the sea.
const TOWN_FROM_SHORE: u16 = 2;

/// An invented land.
#[derive(Debug)]
pub(super) struct Land {
    division: Division,
    borders: Borders,
    habitat: Habitat,
    shore: Vec<u16>,
    running_density: Vec<f64>,
}

impl Land {
    /// The land of a seed.
    pub fn invent(seed: u64) -> Self {
        let heights = coast::heights(seed);
        let habitat = habitat::settle(seed, &heights);
        let division = districts::divide(seed, &habitat.density);
        let borders = borders::draw(&heights, &division);
        Self {
            shore: habitat::steps_from_sea(&heights),
            running_density: running_totals(habitat.density.iter().copied()),
            division,
            borders,
            habitat,
        }
    }

    /// Number of districts.
    pub fn districts(&self) -> usize {
        self.division.province.len()
    }

    /// Number of provinces.
    pub fn provinces(&self) -> usize {
        self.division
            .province
            .iter()
            .max()
            .map_or(0, |&last| usize::from(last) + 1)
    }

    /// The province of a district.
    pub fn province_of(&self, district: usize) -> usize {
        usize::from(self.division.province[district])
    }

    /// The district that holds a place; none at sea.
    pub fn district_at(&self, place: Place) -> Option<usize> {
        self.borders
            .district_at(&self.division, place)
            .map(usize::from)
    }

    /// Where the capital lies.
    pub fn capital(&self) -> Place {
        grid::place_of(self.habitat.capital)
    }

    /// A place on land, more often where more people live.
    pub fn inhabited_place(&self, dice: &mut Dice) -> Place {
        loop {
            let (x, y) = to_km(grid::place_of(dice.weighted(&self.running_density)));
            let place = rounded(from_km((
                x + dice.between(-0.75, 0.75),
                y + dice.between(-0.75, 0.75),
            )));
            if self.district_at(place).is_some() {
                return place;
            }
        }
    }

    /// A place for a town within a district: where many people live, off the beach.
    pub fn town_place(&self, dice: &mut Dice, district: usize) -> Place {
        let own = |&node: &usize| {
            usize::from(self.division.district[node]) == district
                && self.shore[node] >= TOWN_FROM_SHORE
        };
        let mut nodes: Vec<usize> = (0..self.shore.len()).filter(own).collect();
        if nodes.is_empty() {
            nodes = (0..self.shore.len())
                .filter(|&node| usize::from(self.division.district[node]) == district)
                .collect();
        }
        let best = (0..12)
            .map(|_| *dice.pick(&nodes))
            .max_by(|&a, &b| self.habitat.density[a].total_cmp(&self.habitat.density[b]));
        grid::place_of(best.unwrap_or(nodes[0]))
    }

    /// The polygons of the country, of its provinces and of its districts.
    pub fn polygons(&self) -> [Vec<MultiPolygon<f64>>; 3] {
        [
            rings::polygons(&self.borders, 1, |_| 0),
            rings::polygons(&self.borders, self.provinces(), |district| {
                self.province_of(usize::from(district))
            }),
            rings::polygons(&self.borders, self.districts(), usize::from),
        ]
    }
}

#[cfg(test)]
mod tests {
    use geo::{Area, Contains, Point, Validation};

    use super::*;

    fn areas(polygons: &[MultiPolygon<f64>]) -> f64 {
        polygons.iter().map(Area::signed_area).sum()
    }

    #[test]
    fn provinces_and_districts_partition_the_country_for_any_seed() {
        for seed in [1, 7, 99] {
            let [country, provinces, districts] = Land::invent(seed).polygons();
            let whole = areas(&country);
            assert!(whole > 5.0, "seed {seed}: {whole} square degrees");
            for level in [&provinces, &districts] {
                let off = (areas(level) - whole).abs() / whole;
                assert!(off < 1e-9, "seed {seed}: {off}");
            }
            assert_eq!(provinces.len(), 9, "seed {seed}");
            assert!((50..=60).contains(&districts.len()), "seed {seed}");
            for polygon in country.iter().chain(&provinces).chain(&districts) {
                assert!(
                    polygon.is_valid(),
                    "seed {seed}: {:?}",
                    polygon.validation_errors()
                );
                assert!(polygon.unsigned_area() > 0.0, "seed {seed}");
            }
        }
    }

    #[test]
    fn a_place_lies_in_the_polygon_of_its_district_and_in_no_other() {
        let land = Land::invent(7);
        let [_, _, districts] = land.polygons();
        let mut dice = Dice::of(&[1]);
        for _ in 0..1500 {
            let at = (dice.between(75.6, 80.4), dice.between(-20.2, -15.8));
            let place = rounded(at);
            let holders: Vec<usize> = (0..districts.len())
                .filter(|&i| districts[i].contains(&Point::new(place.0, place.1)))
                .collect();
            assert_eq!(
                land.district_at(place).into_iter().collect::<Vec<_>>(),
                holders
            );
        }
    }
}
