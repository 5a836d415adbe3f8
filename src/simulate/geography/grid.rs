//! A lattice of points over the country's sea and land, and the triangles between them.

/// Middle of the lattice: open ocean, where no real coast is near.
const CENTRE: (f64, f64) = (78.0, -18.0);
/// Kilometres to one degree there; a constant, so that no machine's cosine has a say.
const KM_PER_DEGREE: (f64, f64) = (105.9, 110.7);
/// Distance of lattice points, degrees.
const STEP: (f64, f64) = (0.014, 0.0134);
/// Columns and rows.
const SIZE: (usize, usize) = (400, 372);

/// A place in degrees, longitude first.
pub(in crate::simulate) type Place = (f64, f64);

/// Kilometres east and north of the lattice's middle.
pub(in crate::simulate) fn to_km(place: Place) -> (f64, f64) {
    (
        (place.0 - CENTRE.0) * KM_PER_DEGREE.0,
        (place.1 - CENTRE.1) * KM_PER_DEGREE.1,
    )
}

/// The place so many kilometres east and north of the lattice's middle.
pub(in crate::simulate) fn from_km(km: (f64, f64)) -> Place {
    (
        CENTRE.0 + km.0 / KM_PER_DEGREE.0,
        CENTRE.1 + km.1 / KM_PER_DEGREE.1,
    )
}

/// Distance in kilometres, good enough for planning towns.
pub(in crate::simulate) fn distance_km(a: Place, b: Place) -> f64 {
    let (ax, ay) = to_km(a);
    let (bx, by) = to_km(b);
    ((ax - bx) * (ax - bx) + (ay - by) * (ay - by)).sqrt()
}

/// Six decimals, as the file will say it: what is decided about a place is decided about this.
pub(in crate::simulate) fn rounded(place: Place) -> Place {
    let round = |degrees: f64| (degrees * 1e6).round() / 1e6;
    (round(place.0), round(place.1))
}

/// Index of a lattice point.
pub(in crate::simulate) type Node = usize;

/// Number of lattice points.
pub(super) const NODES: usize = SIZE.0 * SIZE.1;

/// Where a lattice point lies.
#[expect(clippy::cast_precision_loss, reason = "a few hundred columns")]
pub(super) fn place_of(node: Node) -> Place {
    let (column, row) = (node % SIZE.0, node / SIZE.0);
    (
        CENTRE.0 + (column as f64 - (SIZE.0 - 1) as f64 / 2.0) * STEP.0,
        CENTRE.1 + (row as f64 - (SIZE.1 - 1) as f64 / 2.0) * STEP.1,
    )
}

/// Whether a lattice point lies on the rim.
pub(super) fn on_rim(node: Node) -> bool {
    let (column, row) = (node % SIZE.0, node / SIZE.0);
    column == 0 || row == 0 || column == SIZE.0 - 1 || row == SIZE.1 - 1
}

/// The points that share a triangle's side with this one.
pub(super) fn neighbours(node: Node) -> impl Iterator<Item = Node> {
    let (column, row) = (node % SIZE.0, node / SIZE.0);
    let (left, right) = (column > 0, column + 1 < SIZE.0);
    let (below, above) = (row > 0, row + 1 < SIZE.1);
    // Squares are cut from lower left to upper right.
    [
        left.then(|| node - 1),
        right.then(|| node + 1),
        below.then(|| node - SIZE.0),
        above.then(|| node + SIZE.0),
        (right && above).then(|| node + SIZE.0 + 1),
        (left && below).then(|| node - SIZE.0 - 1),
    ]
    .into_iter()
    .flatten()
}

/// All triangles, counter-clockwise.
pub(super) fn triangles() -> impl Iterator<Item = [Node; 3]> {
    (0..SIZE.1 - 1).flat_map(|row| (0..SIZE.0 - 1).flat_map(move |column| square(column, row)))
}

fn square(column: usize, row: usize) -> [[Node; 3]; 2] {
    let corner = row * SIZE.0 + column;
    let (right, above, across) = (corner + 1, corner + SIZE.0, corner + SIZE.0 + 1);
    [[corner, right, across], [corner, across, above]]
}

/// The triangle that holds a place, if the lattice does.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "checked to lie within the lattice"
)]
pub(super) fn triangle_at(place: Place) -> Option<[Node; 3]> {
    let origin = place_of(0);
    let across = (place.0 - origin.0) / STEP.0;
    let up = (place.1 - origin.1) / STEP.1;
    let within =
        across >= 0.0 && up >= 0.0 && across < (SIZE.0 - 1) as f64 && up < (SIZE.1 - 1) as f64;
    within.then(|| {
        let lower = across - across.floor() >= up - up.floor();
        square(across as usize, up as usize)[usize::from(!lower)]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_lies_in_its_triangle() {
        for node in [0, 5, SIZE.0 * 7 + 3, NODES - SIZE.0 - 2] {
            let (longitude, latitude) = place_of(node);
            let low = (longitude + STEP.0 * 0.6, latitude + STEP.1 * 0.2);
            assert_eq!(triangle_at(low), Some([node, node + 1, node + SIZE.0 + 1]));
            let high = (longitude + STEP.0 * 0.2, latitude + STEP.1 * 0.6);
            assert_eq!(
                triangle_at(high),
                Some([node, node + SIZE.0 + 1, node + SIZE.0])
            );
        }
        assert_eq!(triangle_at((0.0, 0.0)), None);
    }

    #[test]
    fn kilometres_and_degrees_are_each_others_inverse() {
        let place = (77.25, -18.9);
        let back = from_km(to_km(place));
        assert!((back.0 - place.0).abs() < 1e-12 && (back.1 - place.1).abs() < 1e-12);
        assert!((distance_km((78.0, -18.0), (78.0, -17.0)) - 110.7).abs() < 1e-9);
    }
}
