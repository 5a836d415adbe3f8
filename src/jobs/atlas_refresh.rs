//! Keeps the atlas as the database is: everything at first, then what changed.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use arc_swap::ArcSwap;
use tokio::sync::{Notify, broadcast};

use super::Outcome;
use crate::{
    atlas::{AtlasSchool, Snapshot},
    domain::{school::SchoolId, status::Status},
    store::{
        Store, StoreError,
        atlas_rows::{self, AtlasRow},
        changes::Change,
        listener::Listener,
    },
};

/// Changes that come within this time make one version.
const GATHER: Duration = Duration::from_millis(100);

/// A new version of the atlas, for whoever watches.
#[derive(Debug, Clone)]
pub struct AtlasEvent {
    /// The new version.
    pub version: u64,
    /// The schools that look different; empty if anything may.
    pub schools: Vec<ChangedSchool>,
}

/// A school that looks different now.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangedSchool {
    /// The school.
    pub id: SchoolId,
    /// Its status now; absent if it is gone.
    pub status: Option<Status>,
}

/// The atlas as it is now, and word of each new version.
#[derive(Clone)]
pub struct AtlasHandle {
    current: Arc<ArcSwap<Snapshot>>,
    events: broadcast::Sender<AtlasEvent>,
}

impl Default for AtlasHandle {
    fn default() -> Self {
        Self {
            current: Arc::default(),
            events: broadcast::channel(64).0,
        }
    }
}

impl AtlasHandle {
    /// The newest picture. Version 0 is none yet.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.current.load_full()
    }

    /// Word of every version from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<AtlasEvent> {
        self.events.subscribe()
    }

    fn publish(&self, snapshot: Snapshot, schools: Vec<ChangedSchool>) {
        let version = snapshot.version;
        self.current.store(Arc::new(snapshot));
        // Nobody watching is no failure.
        let _ = self.events.send(AtlasEvent { version, schools });
    }
}

/// The job: listens, and refreshes the atlas it holds.
pub struct AtlasRefresh {
    store: Store,
    atlas: AtlasHandle,
    wake_summaries: Arc<Notify>,
    listener: Option<Listener>,
}

impl AtlasRefresh {
    /// A job that will fill `atlas`, and pass on the word that summaries wait.
    pub fn new(store: Store, atlas: AtlasHandle, wake_summaries: Arc<Notify>) -> Self {
        Self {
            store,
            atlas,
            wake_summaries,
            listener: None,
        }
    }

    /// Waits for the next changes and takes them in. An error means to begin anew.
    pub async fn step(&mut self) -> Result<Outcome, StoreError> {
        let result = self.try_step().await;
        if result.is_err() {
            self.listener = None;
        }
        result
    }

    async fn try_step(&mut self) -> Result<Outcome, StoreError> {
        let Some(listener) = &mut self.listener else {
            // Listen first, read then: what changes in between is heard.
            self.listener = Some(Listener::open(self.store.connection()).await?);
            self.reload().await?;
            self.wake_summaries.notify_one();
            return Ok(Outcome::Worked);
        };
        let gone = || StoreError::Unavailable {
            reason: "the listening connection ended".into(),
        };
        let mut gathered = Gathered::default();
        gathered.add(listener.next().await.ok_or_else(gone)?);
        let deadline = tokio::time::sleep(GATHER);
        tokio::pin!(deadline);
        loop {
            tokio::select! {
                () = &mut deadline => break,
                change = listener.next() => gathered.add(change.ok_or_else(gone)?),
            }
        }
        if gathered.summaries {
            self.wake_summaries.notify_one();
        }
        if gathered.anything {
            self.reload().await?;
        } else if !gathered.schools.is_empty() {
            self.refresh(gathered.schools.into_iter().collect()).await?;
        }
        Ok(Outcome::Worked)
    }

    async fn reload(&self) -> Result<(), StoreError> {
        let client = self.store.client().await?;
        let rows = atlas_rows::all(&client).await?;
        let current = self.atlas.snapshot();
        let schools = rows.into_iter().filter_map(atlas_school).collect();
        let snapshot = Snapshot::new(current.version + 1, current.generation + 1, schools);
        tracing::info!(
            schools = snapshot.len(),
            version = snapshot.version,
            "atlas loaded"
        );
        self.atlas.publish(snapshot, vec![]);
        Ok(())
    }

    async fn refresh(&self, ids: Vec<SchoolId>) -> Result<(), StoreError> {
        let client = self.store.client().await?;
        let rows = atlas_rows::some(&client, &ids).await?;
        let mut changes: HashMap<SchoolId, Option<AtlasSchool>> =
            ids.iter().map(|id| (*id, None)).collect();
        let mut statuses = HashMap::new();
        for row in rows {
            statuses.insert(row.id, row.status);
            changes.insert(row.id, atlas_school(row));
        }
        let changed = |id: &SchoolId| ChangedSchool {
            id: *id,
            status: statuses.get(id).copied(),
        };
        let schools = ids.iter().map(changed).collect();
        self.atlas
            .publish(self.atlas.snapshot().changed(&changes), schools);
        Ok(())
    }
}

/// Some changes, made one.
#[derive(Default)]
struct Gathered {
    schools: HashSet<SchoolId>,
    anything: bool,
    summaries: bool,
}

impl Gathered {
    fn add(&mut self, change: Change) {
        match change {
            Change::Schools(schools) => self.schools.extend(schools),
            Change::Anything => self.anything = true,
            Change::Summaries => self.summaries = true,
        }
    }
}

fn atlas_school(row: AtlasRow) -> Option<AtlasSchool> {
    let location = row.location?;
    Some(AtlasSchool {
        id: row.id,
        name: row.name,
        status: row.status,
        location,
    })
}
