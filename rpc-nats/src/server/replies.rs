//! [`Replies`]: publishes replies, so that every message that wants one gets one.

use std::sync::Arc;

use async_nats::{Client, HeaderMap, PublishErrorKind, Subject};
use bytes::Bytes;
use rpc_core::transport::Reply;
use rpc_core::{ErrorKind, ErrorObject, Excerpt, code, wire};
use serde::Deserialize;
use tokio::sync::{RwLock, RwLockWriteGuard};

use super::refusal::Refusal;
use crate::headers::{REFUSED, to_nats};

/// The headers by which NATS's tools recognise an error (ADR-32).
const ERROR: &str = "Nats-Service-Error";
const ERROR_CODE: &str = "Nats-Service-Error-Code";

/// How much of an error's message is put into a header, in characters.
const SHOWN_ERROR: usize = 200;

/// Publishes replies. A clone shares the connection.
#[derive(Debug, Clone)]
pub(super) struct Replies {
    client: Client,
    /// Held for writing while nothing may be published.
    quiet: Arc<RwLock<()>>,
}

/// A reply to be published.
struct Outgoing {
    body: Bytes,
    headers: Option<HeaderMap>,
}

impl Replies {
    pub(super) fn new(client: Client) -> Self {
        Replies {
            client,
            quiet: Arc::default(),
        }
    }

    /// Publishes nothing until this is dropped.
    pub(super) async fn hold_back(&self) -> RwLockWriteGuard<'_, ()> {
        self.quiet.write().await
    }

    /// Waits until everything has been written.
    pub(super) async fn flush(&self) {
        if let Err(error) = self.client.flush().await {
            tracing::debug!(%error, "replies could not be flushed");
        }
    }

    /// Sends a reply to a message, or an empty one to a notification. `error` is what the reply says if it is a single error.
    pub(super) async fn send(
        &self,
        to: Subject,
        message: &[u8],
        reply: Option<Reply>,
        error: Option<&str>,
    ) {
        let outgoing = reply.map(|reply| outgoing(reply, error));
        let empty = Outgoing {
            body: Bytes::new(),
            headers: None,
        };
        let published = self.publish(to.clone(), outgoing.unwrap_or(empty)).await;
        if published == Err(PublishErrorKind::MaxPayloadExceeded) {
            self.send_too_large(to, message).await;
        }
    }

    /// Answers a message of which nothing has run.
    pub(super) async fn refuse(&self, to: Subject, message: &[u8], refusal: Refusal, method: &str) {
        let body = wire::refusal(message, &refusal.error(method));
        let mut headers = HeaderMap::new();
        headers.insert(REFUSED, refusal.reason());
        let refused = Outgoing {
            body: body.unwrap_or_default().into(),
            headers: Some(headers),
        };
        let _logged = self.publish(to, refused).await;
    }

    /// Says in place of a reply that it was too large, as the server's limit on replies does as a rule. Only headers, or another
    /// NATS server with a lower limit, lead here.
    #[cold]
    async fn send_too_large(&self, to: Subject, message: &[u8]) {
        let limit = self.client.max_payload();
        let text = format!("the method ran, but its reply is longer than {limit} bytes");
        let error = ErrorObject::new(code::REPLY_TOO_LARGE, text).with_kind(ErrorKind::Internal);
        let body = wire::refusal(message, &error);
        let outgoing = Outgoing {
            body: body.unwrap_or_default().into(),
            headers: None,
        };
        let _logged = self.publish(to, outgoing).await;
    }

    async fn publish(&self, to: Subject, reply: Outgoing) -> Result<(), PublishErrorKind> {
        let _not_quiet = self.quiet.read().await;
        let published = match reply.headers {
            None => self.client.publish(to, reply.body).await,
            Some(headers) => {
                self.client
                    .publish_with_headers(to, headers, reply.body)
                    .await
            }
        };
        published.map_err(|error| {
            tracing::warn!(error = %Excerpt::for_log(&error), "a reply was not sent");
            error.kind()
        })
    }
}

fn outgoing(mut reply: Reply, error: Option<&str>) -> Outgoing {
    let of_call = reply.take_headers();
    let mut headers = of_call.and_then(|headers| match to_nats(&headers) {
        Ok(headers) => Some(headers),
        Err(name) => {
            tracing::warn!(%name, "a reply lost its headers: the value of one is not text");
            None
        }
    });
    if let Some(code) = reply.error_code() {
        let headers = headers.get_or_insert_default();
        let status = status(code, reply.error_kind());
        headers.insert(ERROR_CODE, status.to_string());
        headers.insert(ERROR, error.unwrap_or("error"));
    }
    Outgoing {
        body: reply.into_body().into(),
        headers,
    }
}

/// The HTTP status that stands for an error, as over HTTP.
fn status(code: i64, kind: Option<ErrorKind>) -> u16 {
    match kind {
        _ if code == code::METHOD_NOT_FOUND => 404,
        Some(kind) => kind.http_status(),
        None if code::is_reserved(code) => 500,
        None => 422,
    }
}

/// What a reply says that is a single error, in one line for headers and counters: its code and its message.
pub(super) fn error_text(reply: &Reply) -> Option<String> {
    #[derive(Deserialize)]
    struct Response {
        error: Error,
    }
    #[derive(Deserialize)]
    struct Error {
        message: String,
    }
    let code = reply.error_code()?;
    let message = match serde_json::from_slice::<Response>(reply.body()) {
        Ok(response) => response.error.message,
        Err(_) => String::new(),
    };
    let is_shown = |c: &char| c.is_ascii_graphic() || *c == ' ';
    let message: String = message.chars().filter(is_shown).take(SHOWN_ERROR).collect();
    Some(format!("{code}: {message}"))
}
