//! [`Pool`]: connections to one server. Each carries one call at a time.
//!
//! The pool of hyper-util's client serves any number of servers and versions of HTTP. It hashes the server's name for each
//! request, and starts a task after each to see when the connection is free. This one knows one server, and asks the connection
//! when its call is done.

use std::borrow::Borrow;
use std::future::Future;
use std::mem;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Uri};
use http_body::Body;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::rt::{Read, Write};
use rpc_core::transport::TransportFailure;
use rpc_tokio::varied;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::super::error::BoxError;
use super::super::event_stream::is_event_stream;
use super::super::log::Logged;
use super::super::reply::{Pieces, ReplyHead};
use super::Sent;
use super::connector::Connector;
use super::failed::{NOT_SENT, lost, no_response, not_connected, not_sent};
use super::pieces::next_piece;

/// A connection. A task drives it until it ends or this is dropped.
struct Connection {
    sender: SendRequest<Full<Bytes>>,
    /// When it is too old for another call; `None`: never.
    ends: Option<Instant>,
}

/// How long connections are kept, and how many.
#[derive(Clone, Copy)]
pub(super) struct Keeping {
    pub(super) idle_timeout: Duration,
    pub(super) max_idle: usize,
    pub(super) max_age: Duration,
}

/// Connections to one server. A clone shares them.
#[derive(Clone)]
pub(super) struct Pool {
    shared: Arc<Shared>,
}

pub(super) struct Shared {
    connector: Connector,
    /// Its scheme and authority.
    server: Uri,
    keeping: Keeping,
    idle: Mutex<Idle>,
}

/// The connections without a call.
#[derive(Default)]
struct Idle {
    /// The one that was used last is used first, so that surplus ones get old. The oldest is the first.
    stack: Vec<(Connection, Instant)>,
    /// Closes the unused ones.
    closing: Option<JoinHandle<()>>,
}

impl Pool {
    pub(super) fn new(connector: Connector, server: Uri, keeping: Keeping) -> Self {
        Pool {
            shared: Arc::new(Shared {
                connector,
                server,
                keeping,
                idle: Mutex::default(),
            }),
        }
    }

    /// Sends a request, which is taken, and returns the response as soon as its head is there.
    pub(super) fn send<'a>(
        &'a self,
        request: &'a mut Request<Full<Bytes>>,
        sent: &'a Sent,
        log: &'a mut Logged,
    ) -> impl Future<Output = Result<(ReplyHead, Reply<&'a Arc<Shared>>), TransportFailure>> + Send + 'a
    {
        self.exchange(request, sent, |response, connection| {
            let head = ReplyHead::new(response.status(), response.headers(), log);
            (head, Reply::new(response, connection, &self.shared))
        })
    }

    /// The same for a call that opens a stream. The head is `None` if the response is a stream.
    pub(super) fn open<'a>(
        &'a self,
        request: &'a mut Request<Full<Bytes>>,
        sent: &'a Sent,
        log: &'a mut Logged,
    ) -> impl Future<Output = Result<(Option<ReplyHead>, Reply<Arc<Shared>>), TransportFailure>>
    + Send
    + 'a {
        self.exchange(request, sent, |response, connection| {
            let (status, headers) = (response.status(), response.headers());
            let head = ReplyHead::new(status, headers, log);
            let head = (!is_event_stream(status, headers)).then_some(head);
            (
                head,
                Reply::new(response, connection, Arc::clone(&self.shared)),
            )
        })
    }

    async fn exchange<T>(
        &self,
        request: &mut Request<Full<Bytes>>,
        sent: &Sent,
        finish: impl FnOnce(http::Response<Incoming>, Connection) -> T,
    ) -> Result<T, TransportFailure> {
        loop {
            let taken = self.shared.take();
            let is_new = taken.is_none();
            let mut connection = match taken {
                Some(connection) => connection,
                // Boxed, since most calls need no new connection, and would hold room for this.
                None => Box::pin(self.shared.connect()).await?,
            };
            sent.set(true);
            // Pinned here, so that it is not moved about.
            let response = pin!(connection.sender.try_send_request(mem::take(request)));
            let mut error = match response.await {
                Ok(response) => return Ok(finish(response, connection)),
                Err(error) => error,
            };
            // It is given back only if the connection had ended before any of it was written.
            *request = match error.take_message() {
                Some(_unsent) if is_new => {
                    return Err(not_sent(NOT_SENT, no_response(error.into_error())));
                }
                Some(unsent) => unsent,
                None => return Err(lost(no_response(error.into_error()))),
            };
            sent.set(false);
        }
    }
}

/// The body of a response. The connection is free for another call when all of it has been read, and is closed otherwise.
pub(super) struct Reply<P> {
    body: Incoming,
    connection: Option<Connection>,
    /// A reference, or for a stream, which outlives its call, its own.
    pool: P,
}

impl<P> Reply<P> {
    fn new(response: http::Response<Incoming>, connection: Connection, pool: P) -> Self {
        Reply {
            body: response.into_body(),
            connection: Some(connection),
            pool,
        }
    }
}

impl<P: Borrow<Arc<Shared>> + Send> Pieces for Reply<P> {
    fn announced(&self) -> Option<u64> {
        self.body.size_hint().exact()
    }

    async fn next(&mut self) -> Result<Option<Bytes>, TransportFailure> {
        let piece = next_piece(&mut self.body).await?;
        if piece.is_none()
            && let Some(connection) = self.connection.take()
        {
            self.pool.borrow().put_back(connection);
        }
        Ok(piece)
    }
}

impl Connection {
    fn is_too_old(&self, now: Instant) -> bool {
        self.ends.is_some_and(|end| end <= now)
    }
}

impl Shared {
    async fn connect(&self) -> Result<Connection, TransportFailure> {
        let sender = match self.connector.unix_socket() {
            Some(path) => handshake(self.connector.connect_unix(path).await).await?,
            None => handshake(self.connector.connect(self.server.clone()).await).await?,
        };
        Ok(Connection {
            sender,
            ends: Instant::now().checked_add(varied(self.keeping.max_age)),
        })
    }

    /// A connection that is open, as far as is known.
    fn take(&self) -> Option<Connection> {
        let now = Instant::now();
        let mut idle = self.lock();
        while let Some((connection, since)) = idle.stack.pop() {
            if now.duration_since(since) >= self.keeping.idle_timeout {
                idle.stack.clear(); // they are older
            } else if connection.sender.is_ready() && !connection.is_too_old(now) {
                return Some(connection);
            }
        }
        None
    }

    fn put_back(self: &Arc<Self>, mut connection: Connection) {
        if connection.sender.is_ready() {
            return self.keep(connection);
        }
        if connection.sender.is_closed() {
            return;
        }
        // Its task, on another thread, is a little behind, or the request has not been sent to its end yet.
        let pool = Arc::downgrade(self);
        tokio::spawn(async move {
            if connection.sender.ready().await.is_ok()
                && let Some(pool) = pool.upgrade()
            {
                pool.keep(connection);
            }
        });
    }

    fn keep(self: &Arc<Self>, connection: Connection) {
        let now = Instant::now();
        if connection.is_too_old(now) {
            return;
        }
        let mut idle = self.lock();
        if idle.stack.len() >= self.keeping.max_idle {
            idle.stack
                .retain(|(connection, _)| !connection.sender.is_closed());
        }
        if idle.stack.len() >= self.keeping.max_idle {
            return;
        }
        idle.stack.push((connection, now));
        // The task may have ended with its runtime.
        if idle.closing.as_ref().is_none_or(JoinHandle::is_finished) {
            let closing = close_old(Arc::downgrade(self), self.keeping.idle_timeout);
            idle.closing = Some(tokio::spawn(closing));
        }
    }

    /// Closes the connections that have waited for too long. Returns how long the oldest of the others may still wait.
    fn close_old(&self) -> Option<Duration> {
        let mut idle = self.lock();
        let is_old = |since: &Instant| since.elapsed() >= self.keeping.idle_timeout;
        let old = idle.stack.partition_point(|(_, since)| is_old(since));
        idle.stack.drain(..old);
        let Some((_, oldest)) = idle.stack.first() else {
            idle.closing = None;
            return None;
        };
        // Not a point in time, since an endless timeout has none.
        Some(self.keeping.idle_timeout.saturating_sub(oldest.elapsed()))
    }

    fn lock(&self) -> MutexGuard<'_, Idle> {
        // Nothing under the lock panics half-way.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Starts HTTP on a connection, and a task that drives it.
async fn handshake<S>(
    connected: Result<S, BoxError>,
) -> Result<SendRequest<Full<Bytes>>, TransportFailure>
where
    S: Read + Write + Unpin + Send + 'static,
{
    let stream = connected.map_err(not_connected)?;
    let (sender, connection) = http1::handshake(stream)
        .await
        .map_err(|error| not_sent(NOT_SENT, error))?;
    tokio::spawn(async {
        // Its call also gets the error.
        let _error = connection.await;
    });
    Ok(sender)
}

/// Closes each of a pool's connections when its time has come, as long as there are any.
async fn close_old(pool: Weak<Shared>, idle_timeout: Duration) {
    let mut wait = idle_timeout;
    loop {
        tokio::time::sleep(wait).await;
        match pool.upgrade().and_then(|pool| pool.close_old()) {
            Some(until_the_next) => wait = until_the_next,
            None => return,
        }
    }
}
