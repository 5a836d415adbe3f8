//! A tile of schools: points while there are few, a grid of counts when there are many. No school
//! is ever left out, and each is in exactly one feature of a zoom.

use super::{
    mvt::{EXTENT, Layer, Value, encode_points},
    snapshot::{Snapshot, unmorton},
};
use crate::domain::status::Status;

/// Deepest zoom that is cut; maps draw deeper ones from it.
pub const MAX_ZOOM: u32 = 14;
/// More schools than this in one tile are drawn as a grid. A country like Kenya is drawn school by
/// school from its own zoom on.
const POINT_BUDGET: usize = 8000;
/// From this zoom on a point carries its name.
const NAMES_FROM_ZOOM: u32 = 9;
/// Cells along a tile's side, as a power of two: 128 cells are 4 pixels each.
const GRID_BITS: u32 = 7;

/// A tile of the pyramid that exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TileAddress {
    z: u32,
    x: u32,
    y: u32,
}

impl TileAddress {
    /// The address, unless there is no such tile.
    pub fn new(z: u32, x: u32, y: u32) -> Option<Self> {
        (z <= MAX_ZOOM && x < (1 << z) && y < (1 << z)).then_some(Self { z, x, y })
    }

    /// Zoom, column and row.
    pub fn parts(self) -> (u32, u32, u32) {
        (self.z, self.x, self.y)
    }
}

/// The schools of a tile; `None` if there are none.
pub fn schools_tile(snapshot: &Snapshot, tile: TileAddress) -> Option<Vec<u8>> {
    let range = snapshot.range(tile.z, tile.x, tile.y);
    if range.is_empty() {
        return None;
    }
    let mut layer = Layer::default();
    if range.len() <= POINT_BUDGET {
        for index in range {
            add_school(&mut layer, snapshot, tile, index);
        }
    } else {
        add_grid(&mut layer, snapshot, tile, range);
    }
    Some(encode_points("schools", layer))
}

/// Offset of a Mercator position within the tile, in tile units.
fn within(tile: TileAddress, code: u64) -> (i32, i32) {
    let (x, y) = unmorton(code);
    let offset = |position: u32| -> i32 {
        // A tile of zoom z spans 2^(32 - z) positions, and 4096 units.
        let span = 1_u64 << (32 - tile.z);
        let units = (u64::from(position) & (span - 1)) * u64::from(EXTENT) / span;
        i32::try_from(units).unwrap_or_default()
    };
    (offset(x), offset(y))
}

fn add_school(layer: &mut Layer, snapshot: &Snapshot, tile: TileAddress, index: usize) {
    let school = snapshot.school(index);
    let (x, y) = within(tile, snapshot.codes(index..index + 1)[0]);
    let mut attributes = vec![
        ("id", Value::Text(school.id.to_string())),
        ("status", Value::Text(school.status.slug().to_owned())),
    ];
    if tile.z >= NAMES_FROM_ZOOM {
        attributes.push(("name", Value::Text(school.name.clone())));
    }
    layer.add_point(x, y, &attributes);
}

/// The cells are runs of the Morton order, too: one pass, no map.
fn add_grid(
    layer: &mut Layer,
    snapshot: &Snapshot,
    tile: TileAddress,
    range: std::ops::Range<usize>,
) {
    let shift = 64 - 2 * (tile.z + GRID_BITS);
    let mut begin = range.start;
    while begin < range.end {
        let codes = snapshot.codes(begin..range.end);
        let cell = codes[0] >> shift;
        let length = codes.partition_point(|code| code >> shift == cell);
        if length == 1 {
            add_school(layer, snapshot, tile, begin);
        } else {
            add_cell(layer, snapshot, tile, begin..begin + length);
        }
        begin += length;
    }
}

/// A cell stands at the mean of its members, so that nothing jumps from zoom to zoom.
fn add_cell(
    layer: &mut Layer,
    snapshot: &Snapshot,
    tile: TileAddress,
    members: std::ops::Range<usize>,
) {
    let count = members.len();
    let (mut sum_x, mut sum_y) = (0_i64, 0_i64);
    let mut by_status = [0_u64; Status::ALL.len()];
    for index in members {
        let (x, y) = within(tile, snapshot.codes(index..index + 1)[0]);
        sum_x += i64::from(x);
        sum_y += i64::from(y);
        by_status[snapshot.school(index).status as usize] += 1;
    }
    let mean =
        |sum: i64| i32::try_from(sum / i64::try_from(count).unwrap_or(1)).unwrap_or_default();
    let mut attributes = vec![("count", Value::Count(count as u64))];
    let mut dominant = (0, Status::Unknown);
    for (status, members) in Status::ALL.into_iter().zip(by_status) {
        if members > 0 {
            attributes.push((status.slug(), Value::Count(members)));
        }
        // The most frequent, unknown too: one bad school does not make a town bad.
        if members > dominant.0 {
            dominant = (members, status);
        }
    }
    attributes.push(("status", Value::Text(dominant.1.slug().to_owned())));
    layer.add_point(mean(sum_x), mean(sum_y), &attributes);
}

#[cfg(test)]
mod tests;
