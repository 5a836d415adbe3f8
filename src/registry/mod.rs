//! Reads files of schools, areas and infrastructure: bytes → rows of named cells → schools, areas,
//! things and findings. Pure but for the file; must not know the database, nor what a school was
//! called before.

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
mod infrastructure;
mod known_values;
mod layout;
mod levels;
mod lost_position;
mod meanings;
mod population;
mod position;
mod reader;
mod school_file;
mod school_name;
mod school_row;
mod school_rows;
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
pub use infrastructure::read_infrastructure;
pub use layout::{ColumnGuess, Layout};
pub use meanings::{Meaning, meanings};
pub use population::is_population;
pub use position::read_position;
pub use reader::{Delimiter, ReadOptions, TextEncoding};
pub use school_file::SchoolFile;
pub use school_rows::{SchoolEnd, SchoolRows};
pub use schools::{read_schools, read_schools_with};
