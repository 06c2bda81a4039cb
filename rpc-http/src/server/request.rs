//! Reads a message from an HTTP request, and refuses other requests.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use http::header::{
    ACCEPT, ALLOW, CONNECTION, CONTENT_ENCODING, CONTENT_TYPE, HOST, ORIGIN, RETRY_AFTER,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use http_body::Frame;
use rpc_core::Excerpt;
use rpc_core::transport::{TIMEOUT_HEADER, read_timeout};
use rpc_tokio::server::client_is_gone;
use rpc_tokio::{ByteQuota, Reservation};

use super::accept::Accept;
use super::body::Body;
use crate::body::Capped;
use crate::refused;

pub(super) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The content types of JSON-RPC.
const CONTENT_TYPES: [&str; 3] = [
    "application/json",
    "application/json-rpc",
    "application/jsonrequest",
];

/// Why a request is refused before its message is read.
#[derive(Debug)]
pub(super) enum Refusal {
    /// HTTP/1.1 requires one `Host` header.
    NoHost,
    /// The request is for another host.
    Host,
    /// The server listens on a loopback address, and a page may call it by a name of its own.
    NotLoopback,
    Method,
    /// A page of another origin wants a WebSocket or a stream.
    Origin,
    /// The handshake of a WebSocket is of another version.
    #[cfg(feature = "ws")]
    WebSocketVersion,
    /// The handshake of a WebSocket has no valid key.
    #[cfg(feature = "ws")]
    WebSocketKey,
    ContentType,
    ContentEncoding,
    TooLarge {
        limit: usize,
    },
    Slow,
    /// The body was cut off. A client that has only closed its own side sees this.
    Broken,
    /// Too many messages are being handled.
    Busy,
    /// Too many bytes of other messages are still arriving.
    Crowded,
}

impl Refusal {
    pub(super) fn into_response(self) -> Response<Body> {
        let (status, reason, text) = self.describe();
        tracing::debug!(%status, text, "refused a request");
        let mut response = Response::new(Body::from(text));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("text/plain; charset=utf-8"),
        );
        headers.insert(refused::HEADER, HeaderValue::from_static(reason));
        match self {
            #[cfg(feature = "ws")]
            Refusal::WebSocketVersion => {
                let version = HeaderValue::from_static("13");
                headers.insert(http::header::SEC_WEBSOCKET_VERSION, version);
            }
            Refusal::Method => drop(headers.insert(ALLOW, HeaderValue::from_static("POST"))),
            Refusal::Busy | Refusal::Crowded => {
                drop(headers.insert(RETRY_AFTER, HeaderValue::from_static("1")));
            }
            _ => {}
        }
        if self.leaves_body_unread() {
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }

    /// The status, the reason for programs, and the reason for people.
    fn describe(&self) -> (StatusCode, &'static str, String) {
        match self {
            Refusal::NoHost => (
                StatusCode::BAD_REQUEST,
                "host",
                "a request must have exactly one valid `Host` header".to_owned(),
            ),
            Refusal::NotLoopback => (
                StatusCode::FORBIDDEN,
                "host",
                "this server listens on a loopback address, so a browser must use `localhost` or a loopback address; `allowed_hosts` allows other names".to_owned(),
            ),
            Refusal::Host => (
                StatusCode::FORBIDDEN,
                "host",
                "this host name is not among the server's allowed hosts".to_owned(),
            ),
            Refusal::Method => (
                StatusCode::METHOD_NOT_ALLOWED,
                "method",
                "JSON-RPC messages must be sent with POST".to_owned(),
            ),
            Refusal::Origin => (
                StatusCode::FORBIDDEN,
                "origin",
                "pages of this origin may not open a stream or a WebSocket".to_owned(),
            ),
            #[cfg(feature = "ws")]
            Refusal::WebSocketVersion => (
                StatusCode::UPGRADE_REQUIRED,
                "websocket",
                "the version of a WebSocket must be 13".to_owned(),
            ),
            #[cfg(feature = "ws")]
            Refusal::WebSocketKey => (
                StatusCode::BAD_REQUEST,
                "websocket",
                "the handshake of a WebSocket must have a valid `Sec-WebSocket-Key` and `Connection: upgrade`"
                    .to_owned(),
            ),
            Refusal::ContentType => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "content-type",
                format!(
                    "the content type must be one of {}; a request from a browser must have one",
                    CONTENT_TYPES.join(", ")
                ),
            ),
            Refusal::ContentEncoding => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "content-encoding",
                "compressed messages are not accepted".to_owned(),
            ),
            Refusal::TooLarge { limit } => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "too-large",
                format!("the message is larger than {limit} bytes"),
            ),
            Refusal::Slow => (
                StatusCode::REQUEST_TIMEOUT,
                "slow",
                "the message did not arrive in time".to_owned(),
            ),
            Refusal::Broken => (
                StatusCode::BAD_REQUEST,
                "incomplete",
                "the message was cut off".to_owned(),
            ),
            Refusal::Busy => (
                StatusCode::SERVICE_UNAVAILABLE,
                "busy",
                "too many messages are being handled".to_owned(),
            ),
            Refusal::Crowded => (
                StatusCode::SERVICE_UNAVAILABLE,
                "busy",
                "too many messages are being received".to_owned(),
            ),
        }
    }

    /// Then no other request can follow on this connection.
    fn leaves_body_unread(&self) -> bool {
        matches!(
            self,
            Refusal::TooLarge { .. } | Refusal::Slow | Refusal::Broken | Refusal::Crowded
        )
    }
}

/// The header that says how long a client waits. A constant would be made and dropped for each comparison.
static TIMEOUT: HeaderName = TIMEOUT_HEADER;

/// The headers that decide what becomes of a request, found in one pass. That costs less than to look each up by its hash.
pub(super) struct Deciding<'a> {
    pub(super) host: Occurrence<'a>,
    content_type: Occurrence<'a>,
    is_encoded: bool,
    pub(super) accept: Accept,
    /// How long the client waits.
    timeout: Option<&'a HeaderValue>,
}

/// How often a header occurs.
#[derive(Clone, Copy)]
pub(super) enum Occurrence<'a> {
    Never,
    Once(&'a HeaderValue),
    Repeated,
}

impl<'a> Deciding<'a> {
    #[inline]
    pub(super) fn find(headers: &'a HeaderMap) -> Self {
        let mut found = Deciding {
            host: Occurrence::Never,
            content_type: Occurrence::Never,
            is_encoded: false,
            accept: Accept::Reply,
            timeout: None,
        };
        for (name, value) in headers {
            if *name == HOST {
                found.host.add(value);
            } else if *name == CONTENT_TYPE {
                found.content_type.add(value);
            } else if *name == CONTENT_ENCODING {
                found.is_encoded |= !value.as_bytes().eq_ignore_ascii_case(b"identity");
            } else if *name == ACCEPT {
                if Accept::names_events(value) {
                    found.accept = Accept::Events;
                }
            } else if *name == TIMEOUT && found.timeout.is_none() {
                found.timeout = Some(value);
            }
        }
        found
    }

    /// How long the client waits, if it says so.
    #[inline]
    pub(super) fn timeout(&self) -> Option<Duration> {
        self.timeout.and_then(read_timeout)
    }
}

impl<'a> Occurrence<'a> {
    fn add(&mut self, value: &'a HeaderValue) {
        *self = match self {
            Occurrence::Never => Occurrence::Once(value),
            Occurrence::Once(_) | Occurrence::Repeated => Occurrence::Repeated,
        };
    }
}

/// Checks the head, before the body is read.
#[inline]
pub(super) fn check_head<B: http_body::Body>(
    request: &Request<B>,
    deciding: &Deciding<'_>,
    max_message: usize,
) -> Result<(), Refusal> {
    if request.method() != Method::POST {
        return Err(Refusal::Method);
    }
    if !is_type_right(deciding.content_type, request.headers()) {
        return Err(Refusal::ContentType);
    }
    check_body(request, deciding, max_message)
}

/// Checks what is known of a body before it is read.
#[inline]
pub(super) fn check_body<B: http_body::Body>(
    request: &Request<B>,
    deciding: &Deciding<'_>,
    max_message: usize,
) -> Result<(), Refusal> {
    if deciding.is_encoded {
        return Err(Refusal::ContentEncoding);
    }
    if request.body().size_hint().lower() > max_message as u64 {
        return Err(Refusal::TooLarge { limit: max_message });
    }
    Ok(())
}

/// Whether a page of another origin can't have sent this. Such a page can make a browser send a POST without asking the server
/// first, but not with a content type of JSON.
pub(super) fn content_type_is_right(headers: &HeaderMap) -> bool {
    is_type_right(Deciding::find(headers).content_type, headers)
}

#[inline]
fn is_type_right(content_type: Occurrence<'_>, headers: &HeaderMap) -> bool {
    match content_type {
        Occurrence::Once(content_type) => is_json_rpc(content_type),
        Occurrence::Repeated => false,
        Occurrence::Never => {
            !headers.contains_key(ORIGIN) && !headers.contains_key("sec-fetch-site")
        }
    }
}

fn is_json_rpc(content_type: &HeaderValue) -> bool {
    // What nearly every client sends needs no parsing.
    if content_type.as_bytes() == CONTENT_TYPES[0].as_bytes() {
        return true;
    }
    content_type.to_str().is_ok_and(|content_type| {
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        CONTENT_TYPES
            .iter()
            .any(|known| essence.eq_ignore_ascii_case(known))
    })
}

/// Reads the rest of a body, up to a limit. Until the body is complete, its bytes count among those being received.
pub(super) async fn read_rest<B>(
    begun: Bytes,
    mut body: Pin<&mut B>,
    max_message: usize,
    receiving: &ByteQuota,
) -> Result<Bytes, Refusal>
where
    B: http_body::Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    let too_large = |_| Refusal::TooLarge { limit: max_message };
    // An announced length takes no memory yet. Only bytes that arrive do.
    let mut message = Capped::new(max_message, None).map_err(too_large)?;
    message.push(begun).map_err(too_large)?;
    let mut received = Reservation::new(receiving);
    let mut next = async |length| {
        poll_fn(|task| match body.as_mut().poll_frame(task) {
            Poll::Ready(frame) => Poll::Ready(Ok(frame)),
            // The connection is gone, and what has not come by now never will.
            Poll::Pending if client_is_gone() => Poll::Ready(Err(Refusal::Broken)),
            Poll::Pending if !received.grow_to(length) => Poll::Ready(Err(Refusal::Crowded)),
            Poll::Pending => Poll::Pending,
        })
        .await
    };
    while let Some(frame) = next(message.len()).await? {
        message.push(data_of(frame)?).map_err(too_large)?;
    }
    Ok(message.into_bytes())
}

/// The data in a part of a body. Trailers have none.
#[inline]
pub(super) fn data_of<E: Into<BoxError>>(frame: Result<Frame<Bytes>, E>) -> Result<Bytes, Refusal> {
    match frame {
        Ok(frame) => Ok(frame.into_data().unwrap_or_default()),
        Err(error) => {
            let error = Excerpt::for_log(error.into());
            tracing::debug!(%error, "a request's body broke off");
            Err(Refusal::Broken)
        }
    }
}
