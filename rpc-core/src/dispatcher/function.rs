//! [`Function`]: functions and closures as methods.

use std::convert::Infallible;
use std::future::Future;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::description::{Description, Names};
use crate::contract::{ErrorCode, Parameter};
use crate::error::MethodError;
use crate::params::{InvalidParams, Params, Slot, Strictness};
use crate::service::{Context, Outcome, Responder};

/// An async function or closure that a [`Dispatcher`](super::Dispatcher) can serve under a name.
///
/// Implemented for functions with up to eight parameters that are `Deserialize`, before which there may be a
/// [`Context`]; they return a `Serialize` or a `Result` of one and a [`MethodError`]; and for what
/// [`function()`](super::function()) makes of these. `M` tells the shapes apart, and is never named. Nobody else can
/// implement it.
#[diagnostic::on_unimplemented(
    message = "this function can't be served as a method",
    label = "not a function from JSON to JSON",
    note = "it must be async, be `Send + Sync + 'static`, take up to eight parameters that are `DeserializeOwned + Send`, and return a `Serialize`, or a `Result` of one and a `MethodError`",
    note = "a first parameter `Context` is not on the wire"
)]
pub trait Function<M>: Send + Sync + 'static {
    /// The arguments, decoded.
    type Args: Send + 'static;

    /// A name for each parameter: `[&'static str; 2]` for two.
    type Names: AsRef<[&'static str]> + 'static;

    /// The parameters on the wire, in order: by number, since closures don't tell names.
    fn params() -> Vec<Parameter>;

    /// The type of the result.
    fn result() -> &'static str;

    /// The codes of the errors that it may return.
    fn errors() -> &'static [ErrorCode];

    /// What is known of the function besides its types: nothing, unless it is [`Described`](super::Described).
    fn description(&self) -> Description {
        Description::default()
    }

    /// Decodes the arguments: by name as well, where there are names.
    fn decode(params: Params, names: Names) -> Result<Self::Args, InvalidParams>;

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
    /// The type of the result.
    fn result() -> &'static str;

    /// The codes of the errors.
    fn errors() -> &'static [ErrorCode];

    /// Answers with it.
    fn respond(self, responder: Responder) -> Outcome;
}

/// Marks a function that returns a value.
pub struct Value(Infallible);

/// Marks a function that returns a `Result`.
pub struct Fallible(Infallible);

impl<T: Serialize> FunctionResult<Value> for T {
    fn result() -> &'static str {
        std::any::type_name::<T>()
    }

    fn errors() -> &'static [ErrorCode] {
        &[]
    }

    fn respond(self, responder: Responder) -> Outcome {
        responder.value(self)
    }
}

// A `Result` is a `Serialize`, too, where its error is one; then the compiler asks for the type, instead of sending
// `{"Ok": …}`.
impl<T: Serialize, E: MethodError> FunctionResult<Fallible> for Result<T, E> {
    fn result() -> &'static str {
        std::any::type_name::<T>()
    }

    fn errors() -> &'static [ErrorCode] {
        E::CODES
    }

    fn respond(self, responder: Responder) -> Outcome {
        responder.result(self)
    }
}

/// The error of a function that does not name its parameters, and is called by name.
fn has_no_names() -> InvalidParams {
    InvalidParams::new("this method takes its parameters by position")
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
        type Names = [&'static str; <[&str]>::len(&[$($index),*])];

        fn params() -> Vec<Parameter> {
            vec![$(Parameter::new($index, std::any::type_name::<$name>())),*]
        }

        fn result() -> &'static str {
            Return::result()
        }

        fn errors() -> &'static [ErrorCode] {
            Return::errors()
        }

        fn decode(params: Params, Names(names): Names) -> Result<Self::Args, InvalidParams> {
            if params.is_object() && names.is_none() {
                function!(@whole params $($name)*);
            }
            let names = names.unwrap_or(&[$($index),*]);
            #[allow(non_snake_case, reason = "a type parameter's name serves for its value")]
            let function!(@nest $($name)*) = params.read::<function!(@slots $($name)*)>(names, Strictness::Strict)?;
            let mut _names = names.iter().copied();
            Ok(($($name.required(_names.next().unwrap_or($index))?,)*))
        }
    };
    // An object without names: of no parameters it may be empty; of one, it is that parameter.
    (@whole $params:ident) => { () };
    (@whole $params:ident $name:ident) => {
        return Ok(($params.read_object(has_no_names)?,))
    };
    (@whole $params:ident $($name:ident)*) => { return Err(has_no_names()) };
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
