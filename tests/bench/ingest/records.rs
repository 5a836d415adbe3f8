//! The probes, and what they say.

use std::{io::Write, sync::Arc};

use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};

use crate::support::{
    TestDatabase,
    fixtures::{self, EnrolledProbe, NewSchool},
    records::{aged, path_check, report, with},
};

/// Enrolled probes, each at a school of its own.
pub struct Fleet {
    pub probes: Vec<EnrolledProbe>,
}

impl Fleet {
    pub fn enrol(db: &TestDatabase, count: usize) -> Self {
        fixtures::country(db);
        let probes = (0..count)
            .map(|_| fixtures::probe(db, NewSchool::default().add(db)))
            .collect();
        Self { probes }
    }

    /// The `number`th record of the `probe`th probe: no two are alike.
    pub fn record(probe: usize, number: usize) -> Value {
        let rtt_ms = 20.0 + ((probe * 31 + number * 17) % 400) as f64 / 7.0;
        let fields = json!({
            "rtt_min_ms": rtt_ms,
            "rtt_median_ms": rtt_ms * 1.2,
            "rtt_p95_ms": rtt_ms * 2.0,
            "rtt_max_ms": rtt_ms * 3.0,
        });
        // One every five minutes, the newest a minute ago.
        let seconds = 60 + 300 * u64::try_from(number % 1000).unwrap();
        let sequence = u64::try_from(number + 1).unwrap();
        aged(seconds, with(path_check(sequence), fields))
    }

    /// Each probe's reports in order, as the probe sends them: whole HTTP requests, packed.
    pub fn reports(&self, rounds: usize, per_report: usize) -> Vec<Vec<Arc<[u8]>>> {
        let of = |(number, probe): (usize, &EnrolledProbe)| {
            let rounds = 0..rounds;
            rounds
                .map(|round| {
                    let records: Vec<Value> = (0..per_report)
                        .map(|record| Self::record(number, round * per_report + record))
                        .collect();
                    request(probe, &report(&records))
                })
                .collect()
        };
        self.probes.iter().enumerate().map(of).collect()
    }
}

fn request(probe: &EnrolledProbe, report: &Value) -> Arc<[u8]> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(report.to_string().as_bytes()).unwrap();
    let body = packed.finish().unwrap();
    let head = format!(
        "POST {} HTTP/1.1\r\nHost: bench\r\nAuthorization: {}\r\nContent-Type: application/json\r\n\
         Content-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
        schoolbeat_wire::REPORTS_PATH,
        probe.bearer(),
        body.len()
    );
    [head.into_bytes(), body].concat().into()
}
