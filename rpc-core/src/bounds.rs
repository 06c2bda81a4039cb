//! What the types of a contract must be able to do, and what the compiler says where they can't.
//!
//! The blanket implementations hide from diagnostics, so that a message speaks of the type and its place in the
//! contract, not of all the types that serde knows. Each trait has serde's for a supertrait: where both are missing at
//! one place, the compiler then reports ours alone.

use std::fmt::Display;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// A type that can be read from JSON.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be read from JSON",
    label = "this type must be deserialisable",
    note = "derive `serde::Deserialize` for it, or for the type in it; give a type parameter the bound `serde::de::DeserializeOwned`"
)]
pub trait Readable<'de>: Deserialize<'de> {}

#[diagnostic::do_not_recommend]
impl<'de, T: Deserialize<'de>> Readable<'de> for T {}

/// A type that can be read from JSON, and borrows nothing from it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be read from JSON",
    label = "the client must be able to deserialise this type",
    note = "derive `serde::Deserialize` for it, or for the type in it; give a type parameter the bound `serde::de::DeserializeOwned`"
)]
pub trait ReadableOwned: DeserializeOwned {}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned> ReadableOwned for T {}

/// A type that can be written as JSON.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be written as JSON",
    label = "this type must be serialisable",
    note = "derive `serde::Serialize` for it, or for the type in it; give a type parameter the bound `serde::Serialize`"
)]
pub trait Writable: Serialize {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + ?Sized> Writable for T {}

/// A `Result`, or an alias of one: what a method returns whose type is called `…Result`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is called a `Result`, but is none",
    label = "not a `Result<T, E>`",
    note = "a return type whose name ends in `Result` is taken for an alias of `std::result::Result`"
)]
pub trait MethodResult {
    /// The value.
    type Ok;
    /// The error.
    type Error;

    /// The `Result` that it is.
    fn into_result(self) -> Result<Self::Ok, Self::Error>;
}

impl<T, E> MethodResult for Result<T, E> {
    type Ok = T;
    type Error = E;

    fn into_result(self) -> Result<T, E> {
        self
    }
}

/// An error with a text: its message on the wire.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no text",
    label = "this error must implement `Display`",
    note = "implement `std::fmt::Display` for it, or derive `thiserror::Error`: its text is the message that the caller gets"
)]
pub trait Message {
    /// The text.
    fn message(&self) -> String;
}

#[diagnostic::do_not_recommend]
impl<T: Display> Message for T {
    fn message(&self) -> String {
        self.to_string()
    }
}
