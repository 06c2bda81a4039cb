//! [`Tls`]: TLS for clients, by rustls.

use std::fmt;
use std::io;
use std::sync::Arc;

use rustls::client::WantsClientCert;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, ConfigBuilder, RootCertStore};
use rustls_platform_verifier::Verifier;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::any_certificate::AnyCertificate;
use crate::certificates::{TlsError, certificates, private_key, provider};

/// Whom a client trusts, and how it identifies itself. A transport's `tls(…)` takes it.
///
/// ```no_run
/// # use rpc_tokio::client::Tls;
/// # fn read() -> Result<Tls, Box<dyn std::error::Error>> {
/// let tls = Tls::builder().root_certificates(&std::fs::read("ca.pem")?)?.build()?;
/// # Ok(tls)
/// # }
/// ```
#[derive(Clone)]
pub struct Tls(TlsConnector);

/// Sets up a [`Tls`]. By default, it trusts the authorities that the system trusts, and shows no certificate.
#[derive(Default)]
#[must_use]
pub struct TlsBuilder {
    authorities: Vec<CertificateDer<'static>>,
    trust: Trust,
    identity: Option<Identity>,
}

#[derive(Default, PartialEq)]
enum Trust {
    /// The system's authorities, and those that were named.
    #[default]
    System,
    /// Only the authorities that were named.
    Named,
    Anybody,
}

struct Identity {
    /// Its own certificate first.
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

impl Tls {
    /// Sets it up step by step.
    pub fn builder() -> TlsBuilder {
        TlsBuilder::default()
    }

    /// Uses the application's own configuration.
    pub fn from_config(config: Arc<ClientConfig>) -> Self {
        Tls(TlsConnector::from(config))
    }

    /// Does the TLS handshake on a connection, with the server of this name or IP address. The caller limits the time.
    pub async fn connect<I>(&self, server: &str, stream: I) -> io::Result<TlsStream<I>>
    where
        I: AsyncRead + AsyncWrite + Unpin,
    {
        let name = ServerName::try_from(server.to_owned())
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        self.0.connect(name, stream).await
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").finish_non_exhaustive()
    }
}

impl TlsBuilder {
    /// Trusts the authorities in a PEM text, in addition to those that the system trusts.
    pub fn root_certificates(mut self, pem: &[u8]) -> Result<Self, TlsError> {
        self.authorities.extend(certificates(pem)?);
        Ok(self)
    }

    /// Trusts only the authorities in a PEM text.
    pub fn only_root_certificates(self, pem: &[u8]) -> Result<Self, TlsError> {
        let builder = self.root_certificates(pem)?;
        Ok(builder.only_named())
    }

    /// Trusts only the authorities that are named. Without any, it trusts nobody, and the system's are not read.
    pub fn only_named(mut self) -> Self {
        self.trust = Trust::Named;
        self
    }

    /// Authenticates with a client certificate (mTLS). The PEM text has the certificate chain and the private key.
    pub fn identity(mut self, pem: &[u8]) -> Result<Self, TlsError> {
        self.identity = Some(Identity {
            chain: certificates(pem)?,
            key: private_key(pem)?,
        });
        Ok(self)
    }

    /// Accepts any certificate of the server. **An attacker in between can then read and change everything.**
    pub fn danger_accept_any_certificate(mut self) -> Self {
        self.trust = Trust::Anybody;
        self
    }

    /// The configuration, for a library that takes one. It names no application protocol (ALPN).
    pub fn config(self) -> Result<ClientConfig, TlsError> {
        let trusting = trusting(self.authorities, &self.trust)?;
        match self.identity {
            Some(Identity { chain, key }) => trusting
                .with_client_auth_cert(chain, key)
                .map_err(|error| TlsError::new("certificate and key can't be used", error)),
            None => Ok(trusting.with_no_client_auth()),
        }
    }

    /// TLS with these settings.
    pub fn build(self) -> Result<Tls, TlsError> {
        Ok(Tls::from_config(Arc::new(self.config()?)))
    }
}

impl fmt::Debug for TlsBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsBuilder").finish_non_exhaustive()
    }
}

fn trusting(
    authorities: Vec<CertificateDer<'static>>,
    trust: &Trust,
) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>, TlsError> {
    let provider = provider();
    let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| TlsError::new("the protocol versions can't be used", error))?;
    if *trust == Trust::Named {
        return Ok(config.with_root_certificates(roots(authorities)?));
    }
    let config = config.dangerous(); // only the method's name, unless anybody is trusted
    Ok(match trust {
        Trust::Anybody => {
            config.with_custom_certificate_verifier(Arc::new(AnyCertificate(provider)))
        }
        Trust::System | Trust::Named => {
            let verifier = system(authorities, provider)
                .map_err(|error| TlsError::new("the system's authorities can't be used", error))?;
            config.with_custom_certificate_verifier(Arc::new(verifier))
        }
    })
}

fn roots(authorities: Vec<CertificateDer<'static>>) -> Result<RootCertStore, TlsError> {
    let mut roots = RootCertStore::empty();
    for authority in authorities {
        roots
            .add(authority)
            .map_err(|error| TlsError::new("an authority's certificate can't be used", error))?;
    }
    Ok(roots)
}

/// The verifier that reqwest uses as well, so that all clients trust the same authorities.
fn system(
    authorities: Vec<CertificateDer<'static>>,
    provider: Arc<rustls::crypto::CryptoProvider>,
) -> Result<Verifier, Box<dyn std::error::Error + Send + Sync>> {
    if authorities.is_empty() {
        return Ok(Verifier::new(provider)?);
    }
    #[cfg(not(target_os = "android"))]
    return Ok(Verifier::new_with_extra_roots(authorities, provider)?);
    #[cfg(target_os = "android")]
    return Err("additional authorities are not supported on Android".into());
}
