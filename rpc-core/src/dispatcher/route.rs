//! Where a dispatcher sends a call: to a service, to a function, or to the fallback.

use std::any::Any;
use std::future::Future;
use std::marker::PhantomData;
use std::sync::Arc;

use serde_json::value::RawValue;

use super::description::Names;
use super::function::Function;
use crate::params::{InvalidParams, Params, Strictness};
use crate::runtime::BoxFuture;
use crate::service::{Context, Outcome, ResolvedMethod, Responder, Route, Service, ShortCircuit};

/// A dispatcher's route, as a [`ResolvedMethod`] carries it.
struct BoxedRoute(Box<dyn DispatcherRoute>);

/// Makes a route opaque.
pub(super) fn route(route: impl DispatcherRoute + 'static) -> Route {
    Arc::new(BoxedRoute(Box::new(route)))
}

/// The route of a method that a dispatcher resolved. `None` for methods of other services.
pub(super) fn of(resolved: &ResolvedMethod) -> Option<&dyn DispatcherRoute> {
    let route: &BoxedRoute = resolved.route()?.downcast_ref()?;
    Some(&*route.0)
}

/// Decodes params into a call.
pub(super) trait DispatcherRoute: Any + Send + Sync {
    fn decode<'de>(
        &self,
        params: Params<'_, 'de>,
    ) -> Result<Box<dyn ErasedCall + 'de>, InvalidParams>;

    /// Whether middleware of the service wants the params as text.
    fn wants_params(&self) -> bool {
        false
    }

    /// Answers a call whose method does not run. A service may have middleware that must see the call.
    fn short_circuit<'c>(
        &'c self,
        answer: ShortCircuit<'c>,
        _: &'c Context,
    ) -> BoxFuture<'c, Outcome> {
        Box::pin(async { answer.outcome() })
    }
}

/// A call with its decoded arguments, whose type is erased.
pub(super) trait ErasedCall: Send {
    fn call<'c>(self: Box<Self>, cx: &'c Context, responder: Responder) -> BoxFuture<'c, Outcome>
    where
        Self: 'c;
}

/// A method of a service.
pub(super) struct ServiceRoute<S> {
    pub(super) service: Arc<S>,
    pub(super) resolved: ResolvedMethod,
}

struct ServiceCall<'de, S: Service> {
    service: Arc<S>,
    args: S::Args<'de>,
}

impl<S: Service> DispatcherRoute for ServiceRoute<S> {
    fn wants_params(&self) -> bool {
        self.service.wants_params(Some(&self.resolved))
    }

    fn decode<'de>(
        &self,
        params: Params<'_, 'de>,
    ) -> Result<Box<dyn ErasedCall + 'de>, InvalidParams> {
        let args = self.service.decode(&self.resolved, params)?;
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
        // If the service is itself a dispatcher, it has its own route for the call.
        let mut inner = cx.clone();
        let route = self.resolved.route().cloned();
        inner.resolved = inner.resolved.map(|it| it.with_route(route));
        Box::pin(async move { self.service.short_circuit(answer, &inner).await })
    }
}

impl<S: Service> ErasedCall for ServiceCall<'_, S> {
    fn call<'c>(self: Box<Self>, cx: &'c Context, responder: Responder) -> BoxFuture<'c, Outcome>
    where
        Self: 'c,
    {
        let ServiceCall { service, args } = *self;
        match kept_service(&service, cx) {
            Some(service) => Box::pin(service.call(args, cx, responder)),
            None => Box::pin(async move { service.call(args, cx, responder).await }),
        }
    }
}

/// The same service, if the context keeps it for as long as the call runs. It does unless this dispatcher is nested in another
/// one.
fn kept_service<'c, S: Service>(service: &Arc<S>, cx: &'c Context) -> Option<&'c S> {
    let route: &dyn Any = of(cx.resolved.as_ref()?)?;
    let route: &ServiceRoute<S> = route.downcast_ref()?;
    Arc::ptr_eq(&route.service, service).then_some(&*route.service)
}

/// A function or closure.
pub(super) struct FunctionRoute<F, M> {
    function: Arc<F>,
    names: Names,
    marker: PhantomData<fn() -> M>,
}

impl<F: Function<M>, M> FunctionRoute<F, M> {
    pub(super) fn new(function: F, names: Names) -> Self {
        FunctionRoute {
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

impl<F: Function<M>, M: 'static> DispatcherRoute for FunctionRoute<F, M> {
    fn decode<'de>(
        &self,
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

/// The function that answers calls of unknown methods.
pub(super) struct FallbackRoute<F>(pub(super) Arc<F>);

struct FallbackCall<F> {
    fallback: Arc<F>,
    params: Option<Box<RawValue>>,
}

impl<F, Fut> DispatcherRoute for FallbackRoute<F>
where
    F: Fn(Context, Option<Box<RawValue>>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Outcome> + Send + 'static,
{
    fn decode<'de>(
        &self,
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
