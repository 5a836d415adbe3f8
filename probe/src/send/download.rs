//! Fetching a release and its program: bounded, with a deadline, into memory or a file. What came is not
//! trusted here; see [`crate::update`].

use std::{
    fs::File,
    io::{self, Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
    time::Duration,
};

use ureq::{Agent, Body, http::Response};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// A program of 8 MB takes so long at 40 kbps.
const TOTAL_TIMEOUT: Duration = Duration::from_mins(30);

/// Why nothing was fetched.
#[derive(Debug, thiserror::Error)]
pub enum DownloadError {
    /// No answer, or no good one.
    #[error("{url} cannot be fetched: {cause}")]
    NotFetched {
        /// What was asked.
        url: String,
        /// Why.
        cause: String,
    },
    /// It cannot be written.
    #[error("what {url} answers cannot be written: {cause}")]
    NotWritten {
        /// What was asked.
        url: String,
        /// Why.
        cause: io::Error,
    },
}

fn get(url: &str) -> Result<Response<Body>, DownloadError> {
    let agent: Agent = Agent::config_builder()
        .max_redirects(5)
        .timeout_connect(Some(CONNECT_TIMEOUT))
        .timeout_global(Some(TOTAL_TIMEOUT))
        .user_agent(concat!("schoolbeat-probe/", env!("CARGO_PKG_VERSION")))
        .build()
        .new_agent();
    agent
        .get(url)
        .call()
        .map_err(|error| DownloadError::NotFetched {
            url: url.to_owned(),
            cause: error.to_string(),
        })
}

/// What lies there, if it is no larger than this.
pub fn into_memory(url: &str, max_bytes: u64) -> Result<Vec<u8>, DownloadError> {
    let mut response = get(url)?;
    let read = response
        .body_mut()
        .with_config()
        .limit(max_bytes)
        .read_to_vec();
    read.map_err(|error| DownloadError::NotFetched {
        url: url.to_owned(),
        cause: error.to_string(),
    })
}

/// Writes what lies there into a new file that its owner may run, durably; never more than this.
pub fn into_file(url: &str, path: &Path, max_bytes: u64) -> Result<(), DownloadError> {
    let not_written = |cause| DownloadError::NotWritten {
        url: url.to_owned(),
        cause,
    };
    let mut response = get(url)?;
    let mut reader = response.body_mut().as_reader().take(max_bytes);
    let mut file = File::options()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o700)
        .open(path)
        .map_err(not_written)?;
    let mut buffer = vec![0; 64 << 10];
    loop {
        let count = reader
            .read(&mut buffer)
            .map_err(|error| DownloadError::NotFetched {
                url: url.to_owned(),
                cause: error.to_string(),
            })?;
        if count == 0 {
            break;
        }
        file.write_all(&buffer[..count]).map_err(not_written)?;
    }
    file.sync_all().map_err(not_written)
}
