//! What is new of some reports, sorted by the tables that it goes to.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    time::Duration,
};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use deadpool_postgres::Transaction;

use super::{Committed, Refusal, Report, ReportFacts, Taken};
use crate::{
    domain::{
        measurement::ProbeId,
        page::PageCheck,
        presence::Newest,
        record::{Judged, Notice, Origin, PathCheck, Presence, SpeedTest},
        school::SchoolId,
    },
    store::{
        StoreError, changes,
        measurements::{self, DirtyDay, Kept},
        page_checks,
        presence::{self, Reported},
        query::sql,
    },
};

/// Another path check of a probe that reported a moment ago says little that is new: its day is summarised
/// within this time. A speed test, or the first word of a probe that was quiet, is news, and is at once.
const MORE_OF_THE_SAME: Duration = Duration::from_secs(60);
/// A probe that did not report for so long was quiet.
const QUIET: TimeDelta = TimeDelta::minutes(10);

/// A probe whose row is locked.
pub(super) struct OpenProbe {
    pub school: SchoolId,
    pub last_sequence: i64,
    pub last_report_at: Option<DateTime<Utc>>,
    pub is_revoked: bool,
    pub newest: Option<Newest>,
}

/// The records of some reports that are new.
pub(super) struct Batch<'a> {
    open: HashMap<ProbeId, OpenProbe>,
    /// The last report of each probe.
    reported: BTreeMap<ProbeId, ReportFacts<'a>>,
    speed_tests: Vec<(SchoolId, &'a SpeedTest)>,
    path_checks: Vec<(SchoolId, &'a PathCheck)>,
    page_checks: Vec<(SchoolId, &'a PageCheck)>,
    presence: BTreeMap<ProbeId, Vec<&'a Presence>>,
    notices: Vec<&'a Notice>,
    rejected: Vec<Kept>,
    /// School-days whose summary changes, and how soon.
    days: BTreeMap<(SchoolId, NaiveDate), Duration>,
}

impl<'a> Batch<'a> {
    pub fn new(open: HashMap<ProbeId, OpenProbe>) -> Self {
        Self {
            open,
            reported: BTreeMap::new(),
            speed_tests: vec![],
            path_checks: vec![],
            page_checks: vec![],
            presence: BTreeMap::new(),
            notices: vec![],
            rejected: vec![],
            days: BTreeMap::new(),
        }
    }

    /// Takes what is new of a report. One of a probe that is not open leaves nothing.
    pub fn take(&mut self, report: &Report<'a>) -> Taken {
        let facts = report.facts;
        let probe = self.open.get(&facts.probe_id)?;
        if probe.is_revoked {
            return Some(Err(Refusal::Revoked));
        }
        let (school, stored_before) = (probe.school, probe.last_sequence);
        let is_news = probe
            .last_report_at
            .is_none_or(|last| facts.received_at - last > QUIET);
        let within = if is_news {
            Duration::ZERO
        } else {
            MORE_OF_THE_SAME
        };
        let mut last_sequence = stored_before;
        let mut seen = HashSet::new();
        let mut duplicate = vec![];
        for judged in report.judged {
            let known = judged.sequence().is_some_and(|sequence| {
                last_sequence = last_sequence.max(sequence);
                sequence <= stored_before || !seen.insert(sequence)
            });
            if !known {
                self.add(school, judged, &facts, within);
            }
            duplicate.push(known);
        }
        if let Some(probe) = self.open.get_mut(&facts.probe_id) {
            probe.last_sequence = last_sequence;
        }
        self.reported.insert(facts.probe_id, facts);
        Some(Ok(Committed {
            last_sequence,
            duplicate,
        }))
    }

    fn add(
        &mut self,
        school: SchoolId,
        judged: &'a Judged,
        facts: &ReportFacts<'_>,
        within: Duration,
    ) {
        match judged {
            Judged::SpeedTest(test) => {
                self.mark(school, &test.origin, facts, Duration::ZERO);
                self.speed_tests.push((school, test));
            }
            Judged::PathCheck(check) => {
                self.mark(school, &check.origin, facts, within);
                self.path_checks.push((school, check));
            }
            Judged::PageCheck(check) => {
                self.mark(school, &check.origin, facts, MORE_OF_THE_SAME);
                self.page_checks.push((school, check));
            }
            Judged::Presence(span) => {
                let spans = self.presence.entry(facts.probe_id).or_default();
                spans.push(span);
            }
            Judged::Notice(notice) => self.notices.push(notice),
            Judged::Rejected(rejected) => self.rejected.push(Kept {
                probe: facts.probe_id,
                school,
                received_at: facts.received_at,
                rejected: rejected.clone(),
            }),
        }
    }

    fn mark(
        &mut self,
        school: SchoolId,
        origin: &Origin,
        facts: &ReportFacts<'_>,
        within: Duration,
    ) {
        let day = facts.calendar.local_day(origin.measured_at);
        let dirty = self.days.entry((school, day)).or_insert(within);
        *dirty = within.min(*dirty);
    }

    /// The days of a span of presence: what it says of the line itself comes with its checks.
    fn mark_span(&mut self, probe: ProbeId, from: DateTime<Utc>, to: DateTime<Utc>) {
        let (Some(open), Some(facts)) = (self.open.get(&probe), self.reported.get(&probe)) else {
            return;
        };
        let last = facts.calendar.local_day(to - TimeDelta::milliseconds(1));
        let days = facts.calendar.local_day(from).iter_days();
        for day in days.take_while(|day| *day <= last) {
            self.days
                .entry((open.school, day))
                .or_insert(MORE_OF_THE_SAME);
        }
    }

    /// Writes all of it and moves the cursors.
    pub async fn write(mut self, tx: &Transaction<'_>) -> Result<(), StoreError> {
        measurements::insert_speed_tests(tx, &self.speed_tests).await?;
        measurements::insert_path_checks(tx, &self.path_checks).await?;
        page_checks::insert(tx, &self.page_checks).await?;
        measurements::insert_notices(tx, &self.notices).await?;
        let spans: Vec<Reported<'_>> = std::mem::take(&mut self.presence)
            .into_iter()
            .filter_map(|(probe, spans)| {
                let open = self.open.get_mut(&probe)?;
                Some(Reported {
                    probe,
                    school: open.school,
                    newest: open.newest.take(),
                    spans,
                })
            })
            .collect();
        let written = presence::write(tx, spans).await?;
        self.rejected.extend(written.covered);
        for (probe, from, to) in written.told {
            self.mark_span(probe, from, to);
        }
        measurements::insert_rejected(tx, &self.rejected).await?;
        self.move_cursors(tx).await?;
        if self.days.is_empty() {
            return Ok(());
        }
        let days: Vec<DirtyDay> = self
            .days
            .into_iter()
            .map(|((school, day), within)| DirtyDay {
                school,
                day,
                within,
            })
            .collect();
        measurements::mark_dirty(tx, &days).await?;
        if days.iter().any(|day| day.within.is_zero()) {
            changes::wake_summaries(tx).await?;
        }
        Ok(())
    }

    async fn move_cursors(&self, tx: &Transaction<'_>) -> Result<(), StoreError> {
        let mut probes = vec![];
        let mut sequences = vec![];
        let mut received: Vec<DateTime<Utc>> = vec![];
        let mut offsets = vec![];
        let mut versions = vec![];
        for (probe, facts) in &self.reported {
            let Some(open) = self.open.get(probe) else {
                continue;
            };
            probes.push(probe.0);
            sequences.push(open.last_sequence);
            received.push(facts.received_at);
            offsets.push(facts.clock_offset_ms);
            versions.push(facts.software_version);
        }
        if probes.is_empty() {
            return Ok(());
        }
        sql!("probe_reported")
            .execute(tx, &[&probes, &sequences, &received, &offsets, &versions])
            .await
            .map(drop)
    }
}
