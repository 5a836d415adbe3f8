//! Files of people on their way from the registry's readers to the store: opened, shown, read in
//! the background, staged. The command line and the web app go through here. Must not know HTTP.

pub mod country;
mod options;
mod reading;
mod upload;

pub use options::{OptionsError, fitting, layout_json, options_from_json, options_json};
pub use reading::{ReadError, open, read_and_stage};
pub use upload::fetch;

/// Largest file that is taken, in bytes.
pub const MAX_FILE_BYTES: u64 = 500_000_000;
