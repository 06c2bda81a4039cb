//! The clients' defaults.

use std::time::Duration;

pub(super) use rpc_tokio::defaults::{CALL_TIMEOUT, MAX_REPLY};

/// How long an idle connection is kept. Servers and load balancers close one after a minute or so. A request that is sent just
/// then is lost, so the client closes first.
pub(super) const IDLE_TIMEOUT: Duration = Duration::from_secs(50);

/// How long a connection is used, a tenth more or less, so that the connections of many clients do not end at the same moment.
pub(super) const MAX_AGE: Duration = Duration::from_secs(300);

/// How long the response with a stream may take to end once the last message has come, so that the connection can be used again.
pub(super) const STREAM_END: Duration = Duration::from_secs(1);

/// How much of a reply's body an error keeps, in bytes.
pub(super) const ERROR_BODY: usize = 4 * 1024;

/// How much of a reply's headers an error keeps, in bytes.
pub(super) const ERROR_HEADERS: usize = 16 * 1024;

/// How long a connection of HTTP/2 with calls may be silent before the server is asked for a sign of life, and how long that may
/// take. All calls share the connection, so one that is lost has to be noticed.
#[cfg(feature = "http2")]
pub(super) const HTTP2_PING_INTERVAL: Duration = Duration::from_secs(15);
#[cfg(feature = "http2")]
pub(super) const HTTP2_PING_TIMEOUT: Duration = Duration::from_secs(15);

/// How much of a reply or a stream of HTTP/2 a client takes before its reader has taken any.
#[cfg(feature = "http2")]
pub(super) const HTTP2_STREAM_WINDOW: u32 = 1024 * 1024;

/// The same for all streams of a connection: as much as there may be, so that a stream that nobody reads does not hold up the
/// others.
#[cfg(feature = "http2")]
pub(super) const HTTP2_CONNECTION_WINDOW: u32 = 2_147_483_647;

/// How soon a name with several addresses is looked up again. Many clients that look it up more often would be a load for name
/// servers, which keep their answers for about as long.
pub(super) const RESOLVED_AGAIN: Duration = Duration::from_secs(30);

/// How many addresses of a name get a client.
pub(super) const MAX_ADDRESSES: usize = 100;
