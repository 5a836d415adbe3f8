//! What every HTTP client of this program has in common: whom it trusts. It must not ask anything.

use ureq::tls::{Certificate, RootCerts, TlsConfig};

use crate::trust::trust;

/// TLS as chosen at the start of the program.
pub fn tls() -> TlsConfig {
    let builder = TlsConfig::builder();
    let builder = match trust().certificates() {
        None => builder,
        Some(all) => {
            let all = all.map(|one| Certificate::from_der(one).to_owned());
            builder.root_certs(RootCerts::from(all))
        }
    };
    builder.build()
}
