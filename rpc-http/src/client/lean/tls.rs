//! [`Tls`]: whom a client trusts, and how it identifies itself.

use std::sync::Arc;

use http::uri::Scheme;
use hyper_util::client::legacy::connect::HttpConnector;
use rustls::client::WantsClientCert;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, ConfigBuilder, RootCertStore};
use rustls_platform_verifier::Verifier;

use super::super::certificates::some_certificates;
use super::super::error::{BoxError, BuildError};
use super::connector::Wire;

/// By default it trusts what the system trusts.
#[derive(Default)]
pub(in crate::client) struct Tls {
    authorities: Vec<CertificateDer<'static>>,
    only_these: bool,
    identity: Option<Identity>,
}

struct Identity {
    /// Its own certificate first.
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

impl Tls {
    pub(in crate::client) fn trust(&mut self, pem: &[u8]) -> Result<(), BuildError> {
        self.authorities.extend(certificates(pem)?);
        Ok(())
    }

    pub(in crate::client) fn trust_only(&mut self, pem: &[u8]) -> Result<(), BuildError> {
        self.only_these = true;
        self.trust(pem)
    }

    pub(in crate::client) fn identify(&mut self, pem: &[u8]) -> Result<(), BuildError> {
        self.identity = Some(Identity {
            chain: certificates(pem)?,
            key: PrivateKeyDer::from_pem_slice(pem).map_err(unusable)?,
        });
        Ok(())
    }

    /// TLS over TCP for HTTPS. For HTTP it trusts nobody, which saves reading the system's certificates.
    pub(in crate::client) fn over(
        self,
        http: HttpConnector,
        scheme: Option<&Scheme>,
    ) -> Result<Wire, BuildError> {
        let tls = match scheme == Some(&Scheme::HTTPS) {
            true => self,
            false => Tls {
                only_these: true,
                ..Tls::default()
            },
        };
        let mut http = http;
        http.enforce_http(false); // it is given URLs of HTTPS, too
        Ok(Wire::from((http, tls.config().map_err(BuildError::Http)?)))
    }

    fn config(self) -> Result<ClientConfig, BoxError> {
        let trusting = trusting(self.authorities, self.only_these)?;
        let mut config = match self.identity {
            Some(Identity { chain, key }) => trusting.with_client_auth_cert(chain, key)?,
            None => trusting.with_no_client_auth(),
        };
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }
}

/// The same authorities as reqwest's, by the same verifier.
fn trusting(
    authorities: Vec<CertificateDer<'static>>,
    only_these: bool,
) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>, BoxError> {
    let provider = provider();
    let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()?;
    if only_these {
        let mut roots = RootCertStore::empty();
        for authority in authorities {
            roots.add(authority)?;
        }
        return Ok(config.with_root_certificates(roots));
    }
    let verifier = match authorities.is_empty() {
        true => Verifier::new(provider)?,
        #[cfg(not(target_os = "android"))]
        false => Verifier::new_with_extra_roots(authorities, provider)?,
        #[cfg(target_os = "android")]
        false => return Err("additional authorities are not supported on Android".into()),
    };
    Ok(config
        .dangerous() // only the method's name: the verifier is the platform's
        .with_custom_certificate_verifier(Arc::new(verifier)))
}

/// The provider of cryptography that the application has installed for the process, or ring.
fn provider() -> Arc<CryptoProvider> {
    match CryptoProvider::get_default() {
        Some(chosen) => Arc::clone(chosen),
        None => Arc::new(rustls::crypto::ring::default_provider()),
    }
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, BuildError> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    some_certificates(found.map_err(unusable)?)
}

fn unusable(error: rustls::pki_types::pem::Error) -> BuildError {
    BuildError::Http(error.into())
}
