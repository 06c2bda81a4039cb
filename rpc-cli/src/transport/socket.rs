//! Servers over TCP, TLS and Unix sockets.

use rpc_core::{BoxTransport, Client};
use rpc_stream::client::{Tls, TlsError};

use super::inapplicable::{Inapplicable, refuse};
use super::{tls, with_ids};
use crate::failure::{Failure, Result, chain};
use crate::settings::{Settings, TlsSettings, is_local, redacted_url};

/// A client over a socket.
pub(super) fn client(settings: &Settings) -> Result<Client<BoxTransport>> {
    let url = &settings.url.value;
    let is_tls = url
        .get(..3)
        .is_some_and(|it| it.eq_ignore_ascii_case("tls"));
    let over = match is_local(url) {
        true => "over a Unix socket",
        false => "over TCP",
    };
    let inapplicable = [
        Inapplicable::Credentials,
        Inapplicable::Headers,
        Inapplicable::Http2,
    ];
    refuse(settings, &inapplicable, over)?;
    let mut builder = rpc_stream::Client::builder().timeout(settings.timeout.value.0);
    if let Some(timeout) = &settings.connect_timeout {
        builder = builder.connect_timeout(timeout.value.0);
    }
    if let Some(max_reply) = &settings.max_reply {
        builder = builder.max_reply(max_reply.value.0);
    }
    if is_tls {
        builder = builder.tls(trusted(&settings.tls)?);
    } else {
        refuse(settings, &[Inapplicable::Certificates], over)?;
    }
    let client = builder
        .build(url)
        .map_err(|error| Failure::usage(format!("{}: {}", redacted_url(url), chain(&error))))?;
    Ok(with_ids(&client, settings))
}

/// Whom to trust, and which certificate to show.
fn trusted(settings: &TlsSettings) -> Result<Tls> {
    let unusable = |error: TlsError| Failure::usage(chain(&error)).with_hint(tls::HINT);
    let mut builder = Tls::builder();
    if let Some(pem) = tls::root_certificates(settings)? {
        builder = builder.root_certificates(&pem).map_err(unusable)?;
    }
    if let Some(pem) = tls::identity(settings)? {
        builder = builder.identity(&pem).map_err(unusable)?;
    }
    if settings.insecure.value {
        builder = builder.danger_accept_any_certificate();
    }
    builder.build().map_err(unusable)
}
