//! Turns a request into a WebSocket (RFC 6455), over which both ends talk.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{
    CONNECTION, HeaderName, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use rpc_core::session::Session;
use rpc_core::{DuplexLimits, Excerpt};
use rpc_tokio::server::Stopping;
use sha1_smol::Sha1;
use tokio_websockets::ServerBuilder;

use super::body::Body;
use super::request::Refusal;
use crate::websocket::{Bounds, Gathered, PING_INTERVAL, Role, run};

/// The version of the protocol.
const VERSION: HeaderValue = HeaderValue::from_static("13");

/// What a server adds to the client's key to show that it knows the protocol (RFC 6455, section 1.3).
const GUID: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// Whether a request asks for a WebSocket.
pub(super) fn is_wanted<B>(request: &Request<B>) -> bool {
    request.method() == Method::GET && names(request.headers(), &UPGRADE, "websocket")
}

/// Checks a request for a WebSocket. Returns the response's `Sec-WebSocket-Accept`.
pub(super) fn check<B>(request: &Request<B>) -> Result<HeaderValue, Refusal> {
    let headers = request.headers();
    if headers.get(SEC_WEBSOCKET_VERSION) != Some(&VERSION) {
        return Err(Refusal::WebSocketVersion);
    }
    let key = headers.get(SEC_WEBSOCKET_KEY);
    let key = key.filter(|_| names(headers, &CONNECTION, "upgrade"));
    let key = key.filter(|key| STANDARD.decode(key).is_ok_and(|key| key.len() == 16));
    let accept = key.map(|key| accept(key.as_bytes()));
    accept.ok_or(Refusal::WebSocketKey)
}

/// Whether a list of names in a header has this one.
fn names(headers: &HeaderMap, header: &HeaderName, name: &str) -> bool {
    let values = headers.get_all(header).iter();
    let mut words = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    words.any(|word| word.trim().eq_ignore_ascii_case(name))
}

fn accept(key: &[u8]) -> HeaderValue {
    let digest = Sha1::from([key, GUID].concat()).digest().bytes();
    let accept = STANDARD.encode(digest);
    HeaderValue::try_from(accept).unwrap_or(HeaderValue::from_static("")) // base64 is always a valid value
}

/// What an endpoint's WebSockets may do.
#[derive(Debug, Clone)]
pub(super) struct WebSocketSettings {
    pub(super) limits: DuplexLimits,
    pub(super) ping_interval: Option<Duration>,
}

impl Default for WebSocketSettings {
    fn default() -> Self {
        WebSocketSettings {
            limits: DuplexLimits::default(),
            ping_interval: Some(PING_INTERVAL),
        }
    }
}

/// The response that ends the handshake.
pub(super) fn switching(accept: HeaderValue) -> Response<Body> {
    let mut response = Response::new(Body::default());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
    response
}

/// Headers that share nothing. Those of a request are parts of the buffer that it was read into, which would be kept for as long
/// as the connection.
pub(super) fn copied(headers: &HeaderMap) -> HeaderMap {
    let copy = |name: &HeaderName, value: &HeaderValue| {
        let name = HeaderName::from_bytes(name.as_str().as_bytes()).ok()?;
        let mut copied = HeaderValue::from_bytes(value.as_bytes()).ok()?;
        copied.set_sensitive(value.is_sensitive());
        Some((name, copied))
    };
    headers
        .iter()
        .filter_map(|(name, value)| copy(name, value))
        .fold(
            HeaderMap::with_capacity(headers.keys_len()),
            |mut all, (name, value)| {
                all.append(name, value);
                all
            },
        )
}

/// Serves the connection once the handshake is over: in the connection's own task, if the server is one of this crate, and
/// otherwise in a new task.
pub(super) fn serve(
    upgrade: OnUpgrade,
    takeover: Option<Takeover>,
    session: Session,
    bounds: Bounds,
) {
    let stopping = takeover.as_ref().map(|takeover| takeover.stopping.clone());
    let served = async move {
        match upgrade.await {
            Ok(upgraded) => serve_upgraded(upgraded, session, bounds, stopping).await,
            Err(error) => {
                let error = Excerpt::for_log(error);
                tracing::debug!(%error, "a WebSocket was not opened");
            }
        }
    };
    match takeover {
        Some(takeover) => takeover.put(Box::pin(served)),
        None => drop(tokio::spawn(served)),
    }
}

async fn serve_upgraded(
    upgraded: Upgraded,
    session: Session,
    bounds: Bounds,
    stopping: Option<Stopping>,
) {
    let socket = ServerBuilder::new()
        .limits(bounds.limits())
        .serve(Gathered::new(TokioIo::new(upgraded)));
    let stop = async {
        match stopping {
            Some(stopping) => stopping.begun().await,
            None => std::future::pending().await,
        }
    };
    let ended = run(socket, session, bounds, Role::Server, stop).await;
    let ended = Excerpt::for_log(ended);
    tracing::debug!(%ended, "a WebSocket has ended");
}

/// Lets an endpoint take over the connection of a request. It is among the request's extensions.
#[derive(Clone)]
pub(super) struct Takeover {
    served: Arc<Mutex<Option<Served>>>,
    stopping: Stopping,
}

type Served = Pin<Box<dyn Future<Output = ()> + Send>>;

impl Takeover {
    pub(super) fn new(stopping: Stopping) -> Self {
        Takeover {
            served: Arc::default(),
            stopping,
        }
    }

    fn put(&self, served: Served) {
        *self.served.lock().unwrap_or_else(PoisonError::into_inner) = Some(served);
    }

    /// What is to be done with the connection after its last response.
    pub(super) fn take(&self) -> Option<Served> {
        let mut served = self.served.lock().unwrap_or_else(PoisonError::into_inner);
        served.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_answered_as_in_the_specification() {
        assert_eq!(
            accept(b"dGhlIHNhbXBsZSBub25jZQ=="),
            "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
        );
    }
}
