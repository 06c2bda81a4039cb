//! [`Service`]: a set of methods that a server dispatches to.

mod blocking;
pub(crate) mod context;
mod metadata;
mod middleware;
mod outcome;
pub(crate) mod panics;
mod resolved;
mod short_circuit;

use std::future::Future;
use std::sync::Arc;

pub use self::blocking::Blocking;
pub use self::context::Context;
pub use self::metadata::RequestMetadata;
pub use self::middleware::{Middleware, Next, WithMiddleware};
pub use self::outcome::{Outcome, Responder};
pub use self::resolved::ResolvedMethod;
pub(crate) use self::resolved::{MethodRef, Route};
pub use self::short_circuit::ShortCircuit;
use crate::contract::Contract;
use crate::params::{InvalidParams, Params};

/// A set of methods that a server dispatches to.
///
/// `#[rpc]` implements it for the generated `…Server`, [`Dispatcher`](crate::Dispatcher) for several of them together,
/// and a person can for anything else. A call takes three steps: the name is looked up, the params are decoded while the
/// message is read, and, once all of the message is known to be right, the method runs.
///
/// ```
/// use rpc_core::contract::{Contract, Method};
/// use rpc_core::params::{InvalidParams, Params, Slot, Strictness};
/// use rpc_core::service::{ResolvedMethod, Responder, Service};
/// use rpc_core::{Context, Outcome};
///
/// struct Adder;
///
/// impl Service for Adder {
///     type Args<'de> = (i64, i64);
///
///     fn contracts(&self) -> Vec<Contract> {
///         vec![Contract::new("Adder", "Adds numbers.", METHODS)]
///     }
///
///     fn find(&self, name: &str) -> Option<ResolvedMethod> {
///         (name == "add").then(|| ResolvedMethod::new(&METHODS[0], 0))
///     }
///
///     fn decode<'de>(&self, _: &ResolvedMethod, params: Params<'_, 'de>) -> Result<Self::Args<'de>, InvalidParams> {
///         let (a, (b, ())) = params.read::<(Slot<i64>, (Slot<i64>, ()))>(&["a", "b"], Strictness::Strict)?;
///         Ok((a.required("a")?, b.required("b")?))
///     }
///
///     async fn call(&self, (a, b): Self::Args<'_>, _: &Context, responder: Responder) -> Outcome {
///         responder.value(a + b)
///     }
/// }
///
/// static METHODS: &[Method] = &[Method::new("add", "Adds two numbers.").result("i64")];
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no service that can be dispatched to",
    label = "not a `rpc_core::Service`",
    note = "an implementation of a contract is wrapped: `OrdersServer::new({Self})` for a trait `Orders`",
    note = "this is not tower's `Service`; a tower service for HTTP is made of one by `rpc_http::server::endpoint`"
)]
pub trait Service: Send + Sync + 'static {
    /// A call with its arguments decoded; they may borrow from the message.
    type Args<'de>: Send;

    /// The contracts of this service, each with its methods.
    fn contracts(&self) -> Vec<Contract>;

    /// Looks a name up.
    fn find(&self, name: &str) -> Option<ResolvedMethod>;

    /// Decodes the params for a method that [`find`](Self::find) has found. No side effects: the call may yet turn out
    /// to be no valid request.
    fn decode<'de>(
        &self,
        method: &ResolvedMethod,
        params: Params<'_, 'de>,
    ) -> Result<Self::Args<'de>, InvalidParams>;

    /// Runs the method.
    fn call(
        &self,
        args: Self::Args<'_>,
        cx: &Context,
        responder: Responder,
    ) -> impl Future<Output = Outcome> + Send;

    /// Answers a call whose outcome is known without the method: the method does not exist, the params don't fit, or the
    /// server answers by itself, as it does for [introspection](crate::introspection). Middleware sees these too.
    fn short_circuit(
        &self,
        answer: ShortCircuit<'_>,
        _cx: &Context,
    ) -> impl Future<Output = Outcome> + Send {
        async { answer.outcome() }
    }

    /// Puts middleware around every call.
    fn middleware<M: Middleware>(self, middleware: M) -> WithMiddleware<M, Self>
    where
        Self: Sized,
    {
        WithMiddleware::new(middleware, self)
    }
}

/// A service that others hold too.
impl<S: Service> Service for Arc<S> {
    type Args<'de> = S::Args<'de>;

    fn contracts(&self) -> Vec<Contract> {
        S::contracts(self)
    }

    fn find(&self, name: &str) -> Option<ResolvedMethod> {
        S::find(self, name)
    }

    fn decode<'de>(
        &self,
        method: &ResolvedMethod,
        params: Params<'_, 'de>,
    ) -> Result<Self::Args<'de>, InvalidParams> {
        S::decode(self, method, params)
    }

    async fn call(&self, args: Self::Args<'_>, cx: &Context, responder: Responder) -> Outcome {
        S::call(self, args, cx, responder).await
    }

    async fn short_circuit(&self, answer: ShortCircuit<'_>, cx: &Context) -> Outcome {
        S::short_circuit(self, answer, cx).await
    }
}
