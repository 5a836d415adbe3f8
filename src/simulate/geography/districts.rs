//! Which district every lattice point belongs to, and which province every district.

use super::grid::{self, NODES, Node};
use crate::simulate::{
    dice::{Dice, mix, running_totals},
    noise::Noise,
};

/// Districts, about; a seed may lose one that would lie in the sea.
const DISTRICTS: usize = 60;
/// Provinces.
const PROVINCES: usize = 9;
/// People that the districts are balanced by.
const SAMPLE: usize = 9000;
/// Rounds in which the districts' middles move to the middle of their people (Lloyd 1982).
const ROUNDS: usize = 12;
/// Smaller exclaves than this many lattice points go to their neighbour.
const SMALLEST_EXCLAVE: usize = 400;

/// No district: the sea.
pub(super) const SEA: u16 = u16::MAX;

/// The country's division.
#[derive(Debug)]
pub(super) struct Division {
    /// District of every lattice point, or [`SEA`].
    pub district: Vec<u16>,
    /// Where every lattice point lies for the purpose of borders, kilometres: moved about, so
    /// that borders wind as if they followed streams and ridges.
    warped: Vec<(f64, f64)>,
    /// The districts' middles, kilometres.
    middles: Vec<(f64, f64)>,
    /// Province of every district.
    pub province: Vec<u16>,
}

impl Division {
    /// How much nearer a lattice point is to one district's middle than to another's, signed.
    pub fn lead(&self, node: Node, of: u16, over: u16) -> f64 {
        let square = |district: u16| {
            let (x, y) = self.warped[node];
            let (mx, my) = self.middles[usize::from(district)];
            (x - mx) * (x - mx) + (y - my) * (y - my)
        };
        square(over) - square(of)
    }
}

/// Divides the land so that districts are small where many people live.
pub(super) fn divide(seed: u64, density: &[f64]) -> Division {
    let middles = middles(seed, density);
    let warp = [
        Noise::new(mix(&[seed, 21]), 46.0, 6, 0.62),
        Noise::new(mix(&[seed, 22]), 46.0, 6, 0.62),
    ];
    let warped: Vec<(f64, f64)> = (0..NODES)
        .map(|node| {
            let (x, y) = grid::to_km(grid::place_of(node));
            (x + 19.0 * warp[0].at(x, y), y + 19.0 * warp[1].at(x, y))
        })
        .collect();
    let mut district: Vec<u16> = (0..NODES)
        .map(|node| {
            if density[node] > 0.0 {
                nearest(&middles, warped[node])
            } else {
                SEA
            }
        })
        .collect();
    join_exclaves(&mut district);
    let middles = drop_empty(&mut district, middles);
    let province = provinces(seed, &district, &middles);
    Division {
        district,
        warped,
        middles,
        province,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "60 districts")]
fn nearest(middles: &[(f64, f64)], (x, y): (f64, f64)) -> u16 {
    let square = |&(mx, my): &(f64, f64)| (x - mx) * (x - mx) + (y - my) * (y - my);
    let mut best = (f64::MAX, 0);
    for (index, middle) in middles.iter().enumerate() {
        let distance = square(middle);
        if distance < best.0 {
            best = (distance, index);
        }
    }
    best.1 as u16
}

/// Middles of districts that hold about as many people each.
fn middles(seed: u64, density: &[f64]) -> Vec<(f64, f64)> {
    let mut dice = Dice::of(&[seed, 20]);
    let totals = running_totals(density.iter().copied());
    let people: Vec<(f64, f64)> = (0..SAMPLE)
        .map(|_| grid::to_km(grid::place_of(dice.weighted(&totals))))
        .collect();
    let mut middles: Vec<(f64, f64)> = people[..DISTRICTS].to_vec();
    for _ in 0..ROUNDS {
        let mut sums = vec![(0.0, 0.0, 0.0); middles.len()];
        for &(x, y) in &people {
            let sum = &mut sums[usize::from(nearest(&middles, (x, y)))];
            *sum = (sum.0 + x, sum.1 + y, sum.2 + 1.0);
        }
        for (middle, sum) in middles.iter_mut().zip(sums) {
            if sum.2 > 0.0 {
                *middle = (sum.0 / sum.2, sum.1 / sum.2);
            }
        }
    }
    middles
}

/// Gives small detached pieces of a district to the neighbour that they touch most, and every
/// small island to one district.
fn join_exclaves(district: &mut [u16]) {
    // Joining one piece may enclose another; three rounds settle what there is to settle.
    for _ in 0..3 {
        let pieces = pieces(district);
        let mut largest = vec![0; DISTRICTS];
        for piece in &pieces {
            let size = &mut largest[usize::from(district[piece[0]])];
            *size = piece.len().max(*size);
        }
        for piece in &pieces {
            let own = district[piece[0]];
            if piece.len() >= SMALLEST_EXCLAVE.min(largest[usize::from(own)]) {
                continue;
            }
            if let Some(to) = most_touched(district, piece, own) {
                for &node in piece {
                    district[node] = to;
                }
            }
        }
    }
}

fn most_touched(district: &[u16], piece: &[Node], own: u16) -> Option<u16> {
    let mut touches = vec![0_usize; DISTRICTS];
    for &node in piece {
        for neighbour in grid::neighbours(node) {
            let other = district[neighbour];
            if other != SEA && other != own {
                touches[usize::from(other)] += 1;
            }
        }
    }
    let most = touches.iter().copied().max().filter(|&most| most > 0)?;
    let index = touches.iter().position(|&count| count == most)?;
    u16::try_from(index).ok()
}

/// The connected pieces of all districts.
fn pieces(district: &[u16]) -> Vec<Vec<Node>> {
    let mut seen = vec![false; district.len()];
    let mut pieces = vec![];
    for start in 0..district.len() {
        if seen[start] || district[start] == SEA {
            continue;
        }
        seen[start] = true;
        let mut piece = vec![start];
        let mut next = 0;
        while next < piece.len() {
            for neighbour in grid::neighbours(piece[next]) {
                if !seen[neighbour] && district[neighbour] == district[start] {
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

/// Renumbers the districts so that none is empty.
#[expect(clippy::cast_possible_truncation, reason = "60 districts")]
fn drop_empty(district: &mut [u16], middles: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    let mut lives = vec![false; middles.len()];
    for &own in district.iter().filter(|&&own| own != SEA) {
        lives[usize::from(own)] = true;
    }
    let mut number = vec![SEA; middles.len()];
    let mut kept = vec![];
    for (index, middle) in middles.into_iter().enumerate() {
        if lives[index] {
            number[index] = kept.len() as u16;
            kept.push(middle);
        }
    }
    for own in district.iter_mut().filter(|own| **own != SEA) {
        *own = number[usize::from(*own)];
    }
    kept
}

/// Grows provinces from well-spaced districts over shared borders, so that each is in one piece.
fn provinces(seed: u64, district: &[u16], middles: &[(f64, f64)]) -> Vec<u16> {
    let count = middles.len();
    let adjacent = adjacency(district, count);
    let starts = spaced_starts(seed, middles);
    let mut province = vec![SEA; count];
    let mut sizes = vec![0.0; starts.len()];
    let gap = |a: usize, b: usize| {
        let (dx, dy) = (middles[a].0 - middles[b].0, middles[a].1 - middles[b].1);
        (dx * dx + dy * dy).sqrt()
    };
    for (number, &start) in (0_u16..).zip(&starts) {
        province[start] = number;
        sizes[usize::from(number)] = 1.0;
    }
    loop {
        let mut best: Option<(f64, usize, u16)> = None;
        for free in (0..count).filter(|&d| province[d] == SEA) {
            for (number, &start) in (0_u16..).zip(&starts) {
                let size = sizes[usize::from(number)];
                let touches =
                    (0..count).any(|d| adjacent[free * count + d] && province[d] == number);
                // A district that nobody touches, such as an island, goes to the nearest at last.
                let cost = gap(free, start) + 9.0 * size + if touches { 0.0 } else { 1e6 };
                if best.is_none_or(|(least, ..)| cost < least) {
                    best = Some((cost, free, number));
                }
            }
        }
        let Some((_, free, number)) = best else {
            return province;
        };
        province[free] = number;
        sizes[usize::from(number)] += 1.0;
    }
}

fn adjacency(district: &[u16], count: usize) -> Vec<bool> {
    let mut adjacent = vec![false; count * count];
    for node in (0..district.len()).filter(|&node| district[node] != SEA) {
        for neighbour in grid::neighbours(node) {
            if district[neighbour] != SEA {
                adjacent[usize::from(district[node]) * count + usize::from(district[neighbour])] =
                    true;
            }
        }
    }
    adjacent
}

/// Districts far from each other: each the farthest of those that were drawn.
fn spaced_starts(seed: u64, middles: &[(f64, f64)]) -> Vec<usize> {
    let mut dice = Dice::of(&[seed, 23]);
    let mut starts = vec![dice.below(middles.len())];
    while starts.len() < PROVINCES.min(middles.len()) {
        let nearest_start = |candidate: usize| {
            starts
                .iter()
                .map(|&start| {
                    let (dx, dy) = (
                        middles[candidate].0 - middles[start].0,
                        middles[candidate].1 - middles[start].1,
                    );
                    dx * dx + dy * dy
                })
                .fold(f64::MAX, f64::min)
        };
        let farthest = (0..12)
            .map(|_| dice.below(middles.len()))
            .filter(|candidate| !starts.contains(candidate))
            .max_by(|&a, &b| nearest_start(a).total_cmp(&nearest_start(b)));
        starts.extend(farthest);
    }
    starts
}
