//! Certificates of the tests, made when they are wanted: an authority that nobody else trusts, and what
//! it vouches for. No key outlives its process.

use std::{io::Write, sync::Arc};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, Error, IsCa, PKCS_ED25519,
    PublicKeyData, SerialNumber, SignatureAlgorithm, SigningKey, date_time_ymd,
};
use ring::{
    rand::SystemRandom,
    signature::{Ed25519KeyPair, KeyPair},
};
use rustls::{
    ServerConfig,
    crypto::ring::default_provider,
    pki_types::{CertificateDer, PrivatePkcs8KeyDer},
};
use tempfile::NamedTempFile;

/// Names by which tests reach this machine.
pub const NAMES: [&str; 3] = ["localhost", "platform.test", "127.0.0.1"];

/// An authority of one's own.
pub struct Authority(CertifiedIssuer<'static, Key>);

impl Authority {
    pub fn new() -> Self {
        Self::called("The tests' own authority")
    }

    pub fn called(name: &str) -> Self {
        let mut params = params(&[], name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, Key::new()).expect("it signs itself"))
    }

    /// Its certificate.
    pub fn certificate(&self) -> CertificateDer<'static> {
        self.0.der().clone()
    }

    /// Its certificate as a file for `--ca-file`, which lasts as long as what is returned.
    pub fn file(&self) -> NamedTempFile {
        let mut file = NamedTempFile::new().expect("a file");
        file.write_all(self.0.pem().as_bytes())
            .expect("room for a certificate");
        file
    }

    /// What a server of these names needs.
    pub fn server(&self, names: &[&str]) -> Arc<ServerConfig> {
        self.signed(&params(names, "A server of the tests"))
    }

    /// The same, with a certificate that was good until the year 2020.
    pub fn expired_server(&self, names: &[&str]) -> Arc<ServerConfig> {
        let mut params = params(names, "A server of the past");
        params.not_after = date_time_ymd(2020, 1, 1);
        self.signed(&params)
    }

    fn signed(&self, params: &CertificateParams) -> Arc<ServerConfig> {
        let key = Key::new();
        let certificate = params.signed_by(&key, &self.0).expect("it is signed");
        server(certificate.der().clone(), &key)
    }
}

/// What a server needs that vouches for itself.
pub fn self_signed_server(names: &[&str]) -> Arc<ServerConfig> {
    let key = Key::new();
    let params = params(names, "A server of its own");
    let certificate = params.self_signed(&key).expect("it signs itself");
    server(certificate.der().clone(), &key)
}

fn params(names: &[&str], common_name: &str) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).expect("they are names");
    params
        .distinguished_name
        .push(DnType::CommonName, common_name);
    params.serial_number = Some(SerialNumber::from_slice(&[1]));
    params
}

fn server(certificate: CertificateDer<'static>, key: &Key) -> Arc<ServerConfig> {
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring speaks them")
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate],
            PrivatePkcs8KeyDer::from(key.document.clone()).into(),
        )
        .expect("they belong together");
    Arc::new(config)
}

/// A key, in memory only.
struct Key {
    pair: Ed25519KeyPair,
    document: Vec<u8>,
}

impl Key {
    fn new() -> Self {
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).expect("randomness");
        let document = document.as_ref().to_vec();
        Self {
            pair: Ed25519KeyPair::from_pkcs8(&document).expect("it was just made"),
            document,
        }
    }
}

impl PublicKeyData for Key {
    fn der_bytes(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_ED25519
    }
}

impl SigningKey for Key {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        Ok(self.pair.sign(message).as_ref().to_vec())
    }
}
