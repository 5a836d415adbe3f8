//! The house rules, read from the tree itself: who may name whom, how long a file may be, what the
//! sample of the environment names, and that landed migrations stay as they landed.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

const MAX_LINES: usize = 400;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below a folder with one of these endings, but for what is built or fetched.
fn files(folder: &str, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = vec![];
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                if !["node_modules", "dist", "target", "public", "fixtures"].contains(&&*name) {
                    folders.push(path);
                }
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                found.push(path);
            }
        }
    }
    assert!(
        !found.is_empty(),
        "no files in {folder}: the rule would hold for nothing"
    );
    found.sort();
    found
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().display().to_string()
}

/// The code of a Rust file without comments and without the tests at its end.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let code = text.split("#[cfg(test)]").next().unwrap();
    code.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The modules of this crate that a file names: `crate::x` alone and in braces.
fn crate_modules(code: &str) -> BTreeSet<String> {
    let mut named = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$') {
            continue;
        }
        let rest = &code[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            named.extend(top_level_names(group));
        } else {
            named.insert(first_word(rest));
        }
    }
    named
}

fn first_word(text: &str) -> String {
    text.chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect()
}

/// The names directly within a brace: `domain::{…}, store::x}` → domain, store.
fn top_level_names(group: &str) -> Vec<String> {
    let (mut depth, mut names, mut begins) = (0_usize, vec![], true);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => begins = true,
            _ if begins && !c.is_whitespace() => {
                names.push(first_word(&group[at..]));
                begins = false;
            }
            _ => {}
        }
    }
    names
}

struct Layer {
    folder: &'static str,
    /// Modules of this crate that it may name, besides itself.
    may_name: &'static [&'static str],
    /// Words that must not stand in its code.
    never: &'static [&'static str],
}

const POSTGRES: [&str; 3] = ["tokio_postgres", "deadpool_postgres", "postgres::"];

const LAYERS: &[Layer] = &[
    Layer {
        folder: "src/domain",
        may_name: &[],
        never: &[
            "serde",
            "tokio",
            "actix",
            "tokio_postgres",
            "schoolbeat_wire",
            "std::env",
            "std::fs",
            "std::net",
            "std::io",
            "Utc::now",
            "Local::now",
            "SystemTime",
            "Instant",
            "rand::",
            "tracing",
        ],
    },
    Layer {
        folder: "src/ingest",
        may_name: &["domain"],
        never: &[
            "tokio",
            "actix",
            "tokio_postgres",
            "std::env",
            "std::fs",
            "std::net",
            "Utc::now",
        ],
    },
    Layer {
        folder: "src/registry",
        may_name: &["domain"],
        never: &[
            "tokio",
            "actix",
            "tokio_postgres",
            "std::env",
            "std::net",
            "Utc::now",
        ],
    },
    Layer {
        folder: "src/simulate",
        may_name: &["domain"],
        never: &[
            "tokio",
            "actix",
            "tokio_postgres",
            "std::env",
            "std::fs",
            "std::net",
            "Utc::now",
        ],
    },
    Layer {
        folder: "src/intake",
        may_name: &["domain", "registry", "store"],
        never: &["actix", "tokio_postgres", "schoolbeat_wire", "std::env"],
    },
    Layer {
        folder: "src/store",
        may_name: &["domain"],
        never: &["schoolbeat_wire", "actix"],
    },
    Layer {
        folder: "src/atlas",
        may_name: &["domain"],
        never: &["tokio", "actix", "tokio_postgres", "schoolbeat_wire"],
    },
    Layer {
        folder: "src/reports",
        may_name: &["domain"],
        never: &[
            "tokio",
            "actix",
            "tokio_postgres",
            "schoolbeat_wire",
            "Utc::now",
        ],
    },
    Layer {
        folder: "src/jobs",
        may_name: &["domain", "store", "atlas"],
        never: &["actix", "tokio_postgres", "schoolbeat_wire"],
    },
    Layer {
        folder: "src/ndt7",
        may_name: &["domain"],
        never: &["tokio_postgres", "actix", "std::env"],
    },
    Layer {
        folder: "src/http",
        may_name: &[
            "atlas", "config", "domain", "ingest", "intake", "jobs", "ndt7", "registry", "reports",
            "store",
        ],
        never: &POSTGRES,
    },
];

#[test]
fn layers_name_only_what_lies_below_them() {
    let mut offences = vec![];
    for layer in LAYERS {
        let own = layer.folder.trim_start_matches("src/");
        for path in files(layer.folder, &[".rs"]) {
            if path.ends_with("tests.rs") {
                continue;
            }
            let code = code(&path);
            for module in crate_modules(&code) {
                if module != own && !layer.may_name.contains(&&*module) {
                    offences.push(format!("{} names crate::{module}", shown(&path)));
                }
            }
            for word in layer.never {
                if code.contains(word) {
                    offences.push(format!("{} says {word}", shown(&path)));
                }
            }
        }
    }
    assert!(offences.is_empty(), "{}", offences.join("\n"));
}

#[test]
fn only_the_configuration_reads_the_environment() {
    let mut readers: Vec<_> = files("src", &[".rs"]);
    readers.retain(|path| {
        !path.ends_with("src/config.rs") && {
            let code = code(path);
            code.contains("env::var") || code.contains("env::vars")
        }
    });
    assert!(readers.is_empty(), "{readers:?}");
}

#[test]
fn one_module_says_unsafe() {
    let says = |path: &PathBuf| code(path).contains("unsafe {") || code(path).contains("unsafe fn");
    let mut all = files("src", &[".rs"]);
    all.extend(files("probe/src", &[".rs"]));
    all.retain(says);
    let names: Vec<_> = all.iter().map(|path| shown(path)).collect();
    assert_eq!(names, ["src/ndt7/kernel.rs"]);
}

#[test]
fn only_measuring_and_sending_open_sockets() {
    let words = [
        "TcpStream",
        "UdpSocket",
        "TcpSocket",
        "surge_ping",
        "tokio_tungstenite",
        "ureq::",
    ];
    for path in files("probe/src", &[".rs"]) {
        let name = shown(&path);
        if name.starts_with("probe/src/measure/") || name.starts_with("probe/src/send") {
            continue;
        }
        let code = code(&path);
        for word in words {
            assert!(!code.contains(word), "{name} says {word}");
        }
    }
}

#[test]
fn the_crate_of_the_wire_needs_nothing_but_serde() {
    let manifest = fs::read_to_string(root().join("probe/wire/Cargo.toml")).unwrap();
    let dependencies = manifest.split("[dependencies]").nth(1).unwrap();
    let dependencies = dependencies.split("\n[").next().unwrap();
    let named: Vec<_> = dependencies
        .lines()
        .filter(|line| line.contains(['=', '.']))
        .collect();
    assert_eq!(named, ["serde.workspace = true"]);
}

#[test]
fn no_file_is_too_long_to_read() {
    let endings = [".rs", ".ts", ".svelte", ".sql", ".sh", ".css", ".mjs"];
    let mut long = vec![];
    for folder in ["src", "probe", "tests", "migrations", "maps", "deploy"] {
        for path in files(folder, &endings) {
            let lines = fs::read_to_string(&path).unwrap().lines().count();
            if lines > MAX_LINES {
                long.push(format!("{} has {lines} lines", shown(&path)));
            }
        }
    }
    assert!(
        long.is_empty(),
        "split by the question asked:\n{}",
        long.join("\n")
    );
}

#[test]
fn every_module_says_what_it_is() {
    for folder in ["src", "probe/src", "probe/wire/src", "tests"] {
        for path in files(folder, &[".rs"]) {
            let text = fs::read_to_string(&path).unwrap();
            assert!(
                text.starts_with("//!"),
                "{} does not begin with //!",
                shown(&path)
            );
        }
    }
}

#[test]
fn every_query_says_what_question_it_answers() {
    for path in files("src/store/sql", &[".sql"]) {
        let text = fs::read_to_string(&path).unwrap();
        assert!(
            text.starts_with("-- "),
            "{} does not begin with a question",
            shown(&path)
        );
    }
}

#[test]
fn every_query_is_asked_by_someone() {
    let code: String = files("src", &[".rs"])
        .iter()
        .map(|path| code(path))
        .collect();
    for path in files("src/store/sql", &[".sql"]) {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let asked = code.contains(&format!("\"{name}\"")) || code.contains(&format!("{name}.sql"));
        assert!(asked, "nobody asks {}", shown(&path));
    }
}

#[test]
fn the_sample_of_the_environment_names_what_the_configuration_reads() {
    let sample = fs::read_to_string(root().join("deploy/env.sample")).unwrap();
    let named: BTreeSet<&str> = sample
        .lines()
        .map(|line| line.trim_start_matches(['#', ' ']))
        .filter(|line| line.starts_with("SCHOOLBEAT_"))
        .filter_map(|line| line.split_once('=').map(|(name, _)| name))
        .collect();
    let read: BTreeSet<&str> = schoolbeat::config::VARIABLES
        .iter()
        .map(|(name, _)| *name)
        .collect();
    assert_eq!(named, read);
}

/// `migrations/landed.sha256` is written when a migration lands, and never changed after.
#[test]
fn landed_migrations_are_as_they_landed() {
    let landed = fs::read_to_string(root().join("migrations/landed.sha256")).unwrap();
    let landed: BTreeSet<String> = landed.lines().map(str::to_owned).collect();
    let line = |path: &PathBuf| {
        let hash = Sha256::digest(fs::read(path).unwrap());
        let hash = hash
            .iter()
            .fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
        format!("{hash}  {}", path.file_name().unwrap().to_string_lossy())
    };
    let now: BTreeSet<String> = files("migrations", &[".sql"]).iter().map(line).collect();
    assert_eq!(
        now, landed,
        "make a new migration instead (cd migrations; sha256sum V*.sql)"
    );
}

#[test]
fn the_rules_see_what_they_forbid() {
    let code = "use crate::{\n    domain::{a, b},\n    store::c,\n};\nfn f() { crate::http::g() }";
    let named: Vec<_> = crate_modules(code).into_iter().collect();
    assert_eq!(named, ["domain", "http", "store"]);
}
