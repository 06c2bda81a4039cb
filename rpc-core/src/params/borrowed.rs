//! Borrowed parameters: what the server holds while a method looks at a `&str`.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// A type that a method can take by reference: `&str`, `&[T]`, `&RawValue`, `&T`.
///
/// The server decodes [`Held`](Self::Held) from the message, borrowing from it where it can, and lends the method a
/// reference to it. That it can be decoded is asked where it is: here it would hide what is wrong behind this trait.
#[diagnostic::on_unimplemented(
    message = "`&{Self}` can't be a parameter",
    label = "not a type that can be lent",
    note = "unsized parameters are `&str`, `&[T]` and `&RawValue`"
)]
pub trait BorrowedParam {
    /// What is decoded.
    type Held<'de>;

    /// What is decoded where the message does not live long enough: in a blocking method.
    type Owned;

    /// Lends what was decoded.
    fn lend<'a>(held: &'a Self::Held<'_>) -> &'a Self;

    /// Lends what was decoded for a blocking method.
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

/// A type that a method can take as a [`Cow`].
#[diagnostic::on_unimplemented(
    message = "`Cow<{Self}>` can't be a parameter",
    label = "a `Cow` parameter holds `str`, a slice, or a type that is deserialisable"
)]
pub trait CowParam: BorrowedParam + ToOwned {
    /// What was decoded, as a [`Cow`].
    fn cow(held: <Self as BorrowedParam>::Held<'_>) -> Cow<'_, Self>;

    /// What was decoded for a blocking method, as a [`Cow`].
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

/// A string that is borrowed from the message, or, where it has escapes, owned.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
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
