//! The private PostGIS: shared, stopped by whoever leaves last, recovered after a crash.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use rustix::process::{Pid, Signal, geteuid, kill_process};
use schoolbeat::store::private_cluster::{ClusterError, PrivateCluster, ServerLock};
use tempfile::TempDir;

use super::support::eventually;

/// A data directory that PostgreSQL's user may reach: a temporary one is closed to others.
fn data_dir() -> TempDir {
    let dir = tempfile::tempdir_in("/var/tmp").unwrap();
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
    dir
}

fn connect(cluster: &PrivateCluster) -> postgres::Client {
    let config = postgres::Config::from(cluster.connection());
    config.connect(postgres::NoTls).unwrap()
}

/// The postmaster's process, while it runs.
fn postmaster(dir: &Path) -> Option<Pid> {
    let file = fs::read_to_string(dir.join("postgres/postmaster.pid")).ok()?;
    Pid::from_raw(file.lines().next()?.parse().ok()?)
}

#[test]
fn a_cluster_is_shared_and_stops_with_the_last_that_leaves() {
    let dir = data_dir();
    let first = PrivateCluster::open(dir.path(), None).unwrap();
    let began = postmaster(dir.path()).unwrap();
    let sql = "CREATE TABLE kept AS SELECT postgis_lib_version()";
    connect(&first).batch_execute(sql).unwrap();
    let second = PrivateCluster::open(dir.path(), None).unwrap();
    assert_eq!(postmaster(dir.path()), Some(began), "the same one");
    drop(first);
    assert_eq!(
        postmaster(dir.path()),
        Some(began),
        "somebody is still there"
    );
    connect(&second).query_one("SELECT FROM kept", &[]).unwrap();
    drop(second);
    assert_eq!(postmaster(dir.path()), None);
    let third = PrivateCluster::open(dir.path(), None).unwrap();
    connect(&third).query_one("SELECT FROM kept", &[]).unwrap();
}

#[test]
fn several_that_begin_at_once_make_one_cluster() {
    let dir = data_dir();
    let clusters: Vec<_> = std::thread::scope(|scope| {
        let open = || PrivateCluster::open(dir.path(), None).unwrap();
        let threads: Vec<_> = (0..3).map(|_| scope.spawn(open)).collect();
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    });
    for cluster in &clusters {
        connect(cluster).query_one("SELECT 1", &[]).unwrap();
    }
    drop(clusters);
    assert_eq!(postmaster(dir.path()), None);
}

#[test]
fn a_cluster_that_was_killed_is_revived_with_all_that_was_committed() {
    let dir = data_dir();
    let cluster = PrivateCluster::open(dir.path(), None).unwrap();
    assert!(!cluster.revive().unwrap(), "it lives");
    let mut client = connect(&cluster);
    client
        .batch_execute("CREATE TABLE kept AS SELECT 17 AS n")
        .unwrap();
    let before = postmaster(dir.path()).unwrap();
    kill_process(before, Signal::KILL).unwrap();
    // The kernel and the children take a moment to notice; until then it seems to run, or cannot
    // be started.
    eventually("it is revived", || {
        cluster.revive().ok().filter(|revived| *revived)
    });
    assert_ne!(postmaster(dir.path()), Some(before));
    let row = connect(&cluster)
        .query_one("SELECT n FROM kept", &[])
        .unwrap();
    assert_eq!(row.get::<_, i32>(0), 17);
    assert!(!cluster.revive().unwrap());
}

#[test]
fn whoever_opens_a_cluster_after_a_crash_finds_it_running() {
    let dir = data_dir();
    let crashed = PrivateCluster::open(dir.path(), None).unwrap();
    kill_process(postmaster(dir.path()).unwrap(), Signal::KILL).unwrap();
    let next = eventually("it opens", || PrivateCluster::open(dir.path(), None).ok());
    connect(&next).query_one("SELECT 1", &[]).unwrap();
    drop(crashed);
    connect(&next).query_one("SELECT 1", &[]).unwrap();
}

#[test]
fn a_data_directory_has_one_server() {
    let dir = data_dir();
    let lock = ServerLock::take(dir.path()).unwrap();
    let refused = ServerLock::take(dir.path()).unwrap_err();
    assert!(matches!(refused, ClusterError::InUse { .. }), "{refused:?}");
    let words = refused.to_string();
    let process = format!("process {}", std::process::id());
    assert!(
        words.contains(&process) && words.contains("SCHOOLBEAT_DATA_DIR"),
        "{words}"
    );
    drop(lock);
    ServerLock::take(dir.path()).unwrap();
}

#[test]
fn a_directory_that_postgresql_may_not_enter_is_refused_with_the_remedy() {
    // Only root runs PostgreSQL as somebody else; for everyone else the directory is their own.
    if !geteuid().is_root() {
        return;
    }
    let closed = tempfile::tempdir_in("/var/tmp").unwrap();
    fs::set_permissions(closed.path(), fs::Permissions::from_mode(0o700)).unwrap();
    let refused = PrivateCluster::open(&closed.path().join("data"), None).unwrap_err();
    assert!(
        matches!(refused, ClusterError::DataDirectory { .. }),
        "{refused:?}"
    );
    let words = refused.to_string();
    let remedy = format!("chmod o+x {}", closed.path().display());
    assert!(words.contains(&remedy), "{words}");
    assert!(words.contains("SCHOOLBEAT_DATA_DIR"), "{words}");
}

#[test]
fn a_path_that_is_too_long_for_a_socket_is_refused() {
    let dir = data_dir();
    let long = dir.path().join("x".repeat(90));
    let words = PrivateCluster::open(&long, None).unwrap_err().to_string();
    assert!(words.contains("too long for a Unix socket"), "{words}");
}

#[test]
fn programs_that_are_not_there_are_named() {
    let dir = data_dir();
    let refused = PrivateCluster::open(dir.path(), Some(Path::new("/nowhere"))).unwrap_err();
    assert!(
        matches!(refused, ClusterError::NotInstalled(_)),
        "{refused:?}"
    );
}
