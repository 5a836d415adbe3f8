//! `schoolbeat import` against a real `PostGIS`: the command itself, and what it leaves behind.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests")]

mod area_trees;
mod area_versions;
mod areas;
mod corrections;
mod formats;
mod real_lists;
mod refusals;
mod schools;
mod staging;

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;

use crate::support::TestDatabase;

/// How the command ended, and its document.
struct Imported {
    done: bool,
    document: Value,
    stderr: String,
}

impl Imported {
    fn count(&self, name: &str) -> i64 {
        self.document[name]
            .as_i64()
            .unwrap_or_else(|| panic!("no {name} in {}", self.document))
    }

    /// Rows, created, updated, unchanged, rejected.
    fn counts(&self) -> [i64; 5] {
        assert!(self.done, "{}", self.document);
        ["rows", "created", "updated", "unchanged", "rejected"].map(|name| self.count(name))
    }

    /// Rows with a finding of that code.
    fn rows_with(&self, code: &str) -> Vec<i64> {
        let list = self.document["finding_list"].as_array().unwrap();
        let of_code = list.iter().filter(|finding| finding["code"] == code);
        of_code
            .map(|finding| finding["row"].as_i64().unwrap())
            .collect()
    }

    /// The message of the first finding of that code.
    fn message(&self, code: &str) -> String {
        let list = self.document["finding_list"].as_array().unwrap();
        let finding = list.iter().find(|finding| finding["code"] == code);
        finding.unwrap_or_else(|| panic!("no {code}"))["message"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    fn error_code(&self) -> &str {
        assert!(!self.done, "{}", self.document);
        self.document["error"]["code"].as_str().unwrap()
    }
}

fn command(db: &TestDatabase, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_schoolbeat"));
    command
        .env("SCHOOLBEAT_DATABASE_URL", db.url())
        .args(["import", "--json"])
        .args(arguments);
    command
}

fn outcome(output: &Output) -> Imported {
    let text = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    Imported {
        done: output.status.success(),
        document: serde_json::from_str(&text)
            .unwrap_or_else(|error| panic!("{error}: {text}\n{stderr}")),
        stderr,
    }
}

fn import(db: &TestDatabase, arguments: &[&str]) -> Imported {
    outcome(&command(db, arguments).output().unwrap())
}

fn areas(db: &TestDatabase, file: &Path, country: &str, level: i16) -> Imported {
    let path = file.to_str().unwrap();
    import(
        db,
        &[
            "areas",
            path,
            "--country",
            country,
            "--level",
            &level.to_string(),
        ],
    )
}

fn schools(db: &TestDatabase, file: &Path, country: &str) -> Imported {
    import(
        db,
        &["schools", file.to_str().unwrap(), "--country", country],
    )
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/registry")
        .join(name)
}

/// A file of that text, gone with the directory that comes with it.
fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("list.csv");
    std::fs::write(&path, text).unwrap();
    (dir, path)
}

/// The one number that a query answers.
fn number(db: &TestDatabase, query: &str) -> i64 {
    db.sql().query_one(query, &[]).unwrap().get(0)
}

/// The texts of a query's one column.
fn texts(db: &TestDatabase, query: &str) -> Vec<String> {
    db.sql()
        .query(query, &[])
        .unwrap()
        .iter()
        .map(|row| row.get(0))
        .collect()
}
