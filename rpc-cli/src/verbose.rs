//! [`VerboseTransport`]: shows each message and its reply.

use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, HeaderValue};
use rpc_core::transport::{
    Destination, StreamMessage, TransportFailure, TransportReply, TransportRequest, TransportStream,
};
use rpc_core::{BoxTransport, Client, Transport};

use crate::failure::{Result, chain};
use crate::servers::Servers;
use crate::settings::{Scheme, Settings, redacted_url};
use crate::terminal::report;
use crate::tolerance;

/// Sends by another client's transport, and hands lines that show the messages to `report`.
pub(crate) struct VerboseTransport<F> {
    client: Client<BoxTransport>,
    report: Arc<F>,
    /// The lines before each message: the URL and the headers.
    head: Vec<String>,
    /// Whether a message's own headers are sent.
    has_headers: bool,
}

/// Connects to the servers. If `verbose`, the client shows its messages on stderr. It is tolerant if the settings say so.
pub(crate) fn connect(servers: &Servers, verbose: bool) -> Result<Client<BoxTransport>> {
    let client = servers.connect(|client, settings| match verbose {
        true => VerboseTransport::client(client, settings, report),
        false => client,
    })?;
    let settings = servers.settings();
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
            report: Arc::new(report),
            head: head(settings),
            has_headers: Scheme::of(&settings.url.value).is_some_and(Scheme::takes_headers),
        };
        Client::with_ids(transport, move || ids.next_id()).boxed()
    }
}

impl<F: Fn(&str) + Send + Sync + 'static> Transport for VerboseTransport<F> {
    async fn send(
        &self,
        message: TransportRequest,
    ) -> std::result::Result<TransportReply, TransportFailure> {
        self.show(&message);
        let reply = self.client.transport().send(message).await;
        (self.report)(&reply_lines(&reply).join("\n"));
        reply
    }

    async fn open(
        &self,
        call: TransportRequest,
    ) -> std::result::Result<TransportStream, TransportFailure> {
        self.show(&call);
        let opened = self.client.transport().open(call).await;
        if let Err(failure) = &opened {
            (self.report)(&failure_line(failure));
        }
        let report = Arc::clone(&self.report);
        Ok(TransportStream::new(opened?.inspect(move |message| {
            report(&message_lines(message).join("\n"))
        })))
    }

    fn sleep(&self, duration: Duration) -> Option<Pin<Box<dyn Future<Output = ()> + Send>>> {
        self.client.transport().sleep(duration)
    }

    fn now(&self) -> Instant {
        self.client.transport().now()
    }

    fn destination(&self) -> Option<Destination> {
        self.client.transport().destination()
    }
}

impl<F: Fn(&str)> VerboseTransport<F> {
    fn show(&self, message: &TransportRequest) {
        let mut lines = self.head.clone();
        if self.has_headers {
            let headers = message.headers.iter();
            lines.extend(headers.map(|(name, value)| header_line(name, value)));
        }
        lines.push(format!("> {}", String::from_utf8_lossy(&message.body)));
        (self.report)(&lines.join("\n"));
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
    lines.extend(headers.iter().map(|(name, value)| header_line(name, value)));
    lines
}

fn header_line(name: &HeaderName, value: &HeaderValue) -> String {
    match value.to_str() {
        _ if value.is_sensitive() => format!("> {name}: (hidden)"),
        Ok(value) => format!("> {name}: {value}"),
        Err(_) => format!("> {name}: (not text)"),
    }
}

fn reply_lines(reply: &std::result::Result<TransportReply, TransportFailure>) -> Vec<String> {
    match reply {
        Ok(reply) => answer_lines(reply),
        Err(failure) => vec![failure_line(failure)],
    }
}

fn answer_lines(reply: &TransportReply) -> Vec<String> {
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

/// What comes while a stream is open. Of an item's message, only the item is known here.
fn message_lines(message: &std::result::Result<StreamMessage, TransportFailure>) -> Vec<String> {
    match message {
        Ok(StreamMessage::Item(item)) => {
            vec![format!("< item {}", item.text())]
        }
        Ok(StreamMessage::End(reply)) => answer_lines(reply),
        Ok(_) => vec!["< the stream is open".to_owned()],
        Err(failure) => vec![failure_line(failure)],
    }
}

fn failure_line(failure: &TransportFailure) -> String {
    match failure {
        TransportFailure::Timeout(error) => format!("< {error}"),
        TransportFailure::Error(error) => format!("< {}", chain(error)),
        _ => "< no reply".to_owned(),
    }
}
