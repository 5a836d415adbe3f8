//! `schoolbeat probe-release`: what it signs, a probe takes, and nothing else.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Output},
};

use ring::signature::{ED25519, UnparsedPublicKey};
use schoolbeat_wire::{Release, SignedRelease};

use crate::command_line::{fails, succeeds};

/// It needs no database, and so is given none.
fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_schoolbeat"))
        .args(["probe-release", "--json"])
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<char> = hex.chars().collect();
    let byte = |pair: &[char]| u8::from_str_radix(&String::from_iter(pair), 16).unwrap();
    digits.chunks(2).map(byte).collect()
}

#[test]
fn a_release_is_signed_by_a_key_that_nobody_else_can_read() {
    let dir = tempfile::tempdir().unwrap();
    let key = succeeds(&run(dir.path(), &["key", "release.key"]));
    let mode = fs::metadata(dir.path().join("release.key"))
        .unwrap()
        .permissions();
    assert_eq!(mode.mode() & 0o777, 0o600);
    fails(&run(dir.path(), &["key", "release.key"]), "file");
    fs::write(dir.path().join("probe-x"), b"program").unwrap();
    let sign = |version: &str, builds: &[&str]| {
        let mut arguments = vec!["sign", "--key", "release.key", "--version", version];
        arguments.extend(["--file", "release.json"]);
        for build in builds {
            arguments.extend(["--build", build]);
        }
        run(dir.path(), &arguments)
    };
    succeeds(&sign("0.2.0", &["x86_64-unknown-linux-gnu=probe-x"]));
    let text = fs::read(dir.path().join("release.json")).unwrap();
    let signed: SignedRelease = serde_json::from_slice(&text).unwrap();
    let public = bytes(key["public_key"].as_str().unwrap());
    UnparsedPublicKey::new(&ED25519, public)
        .verify(signed.release.as_bytes(), &bytes(&signed.signature))
        .unwrap();
    let release: Release = serde_json::from_str(&signed.release).unwrap();
    assert_eq!(
        (&*release.version, release.builds[0].size_bytes),
        ("0.2.0", 7)
    );
    assert_eq!(release.builds[0].url, "probe-x");
    fails(&sign("newest", &["t=probe-x"]), "version");
    fails(&sign("0.2.0", &["probe-x"]), "build");
    fails(&sign("0.2.0", &["t=probe-x", "u=probe-x"]), "build");
    fails(&sign("0.2.0", &["t=nowhere"]), "file");
    fs::write(dir.path().join("release.key"), b"no key").unwrap();
    fails(&sign("0.2.0", &["t=probe-x"]), "key");
}
