//! Raw speed tests, put straight into their table.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::TestDatabase;

/// A speed test that is not there yet: finished, valid, of a device, in opening hours.
#[derive(Clone)]
pub struct Measured {
    pub school: Uuid,
    pub at: DateTime<Utc>,
    /// Absent: it failed.
    pub mbps: Option<f64>,
    pub in_opening_hours: bool,
    pub vantage: &'static str,
    pub invalid: Option<&'static str>,
}

impl Measured {
    /// A test that was taken an hour before `now`.
    pub fn new(school: Uuid, now: DateTime<Utc>, mbps: f64) -> Self {
        Self {
            school,
            at: now - TimeDelta::hours(1),
            mbps: Some(mbps),
            in_opening_hours: true,
            vantage: "device",
            invalid: None,
        }
    }

    pub fn failed(self) -> Self {
        Self { mbps: None, ..self }
    }

    pub fn at(self, at: DateTime<Utc>) -> Self {
        Self { at, ..self }
    }

    pub fn off_hours(self) -> Self {
        Self {
            in_opening_hours: false,
            ..self
        }
    }

    pub fn of(self, vantage: &'static str) -> Self {
        Self { vantage, ..self }
    }

    pub fn invalid(self, reason: &'static str) -> Self {
        Self {
            invalid: Some(reason),
            ..self
        }
    }
}

/// Stores them. Nothing is marked dirty.
pub fn store(db: &TestDatabase, tests: &[Measured]) {
    let sql = "
        INSERT INTO speed_test (school_id, measured_at, probe_id, sequence, received_at, time_basis,
            vantage, outcome, failed_stage, protocol, server, download_mbps, upload_mbps,
            rtt_min_ms, bytes_down, bytes_up, download_duration_ms, upload_duration_ms,
            invalid_reason, in_opening_hours)
        VALUES ($1, $2, $1, 1, $2, 'monotonic', $3, CASE WHEN $4::float8 IS NULL THEN 'failed'
            ELSE 'ok' END, CASE WHEN $4 IS NULL THEN 'connect' END, 'ndt7', 'test', $4, $4 / 2,
            20, 1000, 500, 5000, 5000, $5, $6)";
    let mut client = db.sql();
    for test in tests {
        client
            .execute(
                sql,
                &[
                    &test.school,
                    &test.at,
                    &test.vantage,
                    &test.mbps,
                    &test.invalid,
                    &test.in_opening_hours,
                ],
            )
            .unwrap();
    }
}

/// Marks school-days as a report would.
pub fn mark_dirty(db: &TestDatabase, days: &[(Uuid, chrono::NaiveDate)]) {
    for (school, day) in days {
        let sql = "INSERT INTO dirty_school_day (school_id, day) VALUES ($1, $2)";
        db.sql().execute(sql, &[school, day]).unwrap();
    }
}
