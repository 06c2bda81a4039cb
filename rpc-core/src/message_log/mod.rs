//! The message log: every message that goes out and comes in, as events of `tracing`.
//!
//! The transports that go over a network write it, on both sides, at level `DEBUG`. Each kind of message has its own target,
//! so that a filter such as `rpc::client=debug` can choose. If no filter wants a message, the log does no work for it.
//!
//! | target | event |
//! | --- | --- |
//! | `rpc::client::request` | a client sends a message |
//! | `rpc::client::response` | its reply has come, or why none has |
//! | `rpc::server::request` | a server has received a message |
//! | `rpc::server::response` | the server answers, or sends nothing for a notification, or the client has gone |
//!
//! | field | what it is |
//! | --- | --- |
//! | `message` | the message, or what went wrong |
//! | `endpoint` | the URL, [without what may be a secret in it](#what-is-not-shown); on the server, its path |
//! | `method`, `id` | of the request, if the message is a single request or the response to one |
//! | `http_headers` | the message's own headers, if the transport has any; not those that layers around it add |
//! | `http_code`, `http_reason` | of a response over HTTP |
//! | `elapsed` | of a response: the time since its request |
//! | `items` | of a response that ends a stream: how many items came before it. The items themselves are not logged. |
//!
//! A server logs two responses to a call that opens a subscription: the one with the subscription's id, and later how the
//! subscription has ended. The second has `items`, and as its `message` the notification with the error, or nothing.
//!
//! # What is not shown
//!
//! Hidden text is shown as `***`. The names of members and headers are shown.
//!
//! **Params** that the contract marks [`#[rpc(secret)]`](macro@crate::rpc), whether they come by position or by name.
//! A server takes messages from anybody, so a secret may be misspelt or in the wrong position. A server therefore
//! shows only:
//!
//! - all params of a method that has no secrets;
//! - of a method that has secrets, the other params that it declares;
//! - no params of an unknown method, even if a [fallback](crate::Dispatcher::fallback) answers for it;
//! - nothing of malformed JSON, of non-requests and of unknown members.
//!
//! A client shows all params but the secrets, since its own contract makes the requests. For a call without a contract,
//! [`Call::secret_param`](crate::Call::secret_param) names them. A [`DynamicClient`](crate::introspection::DynamicClient) asks
//! the server which methods have secrets, and shows none of their params.
//!
//! **Errors** that answer a message with hidden parts may quote those parts, so only their code is shown. Results are shown:
//! methods should not return secrets while the log is on.
//!
//! **Headers** that may hold credentials, by their names (`authorization`, `cookie`, and any name with `auth`, `token`, `secret`, `key` or
//! the like in it), or because they are marked as sensitive; and those that hold URLs, such as `referer`.
//!
//! **URLs** are shown without user, password and query. A part of the path is shown if it has up to 16 letters, digits, `-`,
//! `_` and `.`. A longer one may be a key, as in `https://chain.example/v2/***`. See [`shown_path`].
//!
//! Each string in a message, each header and each path is cut after [200 characters](set_max_string), and a message after
//! 10,000 bytes.
//!
//! All this applies only to the message log. Other events of this crate contain the application's own texts about its
//! failures, such as the detail of an internal error or the message of a panic. They may contain anything.
//!
//! # Calls that are given up
//!
//! If a client drops the future of a call, nobody waits for the answer any more: the client's response says `given up`. If
//! other calls share its message, the exchange goes on. The server's response says what the method answered, since calls run
//! to their end. For a call that is cancelled when its client disconnects (`#[rpc(cancel_on_disconnect)]`), it says error
//! -32603.
//!
//! # Time
//!
//! If somebody wants the log, the clock is read for `elapsed`. Nothing else in this crate reads a clock, unless a
//! [runtime](crate::Runtime::now) has none of its own: timeouts belong to the transports.
//!
//! # Lines
//!
//! With the feature `lines`, [`Lines`] writes the log as lines of text:
//!
//! ```text
//! --> {"jsonrpc":"2.0","method":"ping","id":1}
//! <-- {"jsonrpc":"2.0","result":"pong","id":1} (200 OK)
//! ```

mod line;
#[cfg(feature = "lines")]
mod lines;
mod request;
mod response;

use std::fmt;
use std::time::Instant;

use http::{HeaderMap, StatusCode};
use tracing::Level;

use self::line::{Line, is_compound};
use crate::error::ErrorObject;
use crate::shown::{cut, max_string};
use crate::wire::{Envelope, Member, Message, write};

#[cfg(feature = "lines")]
pub use self::lines::Lines;
pub use crate::secret::{Secret, SecretParams};
pub use crate::shown::{Headers, set_max_string, shown_path};

/// Whether anybody wants the log of this process's clients.
#[inline]
pub(crate) fn is_wanted_of_clients() -> bool {
    tracing::enabled!(target: "rpc::client::request", Level::DEBUG)
        || tracing::enabled!(target: "rpc::client::response", Level::DEBUG)
}

/// A client's message and its reply, for the log. Transports use it.
///
/// One that is dropped before its [`end`](Self::end) is logged as given up.
#[derive(Debug)]
pub struct ClientExchange(Exchange);

impl ClientExchange {
    /// Logs a message that is about to be sent; `None` if nobody wants the log.
    ///
    /// `secrets` names the params in it that are not shown. `describe` says where it is sent, without what may be a secret
    /// ([`shown_path`]), and with which headers, if there are any.
    #[inline]
    pub fn begin(
        message: &[u8],
        secrets: &[Secret],
        describe: impl FnOnce() -> (String, Option<HeaderMap>),
    ) -> Option<Self> {
        is_wanted_of_clients().then(|| {
            let (endpoint, headers) = describe();
            Self::logged(message, secrets, endpoint, headers.as_ref())
        })
    }

    #[cold]
    fn logged(
        message: &[u8],
        secrets: &[Secret],
        endpoint: String,
        headers: Option<&HeaderMap>,
    ) -> Self {
        let may_have_secrets = !secrets.is_empty();
        let subject = match Message::read(message) {
            Message::Single(envelope) => Subject::of(&envelope),
            Message::Batch(_) | Message::NotJson => Subject::default(),
        };
        let line = match may_have_secrets {
            true => request::line(message, |method| SecretParams::of_client(secrets, method)),
            false => Line::plain(message),
        };
        tracing::debug!(
            target: "rpc::client::request",
            endpoint,
            method = subject.method,
            id = subject.id,
            http_headers = headers.map(Headers).map(tracing::field::debug),
            message = %line.as_str(),
        );
        ClientExchange(Exchange::begun(
            Side::Client,
            endpoint,
            subject,
            may_have_secrets,
        ))
    }

    /// Notes that a stream is open.
    pub fn opened(&mut self) {
        self.0.items.get_or_insert(0);
    }

    /// Counts an item of a stream.
    pub fn item(&mut self) {
        *self.0.items.get_or_insert(0) += 1;
    }

    /// Logs the reply, or why there is none. `http` is the status and the headers of a reply over HTTP.
    pub fn end(
        mut self,
        reply: &Result<impl AsRef<[u8]>, impl fmt::Display>,
        http: Option<(StatusCode, &HeaderMap)>,
    ) {
        match reply {
            Ok(reply) => self.0.end_with(reply.as_ref(), http),
            Err(failure) => self.0.end(&failure.to_string(), http),
        }
    }
}

/// A server's message and its reply, for the log. Transports use it.
///
/// One that is dropped before its [`end`](Self::end) is logged as given up.
#[derive(Debug)]
pub struct ServerExchange(Exchange);

impl ServerExchange {
    /// Whether anybody wants the log.
    #[inline]
    pub fn is_wanted() -> bool {
        tracing::enabled!(target: "rpc::server::request", Level::DEBUG)
            || tracing::enabled!(target: "rpc::server::response", Level::DEBUG)
    }

    /// Logs a message that has come.
    ///
    /// `endpoint` says where it came to, without what may be a secret ([`shown_path`]), and `headers` what it came with.
    /// `secrets` says which params of a method are not shown: see [`Server::secret_params`](crate::Server::secret_params).
    pub fn begin(
        message: &[u8],
        endpoint: String,
        headers: Option<&HeaderMap>,
        secrets: impl Fn(&str) -> SecretParams,
    ) -> Self {
        let (subject, line) = match Message::read(message) {
            Message::Single(envelope) => {
                (Subject::of(&envelope), request::single(&envelope, secrets))
            }
            Message::Batch(_) | Message::NotJson => {
                (Subject::default(), request::line(message, secrets))
            }
        };
        tracing::debug!(
            target: "rpc::server::request",
            endpoint,
            method = subject.method,
            id = subject.id,
            http_headers = headers.map(Headers).map(tracing::field::debug),
            message = %line.as_str(),
        );
        ServerExchange(Exchange::begun(
            Side::Server,
            endpoint,
            subject,
            line.hides(),
        ))
    }

    /// Logs a call that has come without a message, for [`Server::call`](crate::Server::call). `params` is JSON. Without a
    /// method, nothing of the call is shown.
    pub fn begin_call(
        method: Option<&str>,
        params: Option<&str>,
        endpoint: String,
        headers: Option<&HeaderMap>,
        secrets: impl Fn(&str) -> SecretParams,
    ) -> Self {
        let message = method.map(|method| write::bare_call(method, params));
        let message = message.as_deref().unwrap_or(b"null");
        ServerExchange::begin(message, endpoint, headers, secrets)
    }

    /// Logs the outcome of a call without a message: the result as JSON, or the error.
    pub fn end_call(
        self,
        outcome: Result<&str, &ErrorObject>,
        http: Option<(StatusCode, &HeaderMap)>,
    ) {
        self.end(Some(&write::bare_outcome(outcome)), http);
    }

    /// Notes how many items came before the reply; `None` if it does not end a stream.
    pub fn items(&mut self, items: Option<u64>) {
        self.0.items = items;
    }

    /// Logs the response with the id of a subscription. The exchange goes on until the subscription has ended.
    pub(crate) fn subscribed(&self, response: &[u8]) {
        self.0.log_message(response, None);
    }

    /// Logs the reply; `None` to a notification. `http` is the status and the headers of a reply over HTTP.
    pub fn end(mut self, reply: Option<&[u8]>, http: Option<(StatusCode, &HeaderMap)>) {
        self.0.end_with(reply.unwrap_or_default(), http);
    }
}

/// What both sides share.
#[derive(Debug)]
struct Exchange {
    side: Side,
    endpoint: String,
    subject: Subject,
    /// Some of the request is hidden, or may be, and an error that answers it may quote that part.
    hides: bool,
    begun: Instant,
    /// How many items there were, of a stream.
    items: Option<u64>,
    ended: bool,
}

#[derive(Debug, Clone, Copy)]
enum Side {
    Client,
    Server,
}

impl Exchange {
    fn begun(side: Side, endpoint: String, subject: Subject, hides: bool) -> Self {
        Exchange {
            side,
            endpoint,
            subject,
            hides,
            begun: Instant::now(),
            items: None,
            ended: false,
        }
    }

    fn end_with(&mut self, reply: &[u8], http: Option<(StatusCode, &HeaderMap)>) {
        self.ended = true;
        self.log_message(reply, http);
    }

    fn end(&mut self, text: &str, http: Option<(StatusCode, &HeaderMap)>) {
        self.ended = true;
        self.log(text, http);
    }

    fn log_message(&self, message: &[u8], http: Option<(StatusCode, &HeaderMap)>) {
        let text = match self.hides {
            true => response::line(message),
            false => Line::plain(message),
        };
        self.log(text.as_str(), http);
    }

    fn log(&self, text: &str, http: Option<(StatusCode, &HeaderMap)>) {
        let status = http.map(|(status, _)| status);
        let headers = http.map(|(_, headers)| Headers(headers));
        // The target is a part of what the compiler knows of an event.
        macro_rules! response {
            ($target:literal) => {
                tracing::debug!(
                    target: $target,
                    endpoint = self.endpoint,
                    method = self.subject.method,
                    id = self.subject.id,
                    http_code = status.map(|status| status.as_u16()),
                    http_reason = status.and_then(|status| status.canonical_reason()),
                    http_headers = headers.map(tracing::field::debug),
                    elapsed = ?self.begun.elapsed(),
                    items = self.items,
                    message = %text,
                )
            };
        }
        match self.side {
            Side::Client => response!("rpc::client::response"),
            Side::Server => response!("rpc::server::response"),
        }
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        if !self.ended {
            self.end(GIVEN_UP, None);
        }
    }
}

/// What is logged instead of a reply that nobody waits for any more.
const GIVEN_UP: &str = "given up";

/// Which call a message makes, if it is a single call. It is logged with the request and with the response.
#[derive(Debug, Default)]
struct Subject {
    method: Option<String>,
    id: Option<String>,
}

impl Subject {
    fn of(envelope: &Envelope) -> Self {
        let id = envelope.get(Member::Id).filter(|id| !is_compound(id));
        Subject {
            method: envelope.method().map(|name| cut(&name, max_string())),
            id: id.map(|id| Line::of(id).into_string()),
        }
    }
}
