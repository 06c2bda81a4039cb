//! Borrowed parameters: what the server holds while a method reads a `&str`.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;
use std::path::{Path, PathBuf};

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// A type that a method can take by reference: `&str`, `&[T]`, `&Path`, `&RawValue`, `&T`.
///
/// The server decodes [`Held`](Self::Held) from the message, borrowing from it if it can, and lends the method a
/// reference to that. This trait doesn't require that `Held` can be decoded: the compiler would then blame this trait,
/// not the type that lacks `Deserialize`.
#[diagnostic::on_unimplemented(
    message = "`&{Self}` can't be a parameter",
    label = "a method can't borrow this type",
    note = "among unsized types, only `str`, `[T]`, `Path` and `RawValue` can be borrowed; take an owned type instead"
)]
pub trait BorrowedParam {
    /// The type that is decoded.
    type Held<'de>;

    /// The type that is decoded for a blocking method, which may outlive the message.
    type Owned;

    /// Lends the decoded value.
    fn lend<'a>(held: &'a Self::Held<'_>) -> &'a Self;

    /// Lends the decoded value to a blocking method.
    fn lend_owned(owned: &Self::Owned) -> &Self;
}

#[diagnostic::do_not_recommend]
impl<T> BorrowedParam for T {
    type Held<'de> = T;
    type Owned = T;

    fn lend(held: &T) -> &T {
        held
    }

    fn lend_owned(owned: &T) -> &T {
        owned
    }
}

impl BorrowedParam for str {
    type Held<'de> = Text<'de>;
    type Owned = String;

    fn lend<'a>(held: &'a Text<'_>) -> &'a str {
        held
    }

    fn lend_owned(owned: &String) -> &str {
        owned
    }
}

impl<T> BorrowedParam for [T] {
    type Held<'de> = Vec<T>;
    type Owned = Vec<T>;

    fn lend(held: &Vec<T>) -> &[T] {
        held
    }

    fn lend_owned(owned: &Vec<T>) -> &[T] {
        owned
    }
}

impl BorrowedParam for RawValue {
    type Held<'de> = &'de RawValue;
    type Owned = Box<RawValue>;

    fn lend<'a>(held: &'a &RawValue) -> &'a RawValue {
        held
    }

    fn lend_owned(owned: &Box<RawValue>) -> &RawValue {
        owned
    }
}

impl BorrowedParam for Path {
    type Held<'de> = PathBuf;
    type Owned = PathBuf;

    fn lend(held: &PathBuf) -> &Path {
        held
    }

    fn lend_owned(owned: &PathBuf) -> &Path {
        owned
    }
}

/// A type that a method can take as a [`Cow`].
#[diagnostic::on_unimplemented(
    message = "`Cow<{Self}>` can't be a parameter",
    label = "a `Cow` parameter holds a `str`, a slice or a type that implements `Clone`"
)]
pub trait CowParam: BorrowedParam + ToOwned {
    /// The decoded value, as a [`Cow`].
    fn cow(held: <Self as BorrowedParam>::Held<'_>) -> Cow<'_, Self>;

    /// The value decoded for a blocking method, as a [`Cow`].
    fn cow_owned(owned: <Self as BorrowedParam>::Owned) -> Cow<'static, Self>;
}

impl CowParam for str {
    fn cow(held: <Self as BorrowedParam>::Held<'_>) -> Cow<'_, Self> {
        held.0
    }

    fn cow_owned(owned: String) -> Cow<'static, str> {
        Cow::Owned(owned)
    }
}

impl<T: Clone + 'static> CowParam for [T] {
    fn cow(held: <Self as BorrowedParam>::Held<'_>) -> Cow<'_, Self> {
        Cow::Owned(held)
    }

    fn cow_owned(owned: Vec<T>) -> Cow<'static, [T]> {
        Cow::Owned(owned)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Clone + 'static> CowParam for T {
    fn cow(held: <Self as BorrowedParam>::Held<'_>) -> Cow<'_, Self> {
        Cow::Owned(held)
    }

    fn cow_owned(owned: T) -> Cow<'static, T> {
        Cow::Owned(owned)
    }
}

/// A string, borrowed from the message, or owned if it contains escapes.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text<'de>(Cow<'de, str>);

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl From<String> for Text<'_> {
    fn from(text: String) -> Self {
        Text(Cow::Owned(text))
    }
}

impl<'de> Deserialize<'de> for Text<'de> {
    #[inline]
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a string")
    }

    #[inline]
    fn visit_borrowed_str<E: Error>(self, value: &'de str) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Borrowed(value)))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Owned(value.to_owned())))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Text<'de>, E> {
        Ok(Text(Cow::Owned(value)))
    }
}
