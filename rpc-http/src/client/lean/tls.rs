//! [`over()`]: TLS over TCP for HTTPS.

use http::uri::Scheme;
use rpc_tokio::client::{Tls, TlsBuilder, TlsError};

use super::super::error::BuildError;
use super::connector::{Tcp, Wire};

/// The names of the protocols (ALPN).
pub(in crate::client) const HTTP1: &[u8] = b"http/1.1";
#[cfg(feature = "http2")]
pub(in crate::client) const HTTP2: &[u8] = b"h2";

/// TLS over TCP for HTTPS, and this protocol over it. For HTTP it trusts nobody, which saves reading the system's certificates.
pub(in crate::client) fn over(
    tls: TlsBuilder,
    http: Tcp,
    scheme: Option<&Scheme>,
    protocol: &[u8],
) -> Result<Wire, BuildError> {
    let tls = match scheme == Some(&Scheme::HTTPS) {
        true => tls,
        false => Tls::builder().only_named(),
    };
    let mut config = tls.config().map_err(unusable)?;
    config.alpn_protocols = vec![protocol.to_vec()];
    let mut http = http;
    http.enforce_http(false); // it is given URLs of HTTPS, too
    Ok(Wire::from((http, config)))
}

pub(in crate::client) fn unusable(error: TlsError) -> BuildError {
    BuildError::Http(error.into_cause())
}
