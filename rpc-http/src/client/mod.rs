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

use std::fmt;

use bytes::Bytes;
use rpc_core::{Connect, Incoming, Outgoing, Transport, TransportError, TransportFailure};

use crate::common::{Pieces, ReplyHead, Settings};

pub use crate::common::{BuildError, StatusError};
pub use builder::ClientBuilder;

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
    settings: Settings,
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
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl Transport for Http {
    async fn send(&self, message: Outgoing) -> Result<Incoming, TransportFailure> {
        let request = self
            .client
            .post(self.url.clone())
            .timeout(self.settings.timeout_of(&message))
            .headers(self.settings.headers_with(message.headers))
            .body(message.body);
        let mut response = request.send().await.map_err(failure)?;
        let head = ReplyHead::new(response.status(), response.headers());
        head.read(&mut response, self.settings.max_reply).await
    }
}

impl Pieces for reqwest::Response {
    fn announced(&self) -> Option<u64> {
        self.content_length()
    }

    async fn next(&mut self) -> Result<Option<Bytes>, TransportFailure> {
        self.chunk().await.map_err(failure)
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
