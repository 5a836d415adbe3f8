//! Where the land ends: a height for every lattice point, above zero on land. Knows no borders.

use super::grid::{self, NODES, Node};
use crate::simulate::{
    dice::{Dice, mix},
    noise::Noise,
};

/// Smaller pieces of land than this many lattice points (2.2 km² each) are left out.
const SMALLEST_ISLET: usize = 14;
/// Islands that are kept beside the mainland.
const ISLANDS: usize = 6;

/// A round rise or dip, kilometres.
#[derive(Debug, Clone, Copy)]
struct Mound {
    x: f64,
    y: f64,
    radius: f64,
}

impl Mound {
    /// 1 in the middle, 0 at the radius, falling on beyond it.
    fn height(self, x: f64, y: f64) -> f64 {
        let (dx, dy) = (x - self.x, y - self.y);
        1.0 - (dx * dx + dy * dy) / (self.radius * self.radius)
    }
}

/// The height of every lattice point: positive is land. No lakes, one mainland, a few islands.
pub(super) fn heights(seed: u64) -> Vec<f64> {
    let mut dice = Dice::of(&[seed, 1]);
    let land = mounds(&mut dice);
    let bays = bays(&mut dice);
    let rough = Noise::new(mix(&[seed, 2]), 120.0, 7, 0.62);
    let warp = [
        Noise::new(mix(&[seed, 3]), 95.0, 5, 0.55),
        Noise::new(mix(&[seed, 4]), 95.0, 5, 0.55),
    ];
    let mut heights: Vec<f64> = (0..NODES)
        .map(|node| {
            if grid::on_rim(node) {
                return -1.0;
            }
            let (x, y) = grid::to_km(grid::place_of(node));
            let (wx, wy) = (x + 42.0 * warp[0].at(x, y), y + 42.0 * warp[1].at(x, y));
            let base = land
                .iter()
                .map(|mound| mound.height(wx, wy))
                .fold(-1.2, f64::max);
            let dip: f64 = bays
                .iter()
                .map(|bay| 0.8 * bay.height(wx, wy).max(0.0))
                .sum();
            0.8 * base - dip + 0.95 * rough.at(x, y)
        })
        .collect();
    tidy(&mut heights);
    heights
}

/// A mainland of three parts, a peninsula and two islands off the coast.
fn mounds(dice: &mut Dice) -> Vec<Mound> {
    let mut mounds: Vec<Mound> = [
        (-75.0, 45.0, 140.0),
        (60.0, 20.0, 150.0),
        (5.0, -75.0, 110.0),
    ]
    .into_iter()
    .map(|(x, y, radius)| Mound {
        x: x + dice.between(-30.0, 30.0),
        y: y + dice.between(-25.0, 25.0),
        radius: radius * dice.between(0.92, 1.08),
    })
    .collect();
    let side = if dice.chance(0.5) { 1.0 } else { -1.0 };
    for (step, radius) in [(0.0, 52.0), (1.0, 42.0), (2.0, 34.0)] {
        mounds.push(Mound {
            x: side * (95.0 + 34.0 * step) + dice.between(-9.0, 9.0),
            y: -88.0 - 30.0 * step + dice.between(-9.0, 9.0),
            radius,
        });
    }
    for (x, y, radius) in [(-215.0, -95.0, 26.0), (30.0, 222.0, 20.0)] {
        mounds.push(Mound {
            x: side * x + dice.between(-15.0, 15.0),
            y: y + dice.between(-10.0, 10.0),
            radius,
        });
    }
    mounds
}

/// Two gulfs that reach into the land.
fn bays(dice: &mut Dice) -> Vec<Mound> {
    [(-20.0, 165.0, 75.0), (-150.0, -60.0, 70.0)]
        .into_iter()
        .map(|(x, y, radius)| Mound {
            x: x + dice.between(-40.0, 40.0),
            y: y + dice.between(-20.0, 20.0),
            radius: radius * dice.between(0.85, 1.15),
        })
        .collect()
}

/// Fills lakes and drops what is too small or one island too many.
fn tidy(heights: &mut [f64]) {
    let waters = pieces(heights, |height| height <= 0.0);
    // The first water is the ocean, since the lattice's first point lies in it.
    for lake in waters.iter().skip(1) {
        for &node in lake {
            heights[node] = 0.01;
        }
    }
    let mut lands = pieces(heights, |height| height > 0.0);
    lands.sort_by_key(|piece| std::cmp::Reverse(piece.len()));
    for (rank, piece) in lands.iter().enumerate() {
        if rank > ISLANDS || piece.len() < SMALLEST_ISLET {
            for &node in piece {
                heights[node] = -0.01;
            }
        }
    }
}

/// The connected pieces of those points that `belongs` takes, in the order of their first point.
fn pieces(heights: &[f64], belongs: impl Fn(f64) -> bool) -> Vec<Vec<Node>> {
    let mut seen = vec![false; heights.len()];
    let mut pieces = vec![];
    for start in 0..heights.len() {
        if seen[start] || !belongs(heights[start]) {
            continue;
        }
        seen[start] = true;
        let mut piece = vec![start];
        let mut next = 0;
        while next < piece.len() {
            for neighbour in grid::neighbours(piece[next]) {
                if !seen[neighbour] && belongs(heights[neighbour]) {
                    seen[neighbour] = true;
                    piece.push(neighbour);
                }
            }
            next += 1;
        }
        pieces.push(piece);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_country_is_an_island_state_without_lakes_for_any_seed() {
        for seed in [1, 7, 2026] {
            let heights = heights(seed);
            assert_eq!(pieces(&heights, |h| h <= 0.0).len(), 1, "seed {seed}");
            let lands = pieces(&heights, |h| h > 0.0);
            assert!((2..=ISLANDS + 1).contains(&lands.len()), "seed {seed}");
            let land: usize = lands.iter().map(Vec::len).sum();
            assert!((25_000..90_000).contains(&land), "seed {seed}: {land}");
        }
    }
}
