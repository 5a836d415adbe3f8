//! Group commit: reports of many probes wait in a bounded queue and are written with one COPY a table and
//! one commit; each caller is answered after it.
//!
//! Nothing is waited for to fill a batch: what arrives while one is being written makes the next. So a
//! report that comes alone is written at once, and the busier it is, the cheaper each report becomes.

use std::{
    panic::AssertUnwindSafe,
    slice,
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use super::{Report, ReportFacts, Taken, sift, write_together};
use crate::{
    domain::{calendar::SchoolCalendar, measurement::ProbeId, record::Judged},
    store::{Store, StoreError},
};

/// What may wait, and how much is written at once.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Reports that are being read, judged, or wait: each holds a connection and its buffers.
    pub reports: usize,
    /// Reports that are unpacked and judged at once: each is ten times what it was on its way.
    pub judged_at_once: usize,
    /// Records that wait or are being written.
    pub queue_records: usize,
    /// Bytes of the texts that they were judged from.
    pub queue_bytes: usize,
    /// Records of a batch; its last report may go beyond.
    pub batch_records: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            reports: 2000,
            judged_at_once: 200,
            queue_records: 100_000,
            queue_bytes: 64 << 20,
            batch_records: 5000,
        }
    }
}

/// Hears how the writing goes.
pub trait Observer: Send + Sync {
    /// So many records came into the queue.
    fn accepted(&self, records: usize);
    /// So many records wait or are being written.
    fn waiting(&self, records: usize);
    /// A batch was committed.
    fn committed(&self, reports: usize, records: usize, took: Duration);
    /// A batch could not be written.
    fn failed(&self, reports: usize);
    /// Records that could not be stored were put aside.
    fn put_aside(&self, records: usize);
}

/// A judged report that is to be written.
#[derive(Debug)]
pub struct Arrived {
    /// The probe.
    pub probe_id: ProbeId,
    /// Whose local days the records fall on.
    pub calendar: Arc<SchoolCalendar>,
    /// When it arrived.
    pub received_at: DateTime<Utc>,
    /// The probe's clock less ours.
    pub clock_offset_ms: i64,
    /// The probe's software.
    pub software_version: String,
    /// Its records.
    pub judged: Vec<Judged>,
    /// The report as it came, JSON with its `records`.
    pub body: Vec<u8>,
}

impl Arrived {
    pub(super) fn report(&self) -> Report<'_> {
        Report {
            facts: ReportFacts {
                probe_id: self.probe_id,
                calendar: &self.calendar,
                received_at: self.received_at,
                clock_offset_ms: Some(self.clock_offset_ms),
                software_version: &self.software_version,
            },
            judged: &self.judged,
        }
    }
}

/// What became of a report that was written.
#[derive(Debug)]
pub struct Written {
    /// As it is of every report.
    pub taken: Taken,
    /// Which of its records the database would not have, and why. They are kept as they came.
    pub put_aside: Vec<(usize, String)>,
}

/// Why a report was not written. Nothing of it is stored; it may come again.
#[derive(Debug, thiserror::Error)]
pub enum Unwritten {
    /// Too much waits already.
    #[error("too many reports wait to be written")]
    Full,
    /// The service ends, or failed in the midst of it.
    #[error("the service is stopping")]
    Stopping,
    /// The database.
    #[error(transparent)]
    Store(StoreError),
}

/// The entrance of the queue.
#[derive(Clone)]
pub struct GroupCommit {
    observer: Arc<dyn Observer>,
    queue: mpsc::UnboundedSender<Option<Waiting>>,
    reports: Arc<Semaphore>,
    judging: Arc<Semaphore>,
    records: Arc<Semaphore>,
    /// With less room than this left nobody is let in.
    least_room: usize,
    bytes: Arc<Semaphore>,
}

struct Waiting {
    arrived: Arrived,
    answer: oneshot::Sender<Result<Written, Unwritten>>,
    /// Given back when it is answered.
    _room: (OwnedSemaphorePermit, OwnedSemaphorePermit),
}

impl GroupCommit {
    /// Lets a report in before anything of it is read; whoever comes beyond the limit, or while the queue is
    /// full, is sent away. To be held until the report is answered.
    pub fn admit(&self) -> Result<OwnedSemaphorePermit, Unwritten> {
        if self.records.available_permits() < self.least_room {
            return Err(Unwritten::Full);
        }
        let reports = Arc::clone(&self.reports);
        reports.try_acquire_owned().map_err(|_| Unwritten::Full)
    }

    /// Waits for the turn to unpack and judge a report. To be held until it goes into the queue.
    pub async fn turn(&self) -> Result<OwnedSemaphorePermit, Unwritten> {
        let judging = Arc::clone(&self.judging).acquire_owned().await;
        judging.map_err(|_| Unwritten::Stopping)
    }

    /// Durable when this returns what was taken.
    pub async fn write(&self, arrived: Arrived) -> Result<Written, Unwritten> {
        let room = |semaphore: &Arc<Semaphore>, wanted: usize| {
            let wanted = u32::try_from(wanted.max(1)).unwrap_or(u32::MAX);
            Arc::clone(semaphore)
                .try_acquire_many_owned(wanted)
                .map_err(|_| Unwritten::Full)
        };
        let records = room(&self.records, arrived.judged.len())?;
        let bytes = room(&self.bytes, arrived.body.len())?;
        let (answer, answered) = oneshot::channel();
        let accepted = arrived.judged.len();
        let waiting = Waiting {
            arrived,
            answer,
            _room: (records, bytes),
        };
        self.queue
            .send(Some(waiting))
            .map_err(|_| Unwritten::Stopping)?;
        self.observer.accepted(accepted);
        answered.await.map_err(|_| Unwritten::Stopping)?
    }

    /// Nothing comes any more: the writer ends when all that waits is written.
    pub fn close(&self) {
        // It may have ended already.
        let _ = self.queue.send(None);
    }
}

/// The queue, and the writer, which ends when it is closed and all is written.
pub fn start(
    store: Store,
    limits: Limits,
    observer: Arc<dyn Observer>,
) -> (GroupCommit, impl Future<Output = ()>) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let entrance = GroupCommit {
        observer: Arc::clone(&observer),
        queue: sender,
        reports: Arc::new(Semaphore::new(limits.reports)),
        judging: Arc::new(Semaphore::new(limits.judged_at_once)),
        least_room: limits.queue_records / 50,
        records: Arc::new(Semaphore::new(limits.queue_records)),
        bytes: Arc::new(Semaphore::new(limits.queue_bytes)),
    };
    let writer = Writer {
        store,
        observer,
        records: Arc::clone(&entrance.records),
        limits,
    };
    (entrance, writer.run(receiver))
}

struct Writer {
    store: Store,
    observer: Arc<dyn Observer>,
    records: Arc<Semaphore>,
    limits: Limits,
}

impl Writer {
    async fn run(self, mut queue: mpsc::UnboundedReceiver<Option<Waiting>>) {
        let mut is_closed = false;
        while !is_closed && let Some(Some(first)) = queue.recv().await {
            let mut records = first.arrived.judged.len();
            let mut batch = vec![first];
            while records < self.limits.batch_records
                && let Ok(next) = queue.try_recv()
            {
                let Some(next) = next else {
                    is_closed = true;
                    break;
                };
                records += next.arrived.judged.len();
                batch.push(next);
            }
            self.observer.waiting(self.waiting());
            // A fault of ours in one batch must not end the ingest of a nation: who waits for it is sent
            // away, as by a database that is not there.
            if AssertUnwindSafe(self.write(batch))
                .catch_unwind()
                .await
                .is_err()
            {
                tracing::error!("the writer of reports failed in a batch and goes on");
            }
            self.observer.waiting(self.waiting());
        }
    }

    fn waiting(&self) -> usize {
        let free = self.records.available_permits();
        self.limits.queue_records.saturating_sub(free)
    }

    /// Writes a batch, and answers. If something in it cannot be stored, in halves; so its neighbours are
    /// stored without it.
    async fn write(&self, batch: Vec<Waiting>) {
        let mut parts = vec![batch];
        while let Some(mut part) = parts.pop() {
            match self.attempt(&part).await {
                Ok(taken) => answer(part, taken),
                Err(error) if !sift::is_of_the_data(&error) => self.refuse(part, &error),
                Err(_) if part.len() > 1 => {
                    let second = part.split_off(part.len() / 2);
                    // The first half is written first: a probe's reports keep their order.
                    parts.extend([second, part]);
                }
                Err(error) => {
                    for waiting in part {
                        self.sift(waiting, &error).await;
                    }
                }
            }
        }
    }

    async fn attempt(&self, part: &[Waiting]) -> Result<Vec<Taken>, StoreError> {
        let reports: Vec<Report<'_>> = part.iter().map(|one| one.arrived.report()).collect();
        let begun = Instant::now();
        let taken = commit(&self.store, &reports).await?;
        let records = reports.iter().map(|report| report.judged.len()).sum();
        self.observer
            .committed(reports.len(), records, begun.elapsed());
        Ok(taken)
    }

    /// The database is away, full or too slow: for all of them.
    fn refuse(&self, part: Vec<Waiting>, error: &StoreError) {
        tracing::warn!(%error, reports = part.len(), "reports were not written and may come again");
        self.observer.failed(part.len());
        for waiting in part {
            let away = StoreError::Unavailable {
                reason: error.to_string(),
            };
            // Nobody may wait for the answer any longer.
            let _ = waiting.answer.send(Err(Unwritten::Store(away)));
        }
    }

    /// What can be stored of a report is, and the rest is put aside with the database's word.
    async fn sift(&self, mut waiting: Waiting, error: &StoreError) {
        tracing::error!(%error, probe = %waiting.arrived.probe_id.0, "a report holds what cannot be stored");
        let sifted = async {
            let put_aside = sift::sift(&self.store, &mut waiting.arrived).await?;
            let taken = self.attempt(slice::from_ref(&waiting)).await?;
            Ok::<_, StoreError>((taken.into_iter().next().flatten(), put_aside))
        };
        match sifted.await {
            Ok((taken, put_aside)) => {
                self.observer.put_aside(put_aside.len());
                // Nobody may wait for the answer any longer.
                let _ = waiting.answer.send(Ok(Written { taken, put_aside }));
            }
            Err(error) => self.refuse(vec![waiting], &error),
        }
    }
}

fn answer(part: Vec<Waiting>, taken: Vec<Taken>) {
    for (waiting, taken) in part.into_iter().zip(taken) {
        // Nobody may wait for the answer any longer.
        let _ = waiting.answer.send(Ok(Written {
            taken,
            put_aside: vec![],
        }));
    }
}

async fn commit(store: &Store, reports: &[Report<'_>]) -> Result<Vec<Taken>, StoreError> {
    let failed = |error| StoreError::query("reports", error);
    let mut client = store.client().await?;
    let tx = client.transaction().await.map_err(failed)?;
    match write_together(&tx, reports).await {
        Ok(taken) => {
            tx.commit().await.map_err(failed)?;
            Ok(taken)
        }
        Err(error) => {
            // Waited for: the next attempt, on another connection, would find the probes' rows still
            // locked. A connection that is gone has let go of them as well.
            let _ = tx.rollback().await;
            Err(error)
        }
    }
}
