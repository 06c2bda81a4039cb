//! [`Recording`]: a transport whose messages are recorded.

use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use rpc_core::transport::{
    Destination, TransportFailure, TransportReply, TransportRequest, TransportStream,
};
use rpc_core::{BoxTransport, Client, Transport};

use super::recorder::Recorder;
use crate::settings::Settings;

/// Sends by another client's transport, and records what it sends and what comes back.
pub(super) struct Recording {
    client: Client<BoxTransport>,
    recorder: Arc<Recorder>,
}

/// A client whose calls are recorded.
pub(super) fn client(
    client: Client<BoxTransport>,
    settings: &Settings,
    recorder: Arc<Recorder>,
) -> Client<BoxTransport> {
    let ids = settings.ids.value.source();
    let recording = Recording { client, recorder };
    let client = Client::with_ids(recording, move || ids.next_id()).boxed();
    match settings.tolerant.value {
        true => client.tolerant(),
        false => client,
    }
}

impl Transport for Recording {
    async fn send(
        &self,
        message: TransportRequest,
    ) -> std::result::Result<TransportReply, TransportFailure> {
        let mut underway = self.recorder.begin(&message.body);
        let reply = self.client.transport().send(message).await;
        if let Some(underway) = &mut underway {
            underway.replied(&reply);
        }
        reply
    }

    async fn open(
        &self,
        call: TransportRequest,
    ) -> std::result::Result<TransportStream, TransportFailure> {
        let mut underway = self.recorder.begin(&call.body);
        let opened = self.client.transport().open(call).await;
        if let (Err(failure), Some(underway)) = (&opened, &mut underway) {
            underway.failed(failure);
        }
        Ok(TransportStream::new(opened?.inspect(move |message| {
            if let Some(underway) = &mut underway {
                underway.see(message);
            }
        })))
    }

    fn sleep(&self, duration: Duration) -> Option<Pin<Box<dyn Future<Output = ()> + Send>>> {
        self.client.transport().sleep(duration)
    }

    fn now(&self) -> Instant {
        self.client.transport().now()
    }

    fn destination(&self) -> Option<Destination> {
        self.client.transport().destination()
    }
}
