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

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};
use rpc_core::{Connect, Incoming, Outgoing, Transport, TransportError, TransportFailure};

use crate::body::Capped;

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
        let (body, read) = read_body(&mut response, self.max_reply).await;
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

/// Reads a reply's body. What has come of it before it breaks off is kept beside the error.
async fn read_body(
    response: &mut reqwest::Response,
    max_reply: usize,
) -> (Bytes, Result<(), TransportFailure>) {
    let too_large = |_| {
        let text = format!("the reply is larger than {max_reply} bytes");
        TransportFailure::from(TransportError::message(text))
    };
    let mut body = match Capped::new(max_reply, response.content_length()) {
        Ok(body) => body,
        Err(error) => return (Bytes::new(), Err(too_large(error))),
    };
    let read = loop {
        match response.chunk().await {
            Ok(Some(chunk)) => {
                if let Err(error) = body.push(chunk) {
                    break Err(too_large(error));
                }
            }
            Ok(None) => break Ok(()),
            Err(error) => break Err(failure(error)),
        }
    };
    (body.into_bytes(), read)
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
