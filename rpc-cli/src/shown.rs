//! Transports that look on: [`Shown`] shows what goes over the wire, [`Unsent`] keeps it from going.

use std::sync::{Arc, Mutex, PoisonError};

use http::HeaderMap;
use http::header::AUTHORIZATION;
use rpc_core::{
    BoxTransport, Client, Transport, TransportError, TransportFailure, TransportReply,
    TransportRequest,
};

use crate::failure::{Result, chain};
use crate::settings::{Settings, shown_url};
use crate::terminal::tell;
use crate::transport;

/// Tells the person each message and what came of it.
pub(crate) struct Shown<F> {
    client: Client<BoxTransport>,
    tell: F,
    /// The lines that stand before each message.
    head: Vec<String>,
}

/// A client of the server of the settings, which shows its messages on stderr if that is wanted.
pub(crate) fn connect(settings: &Settings, verbose: bool) -> Result<Client<BoxTransport>> {
    let client = transport::connect(settings)?;
    Ok(match verbose {
        true => Shown::client(client, settings, tell),
        false => client,
    })
}

impl<F: Fn(&str) + Send + Sync + 'static> Shown<F> {
    pub(crate) fn client(
        client: Client<BoxTransport>,
        settings: &Settings,
        tell: F,
    ) -> Client<BoxTransport> {
        let ids = settings.ids.value.source();
        let shown = Shown {
            client,
            tell,
            head: head(settings),
        };
        Client::with_ids(shown, move || ids.next_id()).boxed()
    }
}

fn head(settings: &Settings) -> Vec<String> {
    let url = shown_url(&settings.url.value);
    let is_http = url.to_ascii_lowercase().starts_with("http");
    let mut lines = vec![match is_http {
        true => format!("> POST {url}"),
        false => format!("> {url}"),
    }];
    if settings.authorization.is_some() {
        lines.push(format!("> {AUTHORIZATION}: (hidden)"));
    }
    let headers: HeaderMap = settings
        .headers
        .iter()
        .map(|header| header.value.clone())
        .collect();
    lines.extend(headers.iter().map(|(name, value)| match value.to_str() {
        _ if value.is_sensitive() => format!("> {name}: (hidden)"),
        Ok(value) => format!("> {name}: {value}"),
        Err(_) => format!("> {name}: (not text)"),
    }));
    lines
}

impl<F: Fn(&str) + Send + Sync + 'static> Transport for Shown<F> {
    async fn send(
        &self,
        message: TransportRequest,
    ) -> std::result::Result<TransportReply, TransportFailure> {
        let mut lines = self.head.clone();
        lines.push(format!("> {}", String::from_utf8_lossy(&message.body)));
        (self.tell)(&lines.join("\n"));
        let answer = self.client.transport().send(message).await;
        (self.tell)(&answer_lines(&answer).join("\n"));
        answer
    }
}

fn answer_lines(answer: &std::result::Result<TransportReply, TransportFailure>) -> Vec<String> {
    match answer {
        Ok(reply) => {
            let mut lines = Vec::new();
            if let Some(code) = reply.status_code {
                // With its name, if it has one.
                let status = http::StatusCode::from_u16(code);
                let status = status.map_or_else(|_| code.to_string(), |it| it.to_string());
                lines.push(format!("< HTTP status {status}"));
            }
            lines.push(match reply.body.is_empty() {
                true => "< (nothing)".to_owned(),
                false => format!("< {}", String::from_utf8_lossy(&reply.body)),
            });
            lines
        }
        Err(TransportFailure::Timeout) => vec!["< no reply in time".to_owned()],
        Err(TransportFailure::Error(error)) => vec![format!("< {}", chain(error))],
        Err(_) => vec!["< no answer".to_owned()],
    }
}

/// Keeps the message, and fails.
#[derive(Clone, Default)]
pub(crate) struct Unsent(Arc<Mutex<Option<String>>>);

impl Unsent {
    pub(crate) fn client(&self, settings: &Settings) -> Client<BoxTransport> {
        let ids = settings.ids.value.source();
        Client::with_ids(self.clone(), move || ids.next_id()).boxed()
    }

    /// What would have been sent; `None` where no message could be made.
    pub(crate) fn message(&self) -> Option<String> {
        let mut message = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        message.take()
    }
}

impl Transport for Unsent {
    async fn send(
        &self,
        message: TransportRequest,
    ) -> std::result::Result<TransportReply, TransportFailure> {
        let body = String::from_utf8_lossy(&message.body).into_owned();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(body);
        Err(TransportError::message("nothing is sent").into())
    }
}
