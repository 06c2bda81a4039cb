//! Servers over a WebSocket.

use rpc_core::{BoxTransport, Client};
use rpc_http::ws;

use super::http::{build, set_up};
use super::inapplicable::{Inapplicable, refuse};
use crate::failure::Result;
use crate::settings::Settings;

/// A client over a WebSocket.
pub(super) fn client(settings: &Settings) -> Result<Client<BoxTransport>> {
    refuse(settings, &[Inapplicable::Http2], "over a WebSocket")?;
    let mut builder = set_up(ws::Client::builder(), settings)?;
    if settings.tls.insecure.value {
        builder = builder.danger_accept_any_certificate();
    }
    build(builder, settings)
}
