//! One version of the picture: immutable, sorted, cheap to cut tiles from.

use std::{collections::HashMap, ops::Range};

use crate::domain::{location::Location, school::SchoolId, status::Status};

/// A school that has a place.
#[derive(Debug, Clone, PartialEq)]
pub struct AtlasSchool {
    /// Its id.
    pub id: SchoolId,
    /// Its name.
    pub name: String,
    /// Its status.
    pub status: Status,
    /// Where it is.
    pub location: Location,
}

/// Every placed school, along a Morton curve over 32-bit Web Mercator.
#[derive(Debug, Default)]
pub struct Snapshot {
    /// Grows with every change.
    pub version: u64,
    /// Grows when anything but some schools changed: areas too may be others.
    pub generation: u64,
    morton: Vec<u64>,
    schools: Vec<AtlasSchool>,
}

/// Beyond this latitude the square of Web Mercator ends, degrees.
const MERCATOR_LATITUDE: f64 = 85.051_128_779_806_59;

/// Position on the square of Web Mercator, 0 to 2^32 from the north-west corner.
pub(super) fn mercator(location: Location) -> (u32, u32) {
    let latitude = location
        .latitude()
        .clamp(-MERCATOR_LATITUDE, MERCATOR_LATITUDE)
        .to_radians();
    let x = location.longitude() / 360.0 + 0.5;
    let y = 0.5 - latitude.tan().asinh() / std::f64::consts::TAU;
    (scale(x), scale(y))
}

/// `as` saturates: the last column of the world takes longitude 180.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates"
)]
fn scale(fraction: f64) -> u32 {
    (fraction * 4_294_967_296.0) as u32
}

/// Bits of x and y, interleaved; y is the more significant.
fn morton(x: u32, y: u32) -> u64 {
    fn spread(bits: u32) -> u64 {
        let mut v = u64::from(bits);
        v = (v | (v << 16)) & 0x0000_FFFF_0000_FFFF;
        v = (v | (v << 8)) & 0x00FF_00FF_00FF_00FF;
        v = (v | (v << 4)) & 0x0F0F_0F0F_0F0F_0F0F;
        v = (v | (v << 2)) & 0x3333_3333_3333_3333;
        (v | (v << 1)) & 0x5555_5555_5555_5555
    }
    spread(x) | (spread(y) << 1)
}

/// The inverse of [`morton`].
pub(super) fn unmorton(code: u64) -> (u32, u32) {
    #[expect(clippy::cast_possible_truncation, reason = "only 32 bits are left")]
    fn gather(bits: u64) -> u32 {
        let mut v = bits & 0x5555_5555_5555_5555;
        v = (v | (v >> 1)) & 0x3333_3333_3333_3333;
        v = (v | (v >> 2)) & 0x0F0F_0F0F_0F0F_0F0F;
        v = (v | (v >> 4)) & 0x00FF_00FF_00FF_00FF;
        v = (v | (v >> 8)) & 0x0000_FFFF_0000_FFFF;
        (v | (v >> 16)) as u32
    }
    (gather(code), gather(code >> 1))
}

impl Snapshot {
    /// A picture of these schools.
    pub fn new(version: u64, generation: u64, mut schools: Vec<AtlasSchool>) -> Self {
        schools.sort_by_cached_key(|school| {
            let (x, y) = mercator(school.location);
            (morton(x, y), school.id)
        });
        let code = |school: &AtlasSchool| {
            let (x, y) = mercator(school.location);
            morton(x, y)
        };
        Self {
            version,
            generation,
            morton: schools.iter().map(code).collect(),
            schools,
        }
    }

    /// The next version, in which these schools look as given, or are gone (`None`).
    pub fn changed(&self, changes: &HashMap<SchoolId, Option<AtlasSchool>>) -> Self {
        let kept = self
            .schools
            .iter()
            .filter(|school| !changes.contains_key(&school.id));
        let schools = kept.chain(changes.values().flatten()).cloned().collect();
        Self::new(self.version + 1, self.generation, schools)
    }

    /// Number of schools on the map.
    pub fn len(&self) -> usize {
        self.schools.len()
    }

    /// Whether the map is empty.
    pub fn is_empty(&self) -> bool {
        self.schools.is_empty()
    }

    /// The schools of a tile: one slice, since a tile's Morton codes share a prefix.
    pub(super) fn range(&self, z: u32, x: u32, y: u32) -> Range<usize> {
        let shift = 64 - 2 * z;
        let first = if z == 0 { 0 } else { morton(x, y) << shift };
        let last = if z == 0 {
            u64::MAX
        } else {
            first | ((1 << shift) - 1)
        };
        self.morton.partition_point(|code| *code < first)
            ..self.morton.partition_point(|code| *code <= last)
    }

    pub(super) fn codes(&self, range: Range<usize>) -> &[u64] {
        &self.morton[range]
    }

    pub(super) fn school(&self, index: usize) -> &AtlasSchool {
        &self.schools[index]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn morton_and_back(x: u32, y: u32) {
            prop_assert_eq!(unmorton(morton(x, y)), (x, y));
        }
    }
}
