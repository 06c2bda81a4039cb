//! The client: a transport on reqwest.
//!
//! ```no_run
//! use std::time::Duration;
//! use rpc_http::Client;
//!
//! # fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::new("https://shop.example/rpc")?;
//!
//! let client = Client::builder()
//!     .timeout(Duration::from_secs(5))
//!     .bearer_auth("a token")
//!     .header("x-shop", "north")
//!     .build("https://shop.example/rpc")?;
//! # Ok(())
//! # }
//! ```

mod builder;
mod error;

use bytes::{Bytes, BytesMut};
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};
use rpc_core::{Connect, Incoming, Outgoing, Transport, TransportError, TransportFailure};

pub use builder::{BuildError, ClientBuilder};
pub use error::StatusError;

/// Calls over HTTP: an [`rpc_core::Client`] whose transport is reqwest.
pub type Client = rpc_core::Client<Http>;

/// Sends each message as a POST to one URL, over a `reqwest::Client`.
///
/// A reply with another status than 2xx is a [`StatusError`], unless its body is a valid reply for all that. Redirects
/// are not followed.
#[derive(Debug, Clone)]
pub struct Http {
    client: reqwest::Client,
    url: reqwest::Url,
    headers: HeaderMap,
    timeout: std::time::Duration,
    max_reply: usize,
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

impl Transport for Http {
    async fn send(&self, message: Outgoing) -> Result<Incoming, TransportFailure> {
        let timeout = message.timeout.unwrap_or(self.timeout);
        let mut headers = self.headers.clone();
        // A header of the call goes before the client's header of that name.
        for name in message.headers.keys() {
            headers.remove(name);
        }
        headers.extend(message.headers);
        let request = self
            .client
            .post(self.url.clone())
            .headers(headers)
            .timeout(timeout)
            .body(message.body);
        let mut response = request.send().await.map_err(failure)?;
        let status = response.status();
        let content_type = response.headers().get(CONTENT_TYPE).cloned();
        let body = read_body(&mut response, self.max_reply).await?;
        let incoming = Incoming::new(body.clone());
        if status.is_success() {
            return Ok(incoming);
        }
        let error = StatusError::new(status, content_type, body);
        Ok(incoming.doubt(TransportError::new(
            format!("the server answered with HTTP status {status}"),
            error,
        )))
    }
}

async fn read_body(
    response: &mut reqwest::Response,
    max_reply: usize,
) -> Result<Bytes, TransportFailure> {
    let too_large =
        || TransportError::message(format!("the reply is larger than {max_reply} bytes"));
    if response
        .content_length()
        .is_some_and(|length| length > max_reply as u64)
    {
        return Err(too_large().into());
    }
    let mut first = Bytes::new();
    let mut all: Option<BytesMut> = None;
    while let Some(chunk) = response.chunk().await.map_err(failure)? {
        let length = all.as_ref().map_or(first.len(), BytesMut::len);
        if length.saturating_add(chunk.len()) > max_reply {
            return Err(too_large().into());
        }
        if length == 0 {
            first = chunk;
            continue;
        }
        all.get_or_insert_with(|| BytesMut::from(&first[..]))
            .extend_from_slice(&chunk);
    }
    Ok(all.map_or(first, BytesMut::freeze))
}

fn failure(error: reqwest::Error) -> TransportFailure {
    if error.is_timeout() {
        return TransportFailure::Timeout;
    }
    let what = if error.is_connect() {
        "could not connect to the server"
    } else {
        "the HTTP exchange failed"
    };
    TransportError::new(what, error).into()
}

/// What every message says of itself.
fn default_headers() -> HeaderMap {
    let json = HeaderValue::from_static("application/json");
    HeaderMap::from_iter([(CONTENT_TYPE, json.clone()), (ACCEPT, json)])
}
