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
//! | `endpoint` | the URL, without what may be a secret in it; on the server, its path |
//! | `method`, `id` | of a message that is one request; of a response, the request's |
//! | `http_headers` | the message's own headers, where the transport has any |
//! | `http_code`, `http_reason` | of a response over HTTP |
//! | `elapsed` | of a response: the time since its request |
//!
//! # What is not shown
//!
//! Parameters that the contract marks [`#[rpc(secret)]`](macro@crate::rpc), whether they come by position or by name; and,
//! where a message may have such, all that nobody knows the meaning of: the params of unknown methods, unknown members, what
//! is no request, and what the errors say that answer it. Headers that identify, by their names (`authorization`, `cookie`,
//! and whatever has `auth`, `token`, `secret`, `key` or the like in it) or because they are marked as sensitive. All of these
//! are `***`.
//!
//! A call without a contract has no secrets that anybody could know of; [`Call::secret`](crate::Call::secret) names them. A
//! [`DynamicClient`](crate::introspection::DynamicClient) asks the server, and else takes all params for secrets. Results are
//! shown: a method that returns a secret should not, where the log is on.
//!
//! A string of a message is cut after [200 characters](set_max_string), a message after 10,000 bytes.
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

#[cfg(feature = "lines")]
mod lines;
mod redact;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use http::{HeaderMap, HeaderName, StatusCode};
use tracing::Level;

#[cfg(feature = "lines")]
pub use lines::Lines;
pub use redact::Secret;
pub(crate) use redact::join;
use redact::{Secrets, line};

use crate::contract::Method;
use crate::wire::shape;
use crate::{Incoming, Outgoing, Reply, Service, TransportFailure, introspection};

static MAX_STRING: AtomicUsize = AtomicUsize::new(200);

/// Cuts the strings in logged messages after so many characters, in all of the process; default 200.
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
pub struct ClientExchange {
    endpoint: String,
    request: Request,
    may_have_secrets: bool,
    begun: Instant,
    ended: bool,
}

impl ClientExchange {
    /// Logs a message that is about to be sent; `None` where nobody wants the log.
    ///
    /// `describe` says where to, without what may be a secret, and which headers are sent, if there are any.
    #[inline]
    pub fn begin(
        message: &Outgoing,
        describe: impl FnOnce() -> (String, Option<HeaderMap>),
    ) -> Option<Self> {
        is_wanted_of_clients().then(|| {
            let (endpoint, headers) = describe();
            Self::logged(message, endpoint, headers.as_ref())
        })
    }

    #[cold]
    fn logged(message: &Outgoing, endpoint: String, headers: Option<&HeaderMap>) -> Self {
        let secrets = |method: &str| Secrets::of_client(&message.secrets, method);
        let may_have_secrets = !message.secrets.is_empty();
        let (request, text) = Request::read(&message.body, secrets, may_have_secrets);
        tracing::debug!(
            target: "rpc::client::request",
            endpoint,
            method = request.method,
            id = request.id,
            http_headers = headers.map(Headers).map(tracing::field::debug),
            message = %text,
        );
        ClientExchange {
            endpoint,
            request,
            may_have_secrets,
            begun: Instant::now(),
            ended: false,
        }
    }

    /// Logs what came of it. `http` is the status and the headers of a reply over HTTP.
    pub fn end(
        mut self,
        reply: &Result<Incoming, TransportFailure>,
        http: Option<(StatusCode, &HeaderMap)>,
    ) {
        let text = match reply {
            Ok(reply) if self.may_have_secrets => shown(&reply.body, redact::response),
            Ok(reply) => line(&String::from_utf8_lossy(&reply.body), max_string()),
            Err(failure) => Failed(failure).to_string(),
        };
        self.log_end(&text, http);
    }

    fn log_end(&mut self, text: &str, http: Option<(StatusCode, &HeaderMap)>) {
        self.ended = true;
        let (code, reason) = http_fields(http.map(|(status, _)| status));
        let headers = http.map(|(_, headers)| Headers(headers));
        tracing::debug!(
            target: "rpc::client::response",
            endpoint = self.endpoint,
            method = self.request.method,
            id = self.request.id,
            http_code = code,
            http_reason = reason,
            http_headers = headers.map(tracing::field::debug),
            elapsed = ?self.begun.elapsed(),
            message = %text,
        );
    }
}

impl Drop for ClientExchange {
    fn drop(&mut self) {
        if !self.ended {
            self.log_end(GIVEN_UP, None);
        }
    }
}

/// A server's exchange of a message for its reply, for the log: what a transport uses.
///
/// One that is dropped before its [`end`](Self::end) is logged as given up.
#[derive(Debug)]
pub struct ServerExchange {
    endpoint: String,
    request: Request,
    begun: Instant,
    ended: bool,
}

impl ServerExchange {
    /// Does anybody want the log?
    #[inline]
    pub fn is_wanted() -> bool {
        tracing::enabled!(target: "rpc::server::request", Level::DEBUG)
            || tracing::enabled!(target: "rpc::server::response", Level::DEBUG)
    }

    /// Logs a message that has come. `endpoint` says where it came to, `headers` what it came with.
    pub fn begin(
        message: &[u8],
        service: &impl Service,
        endpoint: String,
        headers: Option<&HeaderMap>,
    ) -> Self {
        let secrets =
            |method: &str| match service.find(method).or_else(|| introspection::find(method)) {
                Some(found) => Secrets::of_method(found.method()),
                None => Secrets::All,
            };
        let has_secrets = |method: &Method| method.params.iter().any(|param| param.secret);
        let methods = AssertUnwindSafe(|| service.methods().iter().any(has_secrets));
        // A service is the application's code. One that panics here may have any secrets.
        let may_have_secrets = catch_unwind(methods).unwrap_or(true);
        let (request, text) = Request::read(message, secrets, may_have_secrets);
        tracing::debug!(
            target: "rpc::server::request",
            endpoint,
            method = request.method,
            id = request.id,
            http_headers = headers.map(Headers).map(tracing::field::debug),
            message = %text,
        );
        ServerExchange {
            endpoint,
            request,
            begun: Instant::now(),
            ended: false,
        }
    }

    /// Logs the reply; `None` to a notification. `status` is that of a reply over HTTP.
    pub fn end(mut self, reply: Option<&Reply>, status: Option<StatusCode>) {
        let text = reply.map(|reply| String::from_utf8_lossy(reply.body()));
        let text = line(&text.unwrap_or_default(), max_string());
        self.log_end(&text, status);
    }

    fn log_end(&mut self, text: &str, status: Option<StatusCode>) {
        self.ended = true;
        let (code, reason) = http_fields(status);
        tracing::debug!(
            target: "rpc::server::response",
            endpoint = self.endpoint,
            method = self.request.method,
            id = self.request.id,
            http_code = code,
            http_reason = reason,
            elapsed = ?self.begun.elapsed(),
            message = %text,
        );
    }
}

impl Drop for ServerExchange {
    fn drop(&mut self) {
        if !self.ended {
            self.log_end(GIVEN_UP, None);
        }
    }
}

/// What is said instead of a reply that nobody waits for any more.
const GIVEN_UP: &str = "given up";

fn http_fields(status: Option<StatusCode>) -> (Option<u16>, Option<&'static str>) {
    let code = status.map(|status| status.as_u16());
    (code, status.and_then(|status| status.canonical_reason()))
}

/// What is said of a request with its response, too.
#[derive(Debug, Default)]
struct Request {
    method: Option<String>,
    id: Option<String>,
}

impl Request {
    /// What a message is about, and how it is shown.
    fn read(
        message: &[u8],
        secrets: impl Fn(&str) -> Secrets,
        may_have_secrets: bool,
    ) -> (Self, String) {
        let text = match may_have_secrets {
            true => shown(message, |text| redact::request(text, secrets)),
            false => line(&String::from_utf8_lossy(message), max_string()),
        };
        let members = crate::wire::text(message).ok().and_then(shape::object);
        let member = |name: &str| {
            let mut members = members.iter().flatten();
            Some(members.find(|member| member.is(name))?.value)
        };
        let method = |quoted| serde_json::from_str::<String>(quoted).ok();
        let request = Request {
            method: member("method")
                .and_then(method)
                .map(|name| line(&name, max_string())),
            id: member("id").map(|id| line(id, max_string())),
        };
        (request, text)
    }
}

/// A message that may have secrets in it. Of what is no JSON, nobody knows where.
fn shown(message: &[u8], redacted: impl FnOnce(&str) -> String) -> String {
    if message.is_empty() {
        return String::new();
    }
    match crate::wire::text(message).ok().and_then(shape::value) {
        Some(message) => line(&redacted(message), max_string()),
        None => "*** (no JSON)".to_owned(),
    }
}

/// Shows headers without the values that identify: see [what is not shown](self#what-is-not-shown).
pub struct Headers<'a>(pub &'a HeaderMap);

impl fmt::Debug for Headers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        for (name, value) in self.0 {
            let hidden = value.is_sensitive() || is_secret(name);
            match value.to_str() {
                Ok(value) if !hidden => map.entry(&name.as_str(), &value),
                _ => map.entry(&name.as_str(), &format_args!("***")),
            };
        }
        map.finish()
    }
}

fn is_secret(name: &HeaderName) -> bool {
    const TELLING: [&str; 10] = [
        "auth",
        "cookie",
        "token",
        "secret",
        "key",
        "session",
        "password",
        "credential",
        "jwt",
        "assertion",
    ];
    TELLING.iter().any(|part| name.as_str().contains(part))
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
