//! Whether a release is signed by whom this probe trusts, newer than what it has, and for its machine.
//! Pure.

use std::str::FromStr;

use ring::signature::{ED25519, UnparsedPublicKey};
use schoolbeat_wire::{RELEASE_FORMAT, RELEASE_PROGRAM, Release, ReleaseBuild, SignedRelease};

/// `x.y.z`; anything else is no version that can be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(u32, u32, u32);

impl Version {
    /// Lower than every release.
    pub const NONE: Self = Self(0, 0, 0);
}

impl FromStr for Version {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.split('.').map(|part| {
            let digits = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
            if digits { part.parse().ok() } else { None }
        });
        let mut next = || parts.next().flatten().ok_or(());
        let version = Self(next()?, next()?, next()?);
        if parts.next().is_some() {
            return Err(());
        }
        Ok(version)
    }
}

/// Why a release is left alone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is not a release's JSON.
    #[error("the release cannot be read: {0}")]
    Unreadable(String),
    /// Nobody whom this probe trusts has signed these bytes.
    #[error(
        "the release is not signed by the key that this probe trusts: somebody changed it, or the key \
         changed (schoolbeat-probe update enable --key KEY)"
    )]
    BadSignature,
    /// It is of another program or a later format.
    #[error("the release is of {program} in format {format}, which this probe does not take")]
    NotOurs {
        /// Whose it says it is.
        program: String,
        /// Its format.
        format: u32,
    },
    /// It was signed before one that was seen already.
    #[error("the release was signed before one that was seen already: it is a replay")]
    Replayed,
    /// There is no build for this machine.
    #[error("the release has no build for {0}")]
    NoBuild(String),
}

/// Bytes of an even number of hexadecimal digits.
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let byte = |pair: &[u8]| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok();
    digits.chunks(2).map(byte).collect()
}

/// Hexadecimal digits of bytes.
pub fn to_hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The release in a document, if `key` has signed it.
pub fn verified(document: &[u8], key: &[u8]) -> Result<Release, Refused> {
    let unreadable = |error: serde_json::Error| Refused::Unreadable(error.to_string());
    let signed: SignedRelease = serde_json::from_slice(document).map_err(unreadable)?;
    let signature = from_hex(&signed.signature).ok_or(Refused::BadSignature)?;
    UnparsedPublicKey::new(&ED25519, key)
        .verify(signed.release.as_bytes(), &signature)
        .map_err(|_| Refused::BadSignature)?;
    let release: Release = serde_json::from_str(&signed.release).map_err(unreadable)?;
    if release.program != RELEASE_PROGRAM || release.format != RELEASE_FORMAT {
        return Err(Refused::NotOurs {
            program: release.program,
            format: release.format,
        });
    }
    Ok(release)
}

/// The build of a release that is newer than this probe has; `None` if it is not newer. A version that
/// is refused or lower is never taken, whoever signed it.
pub fn newer<'a>(
    release: &'a Release,
    have: Version,
    refused: &[String],
    newest_signed_unix_ms: i64,
    target: &str,
) -> Result<Option<&'a ReleaseBuild>, Refused> {
    let unreadable = || Refused::Unreadable(format!("the version {:?}", release.version));
    let version: Version = release.version.parse().map_err(|()| unreadable())?;
    if release.signed_unix_ms < newest_signed_unix_ms {
        return Err(Refused::Replayed);
    }
    if version <= have || refused.contains(&release.version) {
        return Ok(None);
    }
    let build = release.builds.iter().find(|build| build.target == target);
    build
        .map(Some)
        .ok_or_else(|| Refused::NoBuild(target.to_owned()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ring::{
        rand::SystemRandom,
        signature::{Ed25519KeyPair, KeyPair},
    };

    use super::*;

    fn key() -> Ed25519KeyPair {
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        Ed25519KeyPair::from_pkcs8(document.as_ref()).unwrap()
    }

    fn release(version: &str) -> Release {
        Release {
            format: RELEASE_FORMAT,
            program: RELEASE_PROGRAM.to_owned(),
            version: version.to_owned(),
            signed_unix_ms: 1_000,
            builds: vec![ReleaseBuild {
                target: "t".to_owned(),
                sha256: "00".to_owned(),
                size_bytes: 1,
                url: "probe".to_owned(),
            }],
        }
    }

    fn signed(release: &Release, key: &Ed25519KeyPair) -> SignedRelease {
        let release = serde_json::to_string(release).unwrap();
        let signature = to_hex(key.sign(release.as_bytes()).as_ref());
        SignedRelease { release, signature }
    }

    fn verify(signed: &SignedRelease, key: &Ed25519KeyPair) -> Result<Release, Refused> {
        verified(
            &serde_json::to_vec(signed).unwrap(),
            key.public_key().as_ref(),
        )
    }

    #[test]
    fn only_the_trusted_key_signs_and_only_these_bytes() {
        let (ours, other) = (key(), key());
        let good = signed(&release("0.2.0"), &ours);
        assert_eq!(verify(&good, &ours).unwrap(), release("0.2.0"));
        assert_eq!(verify(&good, &other), Err(Refused::BadSignature));
        let mut changed = good.clone();
        changed.release = changed.release.replace("0.2.0", "0.3.0");
        assert_eq!(verify(&changed, &ours), Err(Refused::BadSignature));
        for signature in ["", "zz", "00"] {
            let signature = signature.to_owned();
            let bad = SignedRelease {
                signature,
                ..good.clone()
            };
            assert_eq!(verify(&bad, &ours), Err(Refused::BadSignature));
        }
        let other_program = Release {
            program: "x".to_owned(),
            ..release("0.2.0")
        };
        let refused = verify(&signed(&other_program, &ours), &ours);
        assert!(matches!(refused, Err(Refused::NotOurs { .. })));
        assert!(matches!(verified(b"{}", &[]), Err(Refused::Unreadable(_))));
    }

    #[test]
    fn what_is_not_newer_was_refused_or_is_a_replay_is_left_alone() {
        let have: Version = "0.1.9".parse().unwrap();
        let take = |version: &str, refused: &[String], newest| {
            let release = release(version);
            newer(&release, have, refused, newest, "t").map(|build| build.is_some())
        };
        assert_eq!(take("0.1.10", &[], 1_000), Ok(true), "numbers, not letters");
        assert_eq!(take("0.1.9", &[], 0), Ok(false));
        assert_eq!(take("0.1.8", &[], 0), Ok(false), "a downgrade");
        assert_eq!(take("0.2.0", &["0.2.0".to_owned()], 0), Ok(false));
        assert_eq!(take("0.2.0", &[], 1_001), Err(Refused::Replayed));
        assert!(matches!(
            take("newest", &[], 0),
            Err(Refused::Unreadable(_))
        ));
        let none = newer(&release("0.2.0"), have, &[], 0, "mips").map(|_| ());
        assert_eq!(none, Err(Refused::NoBuild("mips".to_owned())));
    }

    proptest! {
        #[test]
        fn hex_comes_back(bytes: Vec<u8>) {
            prop_assert_eq!(from_hex(&to_hex(&bytes)), Some(bytes));
        }

        #[test]
        fn versions_are_ordered_as_their_numbers(a: (u32, u32, u32), b: (u32, u32, u32)) {
            let version = |(x, y, z): (u32, u32, u32)| format!("{x}.{y}.{z}").parse::<Version>().unwrap();
            prop_assert_eq!(version(a).cmp(&version(b)), a.cmp(&b));
        }

        #[test]
        fn no_text_makes_it_panic(text: String) {
            let _ = text.parse::<Version>();
            let _ = from_hex(&text);
            let _ = verified(text.as_bytes(), b"");
        }
    }
}
