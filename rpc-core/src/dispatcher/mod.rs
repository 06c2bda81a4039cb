//! [`Dispatcher`]: several contracts and plain functions behind one endpoint.

mod function;
mod target;

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, PoisonError, RwLock};

use serde_json::value::RawValue;

pub use function::{Function, FunctionResult};
pub(crate) use target::Target;
use target::{ErasedCall, FallbackTarget, FunctionTarget, ServiceTarget};

use crate::Context;
use crate::contract::{Method, ParamsStyle};
use crate::error::ErrorObject;
use crate::outcome::{Outcome, Responder};
use crate::params::{InvalidParams, Params};
use crate::service::{Found, MethodRef, Service};

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
/// and [`insert`](Self::insert) return an error that names both. These, and [`remove`](Self::remove), change the table
/// through a shared reference, also while the dispatcher serves: keep an `Arc` of it, which is a [`Service`], too.
#[derive(Default)]
pub struct Dispatcher {
    table: RwLock<HashMap<Box<str>, Entry>>,
    fallback: Option<Found>,
}

#[derive(Clone)]
struct Entry {
    found: Found,
    /// Who has put it there, for [`DuplicateMethod`].
    owner: Arc<str>,
}

/// A name stands for two methods.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DuplicateMethod {
    /// The name.
    pub name: String,
    /// What the name stood for before: a service's type, or a function.
    pub first: String,
    /// What it was to stand for, too.
    pub second: String,
}

impl fmt::Display for DuplicateMethod {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(
            f,
            "the method `{}` of {} is a method of {} already",
            self.name, self.second, self.first
        )
    }
}

impl std::error::Error for DuplicateMethod {}

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
        let owner: Arc<str> = format!("`{}`", std::any::type_name::<S>()).into();
        let service = Arc::new(service);
        let mut entries = Vec::new();
        for method in service.methods() {
            let names = std::iter::once(&*method.name).chain(method.aliases.iter().copied());
            for name in names {
                let Some(found) = service.find(name) else {
                    continue;
                };
                let target = Target::new(ServiceTarget {
                    service: Arc::clone(&service),
                    method: found.clone(),
                });
                entries.push((
                    name.into(),
                    Entry {
                        found: Found {
                            target: Some(target),
                            ..found
                        },
                        owner: Arc::clone(&owner),
                    },
                ));
            }
        }
        self.add(entries)
    }

    /// Adds a function under a name.
    ///
    /// It is async, and takes up to eight parameters, which come by position; or one struct, whose fields come by name.
    /// A first parameter of type [`Context`] is not on the wire. What it returns is the result; a `Result` is the result
    /// or the error.
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
        let mut method = Method::new("", "");
        method.name = name.clone().into();
        method.style = ParamsStyle::Positional;
        let target = Target::new(FunctionTarget::new(function));
        let found = Found {
            method: MethodRef::Shared(Arc::new(method)),
            index: 0,
            target: Some(target),
        };
        self.add(vec![(
            name.into(),
            Entry {
                found,
                owner: "a function".into(),
            },
        )])
    }

    /// Removes a method by its name, or one of its aliases. Calls that run already go on. `false`: there is none.
    pub fn remove(&self, name: &str) -> bool {
        self.table
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(name)
            .is_some()
    }

    /// The names of all methods, and their aliases, sorted.
    pub fn names(&self) -> Vec<String> {
        let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
        let mut names: Vec<String> = table.keys().map(|name| String::from(&**name)).collect();
        names.sort_unstable();
        names
    }

    /// Answers calls of methods that do not exist, instead of error -32601. It gets the name and the params as JSON.
    ///
    /// ```
    /// use rpc_core::{Dispatcher, ErrorObject, Outcome};
    ///
    /// let dispatcher = Dispatcher::new().fallback(|name: String, _params| async move {
    ///     match name.strip_prefix("v1.") {
    ///         Some(_) => Outcome::from(ErrorObject::new(1410, "version 1 is gone")),
    ///         None => Outcome::from(ErrorObject::method_not_found()),
    ///     }
    /// });
    /// # drop(dispatcher);
    /// ```
    #[must_use]
    pub fn fallback<F, Fut>(mut self, fallback: F) -> Self
    where
        F: Fn(String, Option<Box<RawValue>>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Outcome> + Send + 'static,
    {
        self.fallback = Some(Found {
            method: MethodRef::Shared(Arc::new(Method::new("", ""))),
            index: 0,
            target: Some(Target::new(FallbackTarget(Arc::new(fallback)))),
        });
        self
    }

    fn add(&self, entries: Vec<(Box<str>, Entry)>) -> Result<(), DuplicateMethod> {
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        for (index, (name, entry)) in entries.iter().enumerate() {
            let twin = entries[..index].iter().find(|(other, _)| other == name);
            if let Some(taken) = table.get(name).or(twin.map(|(_, entry)| entry)) {
                return Err(DuplicateMethod {
                    name: String::from(&**name),
                    first: taken.owner.to_string(),
                    second: entry.owner.to_string(),
                });
            }
        }
        table.extend(entries);
        Ok(())
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

    fn methods(&self) -> Vec<Method> {
        let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
        let mut methods: Vec<Method> = table
            .values()
            .map(|entry| entry.found.method().clone())
            .collect();
        // An alias is no method of its own.
        methods.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        methods.dedup_by(|a, b| a.name == b.name);
        methods
    }

    fn find(&self, name: &str) -> Option<Found> {
        let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
        match table.get(name) {
            Some(entry) => Some(entry.found.clone()),
            None => {
                let mut found = self.fallback.clone()?;
                let mut method = found.method().clone();
                method.name = name.to_owned().into();
                found.method = MethodRef::Shared(Arc::new(method));
                Some(found)
            }
        }
    }

    fn decode<'de>(
        &self,
        method: &Found,
        params: Params<'_, 'de>,
    ) -> Result<Self::Args<'de>, InvalidParams> {
        match &method.target {
            Some(target) => target.decode(method, params).map(DispatcherCall),
            None => Err(InvalidParams::new("the method belongs to no dispatcher")),
        }
    }

    async fn call(&self, args: Self::Args<'_>, cx: &Context, responder: Responder) -> Outcome {
        args.0.call(cx, responder).await
    }

    async fn refuse(&self, error: ErrorObject, cx: &Context) -> Outcome {
        match cx.target() {
            Some(target) => target.refuse(error, cx).await,
            None => error.into(),
        }
    }
}

impl<S: Service> Service for Arc<S> {
    type Args<'de> = S::Args<'de>;

    fn methods(&self) -> Vec<Method> {
        S::methods(self)
    }

    fn find(&self, name: &str) -> Option<Found> {
        S::find(self, name)
    }

    fn decode<'de>(
        &self,
        method: &Found,
        params: Params<'_, 'de>,
    ) -> Result<Self::Args<'de>, InvalidParams> {
        S::decode(self, method, params)
    }

    async fn call(&self, args: Self::Args<'_>, cx: &Context, responder: Responder) -> Outcome {
        S::call(self, args, cx, responder).await
    }

    async fn refuse(&self, error: ErrorObject, cx: &Context) -> Outcome {
        S::refuse(self, error, cx).await
    }
}
