//! The message log: every message that goes out and comes in, as events of `tracing`.
//!
//! The transports that go over a network write it, on both sides, at level `DEBUG`. Each kind of message has a target of its own, so that a filter
//! such as `rpc::client=debug` picks what is wanted; without one that wants them, nothing is done for it.
//!
//! | target | event |
//! | --- | --- |
//! | `rpc::client::request` | a client sends a message |
//! | `rpc::client::response` | its reply has come, or why none has |
//! | `rpc::server::request` | a server has received a message |
//! | `rpc::server::response` | it answers, or, to a notification, does not, or the client has gone |
//!
//! | field | what it is |
//! | --- | --- |
//! | `message` | the message, or what went wrong |
//! | `endpoint` | the URL, [without what may be a secret in it](#what-is-not-shown); on the server, its path |
//! | `method`, `id` | of a message that is one request; of a response, the request's |
//! | `http_headers` | the message's own headers, where the transport has any; not those that layers around it add |
//! | `http_code`, `http_reason` | of a response over HTTP |
//! | `elapsed` | of a response: the time since its request |
//!
//! # What is not shown
//!
//! What is hidden is `***`. The names of members and headers are shown.
//!
//! **Params** that the contract marks [`#[rpc(secret)]`](macro@crate::rpc), whether they come by position or by name. A
//! server takes messages from anybody, so that a secret may be misspelt, or stand in another place. Of what comes, it shows
//!
//! - all params of a method that has no secrets;
//! - of a method that has some, the other params that it declares;
//! - no params of a method that is not there, also where a [fallback](crate::Dispatcher::fallback) answers for it;
//! - nothing that is no request, no JSON, or no member that JSON-RPC knows.
//!
//! A client shows all but the secrets: its contract makes the requests. A call without a contract has no secrets that anybody
//! could know of; [`Call::secret_param`](crate::Call::secret_param) names them. A
//! [`DynamicClient`](crate::introspection::DynamicClient) asks the server which methods have any, and shows none of their params.
//!
//! **Errors** that answer a message of which something is hidden may quote it. Of them only the code is shown. Results are
//! shown: a method that returns a secret should not, where the log is on.
//!
//! **Headers** that identify, by their names (`authorization`, `cookie`, and whatever has `auth`, `token`, `secret`, `key` or
//! the like in it), or because they are marked as sensitive; and those that have URLs, such as `referer`.
//!
//! **URLs** are shown without user, password and query. Of the path, parts are shown that have up to 16 letters, digits, `-`,
//! `_` and `.`, for a longer one may be a key, as in `https://chain.example/v2/***`. See [`shown_path`].
//!
//! A string of a message, a header and a path are cut after [200 characters](set_max_string), a message after 10,000 bytes.
//!
//! This is the message log. Other events of this crate have what the application says of its failures, such as the detail of
//! an internal error or a panic's text, which may be anything.
//!
//! # Calls that are given up
//!
//! A client drops the future of a call, or its connection ends, and nobody waits any more: the response says `given up`, on
//! each side that learns of it. A message that others share, or whose method is `blocking`, may go on all the same.
//!
//! # Time
//!
//! For `elapsed` the clock is read, where somebody wants the log. Nothing else in this crate reads one: timeouts are the
//! transports'.
//!
//! # Lines
//!
//! With the feature `lines`, [`Lines`] writes the log as people know it:
//!
//! ```text
//! --> {"jsonrpc":"2.0","method":"ping","id":1}
//! <-- {"jsonrpc":"2.0","result":"pong","id":1} (200 OK)
//! ```

mod http;
#[cfg(feature = "lines")]
mod lines;
mod redact;

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use ::http::{HeaderMap, StatusCode};
use tracing::Level;

pub use http::{Headers, shown_path};
#[cfg(feature = "lines")]
pub use lines::Lines;
pub use redact::Secret;
pub(crate) use redact::join;
use redact::{Head, Line, Secrets};

use crate::service::panics;
use crate::{Reply, Service, TransportFailure, TransportReply, TransportRequest, reflection};

static MAX_STRING: AtomicUsize = AtomicUsize::new(200);

/// Cuts the strings in logged messages after so many characters, in all of the process; default 200. The same holds for
/// methods' names, headers and paths.
///
/// It is no setting of a client or a server, for neither has a log of its own: whoever reads the process's log says how long
/// a line may be. A subscriber may cut the field `message` further, by its target and its `endpoint`.
pub fn set_max_string(characters: usize) {
    MAX_STRING.store(characters, Ordering::Relaxed);
}

fn max_string() -> usize {
    MAX_STRING.load(Ordering::Relaxed)
}

/// Does anybody want the log of this process's clients?
#[inline]
pub(crate) fn is_wanted_of_clients() -> bool {
    tracing::enabled!(target: "rpc::client::request", Level::DEBUG)
        || tracing::enabled!(target: "rpc::client::response", Level::DEBUG)
}

/// A client's exchange of a message for its reply, for the log: what a transport uses.
///
/// One that is dropped before its [`end`](Self::end) is logged as given up.
#[derive(Debug)]
pub struct ClientExchange(Exchange);

impl ClientExchange {
    /// Logs a message that is about to be sent; `None` where nobody wants the log.
    ///
    /// `describe` says where to, without what may be a secret ([`shown_path`]), and which headers are sent, if there are any.
    #[inline]
    pub fn begin(
        message: &TransportRequest,
        describe: impl FnOnce() -> (String, Option<HeaderMap>),
    ) -> Option<Self> {
        is_wanted_of_clients().then(|| {
            let (endpoint, headers) = describe();
            Self::logged(message, endpoint, headers.as_ref())
        })
    }

    #[cold]
    fn logged(message: &TransportRequest, endpoint: String, headers: Option<&HeaderMap>) -> Self {
        let secrets = |method: &str| Secrets::of_client(&message.secrets, method);
        let may_have_secrets = !message.secrets.is_empty();
        let request = Request::read(&message.body);
        let text = match may_have_secrets {
            true => Line::request(&message.body, max_string(), secrets),
            false => plain(&message.body),
        };
        tracing::debug!(
            target: "rpc::client::request",
            endpoint,
            method = request.method,
            id = request.id,
            http_headers = headers.map(Headers).map(tracing::field::debug),
            message = %text.as_str(),
        );
        ClientExchange(Exchange::begun(
            Side::Client,
            endpoint,
            request,
            may_have_secrets,
        ))
    }

    /// Logs what came of it. `http` is the status and the headers of a reply over HTTP.
    pub fn end(
        mut self,
        reply: &Result<TransportReply, TransportFailure>,
        http: Option<(StatusCode, &HeaderMap)>,
    ) {
        match reply {
            Ok(reply) => self.0.end_with(&reply.body, http),
            Err(failure) => self.0.end(&Failed(failure).to_string(), http),
        }
    }
}

/// A server's exchange of a message for its reply, for the log: what a transport uses.
///
/// One that is dropped before its [`end`](Self::end) is logged as given up.
#[derive(Debug)]
pub struct ServerExchange(Exchange);

impl ServerExchange {
    /// Does anybody want the log?
    #[inline]
    pub fn is_wanted() -> bool {
        tracing::enabled!(target: "rpc::server::request", Level::DEBUG)
            || tracing::enabled!(target: "rpc::server::response", Level::DEBUG)
    }

    /// Logs a message that has come. `endpoint` says where it came to, without what may be a secret ([`shown_path`]),
    /// `headers` what it came with.
    pub fn begin(
        message: &[u8],
        service: &impl Service,
        endpoint: String,
        headers: Option<&HeaderMap>,
    ) -> Self {
        let request = Request::read(message);
        let text = Line::request(message, max_string(), |method| secrets_of(service, method));
        tracing::debug!(
            target: "rpc::server::request",
            endpoint,
            method = request.method,
            id = request.id,
            http_headers = headers.map(Headers).map(tracing::field::debug),
            message = %text.as_str(),
        );
        ServerExchange(Exchange::begun(
            Side::Server,
            endpoint,
            request,
            text.hides(),
        ))
    }

    /// Logs the reply; `None` to a notification. `http` is the status and the headers of a reply over HTTP.
    pub fn end(mut self, reply: Option<&Reply>, http: Option<(StatusCode, &HeaderMap)>) {
        let reply = reply.map(Reply::body).unwrap_or_default();
        self.0.end_with(reply, http);
    }
}

/// What either side has.
#[derive(Debug)]
struct Exchange {
    side: Side,
    endpoint: String,
    request: Request,
    /// Something of the request is hidden, or may be, which the errors that answer it may quote.
    hides: bool,
    begun: Instant,
    ended: bool,
}

#[derive(Debug, Clone, Copy)]
enum Side {
    Client,
    Server,
}

impl Exchange {
    fn begun(side: Side, endpoint: String, request: Request, hides: bool) -> Self {
        Exchange {
            side,
            endpoint,
            request,
            hides,
            begun: Instant::now(),
            ended: false,
        }
    }

    fn end_with(&mut self, reply: &[u8], http: Option<(StatusCode, &HeaderMap)>) {
        let text = match self.hides {
            true => Line::response(reply, max_string()),
            false => plain(reply),
        };
        self.end(text.as_str(), http);
    }

    fn end(&mut self, text: &str, http: Option<(StatusCode, &HeaderMap)>) {
        self.ended = true;
        let status = http.map(|(status, _)| status);
        let headers = http.map(|(_, headers)| Headers(headers));
        // The target is a part of what the compiler knows of an event.
        macro_rules! response {
            ($target:literal) => {
                tracing::debug!(
                    target: $target,
                    endpoint = self.endpoint,
                    method = self.request.method,
                    id = self.request.id,
                    http_code = status.map(|status| status.as_u16()),
                    http_reason = status.and_then(|status| status.canonical_reason()),
                    http_headers = headers.map(tracing::field::debug),
                    elapsed = ?self.begun.elapsed(),
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

/// What is said instead of a reply that nobody waits for any more.
const GIVEN_UP: &str = "given up";

/// What is said of a request with its response, too.
#[derive(Debug, Default)]
struct Request {
    method: Option<String>,
    id: Option<String>,
}

impl Request {
    fn read(message: &[u8]) -> Self {
        let text = crate::json::text::read(message).ok();
        let head = text
            .and_then(|text| Head::read(text).ok())
            .unwrap_or_default();
        Request {
            method: head
                .method_name()
                .map(|name| redact::name(&name, max_string())),
            id: head
                .id
                .map(|id| Line::of(id, max_string()).as_str().to_owned()),
        }
    }
}

/// Which params of a method's requests are secret. Nobody knows what the params of a method mean that is not there.
fn secrets_of(service: &impl Service, method: &str) -> Secrets {
    match panics::catch(|| service.find(method)) {
        Ok(Some(found)) if !found.is_fallback() => Secrets::of_method(found.method()),
        Ok(_) => reflection::find(method).map_or(Secrets::All, |found| {
            Secrets::all_but_declared(found.method())
        }),
        // Such a service may have any secrets. The call, which comes to this as well, says what happened.
        Err(_panic) => Secrets::All,
    }
}

/// A message that has no secrets.
fn plain(message: &[u8]) -> Line {
    Line::of(&String::from_utf8_lossy(message), max_string())
}

struct Failed<'a>(&'a TransportFailure);

impl fmt::Display for Failed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            TransportFailure::Timeout => f.write_str("no reply came in time"),
            TransportFailure::Protocol(error) => error.fmt(f),
            TransportFailure::Error(error) => crate::error::Chain(error).fmt(f),
        }
    }
}
