//! Fuzzes one reader, the one that `SCHOOLBEAT_FUZZ_FORMAT` names: of school and area files, or of what
//! the programs say to each other. A crash is a panic that leaves the reader, an abort, more than
//! 1 GB of memory or 10 seconds for at most 1 MB, or something that `talk` says must never be.
//! Compiles the readers themselves; calls no more of them than the programs do.

#![no_main]

mod files;
mod format;
mod heap;
mod mutate;
mod seeds;
mod talk;

// The readers, where their own `crate::` paths find what they name.
#[path = "../../../probe/src/bounds.rs"]
mod bounds;
#[path = "../../../probe/src/clock.rs"]
#[allow(dead_code, reason = "the probe uses the rest")]
mod clock;
#[path = "../../../probe/src/complaint.rs"]
#[allow(dead_code, reason = "the probe uses the rest")]
mod complaint;
#[path = "../../../src/domain/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the server uses the rest")]
mod domain;
#[path = "../../../src/ingest/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the server uses the rest")]
mod ingest;
#[path = "../../../probe/src/page_url.rs"]
#[allow(dead_code, reason = "the probe uses the rest")]
mod page_url;
#[path = "../../../src/registry/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the server uses the rest")]
mod registry;
#[path = "../../../probe/src/server_url.rs"]
#[allow(dead_code, reason = "the probe uses the rest")]
mod server_url;
#[path = "../../../probe/src/units.rs"]
#[allow(dead_code, reason = "the probe uses the rest")]
mod units;
#[path = "../../../probe/src/windows.rs"]
#[allow(dead_code, reason = "the probe uses the rest")]
mod windows;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Mutex,
    time::Duration,
};

use format::Format;
use libfuzzer_sys::{Corpus, fuzz_mutator, fuzz_target};

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

/// Why nothing is made of it. Some seeds are made to be refused.
fn refusal(bytes: &[u8]) -> Option<String> {
    match Format::wanted() {
        format if format.is_file() => files::refusal(bytes),
        format => talk::refusal(format, bytes),
    }
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
    let format = Format::wanted();
    let read = catch_unwind(AssertUnwindSafe(|| {
        if format.is_file() {
            files::read(bytes);
        } else {
            talk::read(format, bytes);
        }
    }));
    if read.is_err() {
        if let Ok(said) = SAID.lock() {
            eprintln!("{said}");
        }
        std::process::abort();
    }
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
