//! Reads school and area files: bytes → a table of named cells → rows and findings. Pure; must
//! not know the database, nor what a school was called before.

mod area_keys;
mod area_names;
mod area_parents;
mod areas;
mod attributes;
mod cell;
mod column_names;
mod columns;
mod contradictions;
mod degrees;
mod duplicates;
mod file_error;
mod header;
mod ids;
mod known_values;
mod levels;
mod population;
mod position;
mod reader;
mod school_row;
mod schools;
mod spelling;
mod table;
#[cfg(test)]
mod tests;
mod text_faults;
mod unknown_values;
mod vocabulary;

pub use areas::{read_areas, read_areas_with};
pub use file_error::FileError;
pub use population::is_population;
pub use position::read_position;
pub use reader::{Delimiter, ReadOptions, TextEncoding};
pub use schools::{read_schools, read_schools_with};
