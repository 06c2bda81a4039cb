//! A transport in the same process: for tests, with no socket.
//!
//! ```
//! use rpc_core::{memory, rpc};
//!
//! #[rpc]
//! trait Adder {
//!     async fn add(&self, a: i64, b: i64) -> i64;
//! }
//!
//! struct Service;
//!
//! impl Adder for Service {
//!     async fn add(&self, a: i64, b: i64) -> i64 {
//!         a + b
//!     }
//! }
//!
//! # futures_util::FutureExt::now_or_never(async {
//! let adder = AdderClient::new(memory::connect(AdderServer::new(Service)));
//! assert_eq!(adder.add(1, 2).await.unwrap(), 3);
//! # }).unwrap();
//! ```
//!
//! Calls with a timeout need a clock, which a transport without a runtime does not have:
//!
//! ```
//! use rpc_core::memory::Memory;
//! use rpc_core::{Client, Dispatcher};
//!
//! let service = Dispatcher::new().method("echo", |text: String| async move { text });
//! let client = Client::from_transport(Memory::new(service).sleep(tokio::time::sleep));
//! # drop(client);
//! ```

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use futures_util::future::{Either, select};

use crate::client::{Transport, TransportFailure, TransportReply, TransportRequest};
use crate::error::TransportError;
use crate::{Client, RequestMetadata, Server, Service};

/// A client of a service in the same process, with the default [`Limits`](crate::Limits).
pub fn connect<S: Service>(service: S) -> Client<Memory<S>> {
    Client::from_transport(Memory::new(service))
}

/// Messages go through all of the server's dispatch, and never leave the process.
///
/// `blocking` methods run in place, unless the [`Server`] says otherwise.
pub struct Memory<S> {
    server: Server<S>,
    sleep: Option<Sleep>,
}

type Sleep = Box<dyn Fn(Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

impl<S: Service> Memory<S> {
    /// A transport to a service with the default [`Limits`](crate::Limits).
    pub fn new(service: S) -> Self {
        Memory::to(Server::new(service))
    }

    /// A transport to a server.
    pub fn to(server: Server<S>) -> Self {
        Memory {
            server,
            sleep: None,
        }
    }

    /// Gives the transport a clock, such as `tokio::time::sleep`. Without one, a call with a timeout is an error.
    #[must_use]
    pub fn sleep<F>(mut self, sleep: impl Fn(Duration) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.sleep = Some(Box::new(move |duration| Box::pin(sleep(duration))));
        self
    }
}

impl<S> fmt::Debug for Memory<S> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Memory").finish_non_exhaustive()
    }
}

impl<S: Service> Transport for Memory<S> {
    async fn send(&self, message: TransportRequest) -> Result<TransportReply, TransportFailure> {
        let metadata = RequestMetadata::new(message.headers, http::Extensions::new());
        let reply = self.server.handle(&message.body, metadata);
        let reply = match (message.timeout, &self.sleep) {
            (None, _) => reply.await,
            (Some(timeout), Some(sleep)) => match select(Box::pin(reply), sleep(timeout)).await {
                Either::Left((reply, _)) => reply,
                Either::Right(_) => return Err(TransportFailure::Timeout),
            },
            (Some(_), None) => {
                let advice = "the in-process transport has no clock for timeouts: give it one, \
                              `Client::from_transport(Memory::new(service).sleep(tokio::time::sleep))`";
                return Err(TransportError::message(advice).into());
            }
        };
        Ok(TransportReply::new(
            reply.map(|reply| reply.into_body()).unwrap_or_default(),
        ))
    }
}
