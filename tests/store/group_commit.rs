//! The queue of reports and its writer, several of them on one database.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use chrono::Utc;
use futures_util::future::poll_immediate;
use schoolbeat::{
    domain::{
        calendar::SchoolCalendar, measurement::ProbeId, record::Vantage, retention::Kept,
        school::SchoolId,
    },
    ingest::{Envelope, Reporter},
    store::reports::{self, Arrived, GroupCommit, Limits, Observer, Unwritten},
};
use tokio::task::{JoinHandle, JoinSet};

use super::support::{
    TestDatabase,
    fixtures::{self, EnrolledProbe, NewSchool},
    records::{path_check, report, speed_test},
};

struct Nobody;

impl Observer for Nobody {
    fn accepted(&self, _: usize) {}
    fn waiting(&self, _: usize) {}
    fn committed(&self, _: usize, _: usize, _: Duration) {}
    fn failed(&self, _: usize) {}
    fn put_aside(&self, _: usize) {}
}

/// A server's queue; its writer runs until it is closed.
fn server(db: &TestDatabase, limits: Limits) -> (GroupCommit, JoinHandle<()>) {
    let (queue, writing) = reports::start(db.store(), limits, Arc::new(Nobody));
    (queue, tokio::spawn(writing))
}

/// Three records of a probe, from this number on.
fn arrived(probe: &EnrolledProbe, first: u64) -> Arrived {
    let calendar = Arc::new(SchoolCalendar {
        time_zone: chrono_tz::Africa::Nairobi,
        opens_at: chrono::NaiveTime::MIN,
        closes_at: chrono::NaiveTime::from_hms_opt(23, 59, 59).unwrap(),
        school_days: (1..=7).collect(),
        closed: vec![],
    });
    let records = [
        path_check(first),
        speed_test(first + 1, 20.0),
        path_check(first + 2),
    ];
    let body = report(&records).to_string().into_bytes();
    let reporter = Reporter {
        kept: Kept::usual(Utc::now()),
        probe_id: ProbeId(probe.id),
        school_id: SchoolId(probe.school),
        vantage: Vantage::Device,
        calendar: Arc::clone(&calendar),
    };
    let received_at = Utc::now();
    let judged = Envelope::parse(&body)
        .unwrap()
        .judge(&reporter, received_at);
    Arrived {
        probe_id: reporter.probe_id,
        calendar,
        received_at,
        clock_offset_ms: 0,
        software_version: "0.1.0".into(),
        judged,
        body,
    }
}

/// Sends until it is taken, as a probe does; the cursor then.
async fn send(queue: &GroupCommit, probe: &EnrolledProbe, first: u64) -> i64 {
    loop {
        let written = queue.write(arrived(probe, first)).await.unwrap();
        match written.taken {
            Some(taken) => return taken.unwrap().last_sequence,
            None => tokio::time::sleep(Duration::from_millis(5)).await,
        }
    }
}

#[test]
fn probes_that_move_between_two_servers_are_stored_exactly_once() {
    const PROBES: usize = 8;
    const REPORTS: u64 = 20;
    let db = TestDatabase::new();
    fixtures::country(&db);
    let probes: Vec<_> = (0..PROBES)
        .map(|_| fixtures::probe(&db, NewSchool::default().add(&db)))
        .collect();
    db.block_on(async {
        let (one, one_writes) = server(&db, Limits::default());
        let (other, other_writes) = server(&db, Limits::default());
        let mut sending = JoinSet::new();
        for probe in probes {
            let (one, other) = (one.clone(), other.clone());
            sending.spawn(async move {
                for number in 0..REPORTS {
                    let first = number * 3 + 1;
                    let (here, there) = if number % 2 == 0 {
                        (&one, &other)
                    } else {
                        (&other, &one)
                    };
                    // Its answer is late, and it sends the same to the other.
                    let (a, b) =
                        tokio::join!(send(here, &probe, first), send(there, &probe, first));
                    assert_eq!(a, b);
                }
            });
        }
        while let Some(sent) = sending.join_next().await {
            sent.unwrap();
        }
        one.close();
        other.close();
        one_writes.await.unwrap();
        other_writes.await.unwrap();
    });
    let stored = i64::try_from(PROBES).unwrap() * i64::try_from(REPORTS).unwrap();
    assert_eq!(fixtures::count(&db, "speed_test"), stored);
    assert_eq!(fixtures::count(&db, "path_check"), 2 * stored);
    let twice = "(SELECT FROM path_check GROUP BY probe_id, sequence HAVING count(*) > 1) t";
    assert_eq!(fixtures::count(&db, twice), 0);
    let moved = "probe WHERE last_sequence = 60";
    assert_eq!(fixtures::count(&db, moved), 8);
}

#[test]
fn what_waits_when_the_queue_is_closed_is_written_and_nothing_after_it() {
    let db = TestDatabase::new();
    let school = fixtures::school(&db);
    let probe = fixtures::probe(&db, school);
    db.block_on(async {
        let (queue, writing) = reports::start(db.store(), Limits::default(), Arc::new(Nobody));
        let waiting = queue.write(arrived(&probe, 1));
        tokio::pin!(waiting);
        let nobody_writes_yet = poll_immediate(waiting.as_mut()).await;
        assert!(nobody_writes_yet.is_none());
        queue.close();
        writing.await;
        assert!(waiting.await.unwrap().taken.unwrap().is_ok());
        let late = queue.write(arrived(&probe, 4)).await;
        assert!(matches!(late, Err(Unwritten::Stopping)), "{late:?}");
    });
    assert_eq!(fixtures::count(&db, "path_check"), 2);
}

#[test]
fn a_queue_is_bounded_by_bytes_as_well() {
    let db = TestDatabase::new();
    let school = fixtures::school(&db);
    let probe = fixtures::probe(&db, school);
    let limits = Limits {
        queue_bytes: arrived(&probe, 1).body.len() + 100,
        ..Limits::default()
    };
    db.block_on(async {
        let (queue, writing) = reports::start(db.store(), limits, Arc::new(Nobody));
        let waiting = queue.write(arrived(&probe, 1));
        tokio::pin!(waiting);
        assert!(poll_immediate(waiting.as_mut()).await.is_none());
        let full = queue.write(arrived(&probe, 4)).await;
        assert!(matches!(full, Err(Unwritten::Full)), "{full:?}");
        queue.close();
        writing.await;
        assert!(waiting.await.unwrap().taken.unwrap().is_ok());
    });
}

/// Fails in the midst of the first batch, after its commit.
#[derive(Default)]
struct Faulty(AtomicBool);

impl Observer for Faulty {
    fn accepted(&self, _: usize) {}
    fn waiting(&self, _: usize) {}
    fn committed(&self, _: usize, _: usize, _: Duration) {
        assert!(self.0.swap(true, Ordering::Relaxed), "a fault");
    }
    fn failed(&self, _: usize) {}
    fn put_aside(&self, _: usize) {}
}

#[test]
fn a_fault_in_one_batch_ends_nothing_and_stores_nothing_twice() {
    let db = TestDatabase::new();
    let school = fixtures::school(&db);
    let probe = fixtures::probe(&db, school);
    db.block_on(async {
        let observer = Arc::new(Faulty::default());
        let (queue, writing) = reports::start(db.store(), Limits::default(), observer);
        let writing = tokio::spawn(writing);
        let failed = queue.write(arrived(&probe, 1)).await;
        assert!(matches!(failed, Err(Unwritten::Stopping)), "{failed:?}");
        let again = queue.write(arrived(&probe, 1)).await.unwrap();
        let again = again.taken.unwrap().unwrap();
        assert_eq!((again.last_sequence, again.duplicate), (3, vec![true; 3]));
        queue.close();
        writing.await.unwrap();
    });
    assert_eq!(fixtures::count(&db, "path_check"), 2);
}
