//! How the database is reached: an address, and TLS where the address asks for it.
//!
//! `sslmode=require` in the URL means TLS with a verified certificate; without it the connection is
//! plain, as befits a Unix socket or a host of one's own. Nothing in between is offered: encryption
//! without a verified peer protects from nobody who can stand in the middle.

use std::{fmt, path::Path, sync::Arc, time::Duration};

use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject},
};
use tokio_postgres::{Config, config::SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

/// A statement that takes longer is cancelled by the database.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(30);
/// A statement that waits longer for a lock gives up.
const LOCK_TIMEOUT: Duration = Duration::from_secs(10);
/// Longest wait for a connection, from the pool or from the database.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Why an address cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AddressError {
    /// The URL does not parse.
    #[error("it is no PostgreSQL URL: {0}")]
    Url(String),
    /// The certificates of its authority cannot be read.
    #[error("the certificates to verify the database with cannot be read: {0}")]
    Certificates(String),
}

/// An address of a database, and how to speak to it.
#[derive(Clone)]
pub struct Connection {
    config: Config,
    tls: MakeRustlsConnect,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

/// A plain connection, such as one through a Unix socket.
impl From<Config> for Connection {
    fn from(mut config: Config) -> Self {
        config.ssl_mode(SslMode::Disable);
        Self {
            config,
            tls: connector(RootCertStore::empty()),
        }
    }
}

impl From<&Config> for Connection {
    fn from(config: &Config) -> Self {
        Self::from(config.clone())
    }
}

impl Connection {
    /// The database of a URL. `authority` is a PEM file of certificates to trust instead of the
    /// system's.
    pub fn from_url(url: &str, authority: Option<&Path>) -> Result<Self, AddressError> {
        let config: Config = url
            .parse()
            .map_err(|error| AddressError::Url(detail(&error)))?;
        if config.get_ssl_mode() != SslMode::Require {
            return Ok(Self::from(config));
        }
        let roots = match authority {
            Some(file) => roots_of(file),
            None => system_roots(),
        };
        let tls = connector(roots.map_err(AddressError::Certificates)?);
        Ok(Self { config, tls })
    }

    /// Settings that every session of ours has: bounded statements, UTC.
    pub(super) fn session(&self, name: &str) -> Config {
        let mut config = self.config.clone();
        config
            .application_name(name)
            .connect_timeout(CONNECT_TIMEOUT)
            .options(format!(
                "-c statement_timeout={} -c lock_timeout={} \
                 -c idle_in_transaction_session_timeout=60000 -c timezone=UTC -c jit=off",
                STATEMENT_TIMEOUT.as_millis(),
                LOCK_TIMEOUT.as_millis(),
            ));
        config
    }

    /// A blocking connection without those bounds, for migrations.
    pub(super) fn connect_unbounded(
        &self,
        name: &str,
    ) -> Result<postgres::Client, postgres::Error> {
        let mut config = self.config.clone();
        config
            .application_name(name)
            .connect_timeout(CONNECT_TIMEOUT);
        postgres::Config::from(config).connect(self.tls.clone())
    }

    pub(super) fn tls(&self) -> MakeRustlsConnect {
        self.tls.clone()
    }
}

fn connector(roots: RootCertStore) -> MakeRustlsConnect {
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring speaks the default versions of TLS");
    MakeRustlsConnect::new(builder.with_root_certificates(roots).with_no_client_auth())
}

fn roots_of(file: &Path) -> Result<RootCertStore, String> {
    let failed = |error: &dyn fmt::Display| format!("{}: {error}", file.display());
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).map_err(|e| failed(&e))? {
        roots
            .add(certificate.map_err(|e| failed(&e))?)
            .map_err(|e| failed(&e))?;
    }
    if roots.is_empty() {
        return Err(failed(&"it holds no certificate in PEM"));
    }
    Ok(roots)
}

fn system_roots() -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        return Err("the system has none; install ca-certificates, or set \
                    SCHOOLBEAT_DATABASE_CA to a PEM file"
            .into());
    }
    Ok(roots)
}

/// The driver's errors say what happened only in their source.
pub(super) fn detail(error: &tokio_postgres::Error) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_address_says_what_is_wrong_with_it() {
        let error = Connection::from_url("postgres://db/x?sslmode=perhaps", None).unwrap_err();
        assert!(error.to_string().contains("sslmode"), "{error}");
        let file = Path::new("/nowhere/ca.pem");
        let error =
            Connection::from_url("postgres://db/x?sslmode=require", Some(file)).unwrap_err();
        assert!(error.to_string().contains("/nowhere/ca.pem"), "{error}");
    }

    #[test]
    fn nothing_is_encrypted_without_being_verified() {
        let plain = Connection::from_url("postgres://db/x", None).unwrap();
        assert_eq!(plain.config.get_ssl_mode(), SslMode::Disable);
    }
}
