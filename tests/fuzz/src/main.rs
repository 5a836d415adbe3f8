//! Fuzzes one reader of school and area files, the one that `SCHOOLBEAT_FUZZ_FORMAT` names. A
//! crash is a panic that leaves the reader, an abort, more than 1 GB of memory or 10 seconds for
//! a file of at most 1 MB. Compiles the readers themselves; calls their public functions only.

#![no_main]

#[path = "../../../src/domain/mod.rs"]
#[allow(
    dead_code,
    unused_imports,
    reason = "of the domain only listings are used here"
)]
mod domain;
mod format;
mod heap;
mod mutate;
#[path = "../../../src/registry/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the server uses the rest")]
mod registry;
mod seeds;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Mutex,
    time::Duration,
};

use format::Format;
use libfuzzer_sys::{Corpus, fuzz_mutator, fuzz_target};

use crate::{
    domain::{area::AreaLevel, infrastructure::Kind},
    registry::{ReadOptions, read_areas_with, read_infrastructure, read_schools_with},
};

#[global_allocator]
static HEAP: heap::Bounded = heap::Bounded;

const MOST_KEPT_BYTES: usize = 50_000;
const MOST_TIME: Duration = Duration::from_secs(10);

/// What the last panic said. A reader may catch those of a foreign crate: they are no crash.
static SAID: Mutex<String> = Mutex::new(String::new());

fn begin() {
    std::panic::set_hook(Box::new(|panic| {
        let trace = std::backtrace::Backtrace::force_capture();
        if let Ok(mut said) = SAID.lock() {
            *said = format!("{panic}\n{trace}");
        }
    }));
    if std::env::var_os("RUST_BACKTRACE").is_some() {
        heap::say_who();
    }
    let seeds = seeds::of(Format::wanted());
    let refusals: Vec<String> = seeds.iter().filter_map(|seed| refusal(seed)).collect();
    for refusal in &refusals {
        eprintln!("refused: {refusal}");
    }
    let taken = seeds.len() - refusals.len();
    eprintln!("seeds: {taken} of {} are taken", seeds.len());
    seeds::write(&seeds);
}

/// Why no reader makes anything of the file. Some seeds are made to be refused.
fn refusal(bytes: &[u8]) -> Option<String> {
    let options = ReadOptions::default();
    let schools = read_schools_with(bytes, &options).err()?;
    let areas = read_areas_with(bytes, AreaLevel::new(1)?, &options).err()?;
    Some(format!("{schools} / {areas}"))
}

/// Processor time of this process, which other work on the machine does not lengthen.
fn spent() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let numbers = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace();
    // Of user and of system, in hundredths of a second.
    let ticks = numbers
        .skip(11)
        .take(2)
        .filter_map(|number| number.parse::<u64>().ok());
    Duration::from_millis(10 * ticks.sum::<u64>())
}

fn read(bytes: &[u8]) {
    let begun = spent();
    read_all(bytes);
    let took = spent().saturating_sub(begun);
    if took > MOST_TIME {
        eprintln!("reading took {took:?}");
        std::process::abort();
    }
}

fn read_all(bytes: &[u8]) {
    let options = options(bytes);
    let read = catch_unwind(AssertUnwindSafe(|| {
        if let Ok(list) = read_schools_with(bytes, &options) {
            assert!(
                list.rejected_count() >= 0 && list.rows.len() as i64 <= i64::from(list.row_count)
            );
        }
        if let Some(level) = AreaLevel::new(1)
            && let Ok(list) = read_areas_with(bytes, level, &options)
        {
            assert!(
                list.rejected_count() >= 0 && list.rows.len() as i64 <= i64::from(list.row_count)
            );
        }
        let kind = Kind::ALL[bytes.len() % Kind::ALL.len()];
        drop(read_infrastructure(bytes, kind, None, &options));
    }));
    if read.is_err() {
        if let Ok(said) = SAID.lock() {
            eprintln!("{said}");
        }
        std::process::abort();
    }
}

/// What a person says about the file: mostly nothing, sometimes something wrong.
fn options(bytes: &[u8]) -> ReadOptions {
    let sum = bytes.iter().fold(0_u32, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(u32::from(*byte))
    });
    let encodings = [
        "utf-8",
        "utf-16le",
        "windows-1252",
        "windows-1256",
        "shift_jis",
        "gb18030",
    ];
    let delimiters = ["comma", "semicolon", "tab", "pipe"];
    let mut options = ReadOptions::default();
    match sum >> 16 & 15 {
        0 => options.encoding = encodings[sum as usize % encodings.len()].parse().ok(),
        1 => options.delimiter = delimiters[sum as usize % delimiters.len()].parse().ok(),
        2 => options.sheet = Some("Schools".into()),
        _ => {}
    }
    options
}

fuzz_target!(init: begin(), |bytes: &[u8]| -> Corpus {
    read(bytes);
    // Large files are tried, but the next ones do not begin from them: they are slow.
    if bytes.len() > MOST_KEPT_BYTES {
        Corpus::Reject
    } else {
        Corpus::Keep
    }
});

fuzz_mutator!(
    |bytes: &mut [u8], size: usize, max_size: usize, seed: u32| {
        mutate::mutate(Format::wanted(), bytes, size, max_size, seed)
    }
);
