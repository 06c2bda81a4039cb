//! What carries the messages: one arm of [`connect`] for each scheme of a URL.

use std::error::Error;

use rpc_core::{BoxTransport, CallError, Client, TransportError};
use rpc_http::StatusError;
use rpc_http::reqwest;
use rpc_zmq::ZmqError;

use crate::failure::{Failure, Result, chain};
use crate::settings::{Authorization, Origin, Settings, URLS, read_pem, shown_url, without_user};

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
    let origins = [
        (
            settings.authorization.as_ref().map(|it| &it.origin),
            "credentials",
        ),
        (settings.headers.first().map(|it| &it.origin), "headers"),
        (settings.cacert.as_ref().map(|it| &it.origin), "--cacert"),
        (settings.cert.as_ref().map(|it| &it.origin), "--cert"),
        (
            settings.insecure.value.then_some(&settings.insecure.origin),
            "--insecure",
        ),
    ];
    // What holds for all servers is for those that have it.
    let is_meant = |origin: &Origin| origin.is_of_one_server();
    if let Some((_, what)) = origins
        .iter()
        .find(|(origin, _)| origin.is_some_and(is_meant))
    {
        let text = format!("{what}: over ZeroMQ there is no such thing");
        return Err(Failure::usage(text).hint("rpc config URL shows where it was said"));
    }
    let ids = settings.ids.value.source();
    let builder = rpc_zmq::Client::builder()
        .timeout(settings.timeout.value.0)
        .ids(move || ids.next_id());
    let url = &settings.url.value;
    builder
        .build(&without_user(url))
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
    let url = &settings.url.value;
    // Whoever the URL names is in the settings already, or others go before it.
    builder.build(&without_user(url)).map_err(|error| {
        let failure = Failure::usage(format!("{}: {}", shown_url(url), chain(&error)));
        if matches!(error, rpc_http::BuildError::Url) && url.contains('@') {
            let hint = "of a password in a URL, / is written %2F, ? %3F, # %23 and @ %40";
            return failure.hint(hint);
        }
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
