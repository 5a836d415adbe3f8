//! A wall clock that is wrong, and that jumps while a program runs. Linux has none for one process, so
//! the call that reads it is put before the C library's.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// A library that moves the wall clock, and the file that says how far.
pub struct WrongClock {
    dir: tempfile::TempDir,
}

impl WrongClock {
    /// Built with the compiler that Rust links with.
    pub fn ahead_by_days(days: i64) -> Self {
        let clock = Self {
            dir: tempfile::tempdir().unwrap(),
        };
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/probe/wrong_clock.c");
        let built = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .arg(clock.library())
            .arg(source)
            .status()
            .unwrap();
        assert!(built.success(), "{built}");
        clock.is_ahead_by_days(days);
        clock
    }

    /// Sets it, also while a program runs.
    pub fn is_ahead_by_days(&self, days: i64) {
        // Whole at any time: a program may be reading it.
        let new = self.dir.path().join("new");
        fs::write(&new, (days * 24 * 3600).to_string()).unwrap();
        fs::rename(new, self.file()).unwrap();
    }

    /// What puts a program under it.
    pub fn variables(&self) -> [(&'static str, OsString); 2] {
        [
            ("LD_PRELOAD", self.library().into()),
            ("WRONG_CLOCK_FILE", self.file().into()),
        ]
    }

    fn library(&self) -> PathBuf {
        self.dir.path().join("wrong_clock.so")
    }

    fn file(&self) -> PathBuf {
        self.dir.path().join("seconds")
    }
}
