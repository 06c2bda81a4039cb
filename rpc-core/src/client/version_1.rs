//! [`Version1`]: calls to a server that knows JSON-RPC 1.0 only.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant};

use bytes::Bytes;

use super::{Client, Transport, TransportFailure, TransportReply, TransportRequest};
use crate::error::Destination;
use crate::wire::version_1;

/// A transport to a server that knows JSON-RPC 1.0 only: see [`Client::version_1`].
pub struct Version1<T>(Client<T>);

impl<T> Version1<T> {
    pub(super) fn new(client: Client<T>) -> Self {
        Version1(client)
    }
}

impl<T> fmt::Debug for Version1<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_tuple("Version1").field(&self.0).finish()
    }
}

impl<T: Transport> Transport for Version1<T> {
    async fn send(
        &self,
        mut message: TransportRequest,
    ) -> Result<TransportReply, TransportFailure> {
        if let Some(request) = version_1::requests(&message.body)? {
            message.body = request;
        }
        message.unbatched = true; // 1.0 has no batches
        if message.call.is_none() && version_1::is_notification(&message.body) {
            message.expects_reply = false;
        }
        let mut reply = self.0.transport().send(message).await?;
        if let Some(response) = version_1::responses(&reply.body) {
            reply.body = Bytes::from(response);
        }
        Ok(reply)
    }

    fn sleep(&self, duration: Duration) -> Option<Pin<Box<dyn Future<Output = ()> + Send>>> {
        self.0.transport().sleep(duration)
    }

    fn now(&self) -> Instant {
        self.0.transport().now()
    }

    fn destination(&self) -> Option<Destination> {
        self.0.transport().destination()
    }
}
