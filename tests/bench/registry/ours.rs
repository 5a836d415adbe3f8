//! The import that is measured: the program itself, as a person runs it, from the file to the
//! registry. Timed in two steps, to the preview and from there on; its memory is watched.

use std::{
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{processor::Processes, support::TestDatabase};

/// How an import went.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    /// Read, checked, placed and compared: what a person looks at before applying it.
    pub preview: Duration,
    /// Applied.
    pub apply: Duration,
    /// Of all processes together.
    pub processor: Duration,
    /// The most memory that the program itself held, bytes.
    pub peak_bytes: u64,
    /// Rows that became schools.
    pub created: i64,
    /// Findings of all kinds.
    pub findings: i64,
}

impl Times {
    pub fn total(self) -> Duration {
        self.preview + self.apply
    }
}

/// The country's levels, taken in beforehand: not timed.
pub fn load_areas(db: &TestDatabase, folder: &Path) {
    for level in 0..=3 {
        let file = folder.join(format!("areas{level}.geojson"));
        let level = level.to_string();
        let arguments = ["import", "areas", path(&file), "--country", "XBE"];
        schoolbeat(db, &[&arguments[..], &["--level", &level]].concat());
    }
}

/// Takes the list into a registry that knows no school.
pub fn run(db: &TestDatabase, csv: &Path) -> Times {
    let mut sql = db.sql();
    // Not `import` with all that hangs on it: the areas do.
    sql.batch_execute(
        "TRUNCATE school, school_area, school_status, school_change CASCADE;
         DELETE FROM import WHERE subject = 'schools'",
    )
    .unwrap();
    let processes = Processes::of(&mut sql);
    let spent = processes.spent();
    let begun = Instant::now();
    let arguments = ["import", "schools", path(csv), "--country", "XBE"];
    let (staged, staging_peak) = schoolbeat(db, &[&arguments[..], &["--preview"]].concat());
    let preview = begun.elapsed();
    let begun = Instant::now();
    let import = staged["import_id"].as_str().unwrap();
    let (applied, applying_peak) = schoolbeat(db, &["import", "apply", import]);
    Times {
        preview,
        apply: begun.elapsed(),
        processor: processes.spent().saturating_sub(spent),
        peak_bytes: staging_peak.max(applying_peak),
        created: applied["created"].as_i64().unwrap(),
        findings: applied["findings"].as_i64().unwrap(),
    }
}

fn path(file: &Path) -> &str {
    file.to_str().unwrap()
}

/// Runs the program to its end; its document, and the most memory that it held.
fn schoolbeat(db: &TestDatabase, arguments: &[&str]) -> (Value, u64) {
    let child = Command::new(env!("CARGO_BIN_EXE_schoolbeat"))
        .arg("--json")
        .args(arguments)
        .env("SCHOOLBEAT_DATABASE_URL", db.url())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let id = child.id();
    let (done, ended) = std::sync::mpsc::channel();
    let waiting = std::thread::spawn(move || {
        let output = Child::wait_with_output(child).unwrap();
        // The watch may have ended before.
        let _ = done.send(());
        output
    });
    let mut peak = 0;
    while ended.recv_timeout(Duration::from_millis(20)).is_err() && !waiting.is_finished() {
        peak = peak.max(peak_bytes(id).unwrap_or(0));
    }
    let output = waiting.join().unwrap();
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(output.status.success(), "{document}");
    (document, peak)
}

/// What the kernel says; `None` when the process is gone.
fn peak_bytes(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024)
}
