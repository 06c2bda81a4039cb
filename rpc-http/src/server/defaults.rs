//! The server's limits and defaults.

use std::time::Duration;

pub(super) use rpc_tokio::defaults::{
    HANDSHAKE_TIMEOUT as HEADER_TIMEOUT, LINGER, LINGER_IN_SILENCE, MAX_IN_FLIGHT, MAX_MESSAGE,
    MAX_STREAMS, MESSAGE_TIMEOUT as BODY_TIMEOUT, WRITE_TIMEOUT,
};
// How many requests a connection of HTTP/2 may have under way at the same time.
#[cfg(feature = "http2")]
pub(super) use rpc_tokio::defaults::MAX_IN_FLIGHT_PER_CONNECTION as MAX_HTTP2_STREAMS;

/// How long a connection may be open without a request. Most clients and load balancers close one after a minute. This is
/// longer, so that the server does not close first.
pub(super) const IDLE_TIMEOUT: Duration = Duration::from_secs(75);

/// After how long without an item a stream over HTTP sends a comment. Proxies close a connection on which nothing comes after a
/// minute or so.
pub(super) const HEARTBEAT: Duration = Duration::from_secs(15);

/// The same once the client has closed its own side. If it has gone altogether, the second comment can't be written.
pub(super) const HEARTBEAT_TO_CLOSED: Duration = Duration::from_secs(1);

/// After how long without an item it is noticed at once that the client closes its side.
pub(super) const QUIET: Duration = Duration::from_secs(1);

/// How many bytes of messages that are still arriving a server keeps, over all connections.
pub(super) const MAX_RECEIVING: usize = 64 * 1024 * 1024;

/// The largest head of a request: its first line and its headers.
pub(super) const MAX_HEADER_SIZE: usize = 64 * 1024;

/// How old a connection may get. The next response ends it. Clients behind a load balancer then find new servers.
pub(super) const MAX_CONNECTION_AGE: Duration = Duration::from_secs(3600);

/// After which time a client of server-sent events is asked to connect again; it varies by up to a tenth.
pub(super) const RETRY: Duration = Duration::from_secs(2);

/// After how long without a frame a client of HTTP/2 is asked for a sign of life.
#[cfg(feature = "http2")]
pub(super) const HTTP2_PING_INTERVAL: Duration = Duration::from_secs(30);

/// The shortest such time. The client has as long to give the sign, and its answer takes a while.
#[cfg(feature = "http2")]
pub(super) const LEAST_HTTP2_PING_INTERVAL: Duration = Duration::from_secs(1);

/// How much of a message the server takes before its reader has taken any, for each stream and for all of a connection. The
/// first bounds how fast a client on a slow line can send a large message, the second what a connection may cost.
#[cfg(feature = "http2")]
pub(super) const HTTP2_STREAM_WINDOW: u32 = 256 * 1024;
#[cfg(feature = "http2")]
pub(super) const HTTP2_CONNECTION_WINDOW: u32 = 1024 * 1024;

/// How much of a response is handed to HTTP/2 at a time. It keeps that, and no more, for a client that takes nothing.
#[cfg(feature = "http2")]
pub(super) const HTTP2_PIECE: usize = 16 * 1024;

/// A response of this size is one piece, even if its client then has to take only a part of it in time.
#[cfg(feature = "http2")]
pub(super) const HTTP2_SMALL: usize = 1024;
