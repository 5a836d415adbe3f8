//! Whether the internet was there: what each look says, and which spans come of the looks. Pure; it
//! must not open a socket or a file, and asks no clock.

mod ladder;
mod tracker;

pub use ladder::{Look, Rungs, judge};
pub use tracker::{Moment, Span, Tracker};
