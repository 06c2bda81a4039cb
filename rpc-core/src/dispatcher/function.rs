//! [`Function`]: functions and closures as methods.

use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::description::{Description, Names};
use crate::bounds::Shareable;
use crate::contract::{ErrorCode, Parameter};
use crate::error::MethodError;
use crate::params::{InvalidParams, Params, Slot, Strictness};
use crate::service::{Context, Outcome, Responder};

/// An async function or closure that a [`Dispatcher`](super::Dispatcher) can serve as a method.
///
/// It is implemented for functions with up to eight `DeserializeOwned` parameters, optionally after a [`Context`]. They return
/// a `Serialize` type, or a `Result` of one with a [`MethodError`]. A `Result` with any other error does not compile, since
/// its error would be sent as a success. If an error is both `Serialize` and a `MethodError`, the compiler can't decide, so
/// return `result.map_err(MethodError::into_error_object)`. It is also implemented for what [`function()`](super::function())
/// and [`blocking()`](super::blocking()) return. `M` tells the shapes of functions apart, and you never name it. Code outside
/// this crate can't implement the trait.
#[diagnostic::on_unimplemented(
    message = "this function can't be served as a method",
    label = "not usable as a method",
    note = "it must be async and `Send + Sync + 'static`, take up to eight parameters that are `DeserializeOwned + Send`, and return a `Serialize` type, or a `Result` of one with a `MethodError`",
    note = "a first parameter of type `Context` is allowed; it is not sent over the wire",
    note = "to serve a function that is not async, write `blocking(function)`",
    note = "to fail with an internal error whose detail stays on the server, return `Result<T, rpc_core::Internal>`"
)]
pub trait Function<M>: Send + Sync + 'static {
    /// The arguments, decoded.
    type Args: Send + 'static;

    /// A name for each parameter: `[&'static str; 2]` for two.
    type Names: AsRef<[&'static str]> + 'static;

    /// The value that it returns if it does not fail.
    type Value;

    /// The parameters on the wire, in order. They are numbered, since a closure's parameter names are unknown.
    fn params() -> Vec<Parameter>;

    /// The type of the result.
    fn result() -> &'static str;

    /// The codes of the errors that the function may return.
    fn errors() -> &'static [ErrorCode];

    /// What is known about the function besides its types. Empty unless it is [`Described`](super::Described).
    fn description(&self) -> Description {
        Description::default()
    }

    /// Decodes the arguments, by position, or by name if there are names.
    fn decode(params: Params, names: Names) -> Result<Self::Args, InvalidParams>;

    /// Calls the function.
    fn call(
        &self,
        args: Self::Args,
        cx: &Context,
        responder: Responder,
    ) -> impl Future<Output = Outcome> + Send;
}

/// A function that runs outside the async threads. See [`blocking()`](super::blocking()).
#[derive(Debug)]
pub struct OffThread<F>(pub(super) Arc<F>);

/// A value or a `Result` that a [`Function`] may return.
pub trait FunctionResult<M> {
    /// The value, without the error.
    type Value;

    /// The type of the result.
    fn result() -> &'static str;

    /// The codes of the errors.
    fn errors() -> &'static [ErrorCode];

    /// Answers the call with it.
    fn respond(self, responder: Responder) -> Outcome;
}

/// Marks a function that returns a value.
pub struct Value(Infallible);

/// Marks a function that returns a `Result`.
pub struct Fallible(Infallible);

impl<T: Serialize> FunctionResult<Value> for T {
    type Value = T;

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

// A `Result` whose error is `Serialize` is `Serialize` too. Then both implementations apply, and the compiler asks for
// a type instead of sending `{"Ok": …}`. In its message it names the implementations, and the type parameter
// of `Function` that it can't infer. So both have names that explain the problem.
impl<T: Serialize, E: MethodError> FunctionResult<Fallible> for Result<T, E> {
    type Value = T;

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

/// Marks a function whose error would be sent as a success. It applies besides [`Value`], so that the compiler refuses the
/// function instead of choosing one of them.
pub struct ErrorIsNoMethodError(Infallible);

/// Marks a function whose `Result` is not the outermost type. See [`ErrorIsNoMethodError`].
pub struct ResultIsNotOutermost(Infallible);

macro_rules! refused {
    ($($mark:ident $result:ty, $($name:ident)*;)*) => {$(
        impl<$($name: Serialize),*> FunctionResult<$mark> for $result {
            type Value = Self;

            fn result() -> &'static str {
                std::any::type_name::<Self>()
            }

            fn errors() -> &'static [ErrorCode] {
                &[]
            }

            fn respond(self, responder: Responder) -> Outcome {
                responder.value(self)
            }
        }
    )*};
}

refused! {
    ErrorIsNoMethodError Result<T, E>, T E;
    ResultIsNotOutermost Option<Result<T, E>>, T E;
    ResultIsNotOutermost Box<Result<T, E>>, T E;
    ResultIsNotOutermost Option<Option<Result<T, E>>>, T E;
    ResultIsNotOutermost Option<Box<Result<T, E>>>, T E;
    ResultIsNotOutermost Box<Option<Result<T, E>>>, T E;
}

// Its own error may be a `MethodError`, which need not be `Serialize`.
impl<T: Serialize, E: Serialize, F: MethodError> FunctionResult<ResultIsNotOutermost>
    for Result<Result<T, E>, F>
{
    type Value = Self;

    fn result() -> &'static str {
        std::any::type_name::<Self>()
    }

    fn errors() -> &'static [ErrorCode] {
        F::CODES
    }

    fn respond(self, responder: Responder) -> Outcome {
        responder.result(self)
    }
}

/// The error for a call by name of a function whose parameters have no names.
fn has_no_names() -> InvalidParams {
    InvalidParams::new("this method takes its parameters by position")
}

/// Reads an object for a function whose parameters have no names. It can only be one that says nothing.
fn unnamed<A>(
    params: Params,
    read: impl FnOnce(Params) -> Result<A, InvalidParams>,
) -> Result<A, InvalidParams> {
    let absent = params.that_say_nothing().ok_or_else(has_no_names)?;
    read(absent).map_err(|_| has_no_names())
}

macro_rules! function {
    ($($name:ident $index:literal)*) => {
        impl<Func, Fut, Return, ErrorMustBeMethodError, $($name),*> Function<(ErrorMustBeMethodError, Return, $($name,)*)> for Func
        where
            Func: Fn($($name),*) -> Fut + Shareable,
            Fut: Future<Output = Return> + Send,
            Return: FunctionResult<ErrorMustBeMethodError>,
            $($name: DeserializeOwned + Send + 'static,)*
        {
            function!(@types ErrorMustBeMethodError; $($name $index)*);

            #[allow(non_snake_case, reason = "a type parameter's name serves for its value")]
            async fn call(&self, ($($name,)*): Self::Args, _: &Context, responder: Responder) -> Outcome {
                self($($name),*).await.respond(responder)
            }
        }

        impl<Func, Fut, Return, ErrorMustBeMethodError, $($name),*> Function<(ErrorMustBeMethodError, Return, Context, $($name,)*)> for Func
        where
            Func: Fn(Context, $($name),*) -> Fut + Shareable,
            Fut: Future<Output = Return> + Send,
            Return: FunctionResult<ErrorMustBeMethodError>,
            $($name: DeserializeOwned + Send + 'static,)*
        {
            function!(@types ErrorMustBeMethodError; $($name $index)*);

            #[allow(non_snake_case, reason = "a type parameter's name serves for its value")]
            async fn call(&self, ($($name,)*): Self::Args, cx: &Context, responder: Responder) -> Outcome {
                self(cx.clone(), $($name),*).await.respond(responder)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<Func, Return, Mark, $($name),*> Function<(Mark, Return, $($name,)*)> for OffThread<Func>
        where
            Func: Fn($($name),*) -> Return + Shareable,
            Return: FunctionResult<Mark>,
            $($name: DeserializeOwned + Send + 'static,)*
        {
            function!(@types Mark; $($name $index)*);

            fn description(&self) -> Description {
                Description::blocking()
            }

            #[allow(non_snake_case, reason = "a type parameter's name serves for its value")]
            async fn call(&self, ($($name,)*): Self::Args, cx: &Context, responder: Responder) -> Outcome {
                let function = Arc::clone(&self.0);
                let job = move |responder| function($($name),*).respond(responder);
                responder.blocking(cx).run(job).await
            }
        }

        #[diagnostic::do_not_recommend]
        impl<Func, Return, Mark, $($name),*> Function<(Mark, Return, Context, $($name,)*)> for OffThread<Func>
        where
            Func: Fn(Context, $($name),*) -> Return + Shareable,
            Return: FunctionResult<Mark>,
            $($name: DeserializeOwned + Send + 'static,)*
        {
            function!(@types Mark; $($name $index)*);

            fn description(&self) -> Description {
                Description::blocking()
            }

            #[allow(non_snake_case, reason = "a type parameter's name serves for its value")]
            async fn call(&self, ($($name,)*): Self::Args, cx: &Context, responder: Responder) -> Outcome {
                let (function, own) = (Arc::clone(&self.0), cx.clone());
                let job = move |responder| function(own, $($name),*).respond(responder);
                responder.blocking(cx).run(job).await
            }
        }
    };
    (@types $mark:ident; $($name:ident $index:literal)*) => {
        type Args = ($($name,)*);
        type Value = <Return as FunctionResult<$mark>>::Value;
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
            let read = |params: Params| -> Result<Self::Args, InvalidParams> {
                let names = names.unwrap_or(&[$($index),*]);
                #[allow(non_snake_case, reason = "a type parameter's name serves for its value")]
                let function!(@nest $($name)*) = params.read::<function!(@slots $($name)*)>(names, Strictness::Strict)?;
                let mut _names = names.iter().copied();
                Ok(($($name.required(_names.next().unwrap_or($index))?,)*))
            };
            if params.is_object() && names.is_none() {
                function!(@whole params read $($name)*);
            }
            read(params)
        }
    };
    // An object for a function whose parameters have no names. If there is one parameter, the object may be its value.
    (@whole $params:ident $read:ident) => { () };
    (@whole $params:ident $read:ident $name:ident) => {
        return match $params.read_object()? {
            Ok(value) => Ok((value,)),
            Err(params) => unnamed(params, $read),
        }
    };
    (@whole $params:ident $read:ident $($name:ident)*) => {
        return unnamed($params, $read)
    };
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
