//! A sender with a spool of its own.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use schoolbeat_probe::{
    send::{Api, Sender, SharedSpool, lock},
    server_url::ServerUrl,
    spool::{Limits, Spool},
};
use schoolbeat_wire::{Outcome, PathCheck, PathMethod, Record, RecordKind, TargetKind};
use tempfile::TempDir;

/// A sender and what it sends from.
pub struct Bench {
    pub dir: TempDir,
    spool: SharedSpool,
    pub sender: Sender,
}

/// A path check without an answer.
pub fn record(sequence: u64) -> Record {
    Record {
        sequence,
        boot_id: "boot".to_owned(),
        boot_ms: sequence,
        wall_unix_ms: 1_794_000_000_000,
        kind: RecordKind::PathCheck(PathCheck {
            outcome: Outcome::Ok,
            failed_stage: None,
            failure: None,
            target: "192.0.2.7".to_owned(),
            target_kind: TargetKind::Server,
            method: PathMethod::Icmp,
            sent: 1,
            received: 0,
            timeout_ms: 3_000,
            rtt_min_ms: None,
            rtt_median_ms: None,
            rtt_p95_ms: None,
            rtt_max_ms: None,
            jitter_ms: None,
            pdv_p95_ms: None,
            loss_ratio: Some(1.0),
        }),
    }
}

/// A sender of so many records to this server.
pub fn bench(url: &str, records: u64) -> Bench {
    sending(records, Api::new(server(url), Some(secret())))
}

/// The same, which waits no longer than this for a whole answer.
pub fn impatient_bench(url: &str, records: u64, deadline: Duration) -> Bench {
    sending(records, Api::within(deadline, server(url), Some(secret())))
}

fn server(url: &str) -> ServerUrl {
    ServerUrl::parse(url).expect("the URL is sound")
}

fn secret() -> String {
    "s3cret".to_owned()
}

fn sending(records: u64, api: Api) -> Bench {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let (mut spool, _) =
        Spool::open(&dir.path().join("spool"), Limits::default()).expect("a spool");
    for _ in 0..records {
        spool.append(record).expect("room for a record");
    }
    let spool = Arc::new(Mutex::new(spool));
    let refused = dir.path().join("refused.jsonl");
    let sender = Sender::new(api, Arc::clone(&spool), refused, "boot".to_owned());
    Bench { dir, spool, sender }
}

/// Records that are still there.
pub fn waiting(bench: &Bench) -> u64 {
    lock(&bench.spool).figures().waiting
}
