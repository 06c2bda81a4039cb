//! [`Dispatcher`]: several contracts and plain functions behind one endpoint.

mod described;
mod description;
mod error;
mod function;
mod route;
#[cfg(feature = "schema")]
mod schema;
mod table;

use std::fmt;
use std::future::Future;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use serde_json::value::RawValue;

pub use self::described::{Described, blocking, function};
pub use self::error::{AliasError, DuplicateMethod, NestError};
pub use self::function::{Function, FunctionResult, OffThread};
use self::route::{ErasedCall, FallbackRoute};
#[cfg(feature = "schema")]
pub use self::schema::ArgumentSchemas;
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
/// Each name belongs to one method. [`service`](Self::service) and [`method`](Self::method) panic if a name is taken,
/// since that is a mistake in the program that shows at startup. [`insert_service`](Self::insert_service) and
/// [`insert`](Self::insert) return an error that names both owners.
///
/// The last two, and also [`replace`](Self::replace) and [`remove`](Self::remove), change the table through a shared
/// reference, even while the dispatcher is serving. To do so, keep an `Arc` of the dispatcher, which is also a
/// [`Service`]. A concurrent call sees the table either before or after a change.
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
    /// If one of the names is taken. [`insert_service`](Self::insert_service) returns an error instead.
    #[must_use]
    pub fn service<S: Service>(self, service: S) -> Self {
        match self.insert_service(service) {
            Ok(()) => self,
            Err(error) => panic!("{error}"),
        }
    }

    /// Adds all methods of a service. This works while the dispatcher is serving. If one of the names is taken, it
    /// adds none. Methods that the service gains later are not added.
    pub fn insert_service<S: Service>(&self, service: S) -> Result<(), DuplicateMethod> {
        self.add(table::service(service, ""))
    }

    /// Adds a function under a name.
    ///
    /// The function is async and takes up to eight parameters by position, or one struct, whose fields are sent by
    /// name. Use [`function()`] to name the parameters of any function and to add other metadata. A first parameter of
    /// type [`Context`] is not sent over the wire. The function returns the result, or a `Result` with the result or
    /// the error. Wrap a function that is not async in [`blocking()`].
    ///
    /// # Panics
    ///
    /// If the name is taken. [`insert`](Self::insert) returns an error instead.
    #[must_use]
    pub fn method<M: 'static>(self, name: impl Into<String>, function: impl Function<M>) -> Self {
        match self.insert(name, function) {
            Ok(()) => self,
            Err(error) => panic!("{error}"),
        }
    }

    /// Adds a function under a name. This works while the dispatcher is serving. See [`method`](Self::method).
    pub fn insert<M: 'static>(
        &self,
        name: impl Into<String>,
        function: impl Function<M>,
    ) -> Result<(), DuplicateMethod> {
        let name = name.into();
        let entry = table::function(&name, function);
        self.add(vec![(name.into(), entry)])
    }

    /// Adds a function under a name and replaces the method that had the name. Returns `false` if none had.
    ///
    /// A replaced method keeps its other names, as after [`remove`](Self::remove).
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

    /// Adds all methods of a service, with a prefix in front of their names: `nest("v2.", …)` adds `add` as `v2.add`.
    /// A [`Dispatcher`] is a service too, so you can add a whole table of functions. Its [fallback](Self::fallback) is
    /// not added.
    ///
    /// # Panics
    ///
    /// If the prefix ends in a letter or a digit, since `nest("v2", …)` would add `v2add`, or if one of the names is taken.
    /// [`insert_nested`](Self::insert_nested) returns an error instead.
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

    /// Adds all methods of a service, with a prefix in front of their names. This works while the dispatcher is
    /// serving. If one of the names is taken, it adds none. Methods that the service gains later are not added. See
    /// [`nest`](Self::nest).
    pub fn insert_nested<S: Service>(&self, prefix: &str, service: S) -> Result<(), NestError> {
        let entries = table::service(service, prefix);
        check_separator(prefix, &entries)?;
        self.add(entries)?;
        Ok(())
    }

    /// Adds all methods of a service, with a prefix in front of their names, and removes those that
    /// [`remove_nested`](Self::remove_nested) would remove. If the service has a name twice, it changes nothing. See
    /// [`nest`](Self::nest).
    pub fn replace_nested<S: Service>(&self, prefix: &str, service: S) -> Result<(), NestError> {
        let entries = table::service(service, prefix);
        check_separator(prefix, &entries)?;
        table::check_distinct(&entries)?;
        let replaced = self.write().replace_prefix(prefix, entries);
        drop(replaced);
        Ok(())
    }

    /// Adds an alias for a method that has been added. The alias is listed among the [`names`](Self::names), but is
    /// not a method of its own.
    ///
    /// # Panics
    ///
    /// If the method does not exist, or the alias is taken. [`insert_alias`](Self::insert_alias) returns an error
    /// instead.
    #[must_use]
    pub fn alias(self, alias: impl Into<String>, name: &str) -> Self {
        match self.insert_alias(alias, name) {
            Ok(()) => self,
            Err(error) => panic!("{error}"),
        }
    }

    /// Adds an alias for a method. This works while the dispatcher is serving. See [`alias`](Self::alias).
    pub fn insert_alias(&self, alias: impl Into<String>, name: &str) -> Result<(), AliasError> {
        self.write().add_alias(alias.into().into(), name)
    }

    /// Removes a method's name or one of its aliases. Returns `false` if there is no such name.
    ///
    /// The method keeps its other names, including the aliases from its contract. If its name is removed, its first
    /// alias becomes the name. To remove all names, use [`remove_method`](Self::remove_method). Calls that are already
    /// running go on.
    pub fn remove(&self, name: &str) -> bool {
        let removed = self.write().take_name(name);
        removed.is_some()
    }

    /// Removes the method with this name or alias, under all of its names, and returns whether there was one.
    /// Calls that are already running go on.
    pub fn remove_method(&self, name: &str) -> bool {
        let removed = self.write().take_method(name);
        !removed.is_empty()
    }

    /// Removes all methods whose names begin with a prefix, under all of their names, and all aliases that begin with
    /// it. This undoes [`nest`](Self::nest). Returns how many names were removed.
    pub fn remove_nested(&self, prefix: &str) -> usize {
        let removed = self.write().take_prefix(prefix);
        removed.len()
    }

    /// All method names and aliases, sorted.
    pub fn names(&self) -> Vec<String> {
        self.read().names()
    }

    /// Answers calls of unknown methods, which otherwise get error -32601. The function receives the params as JSON.
    /// The [context](Context::method_name) has the name.
    ///
    /// The fallback does not get calls of the server's own [introspection](crate::introspection) methods, unless
    /// introspection is turned off. It belongs to this dispatcher only: if the dispatcher is added to another one as a
    /// service, the fallback does not go with it.
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
        // Refused entries are dropped after the lock is released.
        self.write().add(&mut entries)
    }

    fn read(&self) -> RwLockReadGuard<'_, Table> {
        self.table.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Table> {
        self.table.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Refuses a prefix that would run into the names after it.
fn check_separator(prefix: &str, entries: &Entries) -> Result<(), NestError> {
    let runs_on = prefix.ends_with(char::is_alphanumeric);
    match entries.first() {
        Some((example, _)) if runs_on => Err(NestError::NoSeparator {
            prefix: prefix.to_owned(),
            example: String::from(&**example),
        }),
        _ => Ok(()),
    }
}

impl fmt::Debug for Dispatcher {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Dispatcher")
            .field("methods", &self.names())
            .finish_non_exhaustive()
    }
}

/// A call of a dispatcher's method, with its decoded arguments.
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

    fn wants_params(&self, method: Option<&ResolvedMethod>) -> bool {
        method
            .and_then(route::of)
            .is_some_and(|route| route.wants_params())
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
