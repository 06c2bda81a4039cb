//! [`Function`]: functions and closures as methods.

use std::convert::Infallible;
use std::future::Future;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::MethodError;
use crate::outcome::{Outcome, Responder};
use crate::params::{InvalidParams, Params, Slot, Strictness};
use crate::{Context, Method, Parameter};

/// An async function or closure that a [`Dispatcher`](super::Dispatcher) can serve under a name.
///
/// Implemented for functions with up to eight parameters that are `Deserialize`, before which there may be a
/// [`Context`]; they return a `Serialize` or a `Result` of one and a [`MethodError`]. `M` tells these shapes apart, and
/// is never named.
#[diagnostic::on_unimplemented(
    message = "this function can't be served as a method",
    label = "not a function from JSON to JSON",
    note = "it must be async, be `Send + Sync + 'static`, take up to eight parameters that are `DeserializeOwned + Send`, and return a `Serialize`, or a `Result` of one and a `MethodError`",
    note = "a first parameter `Context` is not on the wire"
)]
pub trait Function<M>: Send + Sync + 'static {
    /// The arguments, decoded.
    type Args: Send + 'static;

    /// The parameters on the wire, in order: by number, since closures don't tell names.
    fn params() -> Vec<Parameter>;

    /// The type of what is returned.
    fn result() -> &'static str;

    /// Decodes the arguments.
    fn decode(params: Params) -> Result<Self::Args, InvalidParams>;

    /// Calls the function.
    fn call(
        &self,
        args: Self::Args,
        cx: &Context,
        responder: Responder,
    ) -> impl Future<Output = Outcome> + Send;
}

/// What a [`Function`] may return: a value, or a `Result`.
pub trait FunctionResult<M> {
    /// Answers with it.
    fn respond(self, responder: Responder) -> Outcome;
}

/// Marks a function that returns a value.
pub struct Value(Infallible);

/// Marks a function that returns a `Result`.
pub struct Fallible(Infallible);

impl<T: Serialize> FunctionResult<Value> for T {
    fn respond(self, responder: Responder) -> Outcome {
        responder.value(self)
    }
}

// A `Result` is a `Serialize`, too, where its error is one; then the compiler asks for the type, instead of sending
// `{"Ok": …}`.
impl<T: Serialize, E: MethodError> FunctionResult<Fallible> for Result<T, E> {
    fn respond(self, responder: Responder) -> Outcome {
        responder.result(self)
    }
}

/// The metadata of a function, but for its name.
pub(super) fn describe<M, F: Function<M>>(_: &F) -> Method {
    let mut method = Method::new("", "");
    method.params = F::params().into();
    method.result = F::result();
    method.has_paths = true;
    method
}

macro_rules! function {
    ($($name:ident $index:literal)*) => {
        impl<Func, Fut, Return, Mark, $($name),*> Function<(Mark, Return, $($name,)*)> for Func
        where
            Func: Fn($($name),*) -> Fut + Send + Sync + 'static,
            Fut: Future<Output = Return> + Send,
            Return: FunctionResult<Mark>,
            $($name: DeserializeOwned + Send + 'static,)*
        {
            function!(@types $($name $index)*);

            #[allow(non_snake_case, reason = "a type parameter's name serves for its value")]
            async fn call(&self, ($($name,)*): Self::Args, _: &Context, responder: Responder) -> Outcome {
                self($($name),*).await.respond(responder)
            }
        }

        impl<Func, Fut, Return, Mark, $($name),*> Function<(Mark, Return, Context, $($name,)*)> for Func
        where
            Func: Fn(Context, $($name),*) -> Fut + Send + Sync + 'static,
            Fut: Future<Output = Return> + Send,
            Return: FunctionResult<Mark>,
            $($name: DeserializeOwned + Send + 'static,)*
        {
            function!(@types $($name $index)*);

            #[allow(non_snake_case, reason = "a type parameter's name serves for its value")]
            async fn call(&self, ($($name,)*): Self::Args, cx: &Context, responder: Responder) -> Outcome {
                self(cx.clone(), $($name),*).await.respond(responder)
            }
        }
    };
    (@types $($name:ident $index:literal)*) => {
        type Args = ($($name,)*);

        fn params() -> Vec<Parameter> {
            vec![$(Parameter::new($index, std::any::type_name::<$name>())),*]
        }

        fn result() -> &'static str {
            std::any::type_name::<Return>()
        }

        fn decode(params: Params) -> Result<Self::Args, InvalidParams> {
            function!(@decode params $($name $index)*)
        }
    };
    // One parameter: an array with one element, or an object that is the parameter.
    (@decode $params:ident $name:ident $index:literal) => {{
        if $params.is_object() {
            return Ok(($params.read_whole(Strictness::Strict)?,));
        }
        function!(@positional $params $name $index)
    }};
    (@decode $params:ident) => { function!(@positional $params) };
    (@decode $params:ident $($name:ident $index:literal)*) => {{
        if $params.is_object() {
            return Err(InvalidParams::new("this method takes its parameters by position"));
        }
        function!(@positional $params $($name $index)*)
    }};
    (@positional $params:ident $($name:ident $index:literal)*) => {{
        #[allow(non_snake_case, reason = "a type parameter's name serves for its value")]
        let function!(@nest $($name)*) = $params.read::<function!(@slots $($name)*)>(&[$($index),*], Strictness::Strict)?;
        Ok(($($name.required($index)?,)*))
    }};
    (@slots) => { () };
    (@slots $first:ident $($rest:ident)*) => { (Slot<$first>, function!(@slots $($rest)*)) };
    (@nest) => { () };
    (@nest $first:ident $($rest:ident)*) => { ($first, function!(@nest $($rest)*)) };
}

function!();
function!(A "1");
function!(A "1" B "2");
function!(A "1" B "2" C "3");
function!(A "1" B "2" C "3" D "4");
function!(A "1" B "2" C "3" D "4" E "5");
function!(A "1" B "2" C "3" D "4" E "5" F "6");
function!(A "1" B "2" C "3" D "4" E "5" F "6" G "7");
function!(A "1" B "2" C "3" D "4" E "5" F "6" G "7" H "8");
