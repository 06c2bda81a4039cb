//! Parameters with references inside: `Vec<&str>`, `(&str, u32)`, `HashMap<&str, &str>`.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::hash::Hash;

use super::BorrowedParam;

/// A type with references inside that a method can take.
///
/// The server decodes [`Held`](Self::Held), in which a string with escapes is owned, and makes the type that the method
/// takes from references to it. The trait is implemented for the type with `'static` references, and with [`Leaf`]
/// around types that have no references inside.
#[diagnostic::on_unimplemented(
    message = "references inside this type can't be lent to a method",
    label = "only standard collections, tuples and `Option` can hold references",
    note = "references can be inside `Vec`, slices, `Option`, tuples of up to six, and the standard maps and sets",
    note = "otherwise, write an owned type, such as `String` instead of `&str`"
)]
pub trait NestedParam {
    /// The type that is decoded.
    type Held<'de>;

    /// The type that is decoded for a blocking method, which may outlive the message.
    type Owned;

    /// The type that the method takes.
    type Lent<'a>;

    /// Lends the decoded value.
    fn lend<'a>(held: &'a Self::Held<'_>) -> Self::Lent<'a>;

    /// Lends the decoded value to a blocking method.
    fn lend_owned(owned: &Self::Owned) -> Self::Lent<'_>;
}

/// A type without references inside, which is cloned.
#[derive(Debug)]
pub struct Leaf<T>(T);

impl<T: Clone> NestedParam for Leaf<T> {
    type Held<'de> = T;
    type Owned = T;
    type Lent<'a> = T;

    fn lend(held: &T) -> T {
        held.clone()
    }

    fn lend_owned(owned: &T) -> T {
        owned.clone()
    }
}

impl<T: BorrowedParam + ?Sized + 'static> NestedParam for &'static T {
    type Held<'de> = T::Held<'de>;
    type Owned = T::Owned;
    type Lent<'a> = &'a T;

    fn lend<'a>(held: &'a T::Held<'_>) -> &'a T {
        T::lend(held)
    }

    fn lend_owned(owned: &T::Owned) -> &T {
        T::lend_owned(owned)
    }
}

impl<T: NestedParam> NestedParam for Option<T> {
    type Held<'de> = Option<T::Held<'de>>;
    type Owned = Option<T::Owned>;
    type Lent<'a> = Option<T::Lent<'a>>;

    fn lend<'a>(held: &'a Self::Held<'_>) -> Self::Lent<'a> {
        held.as_ref().map(T::lend)
    }

    fn lend_owned(owned: &Self::Owned) -> Self::Lent<'_> {
        owned.as_ref().map(T::lend_owned)
    }
}

macro_rules! list {
    ($($list:ident $($bound:ident)*;)*) => {$(
        impl<T: NestedParam> NestedParam for $list<T>
        where
            for<'a> T::Lent<'a>: Sized $(+ $bound)*,
        {
            type Held<'de> = $list<T::Held<'de>>;
            type Owned = $list<T::Owned>;
            type Lent<'a> = $list<T::Lent<'a>>;

            fn lend<'a>(held: &'a Self::Held<'_>) -> Self::Lent<'a> {
                held.iter().map(T::lend).collect()
            }

            fn lend_owned(owned: &Self::Owned) -> Self::Lent<'_> {
                owned.iter().map(T::lend_owned).collect()
            }
        }
    )*};
}

list! {
    Vec;
    VecDeque;
    HashSet Eq Hash;
    BTreeSet Ord;
}

macro_rules! map {
    ($($map:ident $($bound:ident)*;)*) => {$(
        impl<K: NestedParam, V: NestedParam> NestedParam for $map<K, V>
        where
            for<'a> K::Lent<'a>: $($bound +)*,
        {
            type Held<'de> = $map<K::Held<'de>, V::Held<'de>>;
            type Owned = $map<K::Owned, V::Owned>;
            type Lent<'a> = $map<K::Lent<'a>, V::Lent<'a>>;

            fn lend<'a>(held: &'a Self::Held<'_>) -> Self::Lent<'a> {
                held.iter().map(|(key, value)| (K::lend(key), V::lend(value))).collect()
            }

            fn lend_owned(owned: &Self::Owned) -> Self::Lent<'_> {
                owned.iter().map(|(key, value)| (K::lend_owned(key), V::lend_owned(value))).collect()
            }
        }
    )*};
}

map! {
    HashMap Eq Hash;
    BTreeMap Ord;
}

macro_rules! tuple {
    ($($name:ident)*) => {
        impl<$($name: NestedParam),*> NestedParam for ($($name,)*) {
            type Held<'de> = ($($name::Held<'de>,)*);
            type Owned = ($($name::Owned,)*);
            type Lent<'a> = ($($name::Lent<'a>,)*);

            #[allow(non_snake_case, reason = "a type parameter's name serves for its value")]
            fn lend<'a>(($($name,)*): &'a Self::Held<'_>) -> Self::Lent<'a> {
                ($($name::lend($name),)*)
            }

            #[allow(non_snake_case, reason = "a type parameter's name serves for its value")]
            fn lend_owned(($($name,)*): &Self::Owned) -> Self::Lent<'_> {
                ($($name::lend_owned($name),)*)
            }
        }
    };
}

tuple!(A);
tuple!(A B);
tuple!(A B C);
tuple!(A B C D);
tuple!(A B C D E);
tuple!(A B C D E F);
