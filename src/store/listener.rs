//! Hears what other servers, commands and our own transactions say of changes.

use std::task::Poll;

use futures_util::future::poll_fn;
use tokio::sync::mpsc::{self, error::TrySendError};
use tokio_postgres::{AsyncMessage, Client};

use super::{
    Connection, StoreError,
    changes::{self, Change},
    connection::detail,
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
    pub async fn open(connection: &Connection) -> Result<Self, StoreError> {
        let failed = |error| StoreError::query("listen", error);
        let mut config = connection.session("schoolbeat-listen");
        config.keepalives_idle(std::time::Duration::from_secs(30));
        let connected = config.connect(connection.tls()).await;
        let (client, mut connection) = connected.map_err(|error| StoreError::Unavailable {
            reason: format!("listen: {}", detail(&error)),
        })?;
        let (say, heard) = mpsc::channel(QUEUE);
        tokio::spawn(async move {
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
                // What does not fit any more may be anything; waiting for room loses nothing.
                let said = match say.try_send(changes::parse(note.payload())) {
                    Err(TrySendError::Full(_)) => say.send(Change::Anything).await.is_ok(),
                    Err(TrySendError::Closed(_)) => false,
                    Ok(()) => true,
                };
                if !said {
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
