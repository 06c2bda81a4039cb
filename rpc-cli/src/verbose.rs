//! [`VerboseTransport`]: shows each message and its reply.

use http::HeaderMap;
use http::header::AUTHORIZATION;
use rpc_core::transport::{Destination, TransportFailure, TransportReply, TransportRequest};
use rpc_core::{BoxTransport, Client, Transport};

use crate::failure::{Result, chain};
use crate::settings::{Settings, redacted_url};
use crate::terminal::report;
use crate::{tolerance, transport};

/// Sends by another client's transport, and hands lines that show the messages to `report`.
pub(crate) struct VerboseTransport<F> {
    client: Client<BoxTransport>,
    report: F,
    /// The lines before each message: the URL and the headers.
    head: Vec<String>,
}

/// Connects to the server. If `verbose`, the client shows its messages on stderr. It is tolerant if the settings say so.
pub(crate) fn connect(settings: &Settings, verbose: bool) -> Result<Client<BoxTransport>> {
    let client = transport::connect(settings)?;
    let client = match verbose {
        true => VerboseTransport::client(client, settings, report),
        false => client,
    };
    let client = settings.jsonrpc.value.client(client);
    Ok(tolerance::apply(client, settings, report))
}

impl<F: Fn(&str) + Send + Sync + 'static> VerboseTransport<F> {
    pub(crate) fn client(
        client: Client<BoxTransport>,
        settings: &Settings,
        report: F,
    ) -> Client<BoxTransport> {
        let ids = settings.ids.value.source();
        let transport = VerboseTransport {
            client,
            report,
            head: head(settings),
        };
        Client::with_ids(transport, move || ids.next_id()).boxed()
    }
}

impl<F: Fn(&str) + Send + Sync + 'static> Transport for VerboseTransport<F> {
    async fn send(
        &self,
        message: TransportRequest,
    ) -> std::result::Result<TransportReply, TransportFailure> {
        let mut lines = self.head.clone();
        lines.push(format!("> {}", String::from_utf8_lossy(&message.body)));
        (self.report)(&lines.join("\n"));
        let reply = self.client.transport().send(message).await;
        (self.report)(&reply_lines(&reply).join("\n"));
        reply
    }

    fn destination(&self) -> Option<Destination> {
        self.client.transport().destination()
    }
}

fn head(settings: &Settings) -> Vec<String> {
    let url = redacted_url(&settings.url.value);
    let is_http = url.to_ascii_lowercase().starts_with("http");
    let mut lines = vec![match is_http {
        true => format!("> POST {url}"),
        false => format!("> {url}"),
    }];
    if settings.credentials.is_some() {
        lines.push(format!("> {AUTHORIZATION}: (hidden)"));
    }
    let headers = settings.headers.iter().map(|header| header.value.clone());
    let headers: HeaderMap = headers.collect();
    lines.extend(headers.iter().map(|(name, value)| match value.to_str() {
        _ if value.is_sensitive() => format!("> {name}: (hidden)"),
        Ok(value) => format!("> {name}: {value}"),
        Err(_) => format!("> {name}: (not text)"),
    }));
    lines
}

fn reply_lines(reply: &std::result::Result<TransportReply, TransportFailure>) -> Vec<String> {
    match reply {
        Ok(reply) => {
            let mut lines = Vec::new();
            if let Some(code) = reply.status_code {
                // With its name, if it has one.
                let status = http::StatusCode::from_u16(code);
                let status = status.map_or_else(|_| code.to_string(), |it| it.to_string());
                lines.push(format!("< HTTP status {status}"));
            }
            lines.push(match reply.body.is_empty() {
                true => "< (empty)".to_owned(),
                false => format!("< {}", String::from_utf8_lossy(&reply.body)),
            });
            lines
        }
        Err(TransportFailure::Timeout(error)) => vec![format!("< {error}")],
        Err(TransportFailure::Error(error)) => vec![format!("< {}", chain(error))],
        Err(_) => vec!["< no reply".to_owned()],
    }
}
