//! Access tokens as M-Lab's Locate gives them: a JWT (RFC 7519) signed with Ed25519 (RFC 8037), that
//! lets one client measure at one server for some minutes. It must not know who the client is.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Duration, Utc};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

const ISSUER: &str = "locate";
const SUBJECT: &str = "ndt";
/// How long a token lets its bearer in. Locate's own are good for 60 s; a probe that waits for a quiet
/// line, is told to come back and then tries once more needs some minutes.
const VALID_FOR: Duration = Duration::seconds(300);
/// How far the clocks of two servers may differ.
const LEEWAY: Duration = Duration::seconds(30);
/// A longer one is none of ours.
const MAX_TOKEN: usize = 4096;

/// Before the key itself, in a public key's DER (RFC 8410, 4).
const PUBLIC_KEY_PREFIX: [u8; 12] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];

/// Why a key cannot be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// It is no key of the kind wanted.
    #[error(
        "it is no Ed25519 {0} key in PEM: make a pair with `openssl genpkey -algorithm ed25519`"
    )]
    NoKey(&'static str),
}

/// Why a token does not let its bearer in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum TokenError {
    #[error("there is no access_token, and this server wants one")]
    Missing,
    #[error("the access_token is no token of ours")]
    Malformed,
    #[error("the access_token was not signed by our service")]
    NotSigned,
    #[error("the access_token is for another server or another service")]
    NotForUs,
    #[error("the access_token has expired, or is not valid yet: ask for another")]
    Expired,
}

#[derive(Serialize, Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    typ: Option<String>,
    /// Extensions that a reader must understand; we understand none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    crit: Option<Vec<String>>,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    /// Seconds since the Unix epoch.
    exp: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    jti: Option<String>,
}

/// One name or several (RFC 7519, 4.1.3).
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    fn names(&self, machine: &str) -> bool {
        match self {
            Self::One(name) => name == machine,
            Self::Several(names) => names.iter().any(|name| name == machine),
        }
    }
}

/// The bytes between the lines `BEGIN` and `END` of this label.
fn pem(text: &str, label: &str) -> Option<Vec<u8>> {
    let after = text.split_once(&format!("-----BEGIN {label}-----"))?.1;
    let body = after.split_once(&format!("-----END {label}-----"))?.0;
    let body: String = body.split_whitespace().collect();
    base64::engine::general_purpose::STANDARD.decode(body).ok()
}

/// Gives tokens out.
pub struct Signer(Ed25519KeyPair);

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signer(***)")
    }
}

impl Signer {
    /// Reads a private key, PKCS#8 in PEM.
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        let der = pem(text, "PRIVATE KEY").ok_or(KeyError::NoKey("private"))?;
        // OpenSSL writes keys without their public half; ring derives it.
        Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der)
            .map(Self)
            .map_err(|_| KeyError::NoKey("private"))
    }

    /// Decides on the tokens that this one gives out, at the server of this host.
    pub fn verifier(&self, machine: &str, required: bool) -> Verifier {
        let raw = self.0.public_key().as_ref().to_vec();
        Verifier {
            key: UnparsedPublicKey::new(&ED25519, raw),
            machine: machine.to_owned(),
            required,
        }
    }

    /// A token for this server, valid for five minutes from now.
    pub fn sign(&self, machine: &str, now: DateTime<Utc>) -> String {
        let header = Header {
            alg: "EdDSA".to_owned(),
            typ: Some("JWT".to_owned()),
            crit: None,
        };
        let claims = Claims {
            iss: ISSUER.to_owned(),
            sub: SUBJECT.to_owned(),
            aud: Audience::Several(vec![machine.to_owned()]),
            exp: (now + VALID_FOR).timestamp(),
            nbf: None,
            jti: Some(Uuid::now_v7().to_string()),
        };
        let part = |json: serde_json::Result<Vec<u8>>| {
            URL_SAFE_NO_PAD.encode(json.expect("text and numbers become JSON"))
        };
        let signed = format!(
            "{}.{}",
            part(serde_json::to_vec(&header)),
            part(serde_json::to_vec(&claims))
        );
        let signature = URL_SAFE_NO_PAD.encode(self.0.sign(signed.as_bytes()));
        format!("{signed}.{signature}")
    }
}

/// Decides whether a token lets its bearer in.
#[derive(Debug, Clone)]
pub struct Verifier {
    key: UnparsedPublicKey<Vec<u8>>,
    /// The name by which tokens know this server: its host.
    machine: String,
    /// Whether nobody may measure without.
    required: bool,
}

impl Verifier {
    /// Reads a public key in PEM. `machine` is this server's host, as clients know it.
    pub fn from_pem(text: &str, machine: &str, required: bool) -> Result<Self, KeyError> {
        let der = pem(text, "PUBLIC KEY").ok_or(KeyError::NoKey("public"))?;
        let raw = der
            .strip_prefix(&PUBLIC_KEY_PREFIX)
            .filter(|raw| raw.len() == 32);
        let raw = raw.ok_or(KeyError::NoKey("public"))?.to_vec();
        Ok(Self {
            key: UnparsedPublicKey::new(&ED25519, raw),
            machine: machine.to_owned(),
            required,
        })
    }

    /// A token that is there must be good, even where none is wanted, as M-Lab's servers do it.
    pub(super) fn admit(&self, token: Option<&str>, now: DateTime<Utc>) -> Result<(), TokenError> {
        match token {
            Some(token) => self.verify(token, now),
            None if self.required => Err(TokenError::Missing),
            None => Ok(()),
        }
    }

    fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<(), TokenError> {
        if token.len() > MAX_TOKEN {
            return Err(TokenError::Malformed);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(TokenError::Malformed)?;
        let (header, claims) = signed.split_once('.').ok_or(TokenError::Malformed)?;
        let bytes = |part: &str| {
            URL_SAFE_NO_PAD
                .decode(part)
                .map_err(|_| TokenError::Malformed)
        };
        let header: Header =
            serde_json::from_slice(&bytes(header)?).map_err(|_| TokenError::Malformed)?;
        // The one algorithm that we sign with: a token may not choose another.
        if header.alg != "EdDSA" || header.crit.is_some() {
            return Err(TokenError::Malformed);
        }
        self.key
            .verify(signed.as_bytes(), &bytes(signature)?)
            .map_err(|_| TokenError::NotSigned)?;
        let claims: Claims =
            serde_json::from_slice(&bytes(claims)?).map_err(|_| TokenError::Malformed)?;
        if claims.iss != ISSUER || claims.sub != SUBJECT || !claims.aud.names(&self.machine) {
            return Err(TokenError::NotForUs);
        }
        let (earliest, latest) = ((now - LEEWAY).timestamp(), (now + LEEWAY).timestamp());
        if claims.exp < earliest || claims.nbf.is_some_and(|nbf| nbf > latest) {
            return Err(TokenError::Expired);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
