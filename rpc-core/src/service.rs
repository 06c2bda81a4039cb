//! [`Service`]: a set of methods that a server dispatches to.

use std::fmt;
use std::future::Future;
use std::ops::Deref;
use std::sync::Arc;

use crate::middleware::{Middleware, WithMiddleware};
use crate::outcome::{Outcome, Responder};
use crate::params::{InvalidParams, Params};
use crate::{Context, Method};

/// A set of methods that a server dispatches to.
///
/// `#[rpc]` implements it for the generated `…Server`, [`Dispatcher`](crate::Dispatcher) for several of them together,
/// and a person can for anything else. A call takes three steps: the name is looked up, the params are decoded while the
/// message is read, and, once all of the message is known to be right, the method runs.
///
/// ```
/// use rpc_core::{Context, ResolvedMethod, InvalidParams, Method, Outcome, Params, Responder, Service, Slot, Strictness};
///
/// struct Adder;
///
/// impl Service for Adder {
///     type Args<'de> = (i64, i64);
///
///     fn methods(&self) -> Vec<Method> {
///         vec![ADD.clone()]
///     }
///
///     fn find(&self, name: &str) -> Option<ResolvedMethod> {
///         (name == "add").then(|| ResolvedMethod::new(&ADD, 0))
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
/// static ADD: Method = Method::new("add", "Adds two numbers.").result("i64");
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

    /// The methods there are.
    fn methods(&self) -> Vec<Method>;

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

/// What comes of a call whose method is not run: see [`Service::short_circuit`].
pub struct ShortCircuit<'a>(Kind<'a>);

enum Kind<'a> {
    Known(Outcome),
    Later(Box<dyn FnOnce() -> Outcome + Send + 'a>),
}

impl<'a> ShortCircuit<'a> {
    /// What `answer` returns, once somebody asks for it: after the middleware, that is.
    pub(crate) fn later(answer: impl FnOnce() -> Outcome + Send + 'a) -> Self {
        ShortCircuit(Kind::Later(Box::new(answer)))
    }

    /// What comes of it.
    pub fn outcome(self) -> Outcome {
        match self.0 {
            Kind::Known(outcome) => outcome,
            Kind::Later(answer) => answer(),
        }
    }
}

impl From<Outcome> for ShortCircuit<'_> {
    fn from(outcome: Outcome) -> Self {
        ShortCircuit(Kind::Known(outcome))
    }
}

impl fmt::Debug for ShortCircuit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ShortCircuit").finish_non_exhaustive()
    }
}

/// A method that a name was found to stand for.
#[derive(Clone)]
pub struct ResolvedMethod {
    pub(crate) method: MethodRef,
    pub(crate) index: usize,
    /// Where a [`Dispatcher`](crate::Dispatcher) sends the call.
    pub(crate) target: Option<crate::dispatcher::Target>,
}

impl ResolvedMethod {
    /// A method, with a number that the service knows it by.
    pub const fn new(method: &'static Method, index: usize) -> Self {
        ResolvedMethod {
            method: MethodRef::Static(method),
            index,
            target: None,
        }
    }

    /// The number that the service knows the method by.
    pub fn index(&self) -> usize {
        self.index
    }

    /// Is there no such method, but something that answers for all that are not there?
    pub(crate) fn is_fallback(&self) -> bool {
        let target = self.target.as_ref();
        target.is_some_and(crate::dispatcher::Target::is_fallback)
    }

    /// The method's metadata.
    pub fn method(&self) -> &Method {
        &self.method
    }
}

/// Metadata that is part of the program, or that was made at run time.
#[derive(Clone)]
pub(crate) enum MethodRef {
    Static(&'static Method),
    Shared(Arc<Method>),
}

impl Deref for MethodRef {
    type Target = Method;

    fn deref(&self) -> &Method {
        match self {
            MethodRef::Static(method) => method,
            MethodRef::Shared(method) => method,
        }
    }
}
