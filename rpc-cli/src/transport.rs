//! Connects to the server of a URL: one arm of [`connect`] for each scheme.

use std::path::Path;

use http::header::USER_AGENT;
use rpc_core::transport::{Destination, TransportFailure, TransportReply, TransportRequest};
use rpc_core::{BoxTransport, Client, Transport};
use rpc_http::BuildError;

use crate::failure::{Failure, Result, chain};
use crate::settings::{
    PlainCredentials, Settings, Source, TlsSettings, URL_FORMS, redacted_url, without_user,
};

/// A client of the server in the settings.
pub(crate) fn connect(settings: &Settings) -> Result<Client<BoxTransport>> {
    let url = &settings.url.value;
    let scheme = url.split_once("://").map_or("", |(scheme, _)| scheme);
    let client = match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" => http(settings)?.boxed(),
        "tcp" | "ipc" => zmq(settings)?.boxed(),
        scheme => {
            let text = format!("unsupported URL scheme {scheme}://");
            return Err(Failure::usage(text).with_hint(URL_FORMS));
        }
    };
    // What looks like a host may be a user, if a password is not written as it should be.
    match redacted_url(url) {
        shown if shown.ends_with("://…") => Ok(Redacted::client(client, settings, shown)),
        _ => Ok(client),
    }
}

/// Sends by another client's transport, whose errors name the server in other words.
struct Redacted {
    client: Client<BoxTransport>,
    shown: String,
}

impl Redacted {
    fn client(
        client: Client<BoxTransport>,
        settings: &Settings,
        shown: String,
    ) -> Client<BoxTransport> {
        let ids = settings.ids.value.source();
        Client::with_ids(Redacted { client, shown }, move || ids.next_id()).boxed()
    }
}

impl Transport for Redacted {
    async fn send(
        &self,
        message: TransportRequest,
    ) -> std::result::Result<TransportReply, TransportFailure> {
        self.client.transport().send(message).await
    }

    fn destination(&self) -> Option<Destination> {
        Some(Destination::new(self.shown.clone()))
    }
}

fn http(settings: &Settings) -> Result<rpc_http::Client> {
    let ids = settings.ids.value.source();
    let headers = settings.headers.iter().map(|header| header.value.clone());
    let mut builder = rpc_http::Client::builder()
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
    builder = with_tls(builder, &settings.tls)?;
    // The user in the URL has already been considered: it is among the credentials, or others override it.
    builder
        .build(without_user(&settings.url.value))
        .map_err(|error| unusable(settings, &error))
}

fn with_tls(
    mut builder: rpc_http::client::ClientBuilder,
    tls: &TlsSettings,
) -> Result<rpc_http::client::ClientBuilder> {
    if let Some(path) = &tls.root_certificates {
        builder = builder.root_certificates(&read(&path.value)?);
    }
    if let Some(path) = &tls.identity {
        let mut identity = read(&path.value)?;
        if let Some(path) = &tls.identity_key {
            identity.push(b'\n');
            identity.extend(read(&path.value)?);
        }
        builder = builder.identity(&identity);
    }
    Ok(match tls.insecure.value {
        true => builder.configure_http(|http| http.tls_danger_accept_invalid_certs(true)),
        false => builder,
    })
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|error| Failure::file(path, &error))
}

fn unusable(settings: &Settings, error: &BuildError) -> Failure {
    let url = &settings.url.value;
    let tls = &settings.tls;
    let failure = Failure::usage(format!("{}: {}", redacted_url(url), chain(error)));
    match error {
        BuildError::Url if url.contains('@') => failure.with_hint(
            "in a password in a URL, write / as %2F, ? as %3F, # as %23 and @ as %40",
        ),
        BuildError::Http(_) if tls.root_certificates.is_some() || tls.identity.is_some() => failure
            .with_hint(
                "check that --root-certificates, --identity and --identity-key are PEM files and belong together",
            ),
        _ => failure,
    }
}

fn zmq(settings: &Settings) -> Result<rpc_zmq::Client> {
    check_zmq(settings)?;
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
    builder
        .build(without_user(url))
        .map_err(|error| Failure::usage(format!("{}: {}", redacted_url(url), chain(&error))))
}

/// Refuses settings that ZeroMQ does not have, if they are for this server. Settings for any server are ignored.
fn check_zmq(settings: &Settings) -> Result {
    let tls = &settings.tls;
    let credentials = settings.credentials.as_ref().map(|it| &it.source);
    let insecure = tls.insecure.value.then_some(&tls.insecure.source);
    let unsupported = [
        ("credentials", credentials),
        ("headers", settings.headers.first().map(|it| &it.source)),
        (
            "--root-certificates",
            tls.root_certificates.as_ref().map(|it| &it.source),
        ),
        ("--identity", tls.identity.as_ref().map(|it| &it.source)),
        ("--insecure", insecure),
    ];
    let mut unsupported = unsupported.into_iter();
    match unsupported.find(|(_, source)| source.is_some_and(Source::is_for_one_server)) {
        Some((what, _)) => Err(Failure::usage(format!("{what}: not supported over ZeroMQ"))
            .with_hint("rpc config URL shows where it is set")),
        None => Ok(()),
    }
}
