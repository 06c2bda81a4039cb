//! Servers over HTTP, and what WebSockets have in common with it.

use http::header::USER_AGENT;
use rpc_core::{BoxTransport, Client};
use rpc_http::{BuildError, Builder, Connections};

use super::tls as certificates;
use crate::failure::{Failure, Result, chain};
use crate::settings::{PlainCredentials, Settings, redacted_url, without_user};

/// A client over HTTP.
pub(super) fn client(settings: &Settings) -> Result<Client<BoxTransport>> {
    let mut builder = set_up(rpc_http::Client::builder(), settings)?;
    if settings.http2.value {
        builder = builder.http2_prior_knowledge();
    }
    if settings.tls.insecure.value {
        builder = builder.configure_http(|http| http.tls_danger_accept_invalid_certs(true));
    }
    build(builder, settings)
}

/// Makes the settings that any client of an endpoint has.
pub(super) fn set_up<C: Connections>(
    builder: Builder<C>,
    settings: &Settings,
) -> Result<Builder<C>> {
    let ids = settings.ids.value.source();
    let headers = settings.headers.iter().map(|header| header.value.clone());
    let mut builder = builder
        .timeout(settings.timeout.value.0)
        .header(USER_AGENT, concat!("rpc-cli/", env!("CARGO_PKG_VERSION")))
        .headers(headers.collect())
        .ids(move || ids.next_id());
    if let Some(timeout) = &settings.connect_timeout {
        builder = builder.connect_timeout(timeout.value.0);
    }
    if let Some(max_reply) = &settings.max_reply {
        builder = builder.max_reply(max_reply.value.0);
    }
    if let Some(credentials) = &settings.credentials {
        builder = match credentials.value.read()? {
            PlainCredentials::User { name, password } => builder.basic_auth(&name, &password),
            PlainCredentials::Bearer(token) => builder.bearer_auth(&token),
        };
    }
    if let Some(pem) = certificates::root_certificates(&settings.tls)? {
        builder = builder.root_certificates(&pem);
    }
    if let Some(pem) = certificates::identity(&settings.tls)? {
        builder = builder.identity(&pem);
    }
    Ok(builder)
}

pub(super) fn build<C: Connections>(
    builder: Builder<C>,
    settings: &Settings,
) -> Result<Client<BoxTransport>> {
    // The user in the URL has already been considered: it is among the credentials, or others override it.
    let built = builder.build(without_user(&settings.url.value));
    let client = built.map_err(|error| unusable(settings, &error))?;
    Ok(client.boxed())
}

fn unusable(settings: &Settings, error: &BuildError) -> Failure {
    let url = &settings.url.value;
    let tls = &settings.tls;
    let failure = Failure::usage(format!("{}: {}", redacted_url(url), chain(error)));
    match error {
        BuildError::Url | BuildError::WebSocketUrl if url.contains('@') => failure
            .with_hint("in a password in a URL, write / as %2F, ? as %3F, # as %23 and @ as %40"),
        BuildError::Http(_) if tls.root_certificates.is_some() || tls.identity.is_some() => {
            failure.with_hint(certificates::HINT)
        }
        _ => failure,
    }
}
