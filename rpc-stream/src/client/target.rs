//! [`Target`]: where a client connects to, and how.

use std::error::Error;
use std::future::Future;
use std::time::Duration;

use rpc_core::session::Session;
use rpc_tokio::Stream;
use rpc_tokio::client::Dial;
#[cfg(feature = "tls")]
use rpc_tokio::client::{Tls, TlsStream};
use tokio::io::{AsyncRead, AsyncWrite};
#[cfg(feature = "tls")]
use tokio::sync::OnceCell;

#[cfg(feature = "tls")]
use super::address::host;
use super::address::{Address, Place};
use crate::alive::watch;
use crate::defaults::CLOSE;
use crate::outbox::shut_down;
use crate::run::{Bounds, Ended, Role, run};

/// Where a client connects to, and how.
pub(super) struct Target {
    pub(super) address: Address,
    pub(super) bounds: Bounds,
    pub(super) keep_alive: Duration,
    /// Unless it was given, the first connection that needs it makes it. Reading the system's authorities takes a while.
    #[cfg(feature = "tls")]
    pub(super) tls: OnceCell<Tls>,
}

type BoxError = Box<dyn Error + Send + Sync>;

/// An open connection.
pub(super) enum Connection {
    Plain(Stream),
    #[cfg(feature = "tls")]
    Tls(Box<TlsStream<Stream>>),
}

impl Dial for Target {
    type Connection = Connection;

    async fn connect(&self) -> Result<Connection, BoxError> {
        Ok(match &self.address.place {
            Place::Tcp(address) => {
                Connection::Plain(self.watched(Stream::connect_tcp(address).await?)?)
            }
            Place::Unix(path) => Connection::Plain(Stream::connect_unix(path).await?),
            #[cfg(feature = "tls")]
            Place::Tls(address) => {
                let tls = self
                    .tls
                    .get_or_try_init(|| async { Tls::builder().build() });
                let tls = tls.await?;
                let stream = self.watched(Stream::connect_tcp(address).await?)?;
                Connection::Tls(Box::new(tls.connect(host(address), stream).await?))
            }
        })
    }

    async fn run(
        &self,
        connection: Connection,
        session: Session,
        stop: impl Future<Output = ()> + Send,
    ) -> Result<(), BoxError> {
        match connection {
            Connection::Plain(mut stream) => self.exchange(&mut stream, session, stop).await,
            #[cfg(feature = "tls")]
            Connection::Tls(mut stream) => self.exchange(&mut *stream, session, stop).await,
        }
    }

    fn destination(&self) -> String {
        self.address.to_string()
    }
}

impl Target {
    /// Lets TCP notice a server that has gone silently.
    fn watched(&self, stream: Stream) -> Result<Stream, BoxError> {
        watch(&stream, self.keep_alive, self.bounds.write_timeout)?;
        Ok(stream)
    }

    async fn exchange<I>(
        &self,
        stream: &mut I,
        session: Session,
        stop: impl Future<Output = ()> + Send,
    ) -> Result<(), BoxError>
    where
        I: AsyncRead + AsyncWrite + Unpin + Send,
    {
        let role = Role::Client(self.address.framing());
        match run(stream, session, self.bounds, role, stop).await {
            Ended::Stopped => {
                shut_down(stream, CLOSE).await;
                Ok(())
            }
            lost => Err(lost.into()),
        }
    }
}
