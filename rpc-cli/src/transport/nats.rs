//! Servers over NATS.

use rpc_core::{BoxTransport, Client};
use rpc_nats::async_nats::ConnectOptions;

use super::inapplicable::{Inapplicable, refuse};
use crate::failure::{Failure, Result, chain};
use crate::settings::{PlainCredentials, Settings, redacted_url, without_user};

/// A client over NATS. Without a connection, a call fails at once.
pub(super) fn client(settings: &Settings) -> Result<Client<BoxTransport>> {
    let over = "over NATS";
    refuse(settings, &[Inapplicable::Http2], over)?;
    if settings.tls.insecure.value && settings.tls.insecure.source.is_for_one_server() {
        return Err(Failure::usage(format!("--insecure: not supported {over}")));
    }
    let ids = settings.ids.value.source();
    let mut builder = rpc_nats::Client::builder()
        .connect_options(options(settings)?)
        .timeout(settings.timeout.value.0)
        .ids(move || ids.next_id());
    if let Some(max_reply) = &settings.max_reply {
        builder = builder.max_reply(max_reply.value.0);
    }
    let url = &settings.url.value;
    // The user in the URL is among the credentials, or others override it.
    let client = builder
        .build_address(without_user(url))
        .map_err(|error| Failure::usage(format!("{}: {}", redacted_url(url), chain(&error))))?;
    Ok(client.boxed())
}

fn options(settings: &Settings) -> Result<ConnectOptions> {
    let mut options = ConnectOptions::new().name(concat!("rpc-cli/", env!("CARGO_PKG_VERSION")));
    if let Some(timeout) = &settings.connect_timeout {
        options = options.connection_timeout(timeout.value.0);
    }
    if let Some(credentials) = &settings.credentials {
        options = match credentials.value.read()? {
            PlainCredentials::User { name, password } => options.user_and_password(name, password),
            PlainCredentials::Bearer(token) => options.token(token),
        };
    }
    let tls = &settings.tls;
    if let Some(path) = &tls.root_certificates {
        options = options.add_root_certificates(path.value.clone());
    }
    if let Some(identity) = &tls.identity {
        let key = tls.identity_key.as_ref().unwrap_or(identity);
        options = options.add_client_certificate(identity.value.clone(), key.value.clone());
    }
    Ok(options)
}
