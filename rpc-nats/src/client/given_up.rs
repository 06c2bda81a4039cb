//! [`GivenUp`]: tells the workers of a call that has been given up.

use async_nats::{Client, HeaderMap, Subject};
use rpc_core::{Id, wire};
use tokio::runtime::Handle;

use crate::cancel::CALL;
use crate::subject::Base;

/// Tells the workers when it is dropped, unless the call is over by then.
pub(super) struct GivenUp<'a, R: Fn() -> Subject> {
    base: &'a Base,
    nats: &'a Client,
    /// `None` once the call is over, or if it can't be cancelled.
    call: Option<Id>,
    reply: R,
}

impl<'a, R: Fn() -> Subject> GivenUp<'a, R> {
    /// For a call that has been handed over. `reply` makes the reply subject of the call, which names it.
    pub(super) fn new(base: &'a Base, nats: &'a Client, call: Option<Id>, reply: R) -> Self {
        GivenUp {
            base,
            nats,
            call,
            reply,
        }
    }

    /// The call has been answered, or its worker stops it without being told.
    pub(super) fn disarm(mut self) {
        self.call = None;
    }
}

impl<R: Fn() -> Subject> Drop for GivenUp<'_, R> {
    fn drop(&mut self) {
        let Some(id) = self.call.take() else {
            return;
        };
        // Without a runtime, nothing can be sent any more.
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        let mut headers = HeaderMap::new();
        headers.insert(CALL, (self.reply)().as_str());
        let (nats, subject) = (self.nats.clone(), self.base.of_cancellations());
        runtime.spawn(async move {
            let message = wire::cancel_request(&id).into();
            // If it fails, the call runs to its end.
            let _sent = nats.publish_with_headers(subject, headers, message).await;
        });
    }
}
