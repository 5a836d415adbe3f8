//! A release of the probe, as who makes it signs it: what probes may update themselves to.

use serde::{Deserialize, Serialize};

/// A release and its signature, as it lies at the address that probes look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedRelease {
    /// A [`Release`] as JSON. The signature is over exactly these bytes.
    pub release: String,
    /// Ed25519 (RFC 8032), 64 bytes as hexadecimal digits.
    pub signature: String,
}

/// What a release is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// [`RELEASE_FORMAT`].
    pub format: u32,
    /// Always `schoolbeat-probe`: a signature of another program's is none of ours.
    pub program: String,
    /// `x.y.z`.
    pub version: String,
    /// When it was signed, milliseconds since the Unix epoch: an older one is a replay.
    pub signed_unix_ms: i64,
    /// One for each kind of machine.
    pub builds: Vec<ReleaseBuild>,
}

/// The program for one kind of machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseBuild {
    /// Rust's target triple, such as `aarch64-unknown-linux-musl`.
    pub target: String,
    /// SHA-256 of the program, hexadecimal digits.
    pub sha256: String,
    /// Its size.
    pub size_bytes: u64,
    /// Where it lies; relative to where the release lies.
    pub url: String,
}

/// The format of [`Release`]; a probe leaves another one alone.
pub const RELEASE_FORMAT: u32 = 1;
/// What [`Release::program`] says.
pub const RELEASE_PROGRAM: &str = "schoolbeat-probe";
