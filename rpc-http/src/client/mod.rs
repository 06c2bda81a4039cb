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

use std::fmt;

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
/// are not followed, unless a `reqwest::Client` that does so is [given](ClientBuilder::http_client).
#[derive(Clone)]
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

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = &self.url;
        let at = format!(
            "{}{}",
            url.origin().ascii_serialization(),
            url.path() // no user, no password, and no query: any of them may be a secret
        );
        f.debug_struct("Http")
            .field("url", &at)
            .field("headers", &self.headers)
            .field("timeout", &self.timeout)
            .field("max_reply", &self.max_reply)
            .finish_non_exhaustive()
    }
}

impl Transport for Http {
    async fn send(&self, message: Outgoing) -> Result<Incoming, TransportFailure> {
        let timeout = message.timeout.unwrap_or(self.timeout);
        let mut headers = self.headers.clone();
        // A header of the call goes before the client's header of that name.
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
        let mut body = Body::default();
        let read = body.read(&mut response, self.max_reply).await;
        let body = body.into_bytes();
        match read {
            Err(TransportFailure::Error(_)) if !status.is_success() => {
                // The status says more than that its page is not complete.
            }
            read => read?,
        }
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

/// What of a reply's body has come. In one piece, it is not copied.
#[derive(Default)]
struct Body {
    first: Bytes,
    all: Option<BytesMut>,
}

impl Body {
    async fn read(
        &mut self,
        response: &mut reqwest::Response,
        max_reply: usize,
    ) -> Result<(), TransportFailure> {
        let too_large = || {
            let text = format!("the reply is larger than {max_reply} bytes");
            TransportFailure::from(TransportError::message(text))
        };
        if response
            .content_length()
            .is_some_and(|length| length > max_reply as u64)
        {
            return Err(too_large());
        }
        while let Some(chunk) = response.chunk().await.map_err(failure)? {
            let length = self.all.as_ref().map_or(self.first.len(), BytesMut::len);
            if length.saturating_add(chunk.len()) > max_reply {
                return Err(too_large());
            }
            if length == 0 {
                self.first = chunk;
                continue;
            }
            self.all
                .get_or_insert_with(|| BytesMut::from(&self.first[..]))
                .extend_from_slice(&chunk);
        }
        Ok(())
    }

    fn into_bytes(self) -> Bytes {
        self.all.map_or(self.first, BytesMut::freeze)
    }
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
    // The URL may have a secret in it, and errors are shown.
    TransportError::new(what, error.without_url()).into()
}

/// What every message says of itself.
fn default_headers() -> HeaderMap {
    let json = HeaderValue::from_static("application/json");
    HeaderMap::from_iter([(CONTENT_TYPE, json.clone()), (ACCEPT, json)])
}
