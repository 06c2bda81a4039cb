//! Answers the call of a method that streams with server-sent events.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Request, Response};
use rpc_core::Service;
use rpc_core::limits::CallInFlight;
use rpc_core::session::{Opened, Session, SessionBuilder};
use rpc_tokio::Tokio;
use rpc_tokio::server::{Origin, Peer, client_is_gone};

use super::body::Body;
use super::events::{Events, Form};
use super::handler::{Attached, Handler, add_headers, path_for_log};
use super::request::{BoxError, Refusal};

/// Tells nginx, and proxies that follow it, not to hold items back.
const NO_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// Answers a request whose head has been checked, and whose client takes events.
pub(super) async fn answer<S, B>(
    handler: Arc<Handler<S>>,
    request: Request<B>,
    peer: Option<Peer>,
) -> Response<Body>
where
    S: Service,
    B: http_body::Body<Data = Bytes> + Send,
    B::Error: Into<BoxError>,
{
    let path = path_for_log(&request);
    let (parts, body) = request.into_parts();
    let answer = match handler.read(body).await {
        Ok(message) => answer_message(&handler, message, parts, peer, path).await,
        Err(refusal) => Err(refusal),
    };
    answer.unwrap_or_else(Refusal::into_response)
}

/// Answers a message: with events if it opens a stream, and otherwise as for any client.
pub(super) async fn answer_message<S: Service>(
    handler: &Handler<S>,
    message: Bytes,
    parts: Parts,
    peer: Option<Peer>,
    path: Option<Box<str>>,
) -> Result<Response<Body>, Refusal> {
    if handler.server.opens_stream(&message) {
        return open(handler, message, parts, peer, path).await;
    }
    let metadata = handler.metadata(parts, peer);
    handler.count_in(&metadata)?;
    Ok(handler.answer(&message, metadata, path).await)
}

async fn open<S: Service>(
    handler: &Handler<S>,
    call: Bytes,
    parts: Parts,
    peer: Option<Peer>,
    path: Option<Box<str>>,
) -> Result<Response<Body>, Refusal> {
    handler.check_page(&parts.uri, &parts.headers, &parts.extensions, peer)?;
    let (mut session, _opening) = begin(handler, parts, peer, path)?;
    let opened = while_client_waits(session.open(call)).await;
    Ok(match opened {
        Some(Opened::Stream(of_call)) => {
            let events = Events::new(session, handler.heartbeat, Form::Messages);
            response(Body::events(events), of_call)
        }
        Some(Opened::No(reply)) => handler.respond(reply, None),
        None => Response::default(), // which nobody reads
    })
}

/// The session of a request that opens a stream. Until it is open, it counts as a message in flight, too.
pub(super) fn begin<S: Service>(
    handler: &Handler<S>,
    parts: Parts,
    peer: Option<Peer>,
    path: Option<Box<str>>,
) -> Result<(Session, CallInFlight), Refusal> {
    let (opening, stream) = (handler.in_flight.call(), handler.streams.call());
    if !opening.begin() || !stream.begin() {
        return Err(Refusal::Busy);
    }
    let origin = Origin::new(stream)
        .peer(peer)
        .values(handler.values.clone());
    let attached = Attached::new(origin, &parts.headers);
    let session = SessionBuilder::new()
        .one_way()
        .runtime(Tokio)
        .endpoint(path.as_deref().unwrap_or_default())
        .serve(handler.server.clone())
        .build_with(parts.headers, parts.extensions, attached);
    Ok((session, opening))
}

/// Gives up if the connection is gone. No other message can stop a stream that is being opened.
pub(super) async fn while_client_waits<F: Future>(opening: F) -> Option<F::Output> {
    let mut opening = pin!(opening);
    poll_fn(|task| match client_is_gone() {
        true => Poll::Ready(None),
        false => opening.as_mut().poll(task).map(Some),
    })
    .await
}

/// The response whose body is events.
pub(super) fn response(body: Body, of_call: Option<Box<HeaderMap>>) -> Response<Body> {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(NO_BUFFERING, HeaderValue::from_static("no"));
    add_headers(headers, of_call);
    let events = HeaderValue::from_static("text/event-stream");
    headers.insert(CONTENT_TYPE, events);
    response
}
