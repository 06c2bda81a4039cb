//! [`Probe`]: what kind of type a type is, whatever it is called.
//!
//! The macros decide by it whether a method can fail, and which parameters can't work.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::marker::PhantomData;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::binary::Base64;
use crate::bounds::SentAsValue;

/// What the compiler can say of a type by its structure, whatever it is called.
///
/// `<Probe<T>>::IS_RESULT` is the constant of the inherent implementation below if one fits, and otherwise that of
/// [`Unprobed`], which must be in scope. This works for types without type parameters.
#[derive(Debug)]
pub struct Probe<T: ?Sized>(PhantomData<T>);

/// The constants of a [`Probe`] for all other types.
pub trait Unprobed {
    /// Whether the type is a `Result`, or an `Option`, a `Box` or an `Arc` of one.
    const IS_RESULT: bool = false;
    /// Whether the type becomes a string, a number, a boolean or null.
    const IS_SCALAR: bool = false;
    /// Whether the type is a reference that can only be read from some JSON, such as a `&str`.
    const IS_REFERENCE: bool = false;

    /// Does not compile if the type is a `Result`, like `SentAsValue`. It also works for types with type parameters.
    fn check_value() {}
}

impl<T: ?Sized> Unprobed for Probe<T> {}

macro_rules! results {
    ($($ty:ty),*) => {$(
        impl<T, E> Probe<$ty> {
            /// See [`Unprobed`].
            pub const IS_RESULT: bool = true;

            /// See [`Unprobed`].
            pub fn check_value()
            where
                $ty: SentAsValue<true>,
            {
            }
        }
    )*};
}

// Deeper than this, a `Result` is data, as in a `Vec`.
results!(
    Result<T, E>,
    Option<Result<T, E>>,
    Box<Result<T, E>>,
    Arc<Result<T, E>>,
    Option<Option<Result<T, E>>>,
    Option<Box<Result<T, E>>>,
    Option<Arc<Result<T, E>>>,
    Box<Option<Result<T, E>>>,
    Arc<Option<Result<T, E>>>,
    Box<Box<Result<T, E>>>,
    Arc<Box<Result<T, E>>>,
    Arc<Arc<Result<T, E>>>
);

macro_rules! scalars {
    ($($ty:ty),*) => {$(
        impl Probe<$ty> {
            /// See [`Unprobed`].
            pub const IS_SCALAR: bool = true;
        }

        impl Probe<Option<$ty>> {
            /// See [`Unprobed`].
            pub const IS_SCALAR: bool = true;
        }

        impl Probe<Box<$ty>> {
            /// See [`Unprobed`].
            pub const IS_SCALAR: bool = true;
        }
    )*};
}

impl<T> Probe<Base64<T>> {
    /// See [`Unprobed`].
    pub const IS_SCALAR: bool = true;
}

scalars!(
    (),
    bool,
    char,
    String,
    Box<str>,
    Cow<'_, str>,
    PathBuf,
    u8,
    u16,
    u32,
    u64,
    u128,
    usize,
    i8,
    i16,
    i32,
    i64,
    i128,
    isize,
    f32,
    f64,
    IpAddr,
    Ipv4Addr,
    Ipv6Addr,
    SocketAddr,
    NonZero<u8>,
    NonZero<u16>,
    NonZero<u32>,
    NonZero<u64>,
    NonZero<i32>,
    NonZero<i64>
);

impl Probe<str> {
    /// See [`Unprobed`].
    pub const IS_SCALAR: bool = true;
}

impl Probe<&str> {
    /// See [`Unprobed`].
    pub const IS_SCALAR: bool = true;
    /// See [`Unprobed`].
    pub const IS_REFERENCE: bool = true;
}

impl Probe<Option<&str>> {
    /// See [`Unprobed`].
    pub const IS_SCALAR: bool = true;
    /// See [`Unprobed`].
    pub const IS_REFERENCE: bool = true;
}

macro_rules! references {
    ($($ty:ty $(, $name:ident)?;)*) => {$(
        impl$(<$name>)? Probe<$ty> {
            /// See [`Unprobed`].
            pub const IS_REFERENCE: bool = true;
        }
    )*};
}

references! {
    &&str;
    &[T], T;
    Vec<&str>;
    Option<Vec<&str>>;
    HashSet<&str>;
    BTreeSet<&str>;
    (&str, T), T;
    Vec<(&str, T)>, T;
    HashMap<&str, T>, T;
    BTreeMap<&str, T>, T;
}

impl Probe<&Path> {
    /// See [`Unprobed`].
    pub const IS_SCALAR: bool = true;
    /// See [`Unprobed`].
    pub const IS_REFERENCE: bool = true;
}
