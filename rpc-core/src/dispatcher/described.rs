//! [`Described`]: a function with parameter names, docs and other metadata.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::description::{Description, Names};
use super::function::{Function, OffThread};
#[cfg(feature = "schema")]
use super::schema::ArgumentSchemas;
use crate::contract::{ErrorCode, Method, Parameter, ParamsStyle};
use crate::params::{InvalidParams, Params};
#[cfg(feature = "schema")]
use crate::schema::{self as schemas, MethodSchema, TypeSchema};
use crate::service::{Context, Outcome, Responder};

/// Adds metadata to a function for a [`Dispatcher`](crate::Dispatcher): parameter names, docs, secrets and more.
///
/// ```
/// use rpc_core::{Dispatcher, function};
///
/// let dispatcher = Dispatcher::new()
///     .method("add", |a: i64, b: i64| async move { a + b })
///     .method(
///         "login",
///         function(|user: String, password: String| async move { user == password })
///             .params(&["user", "password"])
///             .secret("password")
///             .docs("Logs a user in."),
///     );
/// # drop(dispatcher);
/// ```
///
/// Here `add` takes params by position only, such as `[1, 2]`. `login` also takes them by name:
/// `{"user": "ann", "password": "sesame"}`.
pub fn function<M: 'static, F: Function<M>>(function: F) -> Described<F, M> {
    Described {
        description: function.description(),
        function,
        marker: PhantomData,
    }
}

/// Serves a function that blocks: a plain `fn` or closure, which runs outside the async threads, as a method marked
/// `#[rpc(blocking)]` does. It can get the same metadata as any other [`function()`].
///
/// ```
/// use rpc_core::{Dispatcher, Internal, blocking};
///
/// let dispatcher = Dispatcher::new()
///     .method("read", blocking(|path: String| std::fs::read_to_string(path).map_err(Internal::from)))
///     .method("sum", blocking(|numbers: Vec<u64>| numbers.iter().sum::<u64>()).params(&["numbers"]));
/// # drop(dispatcher);
/// ```
///
/// The server needs a runtime, which network transports give it. Without one, the function runs in place.
pub fn blocking<M: 'static, F>(function: F) -> Described<OffThread<F>, M>
where
    OffThread<F>: Function<M>,
{
    self::function(OffThread(Arc::new(function)))
}

/// A function with metadata. See [`function()`] and [`blocking()`].
#[must_use = "a described function does nothing until it is added to a `Dispatcher`"]
pub struct Described<F, M> {
    function: F,
    description: Description,
    marker: PhantomData<fn() -> M>,
}

impl<M: 'static, F: Function<M>> Described<F, M> {
    /// Names the parameters, in order, so that they can be sent by name as well as by position. A [`Context`] takes no
    /// name.
    ///
    /// # Panics
    ///
    /// If two names are the same.
    pub fn params(mut self, names: &'static F::Names) -> Self {
        let names = names.as_ref();
        for (index, name) in names.iter().enumerate() {
            let is_new = !names[..index].contains(name);
            assert!(is_new, "two parameters are named `{name}`");
        }
        self.description.names = Names(Some(names));
        self
    }

    /// Keeps a parameter out of the [message log](crate::message_log), and its value out of errors.
    ///
    /// # Panics
    ///
    /// If no parameter has this name. Call [`params`](Self::params) first.
    pub fn secret(mut self, parameter: &'static str) -> Self {
        let mut names = self.description.names.0.unwrap_or_default().iter();
        match names.position(|name| *name == parameter) {
            Some(place) => self.description.secrets.insert(place),
            None => panic!("no parameter is named `{parameter}`"),
        };
        self
    }

    /// Keeps all parameters out of the log and out of errors. Use it, for example, if the only parameter is a struct
    /// with a password in one of its fields.
    pub fn secret_params(mut self) -> Self {
        self.description.all_secret = true;
        self
    }

    /// Adds the documentation that `rpc.help` returns.
    pub fn docs(mut self, docs: impl Into<Cow<'static, str>>) -> Self {
        self.description.docs = docs.into();
        self
    }

    /// Promises that calling it twice has the same effect as calling it once, as `#[rpc(idempotent)]` does.
    pub fn idempotent(mut self) -> Self {
        self.description.idempotent = true;
        self
    }

    /// Promises that calling it changes nothing, as `#[rpc(read_only)]` does. It is idempotent as well.
    pub fn read_only(mut self) -> Self {
        self.description.read_only = true;
        self.idempotent()
    }

    /// Adds the schemas of the parameters and of the result, as `#[rpc(schema)]` does, for
    /// [documents](crate::openrpc). The types derive `schemars::JsonSchema`.
    ///
    /// ```
    /// use rpc_core::openrpc::OpenRpc;
    /// use rpc_core::{Dispatcher, function};
    ///
    /// let add = function(|a: i64, b: i64| async move { a + b }).params(&["a", "b"]).schema();
    /// let document = OpenRpc::new().complete().of(&Dispatcher::new().method("add", add))?;
    /// assert!(document.to_string().contains("\"name\": \"add\""));
    /// # Ok::<(), rpc_core::openrpc::DocumentError>(())
    /// ```
    #[cfg(feature = "schema")]
    pub fn schema(mut self) -> Self
    where
        F::Args: ArgumentSchemas,
        F::Value: schemas::Described,
    {
        let result = TypeSchema::of::<F::Value>();
        self.description.schema = Some(MethodSchema::of_function(F::Args::schemas(), result));
        self
    }

    /// Cancels its calls when their client disconnects, as `#[rpc(cancel_on_disconnect)]` does.
    pub fn cancel_on_disconnect(mut self) -> Self {
        self.description.cancel_on_disconnect = true;
        self
    }

    /// Tags the function for middleware, as `#[rpc(tag = "public")]` does. It may have several tags.
    pub fn tag(mut self, tag: &'static str) -> Self {
        self.description.tags.push(tag);
        self
    }

    /// Marks it as deprecated. The note says what to use instead.
    pub fn deprecated(mut self, note: &'static str) -> Self {
        self.description.deprecated = Some(note);
        self
    }
}

/// The metadata of a function with this name.
pub(super) fn method<M, F: Function<M>>(function: &F, name: &str) -> Method {
    let Description {
        names: Names(names),
        secrets,
        all_secret,
        docs,
        idempotent,
        cancel_on_disconnect,
        blocking,
        tags,
        deprecated,
        read_only,
        #[cfg(feature = "schema")]
        schema,
    } = function.description();
    let mut params = F::params();
    for (parameter, name) in params.iter_mut().zip(names.unwrap_or_default()) {
        parameter.name = name;
    }
    for (place, parameter) in params.iter_mut().enumerate() {
        parameter.optional = parameter.ty.starts_with("core::option::Option<");
        parameter.secret = all_secret || secrets.contains(&place);
    }
    let mut method = Method::new("", "");
    if all_secret && names.is_none() && params.len() == 1 {
        // An object is the only parameter, so its members can have any names.
        method.style = ParamsStyle::Whole;
    }
    method.name = name.to_owned().into();
    method.docs = docs;
    method.params = params.into();
    method.result = F::result();
    method.errors = F::errors();
    method.idempotent = idempotent;
    method.cancel_on_disconnect = cancel_on_disconnect;
    method.blocking = blocking;
    method.tags = tags.into();
    method.deprecated = deprecated;
    method.read_only = read_only;
    #[cfg(feature = "schema")]
    {
        method.schema = schema.map(Cow::Owned);
    }
    method.has_paths = true;
    method
}

/// Marks a [`Described`] function.
pub struct Known<M>(PhantomData<fn() -> M>);

#[diagnostic::do_not_recommend]
impl<M: 'static, F: Function<M>> Function<Known<M>> for Described<F, M> {
    type Args = F::Args;
    type Names = F::Names;
    type Value = F::Value;

    fn params() -> Vec<Parameter> {
        F::params()
    }

    fn result() -> &'static str {
        F::result()
    }

    fn errors() -> &'static [ErrorCode] {
        F::errors()
    }

    fn description(&self) -> Description {
        self.description.clone()
    }

    fn decode(params: Params, names: Names) -> Result<Self::Args, InvalidParams> {
        F::decode(params, names)
    }

    fn call(
        &self,
        args: Self::Args,
        cx: &Context,
        responder: Responder,
    ) -> impl Future<Output = Outcome> + Send {
        self.function.call(args, cx, responder)
    }
}

impl<F, M> fmt::Debug for Described<F, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Described")
            .field("description", &self.description)
            .finish_non_exhaustive()
    }
}
