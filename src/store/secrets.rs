//! Random secrets, and the hashes by which alone they are kept.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::RngExt;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::domain::enrolment_code::EnrolmentCode;

/// 256 random bits, as text that fits into a header.
pub fn fresh_token() -> String {
    URL_SAFE_NO_PAD.encode(rand::rng().random::<[u8; 32]>())
}

/// A random id that says nothing, not even when it was made.
pub fn fresh_id() -> Uuid {
    uuid::Builder::from_random_bytes(rand::rng().random()).into_uuid()
}

/// A random enrolment code.
pub fn fresh_code() -> EnrolmentCode {
    EnrolmentCode::from_random(rand::rng().random())
}

/// What is kept of a secret that was drawn at random. Such a secret needs no slow hash: there is
/// nothing to guess it from.
pub fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}
