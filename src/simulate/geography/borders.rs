//! Draws coast and borders through the lattice's triangles. A border is drawn once, and both
//! neighbours take the same points, so that areas neither overlap nor leave a gap.
//!
//! Within a triangle whose corners differ, a border runs from side to side, or from all three to a
//! point inside; it never leaves its triangle, so that no two borders can cross.

use std::collections::BTreeMap;

use super::{
    districts::{Division, SEA},
    grid::{self, Node, Place},
};

/// How near a corner a border may cross a side: nearer would make slivers.
const MARGIN: f64 = 0.12;

/// A point of a border, shared by everyone who meets there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Point {
    /// Where it crosses the side between two lattice points, the lower number first.
    Side(Node, Node),
    /// Where three meet, within the triangle of this lowest corner.
    Inside(Node, bool),
}

/// One straight piece of a border.
#[derive(Debug, Clone, Copy)]
pub(super) struct Segment {
    pub from: Point,
    pub to: Point,
    /// District on the left hand and on the right hand, or [`SEA`].
    pub left: u16,
    pub right: u16,
}

/// All borders and coasts, and where their points lie.
#[derive(Debug)]
pub(super) struct Borders {
    pub segments: Vec<Segment>,
    pub places: BTreeMap<Point, Place>,
}

/// Draws all borders.
pub(super) fn draw(heights: &[f64], division: &Division) -> Borders {
    let mut borders = Borders {
        segments: vec![],
        places: BTreeMap::new(),
    };
    for corners in grid::triangles() {
        let [a, b, c] = corners.map(|node| division.district[node]);
        if a == b && b == c {
            continue;
        }
        for (from, to, left, right) in segments_in(corners, [a, b, c]) {
            for point in [from, to] {
                borders
                    .places
                    .entry(point)
                    .or_insert_with(|| place_of(point, corners, heights, division));
            }
            borders.segments.push(Segment {
                from,
                to,
                left,
                right,
            });
        }
    }
    borders
}

/// The border's pieces within one triangle.
fn segments_in(corners: [Node; 3], owner: [u16; 3]) -> Vec<(Point, Point, u16, u16)> {
    let odd = |i: usize| {
        let (next, last) = ((i + 1) % 3, (i + 2) % 3);
        owner[next] == owner[last] && owner[i] != owner[next]
    };
    match (0..3).find(|&i| odd(i)) {
        Some(i) => {
            let (next, last) = ((i + 1) % 3, (i + 2) % 3);
            // From the side that leaves the odd corner to the one that comes back to it, counter-
            // clockwise: the odd corner lies on the left.
            let from = side(corners[i], corners[next]);
            let to = side(corners[last], corners[i]);
            vec![(from, to, owner[i], owner[next])]
        }
        None => (0..3)
            .map(|i| {
                let next = (i + 1) % 3;
                // From the side towards the middle: the side's first corner lies on the left.
                let from = side(corners[i], corners[next]);
                (from, inside(corners), owner[i], owner[next])
            })
            .collect(),
    }
}

fn side(a: Node, b: Node) -> Point {
    Point::Side(a.min(b), a.max(b))
}

fn inside(corners: [Node; 3]) -> Point {
    // Two triangles share their lowest corner; the second corner tells them apart.
    Point::Inside(corners[0], corners[1] == corners[0] + 1)
}

fn place_of(point: Point, corners: [Node; 3], heights: &[f64], division: &Division) -> Place {
    match point {
        Point::Side(a, b) => crossing(a, b, heights, division),
        Point::Inside(..) => {
            let [p, q, r] = [(0, 1), (1, 2), (2, 0)].map(|(i, j)| {
                let (low, high) = (corners[i].min(corners[j]), corners[i].max(corners[j]));
                crossing(low, high, heights, division)
            });
            grid::rounded(((p.0 + q.0 + r.0) / 3.0, (p.1 + q.1 + r.1) / 3.0))
        }
    }
}

/// Where between two lattice points the height is zero, or both districts equally near.
fn crossing(a: Node, b: Node, heights: &[f64], division: &Division) -> Place {
    let (of, over) = (division.district[a], division.district[b]);
    let (at_a, at_b) = if of == SEA || over == SEA {
        (heights[a], heights[b])
    } else {
        (division.lead(a, of, over), division.lead(b, of, over))
    };
    // A point that was given to a neighbour has no crossing of its own: halfway, then.
    let share = if at_a * at_b < 0.0 {
        (at_a / (at_a - at_b)).clamp(MARGIN, 1.0 - MARGIN)
    } else {
        0.5
    };
    let (from, to) = (grid::place_of(a), grid::place_of(b));
    grid::rounded((
        from.0 + (to.0 - from.0) * share,
        from.1 + (to.1 - from.1) * share,
    ))
}

impl Borders {
    /// The district that holds a place: exactly the one whose polygon does.
    pub fn district_at(&self, division: &Division, place: Place) -> Option<u16> {
        let corners = grid::triangle_at(place)?;
        let owner = corners.map(|node| division.district[node]);
        let at = |point: Point| self.places.get(&point).copied();
        let holder = (0..3).find(|&i| {
            let (next, last) = ((i + 1) % 3, (i + 2) % 3);
            if owner[i] == owner[next] || owner[i] == owner[last] {
                return false;
            }
            // The corner's own piece: a triangle, or a quadrilateral with the point inside.
            let leave = at(side(corners[i], corners[next]));
            let back = at(side(corners[last], corners[i]));
            let middle = (owner[next] != owner[last]).then(|| at(inside(corners)));
            let ring: Option<Vec<Place>> = match middle {
                Some(middle) => [leave, middle, back].into_iter().collect(),
                None => [leave, back].into_iter().collect(),
            };
            let mut ring = ring.unwrap_or_default();
            ring.insert(0, grid::place_of(corners[i]));
            holds(&ring, place)
        });
        let owner = match holder {
            Some(i) => owner[i],
            // Not the odd corner's: one of the two that agree.
            None => (0..3)
                .find(|&i| owner[i] == owner[(i + 1) % 3])
                .map(|i| owner[i])?,
        };
        (owner != SEA).then_some(owner)
    }
}

/// Even-odd rule, half-open as usual, so that a place on a shared side has one holder.
fn holds(ring: &[Place], place: Place) -> bool {
    let mut inside = false;
    for (i, a) in ring.iter().enumerate() {
        let b = ring[(i + 1) % ring.len()];
        if (a.1 > place.1) != (b.1 > place.1)
            && place.0 < a.0 + (place.1 - a.1) / (b.1 - a.1) * (b.0 - a.0)
        {
            inside = !inside;
        }
    }
    inside
}
