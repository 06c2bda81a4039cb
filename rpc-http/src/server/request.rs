//! Reads a message from an HTTP request, and refuses other requests.

use std::pin::pin;

use bytes::Bytes;
use http::header::{ALLOW, CONNECTION, CONTENT_ENCODING, CONTENT_TYPE, ORIGIN, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::BodyExt;

use super::body::Body;
use crate::body::Capped;

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
    Host,
    Method,
    ContentType,
    ContentEncoding,
    TooLarge {
        limit: usize,
    },
    Slow,
    /// The body broke off, so nobody will see this.
    Broken,
    Busy,
}

impl Refusal {
    pub(super) fn into_response(self) -> Response<Body> {
        let (status, text) = match self {
            Refusal::Host => (
                StatusCode::FORBIDDEN,
                "the server does not answer by this name".to_owned(),
            ),
            Refusal::Method => (
                StatusCode::METHOD_NOT_ALLOWED,
                "JSON-RPC messages are sent with POST".to_owned(),
            ),
            Refusal::ContentType => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                format!(
                    "the content type of a JSON-RPC message is one of {}; a browser has to send one",
                    CONTENT_TYPES.join(", ")
                ),
            ),
            Refusal::ContentEncoding => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "compressed messages are not accepted".to_owned(),
            ),
            Refusal::TooLarge { limit } => (
                StatusCode::PAYLOAD_TOO_LARGE,
                format!("the message is larger than {limit} bytes"),
            ),
            Refusal::Slow => (
                StatusCode::REQUEST_TIMEOUT,
                "the message did not arrive in time".to_owned(),
            ),
            Refusal::Broken => (StatusCode::BAD_REQUEST, "the message broke off".to_owned()),
            Refusal::Busy => (
                StatusCode::SERVICE_UNAVAILABLE,
                "too many messages are being handled".to_owned(),
            ),
        };
        tracing::debug!(%status, text, "refused a request");
        let mut response = Response::new(Body::from(text));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("text/plain; charset=utf-8"),
        );
        match self {
            Refusal::Method => drop(headers.insert(ALLOW, HeaderValue::from_static("POST"))),
            Refusal::Busy => drop(headers.insert(RETRY_AFTER, HeaderValue::from_static("1"))),
            // The rest of the body is not read, so no other request can follow it.
            Refusal::TooLarge { .. } | Refusal::Slow => {
                drop(headers.insert(CONNECTION, HeaderValue::from_static("close")));
            }
            _ => {}
        }
        response
    }
}

/// Checks what is known before the body is read.
pub(super) fn check_head<B: http_body::Body>(
    request: &Request<B>,
    max_message: usize,
) -> Result<(), Refusal> {
    if request.method() != Method::POST {
        return Err(Refusal::Method);
    }
    if !content_type_is_right(request.headers()) {
        return Err(Refusal::ContentType);
    }
    check_body(request, max_message)
}

/// Checks what is known of a body before it is read.
pub(super) fn check_body<B: http_body::Body>(
    request: &Request<B>,
    max_message: usize,
) -> Result<(), Refusal> {
    let headers = request.headers();
    let is_plain = |encoding: &HeaderValue| encoding.as_bytes().eq_ignore_ascii_case(b"identity");
    if !headers.get_all(CONTENT_ENCODING).iter().all(is_plain) {
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
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    match (types.next(), types.next()) {
        (None, _) => !headers.contains_key(ORIGIN) && !headers.contains_key("sec-fetch-site"),
        (Some(content_type), None) => is_json_rpc(content_type),
        (Some(_), Some(_)) => false,
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

/// Reads a body, up to a limit.
pub(super) async fn read_body<B>(body: B, max_message: usize) -> Result<Bytes, Refusal>
where
    B: http_body::Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    let too_large = |_| Refusal::TooLarge { limit: max_message };
    let mut message = Capped::new(max_message, body.size_hint().exact()).map_err(too_large)?;
    let mut body = pin!(body);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| {
            tracing::debug!(error = %error.into(), "a request's body broke off");
            Refusal::Broken
        })?;
        if let Ok(data) = frame.into_data() {
            message.push(data).map_err(too_large)?;
        }
    }
    Ok(message.into_bytes())
}
