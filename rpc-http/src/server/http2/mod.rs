//! [`serve`]: HTTP/2 on one connection.

mod ending;
mod frames;
mod sending;
mod tasks;

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use bytes::Bytes;
use futures_util::future::lazy;
use futures_util::{FutureExt, TryFutureExt};
use http::header::CONNECTION;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http2;
use hyper_util::rt::{TokioIo, TokioTimer};
use rpc_core::Excerpt;
use rpc_tokio::server::{PollOnWake, Stopping};
use tokio::io::{AsyncRead, AsyncWrite};

use super::app::App;
use super::bounds::{Bounds, Http2Bounds};
use super::caller::Caller;
use super::defaults::{
    HTTP2_CONNECTION_WINDOW, HTTP2_PIECE, HTTP2_STREAM_WINDOW, LEAST_HTTP2_PING_INTERVAL,
};
use super::guard::LONGEST;
use super::phase::Phase;
use super::request::BoxError;
use ending::Ending;
use frames::Frames;
use sending::Pieces;
use tasks::Tasks;

/// The smallest limit on headers, as in HTTP/1.1.
const LEAST_HEADER_SIZE: usize = 8192;

/// Serves a connection whose client speaks HTTP/2, from its preface to its end.
pub(super) async fn serve<A, I>(
    io: I,
    caller: Caller<A>,
    phase: Arc<Phase>,
    stopping: Stopping,
    bounds: Bounds,
    http2: Http2Bounds,
) where
    A: App + Sync,
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let peer = caller.peer;
    let streams = phase.has_streams();
    let caller = Arc::new(caller);
    let (tasks, end) = Tasks::new(bounds.timeouts.write);
    let ending = Arc::new(Ending::default());
    let io = Frames::new(io, bounds.timeouts.header, Arc::clone(&ending));
    let io = TokioIo::new(io);
    let service = hyper::service::service_fn(|request| answer(&caller, &phase, request));
    let mut connection = Box::pin(builder(tasks, &bounds, http2).serve_connection(io, service));
    // The client is told (GOAWAY), and its requests that are already on their way are answered, too.
    let mut farewell = PollOnWake::new(async {
        tokio::select! {
            () = stopping.clone().begun() => (),
            () = tokio::time::sleep(bounds.max_age) => (),
        }
    });
    let mut is_told = false;
    let end_is_due = ending.is_due(stopping.clone(), &phase, bounds.timeouts.write);
    let mut end_is_due = PollOnWake::new(end_is_due);
    let done = poll_fn(|task| {
        streams.wake(task.waker());
        if let Poll::Ready(done) = connection.as_mut().poll(task) {
            return Poll::Ready(done);
        }
        if !is_told && Pin::new(&mut farewell).poll(task).is_ready() {
            is_told = true;
            connection.as_mut().graceful_shutdown();
            if let Poll::Ready(done) = connection.as_mut().poll(task) {
                return Poll::Ready(done);
            }
        }
        if !ending.is_given_up() && Pin::new(&mut end_is_due).poll(task).is_ready() {
            ending.give_up();
            return connection.as_mut().poll(task);
        }
        Poll::Pending
    })
    .await;
    if let Err(error) = done {
        let error = Excerpt::for_log(error);
        tracing::debug!(%peer, %error, "a connection ended early");
    }
    drop(connection);
    end.end().await;
}

fn builder(tasks: Tasks, bounds: &Bounds, http2: Http2Bounds) -> http2::Builder<Tasks> {
    let mut builder = http2::Builder::new(tasks);
    let number = |number| u32::try_from(number).unwrap_or(u32::MAX);
    let max_header_size = bounds.max_header_size.max(LEAST_HEADER_SIZE);
    builder
        .timer(TokioTimer::new())
        .max_concurrent_streams(number(http2.max_streams.max(1)))
        .max_header_list_size(number(max_header_size))
        .initial_stream_window_size(HTTP2_STREAM_WINDOW)
        .initial_connection_window_size(HTTP2_CONNECTION_WINDOW)
        .max_send_buf_size(HTTP2_PIECE);
    if let Some(interval) = http2.ping_interval {
        // hyper adds it to the time of day unchecked.
        let interval = interval.clamp(LEAST_HTTP2_PING_INTERVAL, LONGEST);
        builder
            .keep_alive_interval(interval)
            .keep_alive_timeout(interval);
    }
    builder
}

fn answer<A: App + Sync>(
    caller: &Arc<Caller<A>>,
    phase: &Arc<Phase>,
    request: Request<Incoming>,
) -> impl Future<
    Output = Result<
        Response<impl http_body::Body<Data = Bytes, Error: Into<BoxError>> + use<A>>,
        Infallible,
    >,
> + Send
+ use<A> {
    let open = Open::new(Arc::clone(phase));
    let caller = Arc::clone(caller);
    // In the stream's own task, so that an app that panics ends no other stream. Not an `async` block, which would keep room for
    // both the request and the call.
    let call = lazy(move |_| caller.call(request)).flatten();
    call.map_ok(move |mut response| {
        // In HTTP/2 a response can't end its connection, nor does it have to.
        response.headers_mut().remove(CONNECTION);
        response.map(|body| Pieces::new(body, open))
    })
}

/// A stream that is open as long as this lives.
struct Open(Arc<Phase>);

impl Open {
    fn new(phase: Arc<Phase>) -> Self {
        phase.streams().open();
        Open(phase)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.streams().close();
    }
}
