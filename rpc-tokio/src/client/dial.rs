//! [`Dial`]: how a [`Link`](super::Link) gets its connections.

use std::error::Error;
use std::future::Future;
use std::time::Duration;

use rpc_core::session::{Session, SessionBuilder};

use crate::defaults::{CALL_TIMEOUT, CONNECT_TIMEOUT, MAX_BACKOFF};
use crate::runtime::Tokio;

/// Opens the connections of a [`Link`](super::Link), and carries messages over them.
pub trait Dial: Send + Sync + 'static {
    /// An open connection.
    type Connection: Send;

    /// Connects, and does the handshake. The link limits the time.
    fn connect(
        &self,
    ) -> impl Future<Output = Result<Self::Connection, Box<dyn Error + Send + Sync>>> + Send;

    /// Carries the messages of a session until the connection ends. An error says why it was lost.
    ///
    /// When `stop` completes, no client is left: it finishes what is under way, and closes the connection.
    fn run(
        &self,
        connection: Self::Connection,
        session: Session,
        stop: impl Future<Output = ()> + Send,
    ) -> impl Future<Output = Result<(), Box<dyn Error + Send + Sync>>> + Send;

    /// The server, as errors and the log show it: without credentials.
    fn destination(&self) -> String;
}

/// What all [`Link`](super::Link)s can be told.
#[derive(Debug, Clone)]
pub struct LinkSettings {
    /// How long a call may take that has no timeout of its own; default [`CALL_TIMEOUT`].
    pub timeout: Duration,
    /// How long one attempt to connect may take, the handshake included; default [`CONNECT_TIMEOUT`].
    pub connect_timeout: Duration,
    /// The longest pause between two attempts to connect; default [`MAX_BACKOFF`].
    pub max_backoff: Duration,
    /// Sets up the session of each connection.
    pub session: SessionBuilder,
}

impl Default for LinkSettings {
    fn default() -> Self {
        LinkSettings {
            timeout: CALL_TIMEOUT,
            connect_timeout: CONNECT_TIMEOUT,
            max_backoff: MAX_BACKOFF,
            session: SessionBuilder::new().runtime(Tokio).pass_over_not_json(),
        }
    }
}
