//! [`Redacted`]: a client whose errors show the URL without what may be a secret.

use std::pin::Pin;
use std::time::{Duration, Instant};

use rpc_core::transport::{
    Destination, TransportFailure, TransportReply, TransportRequest, TransportStream,
};
use rpc_core::{BoxTransport, Client, Transport};

use crate::settings::Settings;

/// Sends by another client's transport, whose errors name the server in other words.
pub(super) struct Redacted {
    client: Client<BoxTransport>,
    shown: String,
}

impl Redacted {
    pub(super) fn client(
        client: Client<BoxTransport>,
        settings: &Settings,
        shown: String,
    ) -> Client<BoxTransport> {
        let ids = settings.ids.value.source();
        Client::with_ids(Redacted { client, shown }, move || ids.next_id()).boxed()
    }
}

impl Transport for Redacted {
    async fn send(&self, message: TransportRequest) -> Result<TransportReply, TransportFailure> {
        self.client.transport().send(message).await
    }

    async fn open(&self, call: TransportRequest) -> Result<TransportStream, TransportFailure> {
        self.client.transport().open(call).await
    }

    fn sleep(&self, duration: Duration) -> Option<Pin<Box<dyn Future<Output = ()> + Send>>> {
        self.client.transport().sleep(duration)
    }

    fn now(&self) -> Instant {
        self.client.transport().now()
    }

    fn destination(&self) -> Option<Destination> {
        Some(Destination::new(self.shown.clone()))
    }
}
