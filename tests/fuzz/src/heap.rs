//! A heap of 1 GB: who asks for more gets nothing, as under a limit of the system. A reader that asked
//! carefully says so; any other ends the process, and the fuzzer keeps the file. What C allocates
//! is watched by `-rss_limit_mb`.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    ptr::null_mut,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
};

const MOST_BYTES: usize = 1_000_000_000;

static HELD: AtomicUsize = AtomicUsize::new(0);
static SAYS_WHO: AtomicBool = AtomicBool::new(false);

/// The system's heap, counted.
pub struct Bounded;

/// Whether there is room for so many bytes more; they are counted then.
fn take(bytes: usize) -> bool {
    let held = HELD.fetch_add(bytes, Relaxed);
    let room = held.saturating_add(bytes) <= MOST_BYTES;
    if !room {
        give(bytes);
        // Once: to say it takes memory too.
        if SAYS_WHO.swap(false, Relaxed) {
            let trace = std::backtrace::Backtrace::force_capture();
            eprintln!("{bytes} bytes more are refused:\n{trace}");
        }
    }
    room
}

/// Says who asks for too much, the first time.
pub fn say_who() {
    SAYS_WHO.store(true, Relaxed);
}

fn give(bytes: usize) {
    HELD.fetch_sub(bytes, Relaxed);
}

// Safety: every call is the system's own; only numbers are kept beside it.
unsafe impl GlobalAlloc for Bounded {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if !take(layout.size()) {
            return null_mut();
        }
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if !take(layout.size()) {
            return null_mut();
        }
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        give(layout.size());
        unsafe { System.dealloc(place, layout) }
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        if !take(bytes.saturating_sub(layout.size())) {
            return null_mut();
        }
        give(layout.size().saturating_sub(bytes));
        unsafe { System.realloc(place, layout, bytes) }
    }
}
