//! Servers over ZeroMQ.

use rpc_core::{BoxTransport, Client};

use super::inapplicable::{Inapplicable, refuse};
use crate::failure::{Failure, Result, chain};
use crate::settings::{Settings, redacted_url, without_user};

/// A client over ZeroMQ.
pub(super) fn client(settings: &Settings) -> Result<Client<BoxTransport>> {
    let inapplicable = [
        Inapplicable::Credentials,
        Inapplicable::Headers,
        Inapplicable::Certificates,
        Inapplicable::Http2,
    ];
    refuse(settings, &inapplicable, "over ZeroMQ")?;
    let ids = settings.ids.value.source();
    let mut builder = rpc_zmq::Client::builder()
        .timeout(settings.timeout.value.0)
        .ids(move || ids.next_id());
    if let Some(timeout) = &settings.connect_timeout {
        builder = builder.connect_timeout(timeout.value.0);
    }
    if let Some(max_reply) = &settings.max_reply {
        builder = builder.max_reply(max_reply.value.0);
    }
    let url = &settings.url.value;
    let client = builder
        .build(without_user(url))
        .map_err(|error| Failure::usage(format!("{}: {}", redacted_url(url), chain(&error))))?;
    Ok(client.boxed())
}
