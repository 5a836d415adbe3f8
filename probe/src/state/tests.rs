//! The laws of the state directory, tried on real files.

use std::os::unix::fs::PermissionsExt;

use schoolbeat_wire::{Outcome, PathCheck, PathMethod, RecordKind, TargetKind};

use super::*;

fn identity(probe_id: &str) -> Identity {
    Identity {
        probe_id: probe_id.to_owned(),
        secret: "s3cret".to_owned(),
        server: "http://192.0.2.7:8080".to_owned(),
        school: EnrolledSchool {
            id: "0198".to_owned(),
            name: "Ecole Un".to_owned(),
            country: "CIV".to_owned(),
        },
        vantage: Vantage::Device,
        enrolled_unix_ms: 0,
    }
}

fn append(state: &StateDir, lock: &StateLock) -> u64 {
    let (mut spool, _) = state.spool(lock, Limits::default()).unwrap();
    let check = PathCheck {
        outcome: Outcome::Ok,
        failed_stage: None,
        failure: None,
        target: "t".to_owned(),
        target_kind: TargetKind::Server,
        method: PathMethod::Tcp,
        sent: 1,
        received: 0,
        timeout_ms: 1,
        rtt_min_ms: None,
        rtt_median_ms: None,
        rtt_p95_ms: None,
        rtt_max_ms: None,
        jitter_ms: None,
        pdv_p95_ms: None,
        loss_ratio: Some(1.0),
    };
    let stamp = clock::Stamp::now("boot");
    spool
        .append(|sequence| stamp.record(sequence, RecordKind::PathCheck(check)))
        .unwrap()
}

#[test]
fn two_runs_on_one_directory_refuse_each_other() {
    let dir = tempfile::tempdir().unwrap();
    let state = StateDir::at(dir.path());
    assert!(!state.is_in_use());
    let lock = state.lock().unwrap();
    assert!(state.is_in_use());
    assert!(state.try_lock().unwrap().is_none());
    assert_eq!(state.lock().unwrap_err().code, "state_dir_in_use");
    drop(lock);
    assert!(!state.is_in_use());
    state.lock().unwrap();
}

#[test]
fn the_identity_is_for_its_owner_alone() {
    let dir = tempfile::tempdir().unwrap();
    let state = StateDir::at(dir.path());
    assert_eq!(state.enrolled().unwrap_err().code, "not_enrolled");
    let lock = state.lock().unwrap();
    state
        .replace_identity(&lock, &identity("a"), &ProbeConfig::default())
        .unwrap();
    assert_eq!(state.identity().unwrap(), Some(identity("a")));
    let mode = fs::metadata(dir.path().join("identity.json"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(!format!("{:?}", identity("a")).contains("s3cret"));
}

#[test]
fn a_new_identity_sets_unsent_records_aside() {
    let dir = tempfile::tempdir().unwrap();
    let state = StateDir::at(dir.path());
    let lock = state.lock().unwrap();
    state
        .replace_identity(&lock, &identity("a"), &ProbeConfig::default())
        .unwrap();
    assert_eq!(append(&state, &lock), 1);
    let config = ProbeConfig::default();
    let retired = state
        .replace_identity(&lock, &identity("b"), &config)
        .unwrap()
        .unwrap();
    assert_eq!(Spool::inspect(&retired.join("spool")).unwrap().waiting, 1);
    assert!(
        fs::read_to_string(retired.join("identity.json"))
            .unwrap()
            .contains("\"a\"")
    );
    assert_eq!(append(&state, &lock), 1, "a new enrolment counts from 1");
}

#[test]
fn a_crash_in_the_middle_of_a_replacement_is_finished_by_the_next_command() {
    let dir = tempfile::tempdir().unwrap();
    let state = StateDir::at(dir.path());
    let lock = state.lock().unwrap();
    state
        .replace_identity(&lock, &identity("a"), &ProbeConfig::default())
        .unwrap();
    append(&state, &lock);
    durable::replace(&state.next_identity_path(), &json(&identity("b")).unwrap()).unwrap();
    drop(lock);
    let _lock = state.lock().unwrap();
    assert_eq!(state.enrolled().unwrap().probe_id, "b");
    assert_eq!(state.spool_figures().unwrap().next_sequence, 1);
}

#[test]
fn the_directory_is_chosen_in_order() {
    let variable = |name: &str| match name {
        "HOME" => Some(PathBuf::from("/home/x")),
        _ => None,
    };
    let chosen = |argument: Option<&str>, root| {
        StateDir::choose(argument.map(PathBuf::from), variable, root)
            .unwrap()
            .dir
    };
    assert_eq!(chosen(Some("/a"), true), Path::new("/a"));
    assert_eq!(chosen(None, true), Path::new("/var/lib/schoolbeat-probe"));
    assert_eq!(
        chosen(None, false),
        Path::new("/home/x/.local/state/schoolbeat-probe")
    );
    assert!(StateDir::choose(None, |_| None, false).is_err());
}
