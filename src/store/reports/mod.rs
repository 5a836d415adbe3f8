//! A judged report becomes durable, exactly once.
//!
//! The probe's cursor is moved in the transaction that writes its records, so that a resend is
//! recognised by its numbers alone, without a unique index on the big tables.

use chrono::{DateTime, NaiveDate, Utc};
use deadpool_postgres::Transaction;

use super::{StoreError, changes, measurements, page_checks, presence, query::sql};
use crate::domain::{
    calendar::SchoolCalendar,
    measurement::ProbeId,
    page::PageCheck,
    record::{Judged, Notice, PathCheck, Presence, Rejected, SpeedTest},
    school::SchoolId,
};

/// What a report says besides its records.
#[derive(Debug)]
pub struct ReportFacts<'a> {
    /// The probe.
    pub probe_id: ProbeId,
    /// Whose local days the records fall on.
    pub calendar: &'a SchoolCalendar,
    /// When it arrived.
    pub received_at: DateTime<Utc>,
    /// The probe's clock less ours, where the report says it.
    pub clock_offset_ms: Option<i64>,
    /// The probe's software.
    pub software_version: &'a str,
}

/// What became of the records.
#[derive(Debug, PartialEq, Eq)]
pub struct Committed {
    /// The cursor after the report.
    pub last_sequence: i64,
    /// For each record of the report, in its order: whether it had been stored before.
    pub duplicate: Vec<bool>,
}

/// Why a report was not taken.
#[derive(Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The probe's right was taken while its report was on the way.
    Revoked,
}

/// Writes what is new and moves the cursor. Durable once the caller has committed.
pub async fn write(
    tx: &Transaction<'_>,
    facts: &ReportFacts<'_>,
    judged: Vec<Judged>,
) -> Result<Result<Committed, Refusal>, StoreError> {
    let lock = sql!(
        "probe_lock",
        "SELECT school_id, last_sequence, revoked_at IS NOT NULL AS revoked FROM probe WHERE id = $1
         FOR UPDATE"
    );
    let row = lock.one(tx, &[&facts.probe_id.0]).await?;
    if row.get("revoked") {
        return Ok(Err(Refusal::Revoked));
    }
    // Schools may have been merged while the report was on its way: the locked row knows.
    let school = SchoolId(row.get("school_id"));
    let mut batch = Batch::new(school, row.get("last_sequence"));
    let duplicate = judged.into_iter().map(|one| batch.take(one)).collect();
    batch.write(tx, facts).await?;
    sql!("probe_reported")
        .execute(
            tx,
            &[
                &facts.probe_id.0,
                &batch.last_sequence,
                &facts.received_at,
                &facts.clock_offset_ms,
                &facts.software_version,
            ],
        )
        .await?;
    Ok(Ok(Committed {
        last_sequence: batch.last_sequence,
        duplicate,
    }))
}

/// The records of one report that are new.
struct Batch {
    school: SchoolId,
    stored_before: i64,
    last_sequence: i64,
    seen: std::collections::HashSet<i64>,
    speed_tests: Vec<SpeedTest>,
    path_checks: Vec<PathCheck>,
    page_checks: Vec<PageCheck>,
    presence: Vec<Presence>,
    notices: Vec<Notice>,
    rejected: Vec<Rejected>,
}

impl Batch {
    fn new(school: SchoolId, stored_before: i64) -> Self {
        Self {
            school,
            stored_before,
            last_sequence: stored_before,
            seen: std::collections::HashSet::new(),
            speed_tests: vec![],
            path_checks: vec![],
            page_checks: vec![],
            presence: vec![],
            notices: vec![],
            rejected: vec![],
        }
    }

    /// True if it had been stored before, or stands twice in the report.
    fn take(&mut self, judged: Judged) -> bool {
        if let Some(sequence) = judged.sequence() {
            if sequence <= self.stored_before || !self.seen.insert(sequence) {
                return true;
            }
            self.last_sequence = self.last_sequence.max(sequence);
        }
        match judged {
            Judged::SpeedTest(mut test) => {
                test.origin.school_id = self.school;
                self.speed_tests.push(test);
            }
            Judged::PathCheck(mut check) => {
                check.origin.school_id = self.school;
                self.path_checks.push(check);
            }
            Judged::PageCheck(mut check) => {
                check.origin.school_id = self.school;
                self.page_checks.push(check);
            }
            Judged::Presence(mut presence) => {
                presence.origin.school_id = self.school;
                self.presence.push(presence);
            }
            Judged::Notice(notice) => self.notices.push(notice),
            Judged::Rejected(rejected) => self.rejected.push(rejected),
        }
        false
    }

    async fn write(&self, tx: &Transaction<'_>, facts: &ReportFacts<'_>) -> Result<(), StoreError> {
        measurements::insert_speed_tests(tx, &self.speed_tests).await?;
        measurements::insert_path_checks(tx, &self.path_checks).await?;
        page_checks::insert(tx, &self.page_checks).await?;
        measurements::insert_notices(tx, &self.notices).await?;
        let (probe, school) = (facts.probe_id, self.school);
        let mut rejected = presence::write(tx, probe, school, &self.presence).await?;
        rejected.extend(self.rejected.iter().cloned());
        measurements::insert_rejected(tx, probe, school, facts.received_at, &rejected).await?;
        let days = self.days(facts);
        if days.is_empty() {
            return Ok(());
        }
        measurements::mark_dirty(tx, &days).await?;
        changes::wake_summaries(tx).await
    }

    /// The school-days whose summary changes: no summary counts a page.
    fn days(&self, facts: &ReportFacts<'_>) -> Vec<(SchoolId, NaiveDate)> {
        let tests = self.speed_tests.iter().map(|test| &test.origin);
        let origins = tests.chain(self.path_checks.iter().map(|check| &check.origin));
        let mut days: Vec<_> = origins
            .map(|origin| (self.school, facts.calendar.local_day(origin.measured_at)))
            .collect();
        days.sort_unstable();
        days.dedup();
        days
    }
}
