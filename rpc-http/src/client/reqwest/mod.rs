//! [`Http`]: a transport on reqwest.

mod ages;
mod builder;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::Method;
use reqwest::Request;
use rpc_core::transport::{
    Connect, Destination, Progress, TransportFailure, TransportReply, TransportRequest,
    TransportStream,
};
use rpc_core::{Execution, TimeoutError, Transport, TransportError};

use super::event_stream::{Opening, StreamCall, is_event_stream};
use super::log::{Logged, shown_url};
use super::reply::{Pieces, ReplyHead, lost};
use super::settings::Settings;
use super::tracked::Tracked;
#[cfg(feature = "http2")]
use super::unprocessed;
use rpc_tokio::client::{MaybeBatched, asleep, now, within};

use self::ages::Ages;
use super::error::BuildError;
pub use builder::ClientBuilder;

/// A timeout that does not fit into the clock would be none.
const ENDLESS: Duration = Duration::from_secs(365 * 86_400);

/// Calls over HTTP: an [`rpc_core::Client`] whose transport is reqwest.
pub type Client = rpc_core::Client<Http>;

/// Several servers over HTTP, for a [`Policy`](rpc_core::Policy).
///
/// ```no_run
/// use rpc_core::Policy;
/// use rpc_http::Endpoints;
///
/// # fn run() -> Result<(), rpc_http::BuildError> {
/// let servers = Endpoints::new(["http://north:8080/rpc", "http://south:8080/rpc"])?;
/// let client = Policy::new().over(servers);
/// # Ok(())
/// # }
/// ```
pub type Endpoints = rpc_core::Endpoints<Http>;

/// Sends each message as a POST to one URL, over a `reqwest::Client`.
///
/// A reply with a status other than 2xx is a [`StatusError`](super::StatusError), unless its body is a valid reply anyway.
/// Redirects are not followed, unless the application [supplies](ClientBuilder::http_client) a `reqwest::Client` that does so.
#[derive(Clone)]
pub struct Http {
    messages: MaybeBatched<Exchange>,
}

/// Sends one message per request.
#[derive(Clone)]
struct Exchange {
    client: reqwest::Client,
    /// Without user and password: they are among the headers.
    url: reqwest::Url,
    settings: Settings,
    /// For a call without one of its own; `None` if the `reqwest::Client` knows it.
    timeout: Option<Duration>,
    /// Whether bodies tell that they were taken.
    tracks_body: bool,
    /// The proxy's address, if it is known.
    proxy: Option<Arc<str>>,
    ages: Arc<Ages>,
}

impl Connect for Http {
    type Builder = ClientBuilder;
    type Error = BuildError;

    fn connect(address: &str) -> Result<Client, BuildError> {
        ClientBuilder::default().build(address)
    }

    fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exchange = self.messages.transport();
        f.debug_struct("Http")
            .field("url", &exchange.shown_url())
            .field("settings", &exchange.settings)
            .finish_non_exhaustive()
    }
}

impl Transport for Http {
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

impl Exchange {
    fn shown_url(&self) -> String {
        let origin = self.url.origin().ascii_serialization();
        shown_url(&origin, self.url.path())
    }

    async fn exchange(
        &self,
        mut message: TransportRequest,
        log: &mut Logged,
    ) -> Result<TransportReply, TransportFailure> {
        let progress = match self.tracks_body {
            true => Some(message.progress.take().unwrap_or_default()),
            false => None,
        };
        let timeout = self.settings.timeout_of(&message);
        // One that the `reqwest::Client` has anyway need not be set on the request, which costs allocations.
        let is_known = |time: &Duration| self.timeout.is_none() && *time == self.settings.timeout;
        message.timeout = message
            .timeout_if_any(self.timeout)
            .filter(|time| !is_known(time));
        let mut request = self.request(message, timeout, progress.clone());
        let ends = self.ages.prepare(&mut request);
        let exchange = self.client.execute(request).await;
        let mut response = exchange.map_err(|error| failure(error, progress.as_ref()))?;
        self.ages.note(&response, ends);
        let head = ReplyHead::new(response.status(), response.headers(), log);
        head.read(&mut response, self.settings.max_reply).await
    }

    async fn begin(
        &self,
        mut call: TransportRequest,
        log: &mut Logged,
    ) -> Result<Opening<reqwest::Response>, TransportFailure> {
        let timeout = self.settings.timeout_of(&call);
        // reqwest's own would end the stream, too.
        call.timeout = Some(ENDLESS);
        let progress = self
            .tracks_body
            .then(|| call.progress.take().unwrap_or_default());
        let mut request = self.request(call, timeout, progress.clone());
        let ends = self.ages.prepare(&mut request);
        let opening = within(timeout, async {
            let exchange = self.client.execute(request).await;
            let response = exchange.map_err(|error| failure(error, progress.as_ref()))?;
            self.ages.note(&response, ends);
            let (status, headers) = (response.status(), response.headers());
            let head = ReplyHead::new(status, headers, log);
            let head = (!is_event_stream(status, headers)).then_some(head);
            Opening::read(head, response, self.settings.max_reply).await
        });
        opening.await.map_err(|failure| match (failure, &progress) {
            (TransportFailure::Timeout(_), Some(progress)) => progress.timeout().into(),
            (failure, _) => failure,
        })
    }

    /// Not by reqwest's builder, which would move the request at each step, and copy the headers.
    ///
    /// `timeout` is what the server is told. The message's own is reqwest's, unless the client knows it.
    fn request(
        &self,
        message: TransportRequest,
        timeout: Duration,
        progress: Option<Progress>,
    ) -> Request {
        let mut request = Request::new(Method::POST, self.url.clone());
        *request.headers_mut() = self.settings.headers_with(message.headers, timeout);
        let body = match progress {
            Some(progress) => reqwest::Body::wrap(Tracked::new(message.body, progress)),
            None => message.body.into(),
        };
        *request.body_mut() = Some(body);
        if message.timeout.is_some() {
            *request.timeout_mut() = message.timeout;
        }
        request
    }
}

impl Transport for Exchange {
    async fn send(&self, message: TransportRequest) -> Result<TransportReply, TransportFailure> {
        let mut log = Logged::begin(&message, &self.settings, || self.shown_url());
        let reply = self.exchange(message, &mut log).await;
        log.end(&reply);
        reply
    }

    async fn open(&self, mut call: TransportRequest) -> Result<TransportStream, TransportFailure> {
        let stream = StreamCall::prepare(&mut call, self.settings.max_reply)?;
        let mut log = Logged::begin(&call, &self.settings, || self.shown_url());
        let opening = self.begin(call, &mut log).await;
        stream.stream(opening, log)
    }

    fn sleep(&self, duration: Duration) -> Option<Pin<Box<dyn Future<Output = ()> + Send>>> {
        asleep(duration)
    }

    fn now(&self) -> Instant {
        now()
    }

    fn destination(&self) -> Option<Destination> {
        let destination = Destination::new(self.shown_url());
        Some(match &self.proxy {
            Some(proxy) => destination.through(&**proxy),
            None => destination,
        })
    }
}

impl Pieces for reqwest::Response {
    fn announced(&self) -> Option<u64> {
        self.content_length()
    }

    async fn next(&mut self) -> Result<Option<Bytes>, TransportFailure> {
        self.chunk().await.map_err(|error| failure(error, None))
    }
}

/// `progress`: how far the request has come, if that is known.
fn failure(error: reqwest::Error, progress: Option<&Progress>) -> TransportFailure {
    let timeout = match progress {
        _ if error.is_connect() => TimeoutError::Connect,
        Some(progress) => progress.timeout(),
        None => TimeoutError::Reply,
    };
    if error.is_timeout() {
        return timeout.into();
    }
    let is_unsent = timeout.execution() == Execution::NotRun;
    #[cfg(feature = "http2")]
    if error.is_request() && unprocessed::is_in(&error) {
        return unprocessed::failure(error.without_url()).into();
    }
    let is_connect = error.is_connect();
    // The URL may have a secret in it, and errors are shown.
    let error = error.without_url();
    let what = match is_unsent {
        _ if is_connect => "could not connect",
        true => "the request was not sent",
        false => return lost(error),
    };
    TransportError::new(what, error).not_run().into()
}
