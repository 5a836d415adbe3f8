//! Where people would live: a density for every lattice point on land, and the capital.

use super::grid::{self, NODES, Node};
use crate::simulate::{
    dice::{Dice, mix},
    noise::Noise,
};

/// Lattice points between the shore and where it stops to matter.
const COAST_REACH: u16 = 30;

/// Density of people at every lattice point, 0 in the sea; the largest is near the capital.
#[derive(Debug)]
pub(super) struct Habitat {
    pub density: Vec<f64>,
    pub capital: Node,
}

/// Settles the land: thick near the capital and the coast and in some valleys, thin elsewhere.
pub(super) fn settle(seed: u64, heights: &[f64]) -> Habitat {
    let shore = steps_from_sea(heights);
    let capital = choose_capital(seed, &shore);
    let centre = grid::place_of(capital);
    let valleys = Noise::new(mix(&[seed, 11]), 70.0, 4, 0.5);
    let density = (0..NODES)
        .map(|node| {
            if heights[node] <= 0.0 {
                return 0.0;
            }
            let place = grid::place_of(node);
            let (x, y) = grid::to_km(place);
            let far = grid::distance_km(place, centre) / 55.0;
            let from_shore = f64::from(shore[node].min(COAST_REACH)) / f64::from(COAST_REACH);
            let valley = (valleys.at(x, y) + 0.1).max(0.0);
            0.05 + 1.6 / (1.0 + far * far) + 0.22 * (1.0 - from_shore) + 0.9 * valley * valley
        })
        .collect();
    Habitat { density, capital }
}

/// Steps over the lattice from every point to the nearest sea.
pub(super) fn steps_from_sea(heights: &[f64]) -> Vec<u16> {
    let mut steps: Vec<u16> = heights
        .iter()
        .map(|&h| if h > 0.0 { u16::MAX } else { 0 })
        .collect();
    let mut queue: Vec<Node> = (0..NODES).filter(|&node| steps[node] == 0).collect();
    let mut next = 0;
    while next < queue.len() {
        let node = queue[next];
        next += 1;
        for neighbour in grid::neighbours(node) {
            if steps[neighbour] == u16::MAX {
                steps[neighbour] = steps[node] + 1;
                queue.push(neighbour);
            }
        }
    }
    steps
}

/// A place by the sea with much land around it: where a port grows into a capital.
fn choose_capital(seed: u64, shore: &[u16]) -> Node {
    let mut dice = Dice::of(&[seed, 12]);
    let port: Vec<Node> = (0..NODES)
        .filter(|&node| (3..=5).contains(&shore[node]))
        .collect();
    let hinterland = |node: Node| {
        let (x, y) = grid::to_km(grid::place_of(node));
        (0..64)
            .filter(|step: &i32| {
                let (dx, dy) = (f64::from(step % 8) - 3.5, f64::from(step / 8) - 3.5);
                let place = grid::from_km((x + dx * 16.0, y + dy * 16.0));
                grid::triangle_at(place).is_some_and(|nodes| nodes.iter().all(|&n| shore[n] > 0))
            })
            .count()
    };
    (0..60)
        .map(|_| port[dice.below(port.len())])
        .max_by_key(|&node| (hinterland(node), node))
        .unwrap_or_default()
}
