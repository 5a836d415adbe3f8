//! Towns of Zipf's sizes, and the roads that villages lie along.

use super::{
    dice::{Dice, running_totals},
    geography::{Land, Place, distance_km, from_km, rounded, to_km},
    names::Namer,
};

/// Towns beside the seats of the districts.
const SMALL_TOWNS: usize = 130;
/// Deviation of villages from their road, kilometres.
const VALLEY_WIDTH_KM: f64 = 2.6;

/// A town; the first of a list is the capital.
#[derive(Debug, Clone)]
pub(super) struct Town {
    pub name: String,
    pub place: Place,
    /// Relative size, 1 for the capital.
    pub size: f64,
}

/// A road between two towns.
#[derive(Debug, Clone, Copy)]
struct Road {
    from: Place,
    to: Place,
    /// How far it bends to the side, as a share of its length.
    bend: f64,
}

/// All towns and roads.
#[derive(Debug)]
pub(super) struct Settlements {
    /// By size.
    pub towns: Vec<Town>,
    /// Index of the town that each district is named after.
    pub seats: Vec<usize>,
    roads: Vec<Road>,
    running_sizes: Vec<f64>,
    running_lengths: Vec<f64>,
}

/// Founds the towns: a seat in every district, smaller ones where people live.
pub(super) fn found(seed: u64, land: &Land, namer: &mut Namer) -> Settlements {
    let mut dice = Dice::of(&[seed, 30]);
    let capital = land.capital();
    let home = land.district_at(capital);
    let seats = (0..land.districts()).map(|district| {
        if Some(district) == home {
            return (f64::MAX, Some(district), capital);
        }
        let place = land.town_place(&mut dice, district);
        (dice.log_normal(3.0, 0.9), Some(district), place)
    });
    let mut sites: Vec<(f64, Option<usize>, Place)> = seats.collect();
    while sites.len() < land.districts() + SMALL_TOWNS {
        // The loneliest of a few, so that towns keep a distance from each other.
        let lonely = |place: &Place| {
            let gap = |site: &(f64, Option<usize>, Place)| distance_km(site.2, *place);
            sites.iter().map(gap).fold(f64::MAX, f64::min)
        };
        let candidates: Vec<Place> = (0..4).map(|_| land.inhabited_place(&mut dice)).collect();
        let best = candidates
            .into_iter()
            .max_by(|a, b| lonely(a).total_cmp(&lonely(b)));
        let rank = dice.log_normal(1.0, 0.8);
        sites.extend(best.map(|place| (rank, None, place)));
    }
    sites.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut seats = vec![0; land.districts()];
    let mut towns = vec![];
    for (index, (rank, (_, district, place))) in (0_u32..).zip(sites).enumerate() {
        if let Some(district) = district {
            seats[district] = index;
        }
        towns.push(Town {
            name: namer.place(),
            place: rounded(place),
            size: 1.6 / (f64::from(rank) + 1.6),
        });
    }
    let roads = roads(&mut dice, &towns);
    Settlements {
        running_sizes: running_totals(towns.iter().map(|town| town.size)),
        running_lengths: running_totals(roads.iter().map(|road| distance_km(road.from, road.to))),
        towns,
        seats,
        roads,
    }
}

/// Every town is joined to the nearest larger one.
fn roads(dice: &mut Dice, towns: &[Town]) -> Vec<Road> {
    (1..towns.len())
        .filter_map(|index| {
            let here = towns[index].place;
            let larger = towns[..index].iter().map(|town| town.place);
            let to =
                larger.min_by(|a, b| distance_km(*a, here).total_cmp(&distance_km(*b, here)))?;
            Some(Road {
                from: here,
                to,
                bend: dice.between(-0.22, 0.22),
            })
        })
        .collect()
}

impl Settlements {
    /// A town, more often a large one.
    pub fn some_town(&self, dice: &mut Dice) -> &Town {
        &self.towns[dice.weighted(&self.running_sizes)]
    }

    /// A place in a town; it may turn out to lie in the sea.
    pub fn place_in(town: &Town, dice: &mut Dice) -> Place {
        let spread_km = 0.8 + 6.5 * town.size.sqrt();
        // Denser than normal in the middle: a product of two deviations.
        let reach = spread_km * (0.35 + 0.65 * dice.unit());
        let (x, y) = to_km(town.place);
        from_km((x + reach * dice.normal(), y + reach * dice.normal()))
    }

    /// A place along some road; it may turn out to lie in the sea.
    pub fn place_by_road(&self, dice: &mut Dice) -> Place {
        let road = &self.roads[dice.weighted(&self.running_lengths)];
        let (from, to) = (to_km(road.from), to_km(road.to));
        let along = dice.unit();
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        // A parabola between the two towns, and a little away from it.
        let aside = 4.0 * along * (1.0 - along) * road.bend;
        from_km((
            from.0 + along * dx - aside * dy + VALLEY_WIDTH_KM * dice.normal(),
            from.1 + along * dy + aside * dx + VALLEY_WIDTH_KM * dice.normal(),
        ))
    }
}
