//! The lean client: a transport on hyper alone, at the lowest cost per call.
//!
//! ```no_run
//! use std::time::Duration;
//! use rpc_http::lean::Client;
//!
//! # fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::new("http://shop.internal:8080/rpc")?;
//!
//! let client = Client::builder()
//!     .timeout(Duration::from_millis(500))
//!     .bearer_auth("a token")
//!     .build("http://shop.internal:8080/rpc")?;
//! # Ok(())
//! # }
//! ```
//!
//! It is set up like the client on reqwest, by the same [`Builder`](crate::Builder), makes the same calls and fails with the
//! same errors: see [which client](crate#which-client) to take. It has no compression, cookies or redirects. It uses no
//! proxies, not even those that the environment names. It speaks HTTP/1.1, or with the feature `http2`, if it is
//! [told to](crate::Builder::http2_prior_knowledge), HTTP/2 over one connection for all calls.
//!
//! The URL has to be in ASCII, as it goes over the wire: its path percent-encoded, an international host name in its `xn--`
//! form. With the feature `tls`, HTTPS uses the cryptography provider that the application has installed for the process, or
//! ring if there is none.
//!
//! # Connections that the server closes
//!
//! A server may close an idle connection at any time. If nothing of a request had been sent by then, the request is sent on
//! another connection, and the call does not notice. If a part had been sent, the call fails with a transport error, since the
//! method may have run.

pub(super) mod address;
mod builder;
#[cfg(feature = "http2")]
mod carrier;
pub(super) mod connector;
mod failed;
#[cfg(feature = "http2")]
mod http2;
mod pieces;
mod pool;
mod resolver;
#[cfg(feature = "http2")]
mod shared;
#[cfg(feature = "tls")]
pub(super) mod tls;

use std::fmt;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Method, Request, Uri};
use http_body_util::Full;
use rpc_core::transport::{
    Connect, Destination, Progress, TransportFailure, TransportReply, TransportRequest,
    TransportStream,
};
use rpc_core::{TimeoutError, Transport};

use super::event_stream::{Opening, StreamCall};
use super::log::{Logged, shown_url};
use super::settings::Settings;
use pool::Pool;
use rpc_tokio::client::{MaybeBatched, asleep, now, within};

pub use super::error::BuildError;
pub use super::status_error::StatusError;
pub use builder::ClientBuilder;

/// Calls over HTTP: an [`rpc_core::Client`] whose transport is hyper.
pub type Client = rpc_core::Client<Lean>;

/// Several servers over HTTP, for a [`Policy`](rpc_core::Policy).
pub type Endpoints = rpc_core::Endpoints<Lean>;

/// Sends each message as a POST to one URL, over a pool of hyper's connections. A clone shares the connections.
///
/// A reply with a status other than 2xx is a [`StatusError`], unless its body is a valid reply anyway. Redirects are
/// not followed.
#[derive(Clone)]
pub struct Lean {
    messages: MaybeBatched<Carrier>,
}

/// How messages are sent: each over a connection of its own for as long as it takes, or all over one.
#[cfg(not(feature = "http2"))]
type Carrier = Exchange;
#[cfg(feature = "http2")]
type Carrier = carrier::Carrier;

/// Sends one message per request.
#[derive(Clone)]
struct Exchange {
    pool: Pool,
    /// Without user and password: they are among the headers.
    uri: Uri,
    /// The path and the query alone, as the request says them.
    target: Uri,
    settings: Settings,
}

impl Connect for Lean {
    type Builder = ClientBuilder;
    type Error = BuildError;

    fn connect(address: &str) -> Result<Client, BuildError> {
        ClientBuilder::default().build(address)
    }

    fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }
}

impl fmt::Debug for Lean {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let carrier = self.messages.transport();
        f.debug_struct("Lean")
            .field("url", &carrier.shown_url())
            .field("settings", carrier.settings())
            .finish_non_exhaustive()
    }
}

impl Transport for Lean {
    fn send(
        &self,
        message: TransportRequest,
    ) -> impl Future<Output = Result<TransportReply, TransportFailure>> + Send {
        self.messages.send(message)
    }

    fn open(
        &self,
        call: TransportRequest,
    ) -> impl Future<Output = Result<TransportStream, TransportFailure>> + Send {
        self.messages.open(call)
    }

    fn sleep(&self, duration: Duration) -> Option<Pin<Box<dyn Future<Output = ()> + Send>>> {
        self.messages.sleep(duration)
    }

    fn now(&self) -> Instant {
        self.messages.now()
    }

    fn destination(&self) -> Option<Destination> {
        self.messages.destination()
    }
}

impl Transport for Exchange {
    fn send(
        &self,
        mut message: TransportRequest,
    ) -> impl Future<Output = Result<TransportReply, TransportFailure>> + Send {
        let mut log = Logged::begin(&message, &self.settings, || self.shown_url());
        let timeout = self.settings.timeout_of(&message);
        let sent = Sent::not_yet(message.progress.take());
        // Not in the future, which would hold both the message and the request.
        let request = self.request(message, timeout);
        async move {
            let reply = {
                // Pinned here, so that it is not moved about.
                let exchange = pin!(self.exchange(request, &sent, &mut log));
                within(timeout, exchange).await
            };
            let reply = sent.judge(reply);
            log.end(&reply);
            reply
        }
    }

    async fn open(&self, mut call: TransportRequest) -> Result<TransportStream, TransportFailure> {
        let stream = StreamCall::prepare(&mut call, self.settings.max_reply)?;
        let mut log = Logged::begin(&call, &self.settings, || self.shown_url());
        let timeout = self.settings.timeout_of(&call);
        let sent = Sent::not_yet(call.progress.take());
        let mut request = self.request(call, timeout);
        let opening = within(timeout, async {
            let (head, body) = self.pool.open(&mut request, &sent, &mut log).await?;
            Opening::read(head, body, self.settings.max_reply).await
        });
        let opening = sent.judge(opening.await);
        stream.stream(opening, log)
    }

    fn sleep(&self, duration: Duration) -> Option<Pin<Box<dyn Future<Output = ()> + Send>>> {
        asleep(duration)
    }

    fn now(&self) -> Instant {
        now()
    }

    fn destination(&self) -> Option<Destination> {
        Some(Destination::new(self.shown_url()))
    }
}

impl Exchange {
    fn shown_url(&self) -> String {
        shown(&self.uri)
    }

    fn settings(&self) -> &Settings {
        &self.settings
    }

    fn request(&self, message: TransportRequest, timeout: Duration) -> Request<Full<Bytes>> {
        let mut request = Request::new(Full::from(message.body));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.target.clone();
        *request.headers_mut() = self.settings.headers_with(message.headers, timeout);
        request
    }

    async fn exchange(
        &self,
        mut request: Request<Full<Bytes>>,
        sent: &Sent,
        log: &mut Logged,
    ) -> Result<TransportReply, TransportFailure> {
        let (head, mut reply) = self.pool.send(&mut request, sent, log).await?;
        head.read(&mut reply, self.settings.max_reply).await
    }
}

/// An address as errors and the log show it.
fn shown(uri: &Uri) -> String {
    let scheme = uri.scheme_str().unwrap_or_default();
    let authority = uri.authority().map_or("", |it| it.as_str());
    shown_url(&format!("{scheme}://{authority}"), uri.path())
}

/// Whether a part of a request may have been sent. It is here for each call, and shared only for those that somebody watches.
struct Sent {
    is_sent: AtomicBool,
    watched: Option<Progress>,
}

impl Sent {
    fn not_yet(watched: Option<Progress>) -> Self {
        let sent = Sent {
            is_sent: AtomicBool::new(false),
            watched,
        };
        sent.set(false);
        sent
    }

    fn set(&self, is_sent: bool) {
        self.is_sent.store(is_sent, Ordering::Relaxed);
        match &self.watched {
            None => {}
            Some(progress) if is_sent => progress.sending(),
            Some(progress) => progress.connecting(),
        }
    }

    /// Says more of a timeout: whether it came before anything was sent.
    fn judge<T>(&self, result: Result<T, TransportFailure>) -> Result<T, TransportFailure> {
        match result {
            Err(TransportFailure::Timeout(_)) if !self.is_sent.load(Ordering::Relaxed) => {
                Err(TimeoutError::Connect.into())
            }
            result => result,
        }
    }
}
