//! [`Target`]: where a client connects to, and how.

use std::error::Error;
use std::future::Future;
use std::time::Duration;

use rpc_core::session::Session;
use rpc_tokio::Stream;
use rpc_tokio::client::Dial;

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
}

impl Dial for Target {
    type Connection = Stream;

    async fn connect(&self) -> Result<Stream, Box<dyn Error + Send + Sync>> {
        let stream = match &self.address.place {
            Place::Tcp(address) => Stream::connect_tcp(address).await?,
            Place::Unix(path) => Stream::connect_unix(path).await?,
        };
        watch(&stream, self.keep_alive, self.bounds.write_timeout)?;
        Ok(stream)
    }

    async fn run(
        &self,
        mut stream: Stream,
        session: Session,
        stop: impl Future<Output = ()> + Send,
    ) -> Result<(), Box<dyn Error + Send + Sync>> {
        let role = Role::Client(self.address.framing());
        match run(&mut stream, session, self.bounds, role, stop).await {
            Ended::Stopped => {
                shut_down(&mut stream, CLOSE).await;
                Ok(())
            }
            lost => Err(lost.into()),
        }
    }

    fn destination(&self) -> String {
        self.address.to_string()
    }
}
