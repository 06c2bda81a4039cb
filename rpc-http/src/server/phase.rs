//! [`Phase`]: what a connection is doing.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

#[cfg(feature = "http2")]
use super::open_streams::OpenStreams;

/// What a connection is doing, as far as its service knows.
#[derive(Debug, Default)]
pub(super) struct Phase {
    now: AtomicU8,
    #[cfg(feature = "http2")]
    streams: OpenStreams,
}

pub(super) const IDLE: u8 = 0;
const HEADER: u8 = 1;
pub(super) const REQUEST: u8 = 2;
#[cfg(feature = "ws")]
const UPGRADED: u8 = 3;
/// The connection speaks HTTP/2. It is idle without a request, and in a request otherwise: see [`Phase::get`].
#[cfg(feature = "http2")]
const HTTP2: u8 = 4;

impl Phase {
    /// The phase, which is none of its own for HTTP/2.
    pub(super) fn get(&self) -> u8 {
        match self.now.load(Ordering::Relaxed) {
            #[cfg(feature = "http2")]
            HTTP2 if self.streams.is_any_open() => REQUEST,
            #[cfg(feature = "http2")]
            HTTP2 => IDLE,
            phase => phase,
        }
    }

    /// A request's headers have come.
    pub(super) fn request_began(&self) {
        self.now.store(REQUEST, Ordering::Relaxed);
    }

    /// Whether the connection is in a request of HTTP/1.1.
    pub(super) fn is_in_request(&self) -> bool {
        self.now.load(Ordering::Relaxed) == REQUEST
    }

    /// Whether the connection speaks HTTP/2.
    #[cfg(feature = "http2")]
    pub(super) fn is_http2(&self) -> bool {
        self.now.load(Ordering::Relaxed) == HTTP2
    }

    /// The connection speaks HTTP/2, in which a request is a stream.
    #[cfg(feature = "http2")]
    pub(super) fn has_streams(&self) -> &OpenStreams {
        self.now.store(HTTP2, Ordering::Relaxed);
        &self.streams
    }

    /// The streams of a connection that speaks HTTP/2.
    #[cfg(feature = "http2")]
    pub(super) fn streams(&self) -> &OpenStreams {
        &self.streams
    }

    /// The response is complete, or the TLS handshake is. The next request may come.
    pub(super) fn request_may_come(&self) {
        self.now.store(IDLE, Ordering::Relaxed);
    }

    /// The connection has left HTTP. The protocol that took it over notices when the client has gone.
    #[cfg(feature = "ws")]
    pub(super) fn upgraded(&self) {
        self.now.store(UPGRADED, Ordering::Relaxed);
    }

    /// Bytes have come. If the connection was idle, they are the first of a request's headers.
    pub(super) fn bytes_came(&self) {
        // Everything that changes the phase runs in the connection's task.
        if self.now.load(Ordering::Relaxed) == IDLE {
            self.now.store(HEADER, Ordering::Relaxed);
        }
    }

    /// A request has begun, and its headers are not complete yet.
    pub(super) fn is_amid_headers(&self) -> bool {
        self.now.load(Ordering::Relaxed) == HEADER
    }
}

/// Lives as long as a response's body: while a slow body is being made, its connection is not idle.
pub(super) struct Responding(pub(super) Arc<Phase>);

impl Drop for Responding {
    fn drop(&mut self) {
        self.0.request_may_come();
    }
}
