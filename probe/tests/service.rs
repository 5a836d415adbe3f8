//! The probe as a service: what is installed is what is taken away, and the service has few rights.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

fn deploy() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/probe")
}

fn service(root: &Path, arguments: &[&str]) -> Output {
    Command::new("sh")
        .arg(deploy().join("service.sh"))
        .args(arguments)
        .env("ROOT", root)
        .output()
        .unwrap()
}

/// Every file below, as it is named there.
fn files(root: &Path) -> Vec<String> {
    let (mut found, mut folders) = (vec![], vec![root.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap();
                found.push(name.to_str().unwrap().to_owned());
            }
        }
    }
    found.sort();
    found
}

#[test]
fn each_system_gets_its_service_and_keeps_nothing_of_it() {
    for (mark, unit, state) in [
        (
            "usr/lib/systemd/x",
            "etc/systemd/system/schoolbeat-probe.service",
            "var/lib",
        ),
        ("sbin/openrc-run", "etc/init.d/schoolbeat-probe", "var/lib"),
        ("etc/openwrt_release", "etc/init.d/schoolbeat-probe", "etc"),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        fs::create_dir_all(root.join(mark).parent().unwrap()).unwrap();
        fs::copy("/bin/sh", root.join(mark)).unwrap();
        let before = files(root);
        let program = env!("CARGO_BIN_EXE_schoolbeat-probe");
        let output = service(root, &["install", program]);
        assert!(output.status.success(), "{output:?}");
        let installed = files(root);
        assert!(installed.contains(&unit.to_owned()), "{installed:?}");
        assert!(installed.contains(&"usr/bin/schoolbeat-probe".to_owned()));
        assert_eq!(installed.len(), before.len() + 2);
        let state = root.join(state).join("schoolbeat-probe");
        fs::create_dir_all(&state).unwrap();
        fs::write(state.join("identity.json"), "{}").unwrap();
        assert!(service(root, &["uninstall"]).status.success());
        assert_eq!(files(root).len(), before.len() + 1, "who it is stays");
        assert!(service(root, &["purge"]).status.success());
        assert_eq!(files(root), before);
        assert!(!state.exists());
    }
}

#[test]
fn a_system_of_another_kind_and_a_wrong_word_are_refused_in_words() {
    let dir = tempfile::tempdir().unwrap();
    for arguments in [
        &["install", "/bin/sh"][..],
        &["install", "/nowhere"],
        &["remove"],
        &[],
    ] {
        let output = service(dir.path(), arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("service.sh: "));
    }
}

/// `systemd-analyze security --offline=true` finds an exposure of 1.5 for these.
#[test]
fn the_service_has_a_user_of_its_own_and_one_right() {
    let unit = fs::read_to_string(deploy().join("schoolbeat-probe.service")).unwrap();
    for line in [
        "DynamicUser=yes",
        "CapabilityBoundingSet=CAP_NET_RAW",
        "AmbientCapabilities=CAP_NET_RAW",
        "ProtectSystem=strict",
        "NoNewPrivileges=yes",
        "MemoryDenyWriteExecute=yes",
        "StateDirectory=schoolbeat-probe",
    ] {
        assert!(unit.lines().any(|own| own == line), "{line}");
    }
}
