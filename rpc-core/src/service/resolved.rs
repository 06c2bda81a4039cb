//! [`ResolvedMethod`]: a method that was looked up by name.

use std::any::Any;
use std::ops::Deref;
use std::sync::Arc;

use super::panics::Contained;
use crate::contract::Method;

/// A method that was looked up by name. See [`Service::find`](super::Service::find).
#[derive(Clone)]
pub struct ResolvedMethod {
    method: MethodRef,
    /// A `u32`, since every call carries it.
    index: u32,
    is_fallback: bool,
    may_stream: bool,
    route: Contained<Route>,
}

/// Where a service sends a call. Opaque to everything but the service that filled it in.
pub(crate) type Route = Arc<dyn Any + Send + Sync>;

impl ResolvedMethod {
    /// A method, with the index by which the service knows it.
    ///
    /// # Panics
    ///
    /// If the index is larger than [`u32::MAX`].
    #[inline]
    pub const fn new(method: &'static Method, index: usize) -> Self {
        assert!(
            index <= u32::MAX as usize,
            "the index of a method is larger than `u32::MAX`"
        );
        ResolvedMethod {
            method: MethodRef::Static(method),
            index: index as u32,
            is_fallback: false,
            may_stream: false,
            route: Contained::NONE,
        }
    }

    /// A method whose metadata was made at run time, with the index by which the service knows it.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use rpc_core::contract::Method;
    /// use rpc_core::service::ResolvedMethod;
    ///
    /// let mut method = Method::new("", "Adds numbers.");
    /// method.name = String::from("add").into();
    /// assert_eq!(ResolvedMethod::shared(Arc::new(method), 0).method().name, "add");
    /// ```
    ///
    /// # Panics
    ///
    /// If the index is larger than [`u32::MAX`].
    pub fn shared(method: Arc<Method>, index: usize) -> Self {
        static NONE: Method = Method::new("", "");
        ResolvedMethod::new(&NONE, index).with_method(MethodRef::Shared(method))
    }

    /// A method that is called through a route.
    pub(crate) fn routed(method: MethodRef, route: Route) -> Self {
        ResolvedMethod {
            method,
            index: 0,
            is_fallback: false,
            may_stream: false,
            route: Contained::new(route),
        }
    }

    /// Marks it as the fallback for names that the service does not know.
    pub(crate) fn fallback(mut self) -> Self {
        self.is_fallback = true;
        self
    }

    /// Notes that the method may return a stream, although its metadata does not say so.
    pub(crate) fn that_may_stream(mut self) -> Self {
        self.may_stream = true;
        self
    }

    /// Whether the method may return a stream, although its metadata does not say so.
    pub(crate) fn may_stream(&self) -> bool {
        self.may_stream
    }

    /// The same method with other metadata.
    pub(crate) fn with_method(mut self, method: MethodRef) -> Self {
        self.method = method;
        self
    }

    /// The same method on another route.
    pub(crate) fn with_route(mut self, route: Option<Route>) -> Self {
        self.route = route.map(Contained::new).unwrap_or_default();
        self
    }

    /// The index by which the service knows the method.
    #[inline]
    pub fn index(&self) -> usize {
        self.index as usize
    }

    /// Whether the service has no such method and answers with a [fallback](crate::Dispatcher::fallback).
    pub fn is_fallback(&self) -> bool {
        self.is_fallback
    }

    /// The method's metadata.
    #[inline]
    pub fn method(&self) -> &Method {
        &self.method
    }

    pub(crate) fn method_ref(&self) -> &MethodRef {
        &self.method
    }

    pub(crate) fn route(&self) -> Option<&Route> {
        self.route.get()
    }
}

/// Metadata that is part of the program or was created at run time.
#[derive(Clone)]
pub(crate) enum MethodRef {
    Static(&'static Method),
    Shared(Arc<Method>),
}

impl Deref for MethodRef {
    type Target = Method;

    #[inline]
    fn deref(&self) -> &Method {
        match self {
            MethodRef::Static(method) => method,
            MethodRef::Shared(method) => method,
        }
    }
}

impl From<Method> for MethodRef {
    fn from(method: Method) -> Self {
        MethodRef::Shared(Arc::new(method))
    }
}
