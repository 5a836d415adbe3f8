//! Self-update with two real programs: the one that is built, and the same that calls itself newer.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use rustix::process::Signal;
use serde_json::Value;
use support::{
    fake_server::takes_all,
    program,
    release_site::{INSTALLED, NEWER, Site, newer_program, takes_all_of_the_installed},
    until,
};

#[test]
fn updates_are_off_unless_somebody_turned_them_on() {
    let site = Site::new(takes_all);
    site.release(NEWER, 1, &newer_program());
    let running = site.start();
    until("it reports", || site.reported_by().pop());
    drop(running);
    assert_eq!(site.asked("/r/release.json"), 0);
    assert_eq!(site.status()["settings"], Value::Null);
    let check = site.run(&["update", "check", "--json"]);
    assert_eq!(program::json(&check)["error"]["code"], "update_off");
    let bad = [
        "update",
        "enable",
        "--url",
        "https://r.example",
        "--key",
        "abc",
        "--json",
    ];
    let bad = site.run(&bad);
    assert_eq!(
        program::json(&bad)["error"]["code"],
        "update_key_unreadable"
    );
}

#[test]
fn a_newer_program_that_reports_is_kept() {
    let site = Site::new(takes_all);
    site.release(NEWER, 1, &newer_program());
    site.enable(&site.own_key(), "25");
    let running = site.start();
    until("the newer one reports", || {
        site.reported_by().contains(&NEWER.to_owned()).then_some(())
    });
    until("it is kept", || {
        (site.status()["chosen"]["is_kept"] == true).then_some(())
    });
    drop(running);
    assert_eq!(site.asked("/r/program"), 1);
    let before = site.reported_by().len();
    let running = site.start();
    let later = until("it reports after a restart", || {
        let all = site.reported_by();
        (all.len() > before).then(|| all[before].clone())
    });
    assert_eq!(later, NEWER);
    drop(running);
    // A program that somebody changed since is not started. Nothing newer lies there, or it would be
    // fetched again before the installed one has reported.
    site.release(INSTALLED, 2, &[]);
    let path = site.state().join("programs").join(NEWER);
    let mut bytes = fs::read(&path).unwrap();
    bytes.push(0);
    fs::write(&path, bytes).unwrap();
    let before = site.reported_by().len();
    let _running = site.start();
    let later = until("the installed one reports", || {
        let all = site.reported_by();
        (all.len() > before).then(|| all[before].clone())
    });
    assert_eq!(later, INSTALLED);
}

#[test]
fn a_newer_program_that_does_not_report_is_gone_back_from() {
    let site = Site::new(takes_all_of_the_installed);
    site.release(NEWER, 1, &newer_program());
    site.enable(&site.own_key(), "2");
    let _running = site.start();
    until("it is gone back from", || {
        (site.status()["refused"][0] == NEWER).then_some(())
    });
    let refused_at = site.reported_by().len();
    until("the installed one reports again", || {
        site.reported_by()[refused_at..]
            .contains(&INSTALLED.to_owned())
            .then_some(())
    });
    let looked = site.asked("/r/release.json");
    until("it looks again", || {
        (site.asked("/r/release.json") > looked + 1).then_some(())
    });
    assert_eq!(site.asked("/r/program"), 1, "it is not tried again");
}

#[test]
fn a_newer_program_that_ends_by_itself_is_gone_back_from() {
    let site = Site::new(takes_all);
    let script = format!(
        "#!/bin/sh\ncase \"$*\" in --version) echo schoolbeat-probe {NEWER};; *doctor) exit 0;; *) exit 3;; esac\n"
    );
    site.release(NEWER, 1, script.as_bytes());
    site.enable(&site.own_key(), "25");
    let _running = site.start();
    until("it is gone back from", || {
        (site.status()["refused"][0] == NEWER).then_some(())
    });
    until("the installed one reports", || {
        site.reported_by()
            .contains(&INSTALLED.to_owned())
            .then_some(())
    });
}

#[test]
fn what_does_not_work_here_is_never_tried() {
    let site = Site::new(takes_all);
    site.enable(&site.own_key(), "25");
    for (script, word) in [
        ("#!/bin/sh\necho schoolbeat-probe 1.0.0\n", "calls itself"),
        ("#!/nowhere\n", "does not work here"),
        (
            "#!/bin/sh\ncase \"$*\" in --version) echo schoolbeat-probe 9.1.1;; *) echo BROKEN; exit 2;; esac\n",
            "BROKEN",
        ),
    ] {
        site.release(NEWER, 1, script.as_bytes());
        let output = site.run(&["update", "check", "--json"]);
        let error = program::json(&output)["error"].clone();
        assert_eq!(error["code"], "update_failed");
        assert!(error["message"].as_str().unwrap().contains(word), "{error}");
        assert_eq!(site.status()["chosen"], Value::Null);
    }
    let left: Vec<_> = fs::read_dir(site.state().join("programs"))
        .unwrap()
        .collect();
    assert_eq!(left.len(), 0, "{left:?}");
}

#[test]
fn what_is_unsigned_changed_older_or_replayed_is_refused() {
    let site = Site::new(takes_all);
    let program = newer_program();
    site.release(NEWER, 10, &program);
    let check = || program::json(&site.run(&["update", "check", "--json"]));
    let refusal = |word: &str| {
        let shown = check();
        let message = shown["error"]["message"].as_str().unwrap_or_default();
        assert!(message.contains(word), "{word}: {shown}");
        assert_eq!(site.status()["chosen"], Value::Null);
    };
    site.enable(&"ab".repeat(32), "25");
    refusal("not signed by the key");
    site.enable(&site.own_key(), "25");
    site.released.lock().unwrap().1.push(0);
    refusal("not the program that was signed");
    let last = program.len() - 1;
    let mut changed = program.clone();
    changed[last] ^= 1;
    site.released.lock().unwrap().1 = changed;
    refusal("SHA-256");
    site.release("0.0.9", 11, &program);
    assert_eq!(
        check()["found"],
        Value::Null,
        "no downgrade, whoever signed it"
    );
    site.release(NEWER, 10, &program);
    refusal("replay");
    site.release(NEWER, 12, &program);
    assert_eq!(check()["found"], NEWER);
    let mode = fs::metadata(site.state().join("programs").join(NEWER)).unwrap();
    assert_eq!(mode.permissions().mode() & 0o777, 0o700);
    assert_eq!(site.status()["chosen"]["is_kept"], false);
}

/// The service may be killed, and the power cut, while a program is on trial.
#[test]
fn a_trial_that_is_cut_short_too_often_is_over() {
    let site = Site::new(takes_all_of_the_installed);
    site.release(NEWER, 1, &newer_program());
    site.enable(&site.own_key(), "600");
    assert_eq!(
        program::json(&site.run(&["update", "check", "--json"]))["found"],
        NEWER
    );
    for start in 1..=3 {
        let mut running = site.start();
        until("it is started on trial", || {
            (site.status()["chosen"]["starts"] == start).then_some(())
        });
        running.signal(Signal::KILL);
        running.0.wait().unwrap();
        // What it watched ends with it, and the directory is free.
        until("nobody works there", || {
            nobody_works_in(&site.state()).then_some(())
        });
        std::mem::forget(running);
    }
    let _running = site.start();
    until("it is gone back from", || {
        (site.status()["refused"][0] == NEWER).then_some(())
    });
    until("the installed one reports", || {
        site.reported_by()
            .contains(&INSTALLED.to_owned())
            .then_some(())
    });
}

fn nobody_works_in(state: &Path) -> bool {
    !schoolbeat_probe::state::StateDir::at(state).is_in_use()
}
