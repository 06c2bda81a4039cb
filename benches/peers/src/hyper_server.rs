//! hyper without a framework: with the fastest hand-written handler, and with one that does next to nothing, which is
//! the floor for every server on hyper.

use std::convert::Infallible;
use std::future::ready;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::by_hand;

/// Serves the fastest hand-written handler.
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
            let reply = crate::rpc_server::reply(&message).await;
            first.get_or_init(|| reply).clone()
        }
    })
    .await;
}

async fn serve<A, F>(listener: TcpListener, answer: A)
where
    A: Fn(Bytes) -> F + Clone + Send + 'static,
    F: Future<Output = Bytes> + Send,
{
    loop {
        let (stream, _) = listener
            .accept()
            .await
            .expect("there are free file descriptors");
        stream.set_nodelay(true).expect("it is a TCP stream");
        let answer = answer.clone();
        let service = service_fn(move |request| respond(request, answer.clone()));
        tokio::spawn(async move {
            let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
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
    let body = request.into_body().collect().await;
    let message = body.expect("clients send complete bodies").to_bytes();
    let mut response = Response::new(Full::new(answer(message).await));
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    Ok(response)
}
