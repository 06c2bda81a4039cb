//! What the types of a contract must implement, and what the compiler says if they don't.
//!
//! The blanket implementations hide from diagnostics, so that a message names the type and its place in the contract,
//! and doesn't list every type that serde knows. Each trait has serde's trait as a supertrait: if both are missing in
//! one place, the compiler reports only ours.

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

/// A `Result`, or an alias of one. A return type whose name ends in `Result` must be one.
#[diagnostic::on_unimplemented(
    message = "a return type whose name ends in `Result` must be a `Result`, but this one is `{Self}`",
    label = "not a `Result<T, E>`",
    note = "rename the type, or make it an alias of `std::result::Result`"
)]
pub trait MethodResult {
    /// The type of the value.
    type Ok;
    /// The type of the error.
    type Error;

    /// Returns it as a plain `Result`.
    fn into_result(self) -> Result<Self::Ok, Self::Error>;
}

impl<T, E> MethodResult for Result<T, E> {
    type Ok = T;
    type Error = E;

    fn into_result(self) -> Result<T, E> {
        self
    }
}

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
