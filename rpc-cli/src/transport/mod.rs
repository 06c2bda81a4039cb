//! Connects to the server of a URL: a module for each [`Scheme`].

mod http;
mod inapplicable;
mod nats;
mod process;
mod redacted;
mod socket;
mod tls;
mod websocket;
mod zmq;

use rpc_core::{BoxTransport, Client, Transport};

use self::redacted::Redacted;
use crate::failure::{Failure, Result};
use crate::settings::{Scheme, Settings, URL_FORMS, redacted_url};

/// A client of the server in the settings.
pub(crate) fn connect(settings: &Settings) -> Result<Client<BoxTransport>> {
    let url = &settings.url.value;
    let client = match Scheme::of(url) {
        Some(Scheme::Http) => http::client(settings)?,
        Some(Scheme::WebSocket) => websocket::client(settings)?,
        Some(Scheme::Zmq) => zmq::client(settings)?,
        Some(Scheme::Nats) => nats::client(settings)?,
        Some(Scheme::Socket) => socket::client(settings)?,
        Some(Scheme::Process) => process::client(settings)?,
        None => return Err(unsupported(url)),
    };
    // What looks like a host may be a user, if a password is not written as it should be.
    match redacted_url(url) {
        shown if shown.ends_with("://…") => Ok(Redacted::client(client, settings, shown)),
        _ => Ok(client),
    }
}

fn unsupported(url: &str) -> Failure {
    let scheme = url.split_once("://").map_or("", |(scheme, _)| scheme);
    let scheme = scheme.to_ascii_lowercase();
    Failure::usage(format!("unsupported URL scheme {scheme}://")).with_hint(URL_FORMS)
}

/// A client whose transport has no ids of its own kind, with those in the settings.
fn with_ids<T: Transport + Clone>(client: &Client<T>, settings: &Settings) -> Client<BoxTransport> {
    let ids = settings.ids.value.source();
    Client::with_ids(client.transport().clone(), move || ids.next_id()).boxed()
}
