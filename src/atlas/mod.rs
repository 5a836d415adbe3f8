//! The picture of all schools in memory: tiles are cut from it, never from SQL.
//!
//! Columns sorted along a Morton curve, so that every tile of the pyramid is one slice; swapped
//! whole and versioned. Must not know where the schools come from.

mod mvt;
mod snapshot;
mod tile;

pub use mvt::{Layer, Value, encode_points};
pub use snapshot::{AtlasSchool, Snapshot};
pub use tile::{MAX_ZOOM, TileAddress, schools_tile};
