//! Reads school and area files: bytes → a table of named cells → rows and findings. Pure; must
//! not know the database, nor what a school was called before.

mod area_keys;
mod areas;
mod cell;
mod columns;
mod duplicates;
mod file_error;
mod position;
mod reader;
mod school_row;
mod schools;
mod table;
#[cfg(test)]
mod tests;

pub use areas::read_areas;
pub use file_error::FileError;
pub use schools::read_schools;
