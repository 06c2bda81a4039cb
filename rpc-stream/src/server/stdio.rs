//! [`serve_stdio`]: a service for the process that started this one, until that closes stdin.

use std::fmt;
use std::future::{Future, IntoFuture, pending};
use std::io;
use std::pin::Pin;
use std::time::Duration;

use http::Extensions;
use rpc_core::{DuplexLimits, Excerpt, IntoServer};

use super::pipes;
use super::settings::Settings;
use crate::defaults::CLOSE;
use crate::outbox::shut_down;
use crate::run::{Ended, Role, run};

/// Serves a service over stdin and stdout, as language servers and MCP servers do, until stdin ends.
///
/// ```no_run
/// # use rpc_core::Dispatcher;
/// # async fn run() -> std::io::Result<()> {
/// let service = Dispatcher::new().method("add", |a: i64, b: i64| async move { a + b });
/// rpc_stream::serve_stdio(service).await
/// # }
/// ```
///
/// When stdin ends, replies to what has been read are still written. Calls and streams have up to five seconds for that; then the
/// future completes. Notifications that are still running end with the program, unless it waits for them.
///
/// Nothing else may be written to stdout. Write to stderr instead: the log's usual place. The panics and errors of Rust programs
/// go there anyway.
pub fn serve_stdio(service: impl IntoServer) -> ServeStdio {
    ServeStdio {
        settings: Settings::new(service),
        signal: Box::pin(pending()),
    }
}

/// A server that is set up: await it. See [`serve_stdio()`].
#[must_use = "a server does nothing until it is awaited"]
pub struct ServeStdio {
    settings: Settings,
    signal: Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl ServeStdio {
    /// Stops the server when this future completes. Streams end with error -32802, and calls finish.
    pub fn shutdown(mut self, signal: impl Future<Output = ()> + Send + 'static) -> Self {
        self.signal = Box::pin(signal);
        self
    }

    /// The largest message, in bytes; default 2 MiB. See [`Serve::max_message`](super::Serve::max_message).
    pub fn max_message(mut self, bytes: usize) -> Self {
        self.settings.bounds.max_message = bytes;
        self
    }

    /// What the connection may cost: calls, streams and their buffers.
    pub fn duplex_limits(mut self, limits: DuplexLimits) -> Self {
        self.settings.session = self.settings.session.limits(limits);
        self
    }

    /// How long the other process may read nothing of what it is sent; default 30 s. Then the server ends.
    pub fn write_timeout(mut self, timeout: Duration) -> Self {
        self.settings.bounds.write_timeout = timeout;
        self
    }

    /// A value that methods find in their context.
    pub fn extension<T: Clone + Send + Sync + 'static>(mut self, value: T) -> Self {
        self.settings.values.insert(value);
        self
    }
}

impl fmt::Debug for ServeStdio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServeStdio")
            .field("bounds", &self.settings.bounds)
            .finish_non_exhaustive()
    }
}

impl IntoFuture for ServeStdio {
    type Output = io::Result<()>;
    type IntoFuture = Pin<Box<dyn Future<Output = io::Result<()>> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(run_stdio(self))
    }
}

async fn run_stdio(serve: ServeStdio) -> io::Result<()> {
    let ServeStdio { settings, signal } = serve;
    let mut pipes = pipes::open()?;
    let builder = settings.session.clone().endpoint("stdio");
    let settings = Settings {
        session: builder,
        ..settings
    };
    let session = settings.session(None, Extensions::new());
    let bounds = settings.bounds;
    let ended = run(&mut pipes.io, session, bounds, Role::Server, signal).await;
    let shown = Excerpt::for_log(&ended);
    tracing::debug!(ended = %shown, "stdin and stdout are closed");
    shut_down(&mut pipes.io, CLOSE).await;
    drop(pipes.io);
    // A process that reads nothing is not waited for.
    let written = tokio::time::timeout(CLOSE, pipes.written).await;
    match (ended, written) {
        (Ended::Failed(error), _) => Err(error),
        (_, Ok(Ok(written))) => written,
        _ => Ok(()),
    }
}
