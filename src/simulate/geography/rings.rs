//! Joins the pieces of borders into the polygons of areas.

use std::collections::{BTreeMap, BTreeSet};

use geo::{Coord, LineString, MultiPolygon, Polygon};

use super::{
    borders::{Borders, Point},
    districts::SEA,
    grid::Place,
};

/// The polygons of all areas, where `area_of` says which area a district belongs to.
pub(super) fn polygons(
    borders: &Borders,
    areas: usize,
    area_of: impl Fn(u16) -> usize,
) -> Vec<MultiPolygon<f64>> {
    let mut onward: Vec<BTreeMap<Point, Point>> = vec![BTreeMap::new(); areas];
    for segment in &borders.segments {
        let area = |district: u16| (district != SEA).then(|| area_of(district));
        let (left, right) = (area(segment.left), area(segment.right));
        if left == right {
            continue;
        }
        if let Some(left) = left {
            onward[left].insert(segment.from, segment.to);
        }
        if let Some(right) = right {
            onward[right].insert(segment.to, segment.from);
        }
    }
    onward
        .iter()
        .map(|onward| assemble(rings(onward, &borders.places)))
        .collect()
}

/// Follows every border until it comes back to where it began.
fn rings(onward: &BTreeMap<Point, Point>, places: &BTreeMap<Point, Place>) -> Vec<Vec<Place>> {
    let mut left: BTreeSet<Point> = onward.keys().copied().collect();
    let mut rings = vec![];
    while let Some(start) = left.pop_first() {
        let mut ring = vec![places[&start]];
        let mut at = onward[&start];
        while left.remove(&at) {
            ring.push(places[&at]);
            at = onward[&at];
        }
        ring.push(ring[0]);
        rings.push(ring);
    }
    rings
}

/// Twice the signed area: positive for a ring that has its area on the left hand.
fn turn(ring: &[Place]) -> f64 {
    let origin = ring[0];
    ring.windows(2)
        .map(|pair| {
            let (a, b) = (pair[0], pair[1]);
            (a.0 - origin.0) * (b.1 - origin.1) - (b.0 - origin.0) * (a.1 - origin.1)
        })
        .sum()
}

/// Shells by their size, each with the holes that lie in it.
fn assemble(rings: Vec<Vec<Place>>) -> MultiPolygon<f64> {
    let (mut shells, holes): (Vec<_>, Vec<_>) = rings.into_iter().partition(|r| turn(r) > 0.0);
    shells.sort_by(|a, b| turn(b).total_cmp(&turn(a)));
    let mut holes_of = vec![vec![]; shells.len()];
    for hole in holes {
        // The smallest shell around it; a hole's own points lie on no other shell's ring.
        let holder = shells.iter().rposition(|shell| encloses(shell, hole[0]));
        if let Some(holder) = holder {
            holes_of[holder].push(line_string(&hole));
        }
    }
    let polygons = shells.iter().zip(holes_of);
    polygons
        .map(|(shell, holes)| Polygon::new(line_string(shell), holes))
        .collect()
}

fn line_string(ring: &[Place]) -> LineString<f64> {
    ring.iter().map(|&(x, y)| Coord { x, y }).collect()
}

fn encloses(ring: &[Place], place: Place) -> bool {
    ring.windows(2).fold(false, |inside, pair| {
        let (a, b) = (pair[0], pair[1]);
        let crosses = (a.1 > place.1) != (b.1 > place.1)
            && place.0 < a.0 + (place.1 - a.1) / (b.1 - a.1) * (b.0 - a.0);
        inside != crosses
    })
}
