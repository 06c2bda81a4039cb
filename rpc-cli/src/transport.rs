//! What carries the messages: one arm of [`connect`] for each scheme of a URL.

use std::error::Error;

use rpc_core::{BoxTransport, CallError, Client, TransportError};
use rpc_http::StatusError;
use rpc_http::reqwest;
use rpc_zmq::ZmqError;

use crate::failure::{Failure, Result, chain};
use crate::settings::{Authorization, Settings, URLS, read_pem, shown_url};

/// A client of the server at the URL of the settings.
pub(crate) fn connect(settings: &Settings) -> Result<Client<BoxTransport>> {
    let url = &settings.url.value;
    let scheme = url.split_once("://").map_or("", |(scheme, _)| scheme);
    match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" => Ok(http(settings)?.boxed()),
        "tcp" | "ipc" => Ok(zmq(settings)?.boxed()),
        scheme => {
            let text = format!("no transport is known for {scheme}://");
            Err(Failure::usage(text).hint(URLS))
        }
    }
}

fn zmq(settings: &Settings) -> Result<rpc_zmq::Client> {
    let of_http = [
        (settings.authorization.is_some(), "credentials"),
        (!settings.headers.is_empty(), "headers"),
        (settings.cacert.is_some(), "--cacert"),
        (settings.cert.is_some(), "--cert"),
        (settings.insecure.value, "--insecure"),
    ];
    if let Some((_, what)) = of_http.iter().find(|(is_given, _)| *is_given) {
        let text = format!("{what}: over ZeroMQ there is no such thing");
        return Err(Failure::usage(text).hint("rpc config URL shows where it was said"));
    }
    let ids = settings.ids.value.source();
    let builder = rpc_zmq::Client::builder()
        .timeout(settings.timeout.value.0)
        .ids(move || ids.next_id());
    let url = &settings.url.value;
    builder
        .build(url)
        .map_err(|error| Failure::usage(format!("{}: {}", shown_url(url), chain(&error))))
}

fn http(settings: &Settings) -> Result<rpc_http::Client> {
    let ids = settings.ids.value.source();
    let mut builder = rpc_http::Client::builder()
        .timeout(settings.timeout.value.0)
        .ids(move || ids.next_id());
    match settings.authorization.as_ref().map(|it| &it.value) {
        Some(Authorization::User { name, password }) => {
            builder = builder.basic_auth(name, &password.read()?.0);
        }
        Some(Authorization::Bearer(token)) => builder = builder.bearer_auth(&token.read()?.0),
        None => {}
    }
    builder = builder.headers(
        settings
            .headers
            .iter()
            .map(|header| header.value.clone())
            .collect(),
    );
    if let Some(path) = &settings.cacert {
        builder = builder.root_certificates(&read_pem(&path.value)?);
    }
    if let Some(path) = &settings.cert {
        let mut identity = read_pem(&path.value)?;
        if let Some(path) = &settings.key {
            identity.push(b'\n');
            identity.extend(read_pem(&path.value)?);
        }
        builder = builder.identity(&identity);
    }
    if settings.insecure.value {
        builder = builder.configure_http(|http| http.tls_danger_accept_invalid_certs(true));
    }
    builder.build(&settings.url.value).map_err(|error| {
        let text = format!("{}: {}", shown_url(&settings.url.value), chain(&error));
        let failure = Failure::usage(text);
        match settings.cacert.is_some() || settings.cert.is_some() {
            true if matches!(error, rpc_http::BuildError::Http(_)) => failure
                .hint("are --cacert, --cert and --key PEM files, and do they belong together?"),
            _ => failure,
        }
    })
}

/// Is it certain that the server has run nothing of the message? A wrong yes would run a call twice.
pub(crate) fn is_unsent<E>(error: &CallError<E>) -> bool {
    match error {
        CallError::Encode(_) => true,
        CallError::Transport(error) => {
            is_without_connection(error)
                || is_refusal(error.downcast_ref())
                || matches!(error.downcast_ref(), Some(ZmqError::NotConnected(_)))
        }
        _ => false,
    }
}

fn is_without_connection(error: &TransportError) -> bool {
    let source: Option<&(dyn Error + 'static)> = error.source();
    source
        .and_then(|source| source.downcast_ref::<reqwest::Error>())
        .is_some_and(reqwest::Error::is_connect)
}

/// By these statuses a server, or what stands before it, says that it has not looked into the message.
fn is_refusal(error: Option<&StatusError>) -> bool {
    let Some(error) = error else { return false };
    match error.status().as_u16() {
        413 | 415 | 501 => true,
        // A server may answer calls with these, too: then this is what has arrived of such an answer, and it is JSON.
        401 | 403 | 404 | 405 | 407 | 429 => !error
            .content_type()
            .is_some_and(|content_type| content_type.contains("json")),
        _ => false,
    }
}
