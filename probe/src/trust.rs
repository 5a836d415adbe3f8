//! Whom TLS trusts: the public authorities, and besides them those of a file of one's own. Chosen once,
//! before the first connection; it must not connect.

use std::{
    path::Path,
    sync::{Arc, OnceLock},
};

use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};

use crate::complaint::Complaint;

static CHOSEN: OnceLock<Trust> = OnceLock::new();

/// What every connection of this program trusts.
#[derive(Debug)]
pub struct Trust {
    config: Arc<ClientConfig>,
    /// Of the file; empty without one.
    own: Vec<CertificateDer<'static>>,
}

/// What was chosen; the public authorities alone if nothing was.
pub fn trust() -> &'static Trust {
    CHOSEN.get_or_init(|| Trust::with(Vec::new()))
}

/// Chooses a file of authorities. A second choice, or one after the first connection, changes nothing.
pub fn choose(file: &Path) -> Result<(), Complaint> {
    let _ = CHOSEN.set(Trust::with(read(file)?));
    Ok(())
}

impl Trust {
    fn with(own: Vec<CertificateDer<'static>>) -> Self {
        let mut roots = RootCertStore::empty();
        let public = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().cloned();
        roots.add_parsable_certificates(public.chain(own.iter().cloned()));
        let mut config = ClientConfig::builder()
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Self {
            config: Arc::new(config),
            own,
        }
    }

    /// For connections that speak TLS by rustls itself.
    pub fn client_config(&self) -> Arc<ClientConfig> {
        Arc::clone(&self.config)
    }

    /// The certificates to trust where a library takes a list; `None` for its own list of the public
    /// ones.
    pub fn certificates(&self) -> Option<impl Iterator<Item = &CertificateDer<'static>>> {
        let public = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter();
        (!self.own.is_empty()).then(|| public.chain(&self.own))
    }

    /// How many authorities the file has.
    pub fn own_count(&self) -> usize {
        self.own.len()
    }
}

/// The certificates of a PEM file; each must be one that can be trusted.
fn read(file: &Path) -> Result<Vec<CertificateDer<'static>>, Complaint> {
    let wrong = |why: String| {
        Complaint::setup(
            "ca_file_invalid",
            format!(
                "The file of certificates {} cannot be used: {why}. It holds one or more certificates in \
                 PEM (-----BEGIN CERTIFICATE-----).",
                file.display()
            ),
        )
    };
    let found: Result<Vec<_>, _> = CertificateDer::pem_file_iter(file)
        .map_err(|error| wrong(error.to_string()))?
        .collect();
    let found = found.map_err(|error| wrong(error.to_string()))?;
    if found.is_empty() {
        return Err(wrong("there is no certificate in it".to_owned()));
    }
    let mut store = RootCertStore::empty();
    for (number, certificate) in (1..).zip(&found) {
        store
            .add(certificate.clone())
            .map_err(|error| wrong(format!("certificate {number}: {error}")))?;
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_file_that_holds_no_authority_is_refused_with_its_name() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ca.pem");
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        for text in ["", "not PEM", broken] {
            fs::write(&path, text).unwrap();
            let complaint = read(&path).unwrap_err();
            assert!(complaint.message.contains("ca.pem"), "{text:?}");
            assert_eq!(complaint.code, "ca_file_invalid");
        }
        assert!(read(&dir.path().join("none.pem")).is_err());
    }
}
