//! [`Middleware`]: code around every call of a service.

use std::future::Future;
use std::pin::{Pin, pin};

use futures_util::FutureExt;
use futures_util::future::lazy;

use super::Service;
use super::context::Context;
use super::outcome::{Outcome, Responder};
use super::panics;
use super::resolved::ResolvedMethod;
use super::short_circuit::ShortCircuit;
use crate::contract::Contract;
use crate::params::{InvalidParams, Params};

/// Code around every call of a service. It runs once for each entry of a batch, and also for calls that are refused
/// because of their method or params.
///
/// ```
/// use rpc_core::{Context, ErrorObject, Middleware, Next, Outcome};
///
/// /// Refuses calls without a key.
/// struct RequireKey(String);
///
/// impl Middleware for RequireKey {
///     async fn call(&self, cx: &Context, next: Next<'_>) -> Outcome {
///         if cx.header("x-key") != Some(&self.0) {
///             return ErrorObject::new(1002, "not signed in").into();
///         }
///         next.run().await
///     }
/// }
/// ```
///
/// Add it to a service with [`Service::middleware`]. The last one added is the outermost. It costs no allocation.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not middleware",
    label = "not an `rpc_core::Middleware`",
    note = "implement it: `async fn call(&self, cx: &Context, next: Next<'_>) -> Outcome {{ next.run().await }}`",
    note = "a tower layer goes around the endpoint, or around the router that serves it"
)]
pub trait Middleware: Send + Sync + 'static {
    /// Whether this middleware reads the [params](Context::params) as text, for example for an audit. If so, each call of the
    /// service costs a copy of the params. Other services pay nothing.
    const WANTS_PARAMS: bool = false;

    /// Handles one call. `next.run()` goes on to the method.
    ///
    /// By now the params have been decoded, and the whole message is known to be valid. If the method panics, its outcome
    /// is error -32603, like that of any other internal error.
    fn call(&self, cx: &Context, next: Next<'_>) -> impl Future<Output = Outcome> + Send;
}

/// The rest of a call: further middleware, then the method.
pub struct Next<'a> {
    call: Pin<&'a mut (dyn Future<Output = Outcome> + Send + 'a)>,
    cx: &'a Context,
}

impl<'a> Next<'a> {
    /// Goes on with the call. If this is not called, the method does not run.
    pub fn run(self) -> impl Future<Output = Outcome> + Send + 'a {
        let Next { call, cx } = self;
        async move {
            let mut outcome = call.await;
            // Here, since the middleware may answer something else, and may have a span of its own.
            outcome.log(cx);
            outcome
        }
    }
}

/// A service with [`Middleware`] around its calls.
#[derive(Debug, Clone)]
pub struct WithMiddleware<M, S> {
    middleware: M,
    service: S,
}

impl<M, S> WithMiddleware<M, S> {
    pub(crate) fn new(middleware: M, service: S) -> Self {
        WithMiddleware {
            middleware,
            service,
        }
    }
}

impl<M: Middleware, S: Service> Service for WithMiddleware<M, S> {
    type Args<'de> = S::Args<'de>;

    fn contracts(&self) -> Vec<Contract> {
        self.service.contracts()
    }

    fn find(&self, name: &str) -> Option<ResolvedMethod> {
        self.service.find(name)
    }

    fn wants_params(&self, method: Option<&ResolvedMethod>) -> bool {
        M::WANTS_PARAMS || self.service.wants_params(method)
    }

    fn decode<'de>(
        &self,
        method: &ResolvedMethod,
        params: Params<'_, 'de>,
    ) -> Result<Self::Args<'de>, InvalidParams> {
        self.service.decode(method, params)
    }

    // A panic is caught here as well as around the whole call, so that the middleware sees it as an outcome.
    async fn call(&self, args: Self::Args<'_>, cx: &Context, responder: Responder) -> Outcome {
        // Not an `async` block, which would keep room for the arguments while the method runs.
        let call = lazy(move |_| self.service.call(args, cx, responder)).flatten();
        let call = pin!(panics::catch_async(call).map(Outcome::of));
        self.middleware.call(cx, Next { call, cx }).await
    }

    async fn short_circuit(&self, answer: ShortCircuit<'_>, cx: &Context) -> Outcome {
        let answer = async { self.service.short_circuit(answer, cx).await };
        let answer = pin!(panics::catch_async(answer).map(Outcome::of));
        self.middleware.call(cx, Next { call: answer, cx }).await
    }
}
