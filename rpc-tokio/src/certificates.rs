//! [`TlsError`], and certificates and keys in PEM texts: what TLS needs on both ends.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Why certificates or keys can't be used.
#[derive(Debug)]
pub struct TlsError {
    what: &'static str,
    source: Box<dyn Error + Send + Sync>,
}

impl TlsError {
    pub(crate) fn new(what: &'static str, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        TlsError {
            what,
            source: source.into(),
        }
    }

    /// The cause alone, for an error that says in its own words what can't be used.
    pub fn into_cause(self) -> Box<dyn Error + Send + Sync> {
        self.source
    }
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what)
    }
}

impl Error for TlsError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.source)
    }
}

/// The provider of cryptography that the application has installed for the process, or ring.
pub(crate) fn provider() -> Arc<CryptoProvider> {
    match CryptoProvider::get_default() {
        Some(chosen) => Arc::clone(chosen),
        None => Arc::new(rustls::crypto::ring::default_provider()),
    }
}

/// The certificates in a PEM text. Without any, the text may be a key, or empty.
pub(crate) fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match certificates {
        Ok(certificates) if certificates.is_empty() => Err(TlsError::new(
            "no certificate",
            "the PEM text has no certificate",
        )),
        Ok(certificates) => Ok(certificates),
        Err(error) => Err(TlsError::new("a certificate can't be read", error)),
    }
}

/// The private key in a PEM text.
pub(crate) fn private_key(pem: &[u8]) -> Result<PrivateKeyDer<'static>, TlsError> {
    PrivateKeyDer::from_pem_slice(pem)
        .map_err(|error| TlsError::new("the private key can't be read", error))
}
