//! Where a dispatcher sends a call: to a service, to a function, or to the fallback.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use serde_json::value::RawValue;

use super::described::Names;
use super::function::Function;
use crate::Context;
use crate::outcome::{Outcome, Responder};
use crate::params::{InvalidParams, Params, Strictness};
use crate::service::{ResolvedMethod, Service, ShortCircuit};

type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Something that decodes params into a call.
#[derive(Clone)]
pub(crate) struct Target(Arc<dyn Decode>);

impl Target {
    pub(super) fn new(target: impl Decode + 'static) -> Self {
        Target(Arc::new(target))
    }

    pub(crate) fn is_fallback(&self) -> bool {
        self.0.is_fallback()
    }

    pub(super) fn decode<'de>(
        &self,
        method: &ResolvedMethod,
        params: Params<'_, 'de>,
    ) -> Result<Box<dyn ErasedCall + 'de>, InvalidParams> {
        self.0.decode(method, params)
    }

    pub(super) async fn short_circuit(&self, answer: ShortCircuit<'_>, cx: &Context) -> Outcome {
        self.0.short_circuit(answer, cx).await
    }
}

pub(super) trait Decode: Send + Sync {
    fn decode<'de>(
        &self,
        method: &ResolvedMethod,
        params: Params<'_, 'de>,
    ) -> Result<Box<dyn ErasedCall + 'de>, InvalidParams>;

    /// Does it answer for methods that are not there?
    fn is_fallback(&self) -> bool {
        false
    }

    /// Answers a call whose params don't fit: a service may have middleware that wants to know.
    fn short_circuit<'c>(
        &'c self,
        answer: ShortCircuit<'c>,
        _: &'c Context,
    ) -> BoxFuture<'c, Outcome> {
        Box::pin(async { answer.outcome() })
    }
}

/// A call with its arguments decoded, of a type that nobody knows any more.
pub(super) trait ErasedCall: Send {
    fn call<'c>(self: Box<Self>, cx: &'c Context, responder: Responder) -> BoxFuture<'c, Outcome>
    where
        Self: 'c;
}

/// A method of a service.
pub(super) struct ServiceTarget<S> {
    pub(super) service: Arc<S>,
    pub(super) method: ResolvedMethod,
}

struct ServiceCall<'de, S: Service> {
    service: Arc<S>,
    args: S::Args<'de>,
}

impl<S: Service> Decode for ServiceTarget<S> {
    fn decode<'de>(
        &self,
        _: &ResolvedMethod,
        params: Params<'_, 'de>,
    ) -> Result<Box<dyn ErasedCall + 'de>, InvalidParams> {
        let args = self.service.decode(&self.method, params)?;
        Ok(Box::new(ServiceCall {
            service: Arc::clone(&self.service),
            args,
        }))
    }

    fn short_circuit<'c>(
        &'c self,
        answer: ShortCircuit<'c>,
        cx: &'c Context,
    ) -> BoxFuture<'c, Outcome> {
        // A dispatcher inside a dispatcher has sent the call somewhere, too.
        let mut inner = cx.clone();
        if let Some(found) = &mut inner.found {
            found.target = self.method.target.clone();
        }
        Box::pin(async move { self.service.short_circuit(answer, &inner).await })
    }
}

impl<S: Service> ErasedCall for ServiceCall<'_, S> {
    fn call<'c>(self: Box<Self>, cx: &'c Context, responder: Responder) -> BoxFuture<'c, Outcome>
    where
        Self: 'c,
    {
        Box::pin(async move {
            let ServiceCall { service, args } = *self;
            service.call(args, cx, responder).await
        })
    }
}

/// A function or closure.
pub(super) struct FunctionTarget<F, M> {
    function: Arc<F>,
    names: Names,
    marker: PhantomData<fn() -> M>,
}

impl<F: Function<M>, M> FunctionTarget<F, M> {
    pub(super) fn new(function: F, names: Names) -> Self {
        FunctionTarget {
            function: Arc::new(function),
            names,
            marker: PhantomData,
        }
    }
}

struct FunctionCall<F: Function<M>, M> {
    function: Arc<F>,
    args: F::Args,
}

impl<F: Function<M>, M: 'static> Decode for FunctionTarget<F, M> {
    fn decode<'de>(
        &self,
        _: &ResolvedMethod,
        params: Params<'_, 'de>,
    ) -> Result<Box<dyn ErasedCall + 'de>, InvalidParams> {
        let args = F::decode(params, self.names)?;
        Ok(Box::new(FunctionCall::<F, M> {
            function: Arc::clone(&self.function),
            args,
        }))
    }
}

impl<F: Function<M>, M: 'static> ErasedCall for FunctionCall<F, M> {
    fn call<'c>(self: Box<Self>, cx: &'c Context, responder: Responder) -> BoxFuture<'c, Outcome>
    where
        Self: 'c,
    {
        Box::pin(async move {
            let FunctionCall { function, args } = *self;
            function.call(args, cx, responder).await
        })
    }
}

/// What answers calls of methods that do not exist.
pub(super) struct FallbackTarget<F>(pub(super) Arc<F>);

struct FallbackCall<F> {
    fallback: Arc<F>,
    params: Option<Box<RawValue>>,
}

impl<F, Fut> Decode for FallbackTarget<F>
where
    F: Fn(Context, Option<Box<RawValue>>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Outcome> + Send + 'static,
{
    fn is_fallback(&self) -> bool {
        true
    }

    fn decode<'de>(
        &self,
        _: &ResolvedMethod,
        params: Params<'_, 'de>,
    ) -> Result<Box<dyn ErasedCall + 'de>, InvalidParams> {
        let params = if params.is_absent() {
            None
        } else {
            Some(params.read_whole(Strictness::Lenient)?)
        };
        Ok(Box::new(FallbackCall {
            fallback: Arc::clone(&self.0),
            params,
        }))
    }
}

impl<F, Fut> ErasedCall for FallbackCall<F>
where
    F: Fn(Context, Option<Box<RawValue>>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Outcome> + Send + 'static,
{
    fn call<'c>(self: Box<Self>, cx: &'c Context, _: Responder) -> BoxFuture<'c, Outcome>
    where
        Self: 'c,
    {
        Box::pin((self.fallback)(cx.clone(), self.params))
    }
}
