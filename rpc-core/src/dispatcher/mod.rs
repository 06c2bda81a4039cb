//! [`Dispatcher`]: several contracts and plain functions behind one endpoint.

mod described;
mod function;
mod target;

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::future::Future;
use std::sync::{Arc, PoisonError, RwLock};

use serde_json::value::RawValue;

pub use described::{Described, function};
pub use function::{Function, FunctionResult};
pub(crate) use target::Target;
use target::{ErasedCall, FallbackTarget, FunctionTarget, ServiceTarget};

use crate::Context;
use crate::contract::Method;
use crate::outcome::{Outcome, Responder};
use crate::params::{InvalidParams, Params};
use crate::service::{MethodRef, ResolvedMethod, Service, ShortCircuit};

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
    table: RwLock<HashMap<Box<str>, Entry>>,
    fallback: Option<ResolvedMethod>,
}

#[derive(Clone)]
struct Entry {
    found: ResolvedMethod,
    /// The same for all names of one method.
    identity: Arc<()>,
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

/// Why a method has not been given another name.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AliasError {
    /// There is no method of that name.
    NoSuchMethod(String),
    /// The alias is a method's name already.
    Duplicate(DuplicateMethod),
}

impl fmt::Display for AliasError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            AliasError::NoSuchMethod(name) => write!(f, "there is no method `{name}`"),
            AliasError::Duplicate(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for AliasError {}

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
        self.add(entries_of(service, ""))
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
        let entry = entry_of(&name, function);
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
        let entry = entry_of(&name, function);
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        let replaced = take_name(&mut table, &name);
        table.insert(name.into(), entry);
        drop(table);
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
        self.add(entries_of(service, prefix))
    }

    /// Adds all methods of a service with a prefix before their names, in the place of those that
    /// [`remove_nested`](Self::remove_nested) would remove; or changes nothing, where the service has a name twice. See
    /// [`nest`](Self::nest).
    pub fn replace_nested<S: Service>(
        &self,
        prefix: &str,
        service: S,
    ) -> Result<(), DuplicateMethod> {
        let entries = entries_of(service, prefix);
        check_free(&HashMap::new(), &entries)?;
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        let replaced = take_nested(&mut table, prefix);
        table.extend(entries);
        drop(table);
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
        let alias: Box<str> = alias.into().into();
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        let Some(mut entry) = table.get(name).cloned() else {
            return Err(AliasError::NoSuchMethod(name.to_owned()));
        };
        check_free(&table, &[(alias.clone(), entry.clone())]).map_err(AliasError::Duplicate)?;
        let mut method = entry.found.method().clone();
        method.aliases.to_mut().push(alias.to_string().into());
        let method = Arc::new(method);
        entry.found.method = MethodRef::Shared(Arc::clone(&method));
        let identity = Arc::clone(&entry.identity);
        table.insert(alias, entry);
        describe_anew(&mut table, &identity, &method);
        Ok(())
    }

    /// Removes a method's name, or one of its aliases. The method stays under its others, those of its contract as well;
    /// where its name goes, the first of them becomes its name. [`remove_method`](Self::remove_method) leaves none. Calls
    /// that run already go on. `false`: there is none.
    pub fn remove(&self, name: &str) -> bool {
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        let removed = take_name(&mut table, name);
        drop(table);
        removed.is_some()
    }

    /// Removes the method that a name stands for, under all of its names. Calls that run already go on. `false`: there is
    /// none.
    pub fn remove_method(&self, name: &str) -> bool {
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        let Some(removed) = table.remove(name) else {
            return false;
        };
        let same = |entry: &Entry| Arc::ptr_eq(&entry.identity, &removed.identity);
        let others: Vec<_> = table.extract_if(|_, entry| same(entry)).collect();
        drop(table);
        drop(others);
        true
    }

    /// Removes all methods whose names begin with a prefix, under all of their names, and all aliases that begin with it;
    /// and returns how many names there were. It takes back what [`nest`](Self::nest) has added.
    pub fn remove_nested(&self, prefix: &str) -> usize {
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        let removed = take_nested(&mut table, prefix);
        drop(table);
        removed.len()
    }

    /// The names of all methods, and their aliases, sorted.
    pub fn names(&self) -> Vec<String> {
        let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
        let mut names: Vec<String> = table.keys().map(|name| String::from(&**name)).collect();
        names.sort_unstable();
        names
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
        self.fallback = Some(ResolvedMethod {
            method: MethodRef::Shared(Arc::new(Method::new("", ""))),
            index: 0,
            target: Some(Target::new(FallbackTarget(Arc::new(fallback)))),
        });
        self
    }

    fn add(&self, entries: Vec<(Box<str>, Entry)>) -> Result<(), DuplicateMethod> {
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        check_free(&table, &entries)?;
        table.extend(entries);
        Ok(())
    }
}

/// A function under this name.
fn entry_of<M: 'static>(name: &str, function: impl Function<M>) -> Entry {
    let description = function.description();
    let method = described::method(&function, name);
    let target = Target::new(FunctionTarget::new(function, description.names));
    Entry {
        found: ResolvedMethod {
            method: MethodRef::Shared(Arc::new(method)),
            index: 0,
            target: Some(target),
        },
        identity: Arc::default(),
        owner: "a function".into(),
    }
}

// What is taken out of the table is the application's, and may do anything when it is dropped: that is left to those who
// have let go of the table.

/// See [`Dispatcher::remove`].
#[must_use]
fn take_name(table: &mut HashMap<Box<str>, Entry>, name: &str) -> Option<Entry> {
    let removed = table.remove(name)?;
    leave_under_others(table, &removed, |it| it == name);
    Some(removed)
}

/// See [`Dispatcher::remove_nested`].
#[must_use]
fn take_nested(table: &mut HashMap<Box<str>, Entry>, prefix: &str) -> Vec<Entry> {
    let is_nested = |entry: &Entry| entry.found.method().name.starts_with(prefix);
    let removed = table.extract_if(|name, entry| name.starts_with(prefix) || is_nested(entry));
    let removed: Vec<Entry> = removed.map(|(_, entry)| entry).collect();
    for alias in removed.iter().filter(|entry| !is_nested(entry)) {
        leave_under_others(table, alias, |name| name.starts_with(prefix));
    }
    removed
}

/// Some names of a method have gone: it stays under the others.
fn leave_under_others(
    table: &mut HashMap<Box<str>, Entry>,
    removed: &Entry,
    is_gone: impl Fn(&str) -> bool,
) {
    let mut method = removed.found.method().clone();
    method.aliases.to_mut().retain(|alias| !is_gone(alias));
    if is_gone(&method.name) && !method.aliases.is_empty() {
        method.name = method.aliases.to_mut().remove(0);
    }
    describe_anew(table, &removed.identity, &Arc::new(method));
}

/// Puts other metadata beside all names of a method, which it has.
fn describe_anew(table: &mut HashMap<Box<str>, Entry>, identity: &Arc<()>, method: &Arc<Method>) {
    let names = std::iter::once(&method.name).chain(method.aliases.iter());
    for name in names {
        if let Some(entry) = table.get_mut(&**name)
            && Arc::ptr_eq(&entry.identity, identity)
        {
            entry.found.method = MethodRef::Shared(Arc::clone(method));
        }
    }
}

/// Is each of these names free, and only there once?
fn check_free(
    table: &HashMap<Box<str>, Entry>,
    entries: &[(Box<str>, Entry)],
) -> Result<(), DuplicateMethod> {
    let mut names = HashSet::new();
    for (name, entry) in entries {
        let is_new = names.insert(name);
        let first = match table.get(name) {
            Some(taken) => &taken.owner,
            // All that are added together have one owner.
            None if !is_new => &entry.owner,
            None => continue,
        };
        return Err(DuplicateMethod {
            name: String::from(&**name),
            first: first.to_string(),
            second: entry.owner.to_string(),
        });
    }
    Ok(())
}

/// The entries of all methods of a service, under their names and aliases with a prefix.
fn entries_of<S: Service>(service: S, prefix: &str) -> Vec<(Box<str>, Entry)> {
    let owner: Arc<str> = format!("`{}`", std::any::type_name::<S>()).into();
    let service = Arc::new(service);
    let mut entries = Vec::new();
    for method in service.methods() {
        let identity = Arc::new(());
        let names =
            std::iter::once(&*method.name).chain(method.aliases.iter().map(|alias| &**alias));
        for name in names {
            let Some(found) = service.find(name) else {
                continue;
            };
            let target = Target::new(ServiceTarget {
                service: Arc::clone(&service),
                method: found.clone(),
            });
            let method = match prefix {
                "" => found.method,
                prefix => renamed(found.method(), prefix),
            };
            let found = ResolvedMethod {
                method,
                index: found.index,
                target: Some(target),
            };
            let entry = Entry {
                found,
                identity: Arc::clone(&identity),
                owner: Arc::clone(&owner),
            };
            entries.push((format!("{prefix}{name}").into(), entry));
        }
    }
    entries
}

/// A method's metadata under a name with a prefix.
fn renamed(method: &Method, prefix: &str) -> MethodRef {
    let mut method = method.clone();
    method.name = format!("{prefix}{}", method.name).into();
    let aliases = method.aliases.iter();
    method.aliases = aliases
        .map(|alias| format!("{prefix}{alias}").into())
        .collect();
    MethodRef::Shared(Arc::new(method))
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
        // An alias is no method of its own.
        let names = table
            .iter()
            .filter(|(name, entry)| ***name == *entry.found.method().name);
        let mut methods: Vec<Method> = names
            .map(|(_, entry)| entry.found.method().clone())
            .collect();
        methods.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        methods
    }

    fn find(&self, name: &str) -> Option<ResolvedMethod> {
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
        method: &ResolvedMethod,
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

    async fn short_circuit(&self, answer: ShortCircuit<'_>, cx: &Context) -> Outcome {
        match cx.target() {
            Some(target) => target.short_circuit(answer, cx).await,
            None => answer.outcome(),
        }
    }
}

impl<S: Service> Service for Arc<S> {
    type Args<'de> = S::Args<'de>;

    fn methods(&self) -> Vec<Method> {
        S::methods(self)
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
