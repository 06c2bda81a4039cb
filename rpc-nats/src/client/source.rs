//! [`Source`]: where a client's connection to NATS comes from.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use async_nats::{ConnectOptions, ServerAddr};

use super::connection::Connection;
use super::error::NatsError;
use crate::defaults::PING_INTERVAL;

/// Where a client's connection to NATS comes from, and the connection once it is there.
pub(super) struct Source {
    kind: Kind,
    current: Mutex<Option<Arc<Connection>>>,
    /// Held while a connection is made, so that there is only one.
    making: tokio::sync::Mutex<()>,
}

enum Kind {
    /// From the user, connected already.
    Given(async_nats::Client),
    /// Made when the first call needs it.
    Servers(Vec<ServerAddr>, Box<ConnectOptions>),
}

impl Source {
    pub(super) fn given(nats: async_nats::Client) -> Self {
        Source::of(Kind::Given(nats))
    }

    pub(super) fn servers(servers: Vec<ServerAddr>, options: ConnectOptions) -> Self {
        Source::of(Kind::Servers(servers, Box::new(options)))
    }

    fn of(kind: Kind) -> Self {
        Source {
            kind,
            current: Mutex::new(None),
            making: tokio::sync::Mutex::new(()),
        }
    }

    /// The connection. A new one is made in place of one that has been closed.
    pub(super) async fn connection(&self) -> Result<Arc<Connection>, NatsError> {
        match self.current() {
            Some(connection) => Ok(connection),
            // Boxed, since async-nats's future is several times as large as that of a call.
            None => Box::pin(self.connect()).await,
        }
    }

    /// The connection, if it is there and connected now.
    pub(super) fn connected(&self) -> Option<Arc<Connection>> {
        self.current().filter(|it| it.is_connected())
    }

    #[cold]
    async fn connect(&self) -> Result<Arc<Connection>, NatsError> {
        let _making = self.making.lock().await;
        if let Some(connection) = self.current() {
            return Ok(connection);
        }
        let nats = match &self.kind {
            Kind::Given(nats) => nats.clone(),
            Kind::Servers(servers, options) => {
                let connected = options.as_ref().clone().connect(servers).await;
                connected.map_err(NatsError::Connect)?
            }
        };
        let connection = Arc::new(Connection::new(nats).await?);
        *self.lock() = Some(Arc::clone(&connection));
        Ok(connection)
    }

    fn current(&self) -> Option<Arc<Connection>> {
        self.lock().clone().filter(|it| !it.is_closed())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Arc<Connection>>> {
        // Nothing under the lock panics half-way.
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How a client connects that was not told. It does not wait until one of its servers can be reached.
pub(super) fn usual_options() -> ConnectOptions {
    ConnectOptions::new()
        .retry_on_initial_connect()
        .ping_interval(PING_INTERVAL)
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            Kind::Given(_) => "a client of NATS",
            Kind::Servers(..) => "servers of NATS",
        })
    }
}
