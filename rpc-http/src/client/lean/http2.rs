//! [`Exchange`]: each message is a stream of HTTP/2, and all go over one connection.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::HOST;
use http::{HeaderMap, Method, Request, Response, Uri};
use http_body::Body;
use hyper::body::Incoming;
use rpc_core::transport::{
    Destination, Progress, TransportFailure, TransportReply, TransportRequest, TransportStream,
};
use rpc_core::{Execution, TimeoutError, Transport};
use rpc_tokio::client::{asleep, now, within};

use super::super::error::BuildError;
use super::super::event_stream::{Opening, StreamCall, is_event_stream};
use super::super::log::Logged;
use super::super::reply::{Pieces, ReplyHead};
use super::super::settings::Settings;
use super::super::tracked::Tracked;
use super::super::unprocessed;
use super::failed::{NOT_SENT, lost, no_response, not_sent};
use super::pieces::next_piece;
use super::shared::{Lease, Shared};
use super::shown;

/// Sends one message per stream. A call that is dropped resets its stream.
#[derive(Clone)]
pub(super) struct Exchange {
    shared: Shared,
    /// Without user and password: they are among the headers.
    uri: Uri,
    settings: Settings,
}

impl Exchange {
    pub(super) fn new(
        shared: Shared,
        uri: Uri,
        mut settings: Settings,
    ) -> Result<Self, BuildError> {
        // HTTP/2 names the host in the URL, and only there.
        let uri = match settings.headers.remove(HOST) {
            Some(host) => with_host(uri, host.as_bytes())?,
            None => uri,
        };
        Ok(Exchange {
            shared,
            uri,
            settings,
        })
    }

    pub(super) fn shown_url(&self) -> String {
        shown(&self.uri)
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Sends a message, and returns the response as soon as its head is there.
    ///
    /// A message that the server did not process is sent once more, since a server that stops does not want to lose calls.
    /// Any more attempts are up to the client's retry policy, which waits between them and has a budget.
    async fn respond(
        &self,
        headers: HeaderMap,
        body: Bytes,
        timeout: Duration,
        progress: &Progress,
        is_given: &AtomicBool,
    ) -> Result<(Response<Incoming>, Lease), TransportFailure> {
        let headers = self.settings.headers_with(headers, timeout);
        let mut is_first = true;
        loop {
            progress.connecting();
            is_given.store(false, Ordering::Relaxed);
            let (mut sender, mut lease) = self.shared.lease().await?;
            is_given.store(true, Ordering::Relaxed);
            let mut request = Request::new(Tracked::new(body.clone(), progress.clone()));
            *request.method_mut() = Method::POST;
            *request.uri_mut() = self.uri.clone();
            *request.headers_mut() = headers.clone();
            let error = match sender.try_send_request(request).await {
                Ok(response) => {
                    lease.answered();
                    return Ok((response, lease));
                }
                Err(error) => error.into_error(),
            };
            lease.failed(&sender, &error);
            let is_unsent = progress.timeout().execution() == Execution::NotRun;
            if !is_unsent && !unprocessed::is_in(&error) {
                return Err(lost(no_response(error)));
            }
            if !is_first || is_busy(&lease, &error) {
                return Err(not_sent(NOT_SENT, no_response(error)));
            }
            is_first = false;
        }
    }
}

/// Whether the server has refused a call although it had said how many it takes at once. Before that, a client may easily send
/// too many.
fn is_busy(lease: &Lease, error: &hyper::Error) -> bool {
    unprocessed::is_refused(error) && lease.had_answered()
}

fn with_host(uri: Uri, host: &[u8]) -> Result<Uri, BuildError> {
    let mut parts = uri.into_parts();
    let host = host.try_into().map_err(|_not_shown| BuildError::Url)?;
    parts.authority = Some(host);
    Uri::from_parts(parts).map_err(|_not_shown| BuildError::Url)
}

/// Says more of a timeout. hyper may still send a message that it has been given, also after its call was dropped.
fn judge<T>(
    result: Result<T, TransportFailure>,
    progress: &Progress,
    is_given: &AtomicBool,
) -> Result<T, TransportFailure> {
    match result {
        Err(TransportFailure::Timeout(_)) if is_given.load(Ordering::Relaxed) => {
            Err(TimeoutError::Reply.into())
        }
        Err(TransportFailure::Timeout(_)) => Err(progress.timeout().into()),
        result => result,
    }
}

impl Transport for Exchange {
    async fn send(
        &self,
        mut message: TransportRequest,
    ) -> Result<TransportReply, TransportFailure> {
        let mut log = Logged::begin(&message, &self.settings, || self.shown_url());
        let timeout = self.settings.timeout_of(&message);
        let progress = message.progress.take().unwrap_or_default();
        let is_given = AtomicBool::new(false);
        let exchange = async {
            let (headers, body) = (message.headers, Bytes::from(message.body));
            let (response, lease) = self
                .respond(headers, body, timeout, &progress, &is_given)
                .await?;
            let head = ReplyHead::new(response.status(), response.headers(), &mut log);
            let mut reply = Reply::new(response, lease);
            head.read(&mut reply, self.settings.max_reply).await
        };
        let reply = judge(within(timeout, exchange).await, &progress, &is_given);
        log.end(&reply);
        reply
    }

    async fn open(&self, mut call: TransportRequest) -> Result<TransportStream, TransportFailure> {
        let stream = StreamCall::prepare(&mut call, self.settings.max_reply)?;
        let mut log = Logged::begin(&call, &self.settings, || self.shown_url());
        let timeout = self.settings.timeout_of(&call);
        let progress = call.progress.take().unwrap_or_default();
        let is_given = AtomicBool::new(false);
        let opening = async {
            let (headers, body) = (call.headers, Bytes::from(call.body));
            let (response, lease) = self
                .respond(headers, body, timeout, &progress, &is_given)
                .await?;
            let (status, headers) = (response.status(), response.headers());
            let head = ReplyHead::new(status, headers, &mut log);
            let head = (!is_event_stream(status, headers)).then_some(head);
            Opening::read(head, Reply::new(response, lease), self.settings.max_reply).await
        };
        let opening = judge(within(timeout, opening).await, &progress, &is_given);
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

/// The body of a response. If it is dropped before its end, its stream is reset.
struct Reply {
    body: Incoming,
    /// The connection is in use until the end.
    _lease: Lease,
}

impl Reply {
    fn new(response: Response<Incoming>, lease: Lease) -> Self {
        Reply {
            body: response.into_body(),
            _lease: lease,
        }
    }
}

impl Pieces for Reply {
    fn announced(&self) -> Option<u64> {
        self.body.size_hint().exact()
    }

    async fn next(&mut self) -> Result<Option<Bytes>, TransportFailure> {
        next_piece(&mut self.body).await
    }
}
