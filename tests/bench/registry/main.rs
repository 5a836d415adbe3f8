//! `make bench-registry`: a generated school list read, checked, placed, compared and applied by
//! the server, beside `ogr2ogr` and a plain spatial join of the same file, in one run on one
//! cluster. What counts is the ratio; no test asserts a time.
//!
//! `cargo bench --profile dev --bench registry -- 10000 100000 --areas=50000`

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a program for a developer"
)]

mod baseline;
mod country;
mod dice;
mod faults;
mod names;
mod ours;
mod outlines;
mod processor;
mod schools;
#[path = "../../support/mod.rs"]
mod support;

use std::{fs::File, io::BufWriter, path::Path, time::Instant};

use country::Country;
use faults::Fault;
use support::TestDatabase;

const SEED: u64 = 7;
const AREAS: usize = 50_000;
const SCHOOLS: [usize; 4] = [10_000, 100_000, 1_000_000, 2_000_000];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let areas = arguments
        .iter()
        .find_map(|text| text.strip_prefix("--areas="));
    let areas = areas.map_or(AREAS, |text| text.parse().expect("a number of areas"));
    let mut counts: Vec<usize> = arguments
        .iter()
        .filter(|text| !text.starts_with("--"))
        .map(|text| text.parse().expect("a number of schools"))
        .collect();
    if counts.is_empty() {
        counts = SCHOOLS.into();
    }

    // Kept between runs for those who want to look at it; made anew by each.
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench-registry");
    std::fs::create_dir_all(&folder).unwrap();
    let begun = Instant::now();
    let country = Country::invent(SEED, areas);
    for level in 0..=3 {
        let file = File::create(folder.join(format!("areas{level}.geojson"))).unwrap();
        outlines::write_geojson(&country, level, BufWriter::new(file)).unwrap();
    }
    let vertices: usize = country.cells.iter().map(|cell| cell.ring.len()).sum();
    println!(
        "{} areas of {} vertices in {} and {} above them, made in {:.1?}",
        country.cells.len(),
        vertices / country.cells.len(),
        country.districts.len(),
        country.provinces,
        begun.elapsed()
    );
    let db = TestDatabase::new();
    baseline::load_areas(&db, &folder.join("areas3.geojson"));
    ours::load_areas(&db, &folder);
    println!(
        "{:>9} {:>7} | {:>9} {:>7} {:>7} {:>7} | {:>9} {:>7} {:>7} {:>7} | {:>6} {:>6} {:>8}",
        "schools",
        "MB",
        "ogr2ogr s",
        "join s",
        "sum s",
        "cpu s",
        "preview s",
        "apply s",
        "sum s",
        "cpu s",
        "ratio",
        "cpu",
        "peak MB"
    );
    for count in counts {
        compare(&db, &country, &folder, count);
    }
}

/// Both, one after the other, and a line of what they took.
fn compare(db: &TestDatabase, country: &Country, folder: &Path, count: usize) {
    let csv = folder.join(format!("schools{count}.csv"));
    let faults =
        schools::write_csv(country, count, BufWriter::new(File::create(&csv).unwrap())).unwrap();
    let theirs = baseline::run(db, &csv);
    let ours = ours::run(db, &csv);
    println!(
        "{count:>9} {:>7.1} | {:>9.2} {:>7.2} {:>7.2} {:>7.2} | {:>9.2} {:>7.2} {:>7.2} \
         {:>7.2} | {:>6.2} {:>6.2} {:>8.0}",
        std::fs::metadata(&csv).unwrap().len() as f64 / 1e6,
        theirs.load.as_secs_f64(),
        theirs.join.as_secs_f64(),
        theirs.total().as_secs_f64(),
        theirs.processor.as_secs_f64(),
        ours.preview.as_secs_f64(),
        ours.apply.as_secs_f64(),
        ours.total().as_secs_f64(),
        ours.processor.as_secs_f64(),
        ours.total().as_secs_f64() / theirs.total().as_secs_f64(),
        ours.processor.as_secs_f64() / theirs.processor.as_secs_f64(),
        ours.peak_bytes as f64 / 1e6,
    );
    println!(
        "{:>9} {} became schools, {} findings",
        "", ours.created, ours.findings
    );
    let faults: Vec<String> = Fault::ALL
        .iter()
        .zip(faults)
        .map(|(fault, count)| format!("{fault:?} {count}"))
        .collect();
    println!("{:>10} {}", "", faults.join(", "));
}
