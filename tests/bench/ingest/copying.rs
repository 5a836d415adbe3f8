//! The same records straight into the database: what it costs at the least.

use std::{sync::Arc, time::Instant};

use chrono::Utc;
use schoolbeat::{
    domain::{
        calendar::SchoolCalendar,
        measurement::ProbeId,
        record::{Judged, PathCheck, Vantage},
        retention::Kept,
        school::SchoolId,
    },
    ingest::{Envelope, Reporter},
    store::measurements,
};

use crate::{
    Spent,
    processor::Processes,
    records::Fleet,
    spent,
    support::{TestDatabase, records::report},
};

const BATCH: usize = 5000;
/// Records of a report that is judged here only to become rows.
const AT_ONCE: usize = 500;

pub fn run(db: &TestDatabase, fleet: &Fleet, per_probe: usize) -> Spent {
    let rows = rows(fleet, per_probe);
    let processes = Processes::of(&mut db.sql());
    let (base, mine) = (processes.spent(), spent::own());
    let begun = Instant::now();
    db.block_on(async {
        let mut client = db.store().client().await.unwrap();
        for batch in rows.chunks(BATCH) {
            let batch: Vec<_> = batch
                .iter()
                .map(|check| (check.origin.school_id, check))
                .collect();
            let tx = client.transaction().await.unwrap();
            measurements::insert_path_checks(&tx, &batch).await.unwrap();
            tx.commit().await.unwrap();
        }
    });
    let wall = begun.elapsed();
    let zero = std::time::Duration::ZERO;
    Spent {
        records: rows.len(),
        wall,
        server: zero,
        database: processes.spent().saturating_sub(base),
        generator: spent::own().saturating_sub(mine),
        p50: zero,
        p99: zero,
    }
}

/// In the order in which they would arrive: a round of all probes after the other.
fn rows(fleet: &Fleet, per_probe: usize) -> Vec<PathCheck> {
    let calendar = Arc::new(SchoolCalendar {
        time_zone: chrono_tz::Africa::Nairobi,
        opens_at: chrono::NaiveTime::MIN,
        closes_at: chrono::NaiveTime::from_hms_opt(23, 59, 59).unwrap(),
        school_days: (1..=7).collect(),
        closed: vec![],
    });
    let mut rounds: Vec<Vec<PathCheck>> = vec![];
    for (number, probe) in fleet.probes.iter().enumerate() {
        let reporter = Reporter {
            kept: Kept::usual(Utc::now()),
            probe_id: ProbeId(probe.id),
            school_id: SchoolId(probe.school),
            vantage: Vantage::Device,
            calendar: Arc::clone(&calendar),
        };
        let numbers: Vec<usize> = (0..per_probe).collect();
        let judged = numbers.chunks(AT_ONCE).flat_map(|chunk| {
            let records: Vec<_> = chunk
                .iter()
                .map(|one| Fleet::record(number, *one))
                .collect();
            let body = report(&records).to_string();
            let envelope = Envelope::parse(body.as_bytes()).unwrap();
            envelope.judge(&reporter, Utc::now())
        });
        for (index, judged) in judged.enumerate() {
            let Judged::PathCheck(check) = judged else {
                panic!("{judged:?}")
            };
            let round = index / crate::PER_REPORT;
            if rounds.len() <= round {
                rounds.push(vec![]);
            }
            rounds[round].push(check);
        }
    }
    rounds.into_iter().flatten().collect()
}
