//! [`over()`]: TLS over TCP for HTTPS.

use http::uri::Scheme;
use hyper_util::client::legacy::connect::HttpConnector;
use rpc_tokio::client::{Tls, TlsBuilder, TlsError};

use super::super::error::BuildError;
use super::connector::Wire;

/// TLS over TCP for HTTPS. For HTTP it trusts nobody, which saves reading the system's certificates.
pub(in crate::client) fn over(
    tls: TlsBuilder,
    http: HttpConnector,
    scheme: Option<&Scheme>,
) -> Result<Wire, BuildError> {
    let tls = match scheme == Some(&Scheme::HTTPS) {
        true => tls,
        false => Tls::builder().only_named(),
    };
    let mut config = tls.config().map_err(unusable)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let mut http = http;
    http.enforce_http(false); // it is given URLs of HTTPS, too
    Ok(Wire::from((http, config)))
}

pub(in crate::client) fn unusable(error: TlsError) -> BuildError {
    BuildError::Http(error.into_cause())
}
