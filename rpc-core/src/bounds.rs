//! What the types of a contract must be able to do, and what the compiler says where they can't.
//!
//! The blanket implementations hide from diagnostics, so that a message speaks of the type and its place in the
//! contract, not of serde's traits.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::MethodError;
use crate::params::{Lend, LendCow};

/// A type that can be read from JSON.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be read from JSON",
    label = "this type must be deserialisable",
    note = "derive `serde::Deserialize` for it; where it is a type parameter, give it the bound `serde::de::DeserializeOwned`"
)]
pub trait Readable<'de> {}

#[diagnostic::do_not_recommend]
impl<'de, T: Deserialize<'de>> Readable<'de> for T {}

/// A type that can be read from JSON, and borrows nothing from it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be read from JSON",
    label = "the client must be able to deserialise this type",
    note = "derive `serde::Deserialize` for it; where it is a type parameter, give it the bound `serde::de::DeserializeOwned`"
)]
pub trait ReadableOwned {}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned> ReadableOwned for T {}

/// A type that can be written as JSON.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be written as JSON",
    label = "this type must be serialisable",
    note = "derive `serde::Serialize` for it; where it is a type parameter, give it the bound `serde::Serialize`"
)]
pub trait Writable {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + ?Sized> Writable for T {}

/// A type that may be sent to another thread.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be sent between threads",
    label = "a server runs calls on several threads",
    note = "where it is a type parameter, give it the bound `Send`"
)]
pub trait Sendable {}

#[diagnostic::do_not_recommend]
impl<T: Send> Sendable for T {}

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
}

impl<T, E> MethodResult for Result<T, E> {
    type Ok = T;
    type Error = E;
}

/// Functions that require something of a type, and do nothing.
pub mod checks {
    use super::{Lend, LendCow, MethodError, Readable, ReadableOwned, Sendable, Writable};

    /// An owned parameter.
    pub fn parameter<'de, T: Readable<'de> + Writable + Sendable>() {}

    /// What a borrowed parameter points to.
    pub fn lent<T: Lend + Writable + ?Sized>() {}

    /// What a `Cow` parameter holds.
    pub fn lent_cow<T: LendCow + Writable + ?Sized>() {}

    /// A result.
    pub fn result<T: ReadableOwned + Writable>() {}

    /// An error.
    pub fn error<E: MethodError>() {}
}
