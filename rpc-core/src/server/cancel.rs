//! Calls that are cancelled when their client disconnects. All others run to their end.

use std::future::pending;
use std::pin::pin;

use futures_util::future::{Either, select};

use super::Server;
use super::run::Caught;
use crate::error::ErrorObject;
use crate::service::{Context, Outcome, Responder, Service, panics};

impl<S: Service> Server<S> {
    /// Whether this call is cancelled when its client disconnects. The sender of a notification has no reason to stay.
    #[inline]
    pub(super) fn is_cancelled_on_disconnect(&self, cx: &Context) -> bool {
        let says_so = |method: &crate::contract::Method| method.cancel_on_disconnect;
        (self.cancel_on_disconnect || cx.method().is_some_and(says_so)) && !cx.is_notification()
    }

    /// Runs a method until it is done or the client has gone. If the client has gone before the method begins, the
    /// method does not run.
    pub(super) async fn run_while_connected(
        &self,
        args: S::Args<'_>,
        cx: &Context,
        responder: Responder,
    ) -> Caught {
        let client_gone = cx.metadata().client_gone();
        let client_gone = client_gone.unwrap_or_else(|| Box::pin(pending()));
        let service = &*self.service;
        let call = panics::catch_async(async { service.call(args, cx, responder).await });
        match select(client_gone, pin!(call)).await {
            Either::Left(((), _cancelled)) => Ok(cancelled(cx)),
            Either::Right((outcome, _)) => outcome,
        }
    }
}

/// The call still gets an answer, since a client that has only closed its own side reads it.
fn cancelled(cx: &Context) -> Outcome {
    let method = cx.method_name();
    tracing::debug!(method, "cancelled, since the client has disconnected");
    ErrorObject::undisclosed("cancelled, since the client has disconnected".to_owned()).into()
}
