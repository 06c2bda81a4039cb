//! [`Shared`]: the connection of HTTP/2 that all calls share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use http::Uri;
use hyper::client::conn::http2::{self, SendRequest};
use hyper::rt::{Read, Write};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rpc_core::transport::TransportFailure;
use rpc_tokio::varied;
use tokio::sync::Mutex as AsyncMutex;
use tokio::time::Instant;

use super::super::defaults::{
    HTTP2_CONNECTION_WINDOW, HTTP2_PING_INTERVAL, HTTP2_PING_TIMEOUT, HTTP2_STREAM_WINDOW,
};
use super::super::error::BoxError;
use super::super::tracked::Tracked;
use super::super::unprocessed;
use super::connector::Connector;
use super::failed::{NOT_SENT, not_connected, not_sent};
use super::pool::Keeping;

type Sender = SendRequest<Tracked>;

/// The connection that all calls share, and the one that takes its place. A clone shares it.
///
/// hyper lets no more calls begin than the server takes at the same time. The others wait.
#[derive(Clone)]
pub(super) struct Shared(Arc<Inner>);

struct Inner {
    connector: Connector,
    /// Its scheme and authority.
    server: Uri,
    keeping: Keeping,
    current: Mutex<Current>,
    /// Held by the call that connects. The others wait for it.
    connecting: AsyncMutex<()>,
}

#[derive(Default)]
struct Current {
    connection: Option<Connection>,
    /// How often it has been tried to connect, and what became of it last, for the calls that waited.
    attempts: u64,
    failure: Option<TransportFailure>,
}

struct Connection {
    sender: Sender,
    number: u64,
    /// When it is too old for another call; `None`: never.
    ends: Option<Instant>,
    calls: usize,
    /// The server has answered a call, so it has said how many calls it takes at once.
    has_answered: bool,
    idle_since: Instant,
}

/// A call's use of a connection.
pub(super) struct Lease {
    shared: Weak<Inner>,
    number: u64,
    /// The connection had answered a call before this one began.
    had_answered: bool,
    is_answered: bool,
}

impl Shared {
    pub(super) fn new(connector: Connector, server: Uri, keeping: Keeping) -> Self {
        Shared(Arc::new(Inner {
            connector,
            server,
            keeping,
            current: Mutex::default(),
            connecting: AsyncMutex::default(),
        }))
    }

    /// The connection, for one more call.
    pub(super) async fn lease(&self) -> Result<(Sender, Lease), TransportFailure> {
        let attempts = match self.0.take() {
            Ok(taken) => return Ok(taken),
            Err(attempts) => attempts,
        };
        let _connecting = self.0.connecting.lock().await;
        let now = match self.0.take() {
            Ok(taken) => return Ok(taken),
            Err(attempts) => attempts,
        };
        // Another call has tried meanwhile. To try again for each call would make a crowd of calls wait for long.
        if now != attempts
            && let Some(failure) = self.0.lock().failure.clone()
        {
            return Err(failure);
        }
        let connected = self.0.connect().await;
        self.0.keep(connected)
    }
}

impl Inner {
    /// The connection, if there is one for another call, or how often it was tried to connect.
    fn take(self: &Arc<Self>) -> Result<(Sender, Lease), u64> {
        let mut current = self.lock();
        let attempts = current.attempts;
        let Some(connection) = &mut current.connection else {
            return Err(attempts);
        };
        let now = Instant::now();
        let is_old = connection.ends.is_some_and(|end| end <= now);
        let is_unused = connection.calls == 0
            && now.duration_since(connection.idle_since) >= self.keeping.idle_timeout;
        if connection.sender.is_closed() || is_old || is_unused {
            // Its calls go on to their end.
            current.connection = None;
            return Err(attempts);
        }
        connection.calls += 1;
        let lease = Lease {
            shared: Arc::downgrade(self),
            number: connection.number,
            had_answered: connection.has_answered,
            is_answered: false,
        };
        Ok((connection.sender.clone(), lease))
    }

    async fn connect(&self) -> Result<Sender, TransportFailure> {
        match self.connector.unix_socket() {
            Some(path) => handshake(self.connector.connect_unix(path).await).await,
            None => handshake(self.connector.connect(self.server.clone()).await).await,
        }
    }

    fn keep(
        self: &Arc<Self>,
        connected: Result<Sender, TransportFailure>,
    ) -> Result<(Sender, Lease), TransportFailure> {
        let mut current = self.lock();
        current.attempts += 1;
        let sender = match connected {
            Ok(sender) => sender,
            Err(failure) => {
                current.failure = Some(failure.clone());
                return Err(failure);
            }
        };
        let number = current.attempts;
        let now = Instant::now();
        current.failure = None;
        current.connection = Some(Connection {
            sender: sender.clone(),
            number,
            ends: now.checked_add(varied(self.keeping.max_age)),
            calls: 1,
            has_answered: false,
            idle_since: now,
        });
        let closing = close_unused(Arc::downgrade(self), number, self.keeping.idle_timeout);
        tokio::spawn(closing);
        let lease = Lease {
            shared: Arc::downgrade(self),
            number,
            had_answered: false,
            is_answered: false,
        };
        Ok((sender, lease))
    }

    /// Closes a connection if it has been unused for too long. Returns how long it may stay otherwise; `None` if it is gone.
    fn close_unused(&self, number: u64) -> Option<Duration> {
        let mut current = self.lock();
        let connection = current.of(number)?;
        let unused = match connection.calls {
            0 => connection.idle_since.elapsed(),
            _ => Duration::ZERO,
        };
        let left = self.keeping.idle_timeout.saturating_sub(unused);
        if left.is_zero() {
            current.connection = None;
            return None;
        }
        Some(left)
    }

    fn lock(&self) -> MutexGuard<'_, Current> {
        // Nothing under the lock panics half-way.
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Current {
    /// The connection, if it is this one.
    fn of(&mut self, number: u64) -> Option<&mut Connection> {
        let connection = self.connection.as_mut();
        connection.filter(|connection| connection.number == number)
    }
}

impl Lease {
    /// Notes that the server has answered the call.
    pub(super) fn answered(&mut self) {
        self.is_answered = true;
    }

    /// Whether the server had answered a call on this connection before this one began.
    pub(super) fn had_answered(&self) -> bool {
        self.had_answered
    }

    /// Notes that the connection has failed a call, so that the next one gets another, unless only this call's stream ended.
    pub(super) fn failed(&self, sender: &Sender, error: &hyper::Error) {
        if unprocessed::is_of_stream(error) && !sender.is_closed() {
            return;
        }
        if let Some(shared) = self.shared.upgrade() {
            let mut current = shared.lock();
            if current.of(self.number).is_some() {
                current.connection = None;
            }
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(shared) = self.shared.upgrade() else {
            return;
        };
        let mut current = shared.lock();
        let Some(connection) = current.of(self.number) else {
            return;
        };
        connection.calls -= 1;
        connection.has_answered |= self.is_answered;
        if connection.calls == 0 {
            connection.idle_since = Instant::now();
            if shared.keeping.max_idle == 0 {
                current.connection = None;
            }
        }
    }
}

/// Starts HTTP/2 on a connection, and a task that drives it.
async fn handshake<S>(connected: Result<S, BoxError>) -> Result<Sender, TransportFailure>
where
    S: Read + Write + Unpin + Send + 'static,
{
    let stream = connected.map_err(not_connected)?;
    let (sender, connection) = http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .initial_stream_window_size(HTTP2_STREAM_WINDOW)
        .initial_connection_window_size(HTTP2_CONNECTION_WINDOW)
        .keep_alive_interval(HTTP2_PING_INTERVAL)
        .keep_alive_timeout(HTTP2_PING_TIMEOUT)
        .handshake(stream)
        .await
        .map_err(|error| not_sent(NOT_SENT, error))?;
    tokio::spawn(async {
        // Its calls also get the error.
        let _error = connection.await;
    });
    Ok(sender)
}

/// Closes a connection once it has been unused for too long.
async fn close_unused(shared: Weak<Inner>, number: u64, idle_timeout: Duration) {
    let mut wait = idle_timeout;
    loop {
        tokio::time::sleep(wait).await;
        match shared
            .upgrade()
            .and_then(|shared| shared.close_unused(number))
        {
            Some(left) => wait = left,
            None => return,
        }
    }
}
