//! Hears what other servers, commands and our own transactions say of changes.

use std::task::Poll;

use futures_util::future::poll_fn;
use tokio::sync::mpsc;
use tokio_postgres::{AsyncMessage, Client, NoTls};

use super::{
    StoreError,
    changes::{self, Change},
    session,
};

/// So many notifications wait at most; one that does not fit makes everything suspect.
const QUEUE: usize = 1024;

/// A connection of its own that does nothing but listen.
pub struct Listener {
    // Dropping the client would end the connection.
    _client: Client,
    heard: mpsc::Receiver<Change>,
}

impl Listener {
    /// Begins to listen. What changed before is not heard: read everything after this.
    pub async fn open(config: &tokio_postgres::Config) -> Result<Self, StoreError> {
        let failed = |error| StoreError::query("listen", error);
        let mut config = session(config.clone());
        config
            .application_name("schoolbeat-listen")
            .keepalives_idle(std::time::Duration::from_secs(30));
        let (client, mut connection) =
            config
                .connect(NoTls)
                .await
                .map_err(|error| StoreError::Unavailable {
                    reason: format!("listen: {error}"),
                })?;
        let (say, heard) = mpsc::channel(QUEUE);
        tokio::spawn(async move {
            let mut suspect = false;
            loop {
                let message = poll_fn(|context| match connection.poll_message(context) {
                    Poll::Ready(message) => Poll::Ready(message),
                    Poll::Pending => Poll::Pending,
                });
                let Some(Ok(message)) = message.await else {
                    return;
                };
                let AsyncMessage::Notification(note) = message else {
                    continue;
                };
                let change = if suspect {
                    Change::Anything
                } else {
                    changes::parse(note.payload())
                };
                suspect = say.try_send(change).is_err();
                if say.is_closed() {
                    return;
                }
            }
        });
        client
            .batch_execute(&format!("LISTEN {}", changes::CHANNEL))
            .await
            .map_err(failed)?;
        Ok(Self {
            _client: client,
            heard,
        })
    }

    /// The next change; `None` once the connection is gone.
    pub async fn next(&mut self) -> Option<Change> {
        self.heard.recv().await
    }
}
