//! [`Described`]: a function with what its types don't tell.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use super::description::{Description, Names};
use super::function::Function;
use crate::contract::{ErrorCode, Method, Parameter, ParamsStyle};
use crate::params::{InvalidParams, Params};
use crate::service::{Context, Outcome, Responder};

/// A function for a [`Dispatcher`](crate::Dispatcher), of which more is to be said than its types tell.
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
///             .docs("Lets somebody in."),
///     );
/// # drop(dispatcher);
/// ```
///
/// Here `add` takes `[1, 2]` alone, and `login` also `{"user": "ann", "password": "sesame"}`.
pub fn function<M: 'static, F: Function<M>>(function: F) -> Described<F, M> {
    Described {
        description: function.description(),
        function,
        marker: PhantomData,
    }
}

/// A function with names for its parameters, and more. See [`function()`].
#[must_use = "it is to be put into a `Dispatcher`"]
pub struct Described<F, M> {
    function: F,
    description: Description,
    marker: PhantomData<fn() -> M>,
}

impl<M: 'static, F: Function<M>> Described<F, M> {
    /// Names the parameters, in their order, so that they come by name as well as by position. A [`Context`] has none.
    ///
    /// # Panics
    ///
    /// When two are the same.
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
    /// When no parameter has been [named](Self::params) so.
    pub fn secret(mut self, parameter: &'static str) -> Self {
        let mut names = self.description.names.0.unwrap_or_default().iter();
        match names.position(|name| *name == parameter) {
            Some(place) => self.description.secrets.insert(place),
            None => panic!("no parameter is named `{parameter}`"),
        };
        self
    }

    /// Keeps all parameters out of the log and out of errors: of a function whose one parameter is a struct, for example,
    /// which has the password in a field.
    pub fn secret_params(mut self) -> Self {
        self.description.all_secret = true;
        self
    }

    /// Says what it does, for `rpc.help`.
    pub fn docs(mut self, docs: impl Into<Cow<'static, str>>) -> Self {
        self.description.docs = docs.into();
        self
    }

    /// Promises that calling it twice does the same as calling it once, as `#[rpc(idempotent)]` does.
    pub fn idempotent(mut self) -> Self {
        self.description.idempotent = true;
        self
    }

    /// Says that it should not be used any more, and what instead.
    pub fn deprecated(mut self, note: &'static str) -> Self {
        self.description.deprecated = Some(note);
        self
    }
}

/// The metadata of a function under a name.
pub(super) fn method<M, F: Function<M>>(function: &F, name: &str) -> Method {
    let Description {
        names: Names(names),
        secrets,
        all_secret,
        docs,
        idempotent,
        deprecated,
    } = function.description();
    let mut params = F::params();
    for (parameter, name) in params.iter_mut().zip(names.unwrap_or_default()) {
        parameter.name = name;
    }
    for (place, parameter) in params.iter_mut().enumerate() {
        parameter.secret = all_secret || secrets.contains(&place);
    }
    let mut method = Method::new("", "");
    if all_secret && names.is_none() && params.len() == 1 {
        // An object is that parameter, whatever its members are called.
        method.style = ParamsStyle::Whole;
    }
    method.name = name.to_owned().into();
    method.docs = docs;
    method.params = params.into();
    method.result = F::result();
    method.errors = F::errors();
    method.idempotent = idempotent;
    method.deprecated = deprecated;
    method.has_paths = true;
    method
}

/// Marks a function that is described.
pub struct Known<M>(PhantomData<fn() -> M>);

impl<M: 'static, F: Function<M>> Function<Known<M>> for Described<F, M> {
    type Args = F::Args;
    type Names = F::Names;

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
