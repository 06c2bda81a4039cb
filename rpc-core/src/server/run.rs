//! Runs a [`Plan`]: the method, or whatever answers in its place.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::{Either, lazy};

use super::Server;
use super::deadline::{self, Timed};
use super::plan::Plan;
use crate::duplex::Duplex;
use crate::error::ErrorObject;
use crate::json::id::Id;
use crate::reflection;
use crate::service::panics::{self, Payload};
use crate::service::room::Room;
use crate::service::streaming;
use crate::service::{Caught, Context, Outcome, Responder, Service, ShortCircuit};

impl<S: Service> Server<S> {
    /// Executes a plan.
    #[inline]
    pub(super) fn run(
        &self,
        plan: Plan<'_, S::Args<'_>>,
        cx: &Context,
        responder: Responder,
    ) -> impl Future<Output = Caught> + Send {
        let service = &*self.service;
        let apart = match plan {
            Plan::Run(args) if !self.runs_apart(cx) && deadline::is_timer_enough(cx) => {
                match panics::begin(|| service.call(args, cx, responder)) {
                    Ok(call) => return Either::Left(Timed::new(call, cx)),
                    Err(panic) => {
                        self.run_apart(Err(panic), cx, Responder::new(Vec::new(), Room::NONE))
                    }
                }
            }
            plan => self.run_apart(Ok(plan), cx, responder),
        };
        // Boxed, so that the future of any other call is no larger because of it.
        Either::Right(Box::pin(apart))
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
            Plan::Run(args) if !self.runs_apart(cx) && cx.deadline().is_none() => {
                Either::Left(service.call(args, cx, responder))
            }
            plan => Either::Right(Box::pin(async move {
                let plan = match plan {
                    Plan::Run(_) if only_streams(cx) => {
                        Plan::Refuse(streaming::stream_in_batch().into())
                    }
                    plan => plan,
                };
                Outcome::of(self.run_apart(Ok(plan), cx, responder).await)
            })),
        }
    }

    /// Runs a method to its end.
    pub(super) fn run_method(
        &self,
        args: S::Args<'_>,
        cx: &Context,
        responder: Responder,
    ) -> impl Future<Output = Caught> + Send {
        panics::catch_async(self.uncaught(args, cx, responder))
    }

    #[inline]
    fn uncaught(
        &self,
        args: S::Args<'_>,
        cx: &Context,
        responder: Responder,
    ) -> impl Future<Output = Outcome> + Send {
        // Not an `async` block, which would keep room for the arguments while the method runs.
        lazy(move |_| self.service.call(args, cx, responder)).flatten()
    }

    /// Executes any plan other than to run a method to its end, or passes on the panic of a call that has not begun.
    async fn run_apart(
        &self,
        plan: Result<Plan<'_, S::Args<'_>>, Payload>,
        cx: &Context,
        responder: Responder,
    ) -> Caught {
        let service = &*self.service;
        let plan = match (plan?, unfit(cx)) {
            (Plan::Run(_), Some(refusal)) => Plan::Refuse(refusal),
            (plan, _) => plan,
        };
        let answer = match plan {
            Plan::Run(args) => {
                let call = self.run_until_stopped(args, cx, responder);
                return deadline::until(cx, pin!(call)).await;
            }
            Plan::Invalid(reason) => {
                let error = self.explained(ErrorObject::invalid_request(), reason);
                return Ok(error.into());
            }
            Plan::Refuse(outcome) => ShortCircuit::from(outcome),
            Plan::Reflect(params) => {
                ShortCircuit::later(move || self.reflect(service, cx.method_name(), params))
            }
        };
        let answer = panics::catch_async(async { service.short_circuit(answer, cx).await });
        let refused = answer.await;
        refused.map(|outcome| outcome.refusal(self.limits.max_reply))
    }
}

impl<S: Service> Server<S> {
    /// Answers a call of one of the server's own methods.
    fn reflect(&self, service: &S, method: &str, params: Option<&str>) -> Outcome {
        #[cfg(feature = "schema")]
        if method == reflection::table::DISCOVER {
            return reflection::discover(params, || self.discovery.document(service));
        }
        reflection::answer(service, method, params)
    }

    /// Runs a method until it is done, or until its caller is known to have given it up.
    async fn run_until_stopped(
        &self,
        args: S::Args<'_>,
        cx: &Context,
        responder: Responder,
    ) -> Caught {
        match cx.metadata().duplex() {
            Some(duplex) => self.run_on_duplex(args, cx, responder, duplex).await,
            None if self.is_cancelled_on_disconnect(cx) => {
                self.run_while_connected(args, cx, responder).await
            }
            None => self.run_method(args, cx, responder).await,
        }
    }
}

/// Why a method does not run: it is too late, or the method streams or calls its client, which can't be done here.
fn unfit(cx: &Context) -> Option<Outcome> {
    if let Some(expired) = deadline::expired(cx) {
        return Some(expired);
    }
    let method = cx.method()?;
    if !method.needs_duplex() {
        return None;
    }
    let both_ways = method.peer || method.subscription_form().is_some();
    let is_fit = |duplex: &Arc<Duplex>| !(both_ways && duplex.is_one_way());
    if !cx.metadata().duplex().is_some_and(is_fit) {
        return Some(streaming::needs_duplex(cx).into());
    }
    let has_no_token = cx.id().is_none_or(Id::is_null);
    (streams(cx) && has_no_token).then(|| {
        let reason = "a call of a method that streams needs an id other than null";
        ErrorObject::invalid_request().with_data(&reason).into()
    })
}

/// Whether the method returns a stream, whatever its caller asks for.
fn only_streams(cx: &Context) -> bool {
    streams(cx) && cx.method().is_some_and(|method| !method.may_be_list())
}

/// Whether the method returns a stream.
pub(super) fn streams(cx: &Context) -> bool {
    cx.method().is_some_and(|method| method.stream.is_some())
}

/// The outcome of a call that has ended. If the caller is not told why it failed, that is logged.
#[inline]
pub(super) fn ended(caught: Caught, cx: &Context) -> Outcome {
    let mut outcome = Outcome::of(caught);
    outcome.log(cx);
    outcome
}
