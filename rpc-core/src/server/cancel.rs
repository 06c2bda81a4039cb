//! Calls that can be stopped: those that are cancelled when their client disconnects, and those on a connection over which both
//! ends talk. All others run to their end.

use std::future::{pending, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use futures_util::future::{Either, select};

use super::Server;
use super::run::{ended, streams};
use crate::contract::Method;
use crate::duplex::{Begun, Duplex, Stopped, Subscribed, SubscriptionEnd};
use crate::error::{ErrorObject, code};
use crate::service::{Caught, Context, Outcome, Responder, Service, streaming};
use crate::wire::control;

impl<S: Service> Server<S> {
    /// Whether this call is cancelled when its client disconnects. The sender of a notification has no reason to stay.
    #[inline]
    pub(super) fn is_cancelled_on_disconnect(&self, cx: &Context) -> bool {
        let says_so = |method: &Method| method.cancel_on_disconnect;
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
        let call = pin!(self.run_method(args, cx, responder));
        match select(client_gone, call).await {
            Either::Left(((), _cancelled)) => Ok(cancelled(cx)),
            Either::Right((outcome, _)) => outcome,
        }
    }
}

impl<S: Service> Server<S> {
    /// Whether this call can be stopped, or needs a connection over which both ends talk.
    #[inline]
    pub(super) fn runs_apart(&self, cx: &Context) -> bool {
        let says_so = |method: &Method| method.cancel_on_disconnect || method.needs_duplex();
        self.runs_apart || cx.method().is_some_and(says_so)
    }

    /// A server whose calls come over a connection on which both ends talk, so that they can be stopped.
    pub(crate) fn on_session(mut self) -> Self {
        self.runs_apart = true;
        self
    }

    /// Runs a method until it is done, or until the other end of the connection stops it. Notifications always run to their
    /// end.
    pub(super) async fn run_on_duplex(
        &self,
        args: S::Args<'_>,
        cx: &Context,
        responder: Responder,
        duplex: &Arc<Duplex>,
    ) -> Caught {
        let Some(id) = cx.id() else {
            return self.run_method(args, cx, responder).await;
        };
        let streams = streams(cx);
        // Most calls are done on the first poll, before anybody could stop them. One that may become a stream does so while it runs.
        let blocks = cx.is_blocking();
        let _cancelled_on_drop = blocks.then(|| cx.watch_cancelled());
        let mut begun = None;
        if streams || blocks || cx.may_stream() {
            match duplex.begin(id, streams) {
                Ok(registered) => begun = Some(registered),
                Err(reason) => return Ok(streaming::not_begun(id, reason)),
            }
        } else if duplex.is_running(id) {
            return Ok(streaming::id_in_use(id));
        }
        let mut call = pin!(self.run_method(args, cx, responder));
        let ended = poll_fn(|task| {
            if let Some(begun) = &begun
                && let Poll::Ready(why) = begun.poll_stopped(task)
            {
                return Poll::Ready(Err(why));
            }
            if let Poll::Ready(outcome) = call.as_mut().poll(task) {
                return Poll::Ready(Ok(outcome));
            }
            if begun.is_none() {
                match duplex.begin(id, streams) {
                    Ok(registered) => {
                        let stopped_already = registered.poll_stopped(task);
                        begun = Some(registered);
                        return stopped_already.map(Err);
                    }
                    Err(reason) => return Poll::Ready(Ok(Ok(streaming::not_begun(id, reason)))),
                }
            }
            Poll::Pending
        })
        .await;
        if let Some(begun) = begun.as_ref().filter(|_| streams)
            && let Some(subscription) = begun.subscription()
        {
            self.end_subscription(ended, cx, begun, &subscription);
            return Ok(Outcome::answered());
        }
        ended.unwrap_or_else(|why| Ok(stopped(why)))
    }

    /// Tells the other end why a subscription has ended. It is not told of a clean end, and expects the end if it has closed the
    /// subscription itself.
    fn end_subscription(
        &self,
        ended: Result<Caught, Stopped>,
        cx: &Context,
        begun: &Begun,
        subscription: &Subscribed,
    ) {
        let outcome = match ended {
            Ok(caught) => Some(self::ended(caught, cx)),
            Err(Stopped::Shutdown) => Some(stopped(Stopped::Shutdown)),
            Err(Stopped::ByCaller | Stopped::Closed) => None,
        };
        let error = outcome.and_then(|outcome| outcome.into_parts().1);
        let form = cx.method().and_then(Method::subscription_form);
        let message = error.zip(form).map(|(error, form)| {
            let error = self.replies().error_of_subscription(cx, *error);
            control::subscription_error(&form.item, &subscription.id, &error)
        });
        begun.end_subscription(SubscriptionEnd {
            items: cx.items_sent(),
            message,
        });
    }
}

/// A call that was stopped still gets an answer.
fn stopped(why: Stopped) -> Outcome {
    match why {
        Stopped::ByCaller => ErrorObject::new(code::CANCELLED, "cancelled").into(),
        Stopped::Shutdown => {
            ErrorObject::new(code::SERVER_CANCELLED, "the server is shutting down").into()
        }
        Stopped::Closed => {
            ErrorObject::new(code::CANCELLED, "the connection has been closed").into()
        }
    }
}

/// The call still gets an answer, since a client that has only closed its own side reads it.
fn cancelled(cx: &Context) -> Outcome {
    let method = cx.method_name();
    tracing::debug!(method, "cancelled, since the client has disconnected");
    ErrorObject::undisclosed("cancelled, since the client has disconnected".to_owned()).into()
}
