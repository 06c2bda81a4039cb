//! An in-process transport for tests. It needs no socket.
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
//! Calls with a timeout need a clock, which comes from the server's runtime. To use tokio's, pass
//! `Server::new(service).runtime(rpc_tokio::Tokio)`.

use std::fmt;

use futures_util::future::{Either, select};

use crate::client::{Client, Transport, TransportFailure, TransportReply, TransportRequest};
use crate::error::TransportError;
use crate::server::{IntoServer, Server};
use crate::service::{RequestMetadata, Service};

/// A client for a service, or for a [`Server`], in the same process.
pub fn connect<S: Service>(server: impl IntoServer<Service = S>) -> Client<Memory<S>> {
    Client::from_transport(Memory::new(server))
}

/// The transport that [`connect`] uses. Messages take the same path through the server as over a network, but never
/// leave the process.
///
/// Calls with a timeout, and `blocking` methods that leave the async threads, need a server with a
/// [runtime](Server::runtime). Without one, a call with a timeout is an error, and blocking methods run in place.
pub struct Memory<S> {
    server: Server<S>,
}

impl<S: Service> Memory<S> {
    /// A transport to a service, or to a [`Server`].
    pub fn new(server: impl IntoServer<Service = S>) -> Self {
        Memory {
            server: server.into_server(),
        }
    }
}

impl<S> fmt::Debug for Memory<S> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Memory").finish_non_exhaustive()
    }
}

impl<S: Service> Transport for Memory<S> {
    async fn send(&self, request: TransportRequest) -> Result<TransportReply, TransportFailure> {
        let metadata = RequestMetadata::new(request.headers, http::Extensions::new());
        let reply = self.server.handle(&request.body, metadata);
        let reply = match request.timeout {
            None => reply.await,
            Some(timeout) => {
                let Some(runtime) = self.server.clock() else {
                    return Err(TransportError::message(NO_CLOCK).into());
                };
                match select(Box::pin(reply), runtime.sleep(timeout)).await {
                    Either::Left((reply, _)) => reply,
                    Either::Right(_) => return Err(TransportFailure::Timeout),
                }
            }
        };
        Ok(TransportReply::new(
            reply.map(|reply| reply.into_body()).unwrap_or_default(),
        ))
    }
}

const NO_CLOCK: &str = "the in-process transport has no clock for timeouts; give its server a runtime: \
                        `memory::connect(Server::new(service).runtime(rpc_tokio::Tokio))`";
