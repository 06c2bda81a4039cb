//! [`Tls`]: TLS for servers, by rustls.

use std::fmt;
use std::io;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::certificates::{self, TlsError, private_key, provider};

/// A server's certificate and key, and the clients that it accepts. A transport's `tls(…)` takes it.
///
/// ```no_run
/// # use rpc_tokio::server::{Tls, TlsError};
/// # fn read() -> Result<Tls, Box<dyn std::error::Error>> {
/// let tls = Tls::from_pem(&std::fs::read("cert.pem")?, &std::fs::read("key.pem")?)?;
/// # Ok(tls)
/// # }
/// ```
#[derive(Clone)]
pub struct Tls(TlsAcceptor);

/// The certificates that a client has presented (mTLS), its own first. Methods find them in their context. Empty if the client
/// has presented none.
#[derive(Debug, Clone)]
pub struct PeerCertificates(pub Arc<[CertificateDer<'static>]>);

impl Tls {
    /// TLS with a certificate chain, the server's own certificate first, and the private key of that certificate, all
    /// as PEM text.
    pub fn from_pem(certificates: &[u8], key: &[u8]) -> Result<Self, TlsError> {
        let config = builder()?
            .with_no_client_auth()
            .with_single_cert(certificates::certificates(certificates)?, private_key(key)?);
        Tls::with(config)
    }

    /// Like [`from_pem`](Self::from_pem), but refuses clients without a certificate from one of these authorities.
    pub fn with_client_authorities(
        certificates: &[u8],
        key: &[u8],
        authorities: &[u8],
    ) -> Result<Self, TlsError> {
        let mut roots = RootCertStore::empty();
        for authority in certificates::certificates(authorities)? {
            roots.add(authority).map_err(|error| {
                TlsError::new("an authority's certificate can't be used", error)
            })?;
        }
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider())
            .build()
            .map_err(|error| TlsError::new("the authorities can't be used", error))?;
        let config = builder()?.with_client_cert_verifier(verifier);
        Tls::with(
            config.with_single_cert(certificates::certificates(certificates)?, private_key(key)?),
        )
    }

    /// Uses the application's own configuration. The transport sets the protocols (ALPN).
    pub fn from_config(config: Arc<ServerConfig>) -> Self {
        Tls(TlsAcceptor::from(config))
    }

    /// Offers this application protocol (ALPN) to clients, and no others.
    #[must_use]
    pub fn protocol(self, name: &[u8]) -> Self {
        self.protocols(&[name])
    }

    /// Offers these application protocols (ALPN) to clients, the one that it likes best first, and no others.
    #[must_use]
    pub fn protocols(self, names: &[&[u8]]) -> Self {
        let mut config = ServerConfig::clone(self.0.config());
        config.alpn_protocols = names.iter().map(|name| name.to_vec()).collect();
        Tls::from_config(Arc::new(config))
    }

    fn with(config: Result<ServerConfig, rustls::Error>) -> Result<Self, TlsError> {
        let config =
            config.map_err(|error| TlsError::new("certificate and key can't be used", error))?;
        Ok(Tls::from_config(Arc::new(config)))
    }

    /// Does the TLS handshake on a connection. The caller limits the time.
    pub async fn accept<I>(&self, stream: I) -> io::Result<(TlsStream<I>, PeerCertificates)>
    where
        I: AsyncRead + AsyncWrite + Unpin,
    {
        let stream = self.0.accept(stream).await?;
        let certificates = stream.get_ref().1.peer_certificates().unwrap_or_default();
        let certificates = certificates
            .iter()
            .cloned()
            .map(CertificateDer::into_owned)
            .collect();
        Ok((stream, PeerCertificates(certificates)))
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").finish_non_exhaustive()
    }
}

fn builder() -> Result<rustls::ConfigBuilder<ServerConfig, rustls::WantsVerifier>, TlsError> {
    ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|error| TlsError::new("the protocol versions can't be used", error))
}
