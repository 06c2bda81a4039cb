//! [`BoxTransport`]: a transport whose type is forgotten.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant};

use super::{
    Client, Transport, TransportFailure, TransportReply, TransportRequest, TransportStream,
};
use crate::error::Destination;

/// A transport whose type is forgotten: see [`Client::boxed`].
pub struct BoxTransport(Box<dyn ErasedTransport>);

impl BoxTransport {
    pub(super) fn new<T: Transport>(client: Client<T>) -> Self {
        BoxTransport(Box::new(client))
    }
}

impl fmt::Debug for BoxTransport {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("BoxTransport").finish_non_exhaustive()
    }
}

impl Transport for BoxTransport {
    fn send(
        &self,
        message: TransportRequest,
    ) -> impl Future<Output = Result<TransportReply, TransportFailure>> + Send {
        self.0.send(message)
    }

    fn open(
        &self,
        call: TransportRequest,
    ) -> impl Future<Output = Result<TransportStream, TransportFailure>> + Send {
        self.0.open(call)
    }

    fn sleep(&self, duration: Duration) -> Option<Pin<Box<dyn Future<Output = ()> + Send>>> {
        self.0.sleep(duration)
    }

    fn now(&self) -> Instant {
        self.0.now()
    }

    fn destination(&self) -> Option<Destination> {
        self.0.destination()
    }
}

trait ErasedTransport: Send + Sync {
    fn send(
        &self,
        message: TransportRequest,
    ) -> Pin<Box<dyn Future<Output = Result<TransportReply, TransportFailure>> + Send + '_>>;

    fn open(
        &self,
        call: TransportRequest,
    ) -> Pin<Box<dyn Future<Output = Result<TransportStream, TransportFailure>> + Send + '_>>;

    fn sleep(&self, duration: Duration) -> Option<Pin<Box<dyn Future<Output = ()> + Send>>>;

    fn now(&self) -> Instant;

    fn destination(&self) -> Option<Destination>;
}

impl<T: Transport> ErasedTransport for Client<T> {
    fn send(
        &self,
        message: TransportRequest,
    ) -> Pin<Box<dyn Future<Output = Result<TransportReply, TransportFailure>> + Send + '_>> {
        Box::pin(self.transport().send(message))
    }

    fn open(
        &self,
        call: TransportRequest,
    ) -> Pin<Box<dyn Future<Output = Result<TransportStream, TransportFailure>> + Send + '_>> {
        Box::pin(self.transport().open(call))
    }

    fn sleep(&self, duration: Duration) -> Option<Pin<Box<dyn Future<Output = ()> + Send>>> {
        self.transport().sleep(duration)
    }

    fn now(&self) -> Instant {
        self.transport().now()
    }

    fn destination(&self) -> Option<Destination> {
        self.transport().destination()
    }
}
