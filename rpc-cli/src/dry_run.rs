//! [`DryRun`]: keeps a message instead of sending it.

use std::sync::{Arc, Mutex, PoisonError};

use rpc_core::transport::{TransportFailure, TransportReply, TransportRequest};
use rpc_core::{BoxTransport, Client, Transport, TransportError};

use crate::settings::Settings;

/// A transport that keeps the last message, and fails.
#[derive(Clone, Default)]
pub(crate) struct DryRun(Arc<Mutex<Option<String>>>);

impl DryRun {
    pub(crate) fn client(&self, settings: &Settings) -> Client<BoxTransport> {
        let ids = settings.ids.value.source();
        Client::with_ids(self.clone(), move || ids.next_id()).boxed()
    }

    /// The message that would have been sent; `None` if none could be made.
    pub(crate) fn message(&self) -> Option<String> {
        let mut message = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        message.take()
    }
}

impl Transport for DryRun {
    async fn send(
        &self,
        message: TransportRequest,
    ) -> std::result::Result<TransportReply, TransportFailure> {
        let body = String::from_utf8_lossy(&message.body).into_owned();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(body);
        Err(TransportError::message("a dry run sends nothing")
            .not_run()
            .into())
    }
}
