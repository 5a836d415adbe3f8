//! Tests that run, or whose result is not kept yet, by the id that the client gave them: whoever
//! compares a report with what the server saw waits for these. It must not know what a result is.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::Notify, time::timeout};
use uuid::Uuid;

/// The ids of tests whose result is still to come.
#[derive(Debug, Clone, Default)]
pub struct Pending(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    tests: Mutex<HashMap<Uuid, usize>>,
    settled: Notify,
}

impl Pending {
    /// From now until the guard is dropped a test of this id has no result.
    pub(super) fn begin(&self, id: Option<Uuid>) -> Guard {
        if let Some(id) = id {
            *self.tests().entry(id).or_default() += 1;
        }
        Guard {
            pending: self.clone(),
            id,
        }
    }

    /// Waits until none of these is pending, for so long at most; whether that came about.
    pub async fn settled(&self, ids: &[Uuid], patience: Duration) -> bool {
        let all = async {
            loop {
                let settled = self.0.settled.notified();
                tokio::pin!(settled);
                // Listening begins before the look, so that nothing is missed in between.
                settled.as_mut().enable();
                if !ids.iter().any(|id| self.tests().contains_key(id)) {
                    return;
                }
                settled.await;
            }
        };
        timeout(patience, all).await.is_ok()
    }

    fn tests(&self) -> MutexGuard<'_, HashMap<Uuid, usize>> {
        self.0.tests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A test whose result is still to come.
#[derive(Debug)]
pub(super) struct Guard {
    pending: Pending,
    id: Option<Uuid>,
}

impl Drop for Guard {
    fn drop(&mut self) {
        let Some(id) = self.id else { return };
        let mut tests = self.pending.tests();
        if let Some(count) = tests.get_mut(&id) {
            *count -= 1;
            if *count == 0 {
                tests.remove(&id);
            }
        }
        drop(tests);
        self.pending.0.settled.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_test_is_pending_until_its_last_direction_is_kept() {
        let pending = Pending::default();
        let (id, other) = (Uuid::now_v7(), Uuid::now_v7());
        let (patience, none) = (Duration::from_secs(20), Duration::ZERO);
        let (down, up) = (pending.begin(Some(id)), pending.begin(Some(id)));
        let _nameless = pending.begin(None);
        assert!(pending.settled(&[other], patience).await);
        assert!(!pending.settled(&[other, id], none).await);
        drop(down);
        assert!(!pending.settled(&[id], none).await);
        let waiting = pending.clone();
        let waited = tokio::spawn(async move { waiting.settled(&[id], patience).await });
        tokio::task::yield_now().await;
        drop(up);
        assert!(waited.await.unwrap());
    }
}
