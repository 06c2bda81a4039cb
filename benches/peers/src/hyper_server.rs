//! hyper without a framework: with hand-written handlers, and with one that does next to nothing, which is the floor for
//! every server on hyper.

use std::convert::Infallible;
use std::future::ready;
use std::io::Cursor;
use std::sync::{Arc, OnceLock};

use bytes::{Bytes, BytesMut};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::{HttpService, service_fn};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::{by_hand, fastest};

type BoxError = Box<dyn std::error::Error + Send + Sync>;

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Serves the handler that people write who care about speed.
pub async fn typed(listener: TcpListener) {
    serve(listener, |message| {
        ready(by_hand::typed(&message).unwrap_or_default().into())
    })
    .await;
}

/// Reads the body and answers every request with the reply to the first one.
pub async fn constant(listener: TcpListener) {
    let first = Arc::new(OnceLock::new());
    serve(listener, move |message| {
        let first = Arc::clone(&first);
        async move {
            if let Some(reply) = first.get() {
                return Bytes::clone(reply);
            }
            let reply = fastest::answer(&message).unwrap_or_default();
            first.get_or_init(|| reply.into()).clone()
        }
    })
    .await;
}

/// Serves the fastest handler. Its response takes the reply as it is, without turning it into shared bytes.
pub async fn fastest(listener: TcpListener) {
    connections(listener, || service_fn(respond_fastest)).await;
}

async fn respond_fastest(
    request: Request<Incoming>,
) -> Result<Response<Full<Cursor<Vec<u8>>>>, hyper::Error> {
    let message = whole(request.into_body()).await?;
    let reply = fastest::answer(&message).unwrap_or_default();
    let mut response = Response::new(Full::new(Cursor::new(reply)));
    response.headers_mut().insert(CONTENT_TYPE, JSON);
    Ok(response)
}

/// Reads a body. A small one comes in one piece, which is not copied.
async fn whole(mut body: Incoming) -> Result<Bytes, hyper::Error> {
    let mut pieces = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(piece) = frame?.into_data() else {
            continue;
        };
        if pieces.is_empty() && body.is_end_stream() {
            return Ok(piece);
        }
        // hyper has checked the announced length. A chunked body has no lower bound.
        let expected = body.size_hint().lower();
        pieces.reserve(piece.len() + usize::try_from(expected).unwrap_or(0));
        pieces.extend_from_slice(&piece);
    }
    Ok(pieces.freeze())
}

async fn serve<A, F>(listener: TcpListener, answer: A)
where
    A: Fn(Bytes) -> F + Clone + Send + 'static,
    F: Future<Output = Bytes> + Send,
{
    connections(listener, || {
        let answer = answer.clone();
        service_fn(move |request| respond(request, answer.clone()))
    })
    .await;
}

/// Serves each connection with a service of its own.
async fn connections<S, B>(listener: TcpListener, service: impl Fn() -> S)
where
    S: HttpService<Incoming, ResBody = B, Error: Into<BoxError>, Future: Send> + Send + 'static,
    B: Body<Data: Send, Error: Into<BoxError>> + Send + 'static,
{
    loop {
        let (stream, _) = listener
            .accept()
            .await
            .expect("there are free file descriptors");
        stream.set_nodelay(true).expect("it is a TCP stream");
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service());
        tokio::spawn(async move {
            // A broken connection is the client's problem.
            drop(connection.await);
        });
    }
}

async fn respond<A, F>(
    request: Request<Incoming>,
    answer: A,
) -> Result<Response<Full<Bytes>>, Infallible>
where
    A: Fn(Bytes) -> F,
    F: Future<Output = Bytes>,
{
    let body = whole(request.into_body()).await;
    let message = body.expect("clients send complete bodies");
    let mut response = Response::new(Full::new(answer(message).await));
    response.headers_mut().insert(CONTENT_TYPE, JSON);
    Ok(response)
}
