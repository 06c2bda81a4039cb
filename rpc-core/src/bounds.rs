//! What the types of a contract must implement, and what the compiler says if they don't.
//!
//! The blanket implementations hide from diagnostics, so that a message names the type and its place in the contract,
//! and doesn't list every type that serde knows. Each trait has serde's trait as a supertrait: if both are missing in
//! one place, the compiler reports only ours.

use std::convert::Infallible;
use std::fmt::Display;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// A type that can be read from JSON.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be read from JSON",
    label = "this type must be deserialisable",
    note = "derive `serde::Deserialize` for this type, or for the type inside it",
    note = "if it is a type parameter, add the bound `serde::de::DeserializeOwned`"
)]
pub trait Readable<'de>: Deserialize<'de> {}

#[diagnostic::do_not_recommend]
impl<'de, T: Deserialize<'de>> Readable<'de> for T {}

/// A type that can be read from JSON without borrowing from it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be read from JSON",
    label = "the client must be able to deserialise this type",
    note = "derive `serde::Deserialize` for this type, or for the type inside it",
    note = "if it is a type parameter, add the bound `serde::de::DeserializeOwned`"
)]
pub trait ReadableOwned: DeserializeOwned {}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned> ReadableOwned for T {}

/// A type that can be written as JSON.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be written as JSON",
    label = "this type must be serialisable",
    note = "derive `serde::Serialize` for this type, or for the type inside it",
    note = "if it is a type parameter, add the bound `serde::Serialize`"
)]
pub trait Writable: Serialize {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + ?Sized> Writable for T {}

/// What a method returns, as a `Result`. A type that isn't one can't fail.
///
/// The macro takes `IS_RESULT` from a [`Probe`](crate::probe::Probe), so that the type decides and not its name: `struct SearchResult` is a
/// value, and an alias of `Result` is a `Result`.
#[diagnostic::on_unimplemented(
    message = "a return type whose name ends in `Result` must be a `Result`, but this one is `{Self}`",
    label = "not a `Result<T, E>`",
    note = "a generic trait can't find out what the type is; rename it, or make it an alias of `std::result::Result`"
)]
pub trait MethodResult<const IS_RESULT: bool> {
    /// The type of the value.
    type Ok;
    /// The type of the error.
    type Error;

    /// Returns it as a plain `Result`.
    fn into_result(self) -> Result<Self::Ok, Self::Error>;
}

impl<T, E> MethodResult<true> for Result<T, E> {
    type Ok = T;
    type Error = E;

    #[inline]
    fn into_result(self) -> Result<T, E> {
        self
    }
}

impl<T> MethodResult<false> for T {
    type Ok = T;
    type Error = Infallible;

    #[inline]
    fn into_result(self) -> Result<T, Infallible> {
        Ok(self)
    }
}

/// A result that is sent as a value.
#[diagnostic::on_unimplemented(
    message = "the error in `{Self}` would be sent as a success",
    label = "this is a `Result`, but the contract sees only a value",
    note = "write `Result` as the outermost type of the result, such as `Result<Option<T>, E>`",
    note = "an alias of `Result` is recognised if its name ends in `Result`"
)]
pub trait SentAsValue<const IS_RESULT: bool> {}

#[diagnostic::do_not_recommend]
impl<T: ?Sized> SentAsValue<false> for T {}

/// Fails to compile unless the type can be sent as a value.
pub const fn check_value<T: SentAsValue<IS_RESULT> + ?Sized, const IS_RESULT: bool>() {}

/// The error of a stream's items, if opening the stream can fail as well.
#[diagnostic::on_unimplemented(
    message = "the caller matches on one error type, but opening the stream fails with `{Opening}` and its items with `{Self}`",
    label = "use the same error type in both"
)]
pub trait SameError<Opening> {}

#[diagnostic::do_not_recommend]
impl<E> SameError<E> for E {}

/// Fails to compile unless opening a stream and its items fail with the same type.
pub const fn check_errors<Items: SameError<Opening>, Opening>() {}

/// A type whose JSON can be all params of a method.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be `flatten`, because it is a single value",
    label = "neither an object nor an array",
    note = "a `flatten` parameter is a struct or a map with one member for each parameter, or a list; to send a single value, remove `flatten`"
)]
pub trait SentAsParams<const IS_SCALAR: bool> {}

#[diagnostic::do_not_recommend]
impl<T: ?Sized> SentAsParams<false> for T {}

/// Fails to compile unless the type can be all params of a method.
pub const fn check_params<T: SentAsParams<IS_SCALAR> + ?Sized, const IS_SCALAR: bool>() {}

/// A type that can be read from any JSON of the right kind.
#[diagnostic::on_unimplemented(
    message = "an alias hides the reference `{Self}`",
    label = "write the type itself",
    note = "a `&str` parameter also takes strings with escapes, and a `&[T]` any list; the contract must see the reference to arrange that"
)]
pub trait ReadFromAnyJson<const IS_REFERENCE: bool> {}

#[diagnostic::do_not_recommend]
impl<T: ?Sized> ReadFromAnyJson<false> for T {}

/// Fails to compile if the type is a hidden reference.
pub const fn check_parameter<
    T: ReadFromAnyJson<IS_REFERENCE> + ?Sized,
    const IS_REFERENCE: bool,
>() {
}

/// An implementation that can answer calls on all threads.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't serve calls, because it is not `Send + Sync + 'static`",
    label = "calls run on several threads, and this type can't be used there",
    note = "use `Arc` instead of `Rc`, `Mutex` or atomics instead of `Cell` and `RefCell`, and owned data instead of references"
)]
pub trait Shareable: Send + Sync + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Send + Sync + 'static + ?Sized> Shareable for T {}

/// The result of a call without a contract.
#[diagnostic::on_unimplemented(
    message = "the result of this call can't be read as `{Self}`",
    label = "the type of the result is unknown, or can't be deserialised",
    note = "say what the call returns: `let sum: i64 = client.call(…).await?`, or `client.call::<_, i64>(…)`",
    note = "derive `serde::Deserialize` for a type of your own"
)]
pub trait CallResult: DeserializeOwned {}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned> CallResult for T {}

/// An error with a text, which is the message of its error object.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no error message",
    label = "this error must implement `Display`",
    note = "implement `std::fmt::Display` for it or derive `thiserror::Error`; the text is the message that the caller gets"
)]
pub trait ErrorMessage {
    /// The message.
    fn message(&self) -> String;
}

#[diagnostic::do_not_recommend]
impl<T: Display> ErrorMessage for T {
    fn message(&self) -> String {
        self.to_string()
    }
}
