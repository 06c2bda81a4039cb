//! [`Service`]: a set of methods that a server dispatches to.

mod blocking;
pub(crate) mod context;
mod metadata;
mod middleware;
mod origin;
mod outcome;
pub(crate) mod panics;
mod reply_headers;
mod resolved;
pub(crate) mod room;
mod shared;
mod short_circuit;
pub(crate) mod streaming;
mod subscription;

use std::future::Future;
use std::sync::Arc;

pub use self::blocking::Blocking;
pub use self::context::Context;
pub(crate) use self::context::Refused;
pub use self::metadata::{Attachment, RequestMetadata};
pub use self::middleware::{Middleware, Next, WithMiddleware};
pub(crate) use self::origin::Origin;
pub(crate) use self::outcome::Caught;
pub use self::outcome::{Outcome, Responder};
pub use self::reply_headers::ReplyHeaderError;
pub use self::resolved::ResolvedMethod;
pub(crate) use self::resolved::{MethodRef, Route};
pub use self::shared::{ImplementedBy, IntoShared, Shared};
pub use self::short_circuit::ShortCircuit;
pub use self::streaming::ItemSender;
use crate::contract::Contract;
use crate::params::{InvalidParams, Params};

/// A set of methods that a server dispatches to.
///
/// `#[rpc]` implements it for the generated `…Server`, and [`Dispatcher`](crate::Dispatcher) for several services
/// together. You can implement it yourself for anything else.
///
/// A call takes three steps. The server looks up the name, decodes the params while it reads the message, and, once
/// the whole message is known to be valid, runs the method.
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
    message = "`{Self}` is not a service",
    label = "neither an `rpc_core::Service` nor a `Server`",
    note = "to serve an implementation of a trait `Orders`, wrap it in the generated server: `OrdersServer::new({Self})`",
    note = "this is not tower's `Service`; `rpc_http::server::endpoint` turns an rpc service into a tower service"
)]
pub trait Service: Send + Sync + 'static {
    /// The decoded arguments of a call. They may borrow from the message.
    type Args<'de>: Send;

    /// The contracts of this service, each with its methods.
    fn contracts(&self) -> Vec<Contract>;

    /// Looks up a method by name.
    fn find(&self, name: &str) -> Option<ResolvedMethod>;

    /// Whether the [context](Context::params) should have the params of a call as text. `None` stands for a name that
    /// [`find`](Self::find) does not know. A service that wraps another should ask the inner one.
    fn wants_params(&self, _method: Option<&ResolvedMethod>) -> bool {
        false
    }

    /// Decodes the params of a method that [`find`](Self::find) returned. It must not have side effects: the message
    /// may still turn out to be invalid.
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

    /// Answers a call without running a method: the method does not exist, the params don't fit, or the server answers
    /// by itself, as for [introspection](crate::introspection). Middleware sees these calls too.
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

/// A shared service.
impl<S: Service> Service for Arc<S> {
    type Args<'de> = S::Args<'de>;

    fn contracts(&self) -> Vec<Contract> {
        S::contracts(self)
    }

    fn find(&self, name: &str) -> Option<ResolvedMethod> {
        S::find(self, name)
    }

    fn wants_params(&self, method: Option<&ResolvedMethod>) -> bool {
        S::wants_params(self, method)
    }

    fn decode<'de>(
        &self,
        method: &ResolvedMethod,
        params: Params<'_, 'de>,
    ) -> Result<Self::Args<'de>, InvalidParams> {
        S::decode(self, method, params)
    }

    fn call(
        &self,
        args: Self::Args<'_>,
        cx: &Context,
        responder: Responder,
    ) -> impl Future<Output = Outcome> + Send {
        S::call(self, args, cx, responder)
    }

    async fn short_circuit(&self, answer: ShortCircuit<'_>, cx: &Context) -> Outcome {
        S::short_circuit(self, answer, cx).await
    }
}
