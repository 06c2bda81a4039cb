//! [`Bounds`]: what bounds a connection.

use std::time::Duration;

use super::defaults;
use super::guard::Timeouts;

/// What bounds a connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub(super) timeouts: Timeouts,
    pub(super) max_header_size: usize,
    pub(super) max_age: Duration,
    /// `None`: HTTP/2 is not spoken.
    #[cfg(feature = "http2")]
    pub(super) http2: Option<Http2Bounds>,
}

impl Default for Bounds {
    fn default() -> Self {
        Bounds {
            timeouts: Timeouts::default(),
            max_header_size: defaults::MAX_HEADER_SIZE,
            max_age: defaults::MAX_CONNECTION_AGE,
            #[cfg(feature = "http2")]
            http2: Some(Http2Bounds::default()),
        }
    }
}

#[cfg(feature = "tls")]
impl Bounds {
    /// What is offered over TLS (ALPN), the best first.
    pub(super) fn protocols(&self) -> &'static [&'static [u8]] {
        #[cfg(feature = "http2")]
        if self.http2.is_some() {
            return &[b"h2", b"http/1.1"];
        }
        &[b"http/1.1"]
    }
}

/// What bounds a connection of HTTP/2 besides.
#[cfg(feature = "http2")]
#[derive(Debug, Clone, Copy)]
pub(super) struct Http2Bounds {
    pub(super) max_streams: usize,
    pub(super) ping_interval: Option<Duration>,
}

#[cfg(feature = "http2")]
impl Default for Http2Bounds {
    fn default() -> Self {
        Http2Bounds {
            max_streams: defaults::MAX_HTTP2_STREAMS,
            ping_interval: Some(defaults::HTTP2_PING_INTERVAL),
        }
    }
}
