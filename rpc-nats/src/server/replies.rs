//! [`Replies`]: publishes replies, so that every message that wants one gets one.
//!
//! Each reply has a reply subject itself. If nobody takes a reply, since its client is just connecting again, NATS says so there,
//! and the reply is sent again a little later. When the worker itself has lost its connection, it sends its last replies again.

use std::future::{Future, Ready, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use async_nats::connection::State;
use async_nats::{
    Client, HeaderMap, Message, PublishError, PublishErrorKind, StatusCode, Subject, SubscribeError,
};
use bytes::Bytes;
use futures_util::future::Either;
use futures_util::{FutureExt, StreamExt};
use rpc_core::transport::Reply;
use rpc_core::{ErrorKind, ErrorObject, Excerpt, code, wire};
use serde::Deserialize;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::{interval, sleep, timeout};

use super::kept::{Kept, Published};
use super::refusal::Refusal;
use super::waiting::{Turn, Waiting};
use crate::defaults::{LOOK, MAYBE_LOST, REFUSAL_TIMEOUT, RESEND_PAUSE, RESENDS, SETTLE_TIMEOUT};
use crate::headers::{REFUSED, to_nats};
use crate::subject::numbered;

/// The headers by which NATS's tools recognise an error (ADR-32).
const ERROR: &str = "Nats-Service-Error";
const ERROR_CODE: &str = "Nats-Service-Error-Code";

/// What a worker sends to itself in place of the number of a reply. When it comes back, so has everything that NATS sent before.
const MARK: &str = "mark";

/// How much of an error's message is put into a header, in characters.
const SHOWN_ERROR: usize = 200;

/// Whether async-nats has taken a reply.
type Publishing<'a> = Either<
    Ready<Result<(), PublishErrorKind>>,
    Pin<Box<dyn Future<Output = Result<(), PublishErrorKind>> + Send + 'a>>,
>;

/// Publishes replies. A clone shares the connection.
#[derive(Debug, Clone)]
pub(super) struct Replies {
    client: Client,
    kept: Arc<Kept>,
    /// Where NATS says that nobody takes a reply, followed by a dot and the reply's number.
    returns: Arc<str>,
    /// Those that are to be sent again.
    waiting: Waiting,
    /// Notified when a [mark](MARK) has come back.
    marked: Arc<Notify>,
}

impl Replies {
    pub(super) fn new(client: Client) -> Self {
        Replies {
            returns: client.new_inbox().into(),
            client,
            kept: Arc::default(),
            waiting: Waiting::default(),
            marked: Arc::default(),
        }
    }

    /// Sends replies again that NATS returns, and the last ones when the connection was lost: for ever.
    pub(super) async fn resend(self) -> Result<(), SubscribeError> {
        let mut returned = self.client.subscribe(format!("{}.*", self.returns)).await?;
        let statistics = self.client.statistics();
        let connects = || statistics.connects.load(Ordering::Relaxed);
        let mut known = connects();
        let mut look = interval(LOOK);
        let mut tasks = JoinSet::new();
        loop {
            tokio::select! {
                message = returned.next() => match message {
                    None => return Ok(()),
                    Some(message) if message.subject.ends_with(MARK) => self.marked.notify_one(),
                    Some(message) => {
                        if let Some((pause, reply, turn)) = self.take_back(&message) {
                            tasks.spawn(self.clone().publish_after(pause, reply, turn));
                        }
                    }
                },
                _ = look.tick() => {
                    if connects() != known {
                        known = connects();
                        self.publish_last().await;
                    }
                }
                Some(_done) = tasks.join_next(), if !tasks.is_empty() => {}
            }
        }
    }

    async fn publish_after(self, pause: Duration, reply: Published, _turn: Turn) {
        sleep(pause).await;
        let _logged = self.publish(reply).await;
    }

    /// Publishes the last replies again. Some may have been lost with the connection. Clients drop those that have come already.
    async fn publish_last(&self) {
        for mut reply in self.kept.take_since(MAYBE_LOST) {
            reply.returned = RESENDS;
            let _logged = self.publish(reply).await;
        }
    }

    /// The reply that NATS returns with this message, and when to send it again. If too many wait for that already, it is lost.
    fn take_back(&self, message: &Message) -> Option<(Duration, Published, Turn)> {
        if message.status != Some(StatusCode::NO_RESPONDERS) {
            return None;
        }
        let number = message.subject.rsplit('.').next()?.parse().ok()?;
        let mut reply = self.kept.take(number)?;
        if reply.returned == RESENDS {
            return None;
        }
        let pause = RESEND_PAUSE * 2_u32.pow(reply.returned);
        reply.returned += 1;
        let turn = self.waiting.enter(reply.size)?;
        Some((pause, reply, turn))
    }

    /// Waits until everything has come that NATS had sent before it read what has been handed over. If this worker may not
    /// publish to its own inbox, that is never.
    pub(super) async fn round_trip(&self) -> Result<(), PublishError> {
        let mark = format!("{}.{MARK}", self.returns);
        self.client.publish(mark, Bytes::new()).await?;
        self.marked.notified().await;
        Ok(())
    }

    /// Waits until no reply is to be sent again, but not long.
    pub(super) async fn settle(&self) {
        let settled = async {
            // NATS returns a reply before it reads the mark that was sent after it.
            while self.round_trip().await.is_ok() && !self.waiting.is_empty() {
                sleep(RESEND_PAUSE).await;
            }
        };
        let _in_time = timeout(SETTLE_TIMEOUT, settled).await;
    }

    pub(super) fn is_connected(&self) -> bool {
        self.client.connection_state() == State::Connected
    }

    /// Waits until everything has been written. Without a connection, that may never be.
    pub(super) async fn flush(&self) {
        if !self.is_connected() {
            return;
        }
        if let Err(error) = self.client.flush().await {
            tracing::debug!(%error, "replies could not be flushed");
        }
    }

    /// Sends a reply to a message, or an empty one to a notification. `error` is what the reply says if it is a single error.
    pub(super) fn send<'a>(
        &'a self,
        to: Subject,
        message: &'a [u8],
        reply: Option<Reply>,
        error: Option<&str>,
    ) -> impl Future<Output = ()> + Send + use<'a> {
        let (body, headers) = match reply {
            Some(reply) => outgoing(reply, error),
            None => (Bytes::new(), None),
        };
        let publishing = self.publish(Published::new(&to, body, headers));
        async move {
            if publishing.await == Err(PublishErrorKind::MaxPayloadExceeded) {
                Box::pin(self.send_too_large(to, message)).await;
            }
        }
    }

    /// Sends the answer to a message of which nothing has run.
    pub(super) async fn refuse(&self, refused: Published) {
        if timeout(REFUSAL_TIMEOUT, self.publish(refused))
            .await
            .is_err()
        {
            tracing::debug!("a refusal could not be sent in time");
        }
    }

    /// Says in place of a reply that it was too large, as the server's limit on replies does as a rule. Only headers, or another
    /// NATS server with a lower limit, lead here.
    #[cold]
    async fn send_too_large(&self, to: Subject, message: &[u8]) {
        let limit = self.client.max_payload();
        let text = format!("the method ran, but its reply is longer than {limit} bytes");
        let error = ErrorObject::new(code::REPLY_TOO_LARGE, text).with_kind(ErrorKind::Internal);
        let body = wire::refusal(message, &error).unwrap_or_default();
        let _logged = self.publish(Published::new(&to, body.into(), None)).await;
    }

    /// Hands a reply to the connection, which nearly always takes it at once. So the future of a call needs no room for what is
    /// sent, which is larger than all the rest.
    fn publish(&self, reply: Published) -> Publishing<'_> {
        let number = self.kept.keep(reply.clone());
        let returns = numbered(&self.returns, number);
        let at_once = hand_over(&self.client, reply.clone(), returns.clone()).now_or_never();
        match at_once {
            Some(published) => Either::Left(ready(published)),
            None => Either::Right(Box::pin(hand_over(&self.client, reply, returns))),
        }
    }
}

/// Waits until async-nats has taken a reply.
async fn hand_over(
    client: &Client,
    reply: Published,
    returns: Subject,
) -> Result<(), PublishErrorKind> {
    let Published {
        to, body, headers, ..
    } = reply;
    let published = match headers {
        None => client.publish_with_reply(to, returns, body).await,
        Some(headers) => {
            client
                .publish_with_reply_and_headers(to, returns, headers, body)
                .await
        }
    };
    published.map_err(|error| {
        tracing::warn!(error = %Excerpt::for_log(&error), "a reply was not sent");
        error.kind()
    })
}

/// The answer to a message of which nothing has run.
pub(super) fn refused(to: &Subject, message: &[u8], refusal: Refusal, method: &str) -> Published {
    let body = wire::refusal(message, &refusal.error(method));
    let mut headers = HeaderMap::new();
    headers.insert(REFUSED, refusal.reason());
    Published::new(to, body.unwrap_or_default().into(), Some(headers))
}

/// The answer to a call that its client has cancelled.
pub(super) fn cancelled(to: &Subject, message: &[u8]) -> Published {
    let error = ErrorObject::new(code::CANCELLED, "cancelled");
    let body = wire::refusal(message, &error);
    Published::new(to, body.unwrap_or_default().into(), None)
}

/// The body and the headers of a reply.
fn outgoing(mut reply: Reply, error: Option<&str>) -> (Bytes, Option<HeaderMap>) {
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
    (reply.into_body().into(), headers)
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
