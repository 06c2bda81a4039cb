//! [`Dispatcher`]: several contracts and plain functions behind one endpoint.

mod described;
mod description;
mod error;
mod function;
mod route;
mod table;

use std::fmt;
use std::future::Future;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use serde_json::value::RawValue;

pub use self::described::{Described, function};
pub use self::error::{AliasError, DuplicateMethod};
pub use self::function::{Function, FunctionResult};
use self::route::{ErasedCall, FallbackRoute};
use self::table::{Entries, Table};
use crate::contract::{Contract, Method};
use crate::params::{InvalidParams, Params};
use crate::service::{Context, Outcome, ResolvedMethod, Responder, Service, ShortCircuit};

/// Several contracts and plain functions behind one endpoint: a table of methods by name.
///
/// ```
/// use rpc_core::{Dispatcher, ErrorObject};
/// use serde::Deserialize;
///
/// #[derive(Deserialize)]
/// struct Division {
///     dividend: f64,
///     divisor: f64,
/// }
///
/// let dispatcher = Dispatcher::new()
///     .method("echo", |text: String| async move { text })
///     .method("add", |a: i64, b: i64| async move { a + b })
///     .method("divide", |by: Division| async move {
///         if by.divisor == 0.0 {
///             return Err(ErrorObject::new(1001, "division by zero"));
///         }
///         Ok(by.dividend / by.divisor)
///     });
/// assert_eq!(dispatcher.names(), ["add", "divide", "echo"]);
/// ```
///
/// # Names
///
/// A name belongs to one method. [`service`](Self::service) and [`method`](Self::method) panic on a name that is
/// taken, since that is a mistake of the program which shows at its start; [`insert_service`](Self::insert_service)
/// and [`insert`](Self::insert) return an error that names both. These, [`replace`](Self::replace) and
/// [`remove`](Self::remove) change the table through a shared reference, also while the dispatcher serves: keep an `Arc`
/// of it, which is a [`Service`], too. Whoever calls meanwhile finds the table before a change, or after it.
#[derive(Default)]
pub struct Dispatcher {
    table: RwLock<Table>,
    fallback: Option<ResolvedMethod>,
}

impl Dispatcher {
    /// A dispatcher without methods.
    pub fn new() -> Self {
        Dispatcher::default()
    }

    /// Adds all methods of a service.
    ///
    /// # Panics
    ///
    /// When one of the names is taken. [`insert_service`](Self::insert_service) returns an error instead.
    #[must_use]
    pub fn service<S: Service>(self, service: S) -> Self {
        match self.insert_service(service) {
            Ok(()) => self,
            Err(error) => panic!("{error}"),
        }
    }

    /// Adds all methods of a service, as they are now, also while the dispatcher serves; or none, where one of the names is taken.
    pub fn insert_service<S: Service>(&self, service: S) -> Result<(), DuplicateMethod> {
        self.add(table::service(service, ""))
    }

    /// Adds a function under a name.
    ///
    /// It is async, and takes up to eight parameters, which come by position; or one struct, whose fields come by name.
    /// [`function()`] gives names to the parameters of any function, and says more of it. A first parameter of type
    /// [`Context`] is not on the wire. What it returns is the result; a `Result` is the result or the error.
    ///
    /// # Panics
    ///
    /// When the name is taken. [`insert`](Self::insert) returns an error instead.
    #[must_use]
    pub fn method<M: 'static>(self, name: impl Into<String>, function: impl Function<M>) -> Self {
        match self.insert(name, function) {
            Ok(()) => self,
            Err(error) => panic!("{error}"),
        }
    }

    /// Adds a function under a name, also while the dispatcher serves. See [`method`](Self::method).
    pub fn insert<M: 'static>(
        &self,
        name: impl Into<String>,
        function: impl Function<M>,
    ) -> Result<(), DuplicateMethod> {
        let name = name.into();
        let entry = table::function(&name, function);
        self.add(vec![(name.into(), entry)])
    }

    /// Adds a function under a name, in the place of what had that name until then. `false`: nothing had.
    ///
    /// What is replaced stays under its other names, as after [`remove`](Self::remove).
    ///
    /// ```
    /// use rpc_core::Dispatcher;
    ///
    /// let dispatcher = Dispatcher::new().method("version", || async { 1 });
    /// assert!(dispatcher.replace("version", || async { 2 }));
    /// ```
    pub fn replace<M: 'static>(&self, name: impl Into<String>, function: impl Function<M>) -> bool {
        let name = name.into();
        let entry = table::function(&name, function);
        let replaced = self.write().replace(&name, entry);
        replaced.is_some()
    }

    /// Adds all methods of a service, each under its name with a prefix before it: `nest("v2.", …)` makes `v2.add` of
    /// `add`. A [`Dispatcher`] is a service, too, so that a whole table of functions can be added; its
    /// [fallback](Self::fallback) is not.
    ///
    /// # Panics
    ///
    /// When one of the names is taken. [`insert_nested`](Self::insert_nested) returns an error instead.
    ///
    /// ```
    /// use rpc_core::Dispatcher;
    ///
    /// let sums = Dispatcher::new().method("add", |a: i64, b: i64| async move { a + b });
    /// let dispatcher = Dispatcher::new().nest("sums.", sums);
    /// assert_eq!(dispatcher.names(), ["sums.add"]);
    /// ```
    #[must_use]
    pub fn nest<S: Service>(self, prefix: &str, service: S) -> Self {
        match self.insert_nested(prefix, service) {
            Ok(()) => self,
            Err(error) => panic!("{error}"),
        }
    }

    /// Adds all methods of a service with a prefix before their names, as they are now, also while the dispatcher serves; or
    /// none, where one of the names is taken. See [`nest`](Self::nest).
    pub fn insert_nested<S: Service>(
        &self,
        prefix: &str,
        service: S,
    ) -> Result<(), DuplicateMethod> {
        self.add(table::service(service, prefix))
    }

    /// Adds all methods of a service with a prefix before their names, in the place of those that
    /// [`remove_nested`](Self::remove_nested) would remove; or changes nothing, where the service has a name twice. See
    /// [`nest`](Self::nest).
    pub fn replace_nested<S: Service>(
        &self,
        prefix: &str,
        service: S,
    ) -> Result<(), DuplicateMethod> {
        let entries = table::service(service, prefix);
        table::check_distinct(&entries)?;
        let replaced = self.write().replace_prefix(prefix, entries);
        drop(replaced);
        Ok(())
    }

    /// Lets a method that is there be called by another name, too. The other name is an alias: it is listed among
    /// [`names`](Self::names), and is no method of its own.
    ///
    /// # Panics
    ///
    /// When there is no such method, or the other name is taken. [`insert_alias`](Self::insert_alias) returns an error
    /// instead.
    #[must_use]
    pub fn alias(self, alias: impl Into<String>, name: &str) -> Self {
        match self.insert_alias(alias, name) {
            Ok(()) => self,
            Err(error) => panic!("{error}"),
        }
    }

    /// Lets a method be called by another name, too, also while the dispatcher serves. See [`alias`](Self::alias).
    pub fn insert_alias(&self, alias: impl Into<String>, name: &str) -> Result<(), AliasError> {
        self.write().add_alias(alias.into().into(), name)
    }

    /// Removes a method's name, or one of its aliases. The method stays under its others, those of its contract as well;
    /// where its name goes, the first of them becomes its name. [`remove_method`](Self::remove_method) leaves none. Calls
    /// that run already go on. `false`: there is none.
    pub fn remove(&self, name: &str) -> bool {
        let removed = self.write().take_name(name);
        removed.is_some()
    }

    /// Removes the method that a name stands for, under all of its names. Calls that run already go on. `false`: there is
    /// none.
    pub fn remove_method(&self, name: &str) -> bool {
        let removed = self.write().take_method(name);
        !removed.is_empty()
    }

    /// Removes all methods whose names begin with a prefix, under all of their names, and all aliases that begin with it;
    /// and returns how many names there were. It takes back what [`nest`](Self::nest) has added.
    pub fn remove_nested(&self, prefix: &str) -> usize {
        let removed = self.write().take_prefix(prefix);
        removed.len()
    }

    /// The names of all methods, and their aliases, sorted.
    pub fn names(&self) -> Vec<String> {
        self.read().names()
    }

    /// Answers calls of methods that do not exist, instead of error -32601. It gets the params as JSON, and the name as
    /// the [context's](Context::method_name).
    ///
    /// The server's own methods, which [introspection](crate::introspection) has, are not among them, unless that is
    /// switched off. A fallback is this dispatcher's own: in another one, to which this is added as a service, there is
    /// none of it.
    ///
    /// ```
    /// use rpc_core::{Context, Dispatcher, ErrorObject, Outcome};
    ///
    /// let dispatcher = Dispatcher::new().fallback(|cx: Context, _params| async move {
    ///     match cx.method_name().strip_prefix("v1.") {
    ///         Some(_) => Outcome::from(ErrorObject::new(1410, "version 1 is gone")),
    ///         None => Outcome::from(ErrorObject::method_not_found()),
    ///     }
    /// });
    /// # drop(dispatcher);
    /// ```
    #[must_use]
    pub fn fallback<F, Fut>(mut self, fallback: F) -> Self
    where
        F: Fn(Context, Option<Box<RawValue>>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Outcome> + Send + 'static,
    {
        let route = route::route(FallbackRoute(Arc::new(fallback)));
        let resolved = ResolvedMethod::routed(Method::new("", "").into(), route);
        self.fallback = Some(resolved.fallback());
        self
    }

    fn add(&self, mut entries: Entries) -> Result<(), DuplicateMethod> {
        // Entries that are refused are dropped after the lock is released.
        self.write().add(&mut entries)
    }

    fn read(&self) -> RwLockReadGuard<'_, Table> {
        self.table.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Table> {
        self.table.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Dispatcher {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Dispatcher")
            .field("methods", &self.names())
            .finish_non_exhaustive()
    }
}

/// A call of a dispatcher's method, with its arguments decoded.
pub struct DispatcherCall<'de>(Box<dyn ErasedCall + 'de>);

impl Service for Dispatcher {
    type Args<'de> = DispatcherCall<'de>;

    fn contracts(&self) -> Vec<Contract> {
        self.read().contracts()
    }

    fn find(&self, name: &str) -> Option<ResolvedMethod> {
        if let Some(resolved) = self.read().find(name) {
            return Some(resolved.clone());
        }
        let fallback = self.fallback.clone()?;
        let mut method = fallback.method().clone();
        method.name = name.to_owned().into();
        Some(fallback.with_method(method.into()))
    }

    fn decode<'de>(
        &self,
        method: &ResolvedMethod,
        params: Params<'_, 'de>,
    ) -> Result<Self::Args<'de>, InvalidParams> {
        match route::of(method) {
            Some(route) => route.decode(params).map(DispatcherCall),
            None => Err(InvalidParams::foreign_method()),
        }
    }

    async fn call(&self, args: Self::Args<'_>, cx: &Context, responder: Responder) -> Outcome {
        args.0.call(cx, responder).await
    }

    async fn short_circuit(&self, answer: ShortCircuit<'_>, cx: &Context) -> Outcome {
        match cx.resolved.as_ref().and_then(route::of) {
            Some(route) => route.short_circuit(answer, cx).await,
            None => answer.outcome(),
        }
    }
}
