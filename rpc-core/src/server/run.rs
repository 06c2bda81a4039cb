//! Runs a [`Plan`]: the method, or whatever answers in its place.

use std::future::Future;

use futures_util::FutureExt;
use futures_util::future::{Either, lazy};

use super::Server;
use super::plan::Plan;
use crate::error::ErrorObject;
use crate::reflection;
use crate::service::panics::{self, Payload};
use crate::service::{Context, Outcome, Responder, Service, ShortCircuit};

/// How a call ended: with an outcome, or with a panic. See [`ended`].
pub(super) type Caught = Result<Outcome, Payload>;

impl<S: Service> Server<S> {
    /// Executes a plan.
    #[inline]
    pub(super) fn run(
        &self,
        plan: Plan<'_, S::Args<'_>>,
        cx: &Context,
        responder: Responder,
    ) -> impl Future<Output = Caught> + Send {
        match plan {
            Plan::Run(args) if !self.is_cancelled_on_disconnect(cx) => {
                let service = &*self.service;
                // Not an `async` block, which would keep room for the arguments while the method runs.
                let call = lazy(move |_| service.call(args, cx, responder)).flatten();
                Either::Left(panics::catch_async(call))
            }
            // Boxed, so that the future of any other call is no larger because of it.
            plan => Either::Right(Box::pin(self.run_apart(plan, cx, responder))),
        }
    }

    /// Executes a plan of an entry in a batch. A panic is not caught.
    #[inline]
    pub(super) fn run_in_batch(
        &self,
        plan: Plan<'_, S::Args<'_>>,
        cx: &Context,
        responder: Responder,
    ) -> impl Future<Output = Outcome> + Send {
        let service = &*self.service;
        match plan {
            Plan::Run(args) if !self.is_cancelled_on_disconnect(cx) => {
                Either::Left(service.call(args, cx, responder))
            }
            plan => Either::Right(Box::pin(async move {
                Outcome::of(self.run_apart(plan, cx, responder).await)
            })),
        }
    }

    /// Executes any plan other than to run a method to its end.
    async fn run_apart(
        &self,
        plan: Plan<'_, S::Args<'_>>,
        cx: &Context,
        responder: Responder,
    ) -> Caught {
        let service = &*self.service;
        let answer = match plan {
            Plan::Run(args) => {
                return self.run_while_connected(args, cx, responder).await;
            }
            Plan::Invalid(reason) => {
                let error = self.explained(ErrorObject::invalid_request(), reason);
                return Ok(error.into());
            }
            Plan::Refuse(outcome) => ShortCircuit::from(outcome),
            Plan::Reflect(params) => {
                ShortCircuit::later(move || reflection::answer(service, cx.method_name(), params))
            }
        };
        let answer = panics::catch_async(async { service.short_circuit(answer, cx).await });
        let refused = answer.await;
        refused.map(|outcome| outcome.refusal(self.limits.max_reply))
    }
}

/// The outcome of a call that has ended. If the caller is not told why it failed, that is logged.
#[inline]
pub(super) fn ended(caught: Caught, cx: &Context) -> Outcome {
    let mut outcome = Outcome::of(caught);
    outcome.log(cx);
    outcome
}
