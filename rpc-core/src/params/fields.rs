//! [`FieldsOf`]: the fields of a struct, asked of its `Deserialize`.
//!
//! serde's derive tells a deserializer the names of the fields, and asks it for one value of each type. So describing a
//! `flatten` parameter needs no derive of our own. Nothing is decoded: each attempt ends with an error.

use std::any::type_name;
use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::U64Deserializer;
use serde::de::{DeserializeSeed, Error, IgnoredAny, IntoDeserializer, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, forward_to_deserialize_any};

use crate::contract::Fields;

/// Lists the fields of a type, if it is a struct.
#[derive(Debug)]
pub struct FieldsOf<T: ?Sized>(PhantomData<fn() -> Box<T>>);

impl<T: Deserialize<'static>> FieldsOf<T> {
    /// The fields. `None` if the type doesn't tell.
    pub fn list() -> Option<Fields> {
        let names = probe::<T>(None).names?;
        let field = |name| (name, probe::<T>(Some(Key::Name(name))).ty.unwrap_or("_"));
        Some(names.iter().map(|name| field(*name)).collect())
    }
}

/// Stands in for [`FieldsOf::list`] if the type can't be decoded, so that the compiler reports that only once.
pub trait UnknownFields {
    /// No fields.
    fn list() -> Option<Fields> {
        None
    }
}

impl<T: ?Sized> UnknownFields for FieldsOf<T> {}

/// Whether the fields' names include aliases, as far as can be told. Then a name's place in the list says nothing.
pub(super) fn has_aliases<'de, T: Deserialize<'de>>() -> bool {
    let last = match probe::<T>(None).names {
        None | Some([]) => return false,
        Some(names) => names.len() - 1,
    };
    // The derive numbers the fields without counting aliases, and ignores or refuses a number that no field has.
    let asked = probe::<T>(Some(Key::Number(last))).ty;
    asked.is_none_or(|ty| ty == type_name::<IgnoredAny>())
}

/// How many newtypes and options around a struct are looked through. A recursive type would have no end.
const MAX_DEPTH: usize = 16;

/// What an attempt to decode showed.
#[derive(Default)]
struct Found {
    names: Option<&'static [&'static str]>,
    ty: Option<&'static str>,
}

/// A field, as the derive knows it.
#[derive(Clone, Copy)]
enum Key {
    Name(&'static str),
    Number(usize),
}

fn probe<'de, T: Deserialize<'de>>(field: Option<Key>) -> Found {
    let found = Cell::default();
    let _no_value = T::deserialize(Probe {
        found: &found,
        field,
        depth: 0,
    });
    found.into_inner()
}

/// Has no value, and only notes what it is asked for.
struct Probe<'p> {
    found: &'p Cell<Found>,
    /// The field whose type is asked for.
    field: Option<Key>,
    depth: usize,
}

impl Probe<'_> {
    fn deeper(self) -> Result<Self, NoValue> {
        let depth = self.depth + 1;
        match depth <= MAX_DEPTH {
            true => Ok(Probe { depth, ..self }),
            false => Err(NoValue),
        }
    }
}

impl<'de> Deserializer<'de> for Probe<'_> {
    type Error = NoValue;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, NoValue> {
        Err(NoValue)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, NoValue> {
        // serde_json passes raw JSON and numbers as structs with a name of this form.
        if name.starts_with('$') {
            return Err(NoValue);
        }
        match self.field {
            Some(_) => visitor.visit_map(self),
            None => {
                self.found.set(Found {
                    names: Some(fields),
                    ty: None,
                });
                Err(NoValue)
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NoValue> {
        visitor.visit_some(self.deeper()?)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, NoValue> {
        match name.starts_with('$') {
            true => Err(NoValue),
            false => visitor.visit_newtype_struct(self.deeper()?),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map enum identifier ignored_any
    }
}

/// The field whose type is asked for, as the only member.
impl<'de> MapAccess<'de> for Probe<'_> {
    type Error = NoValue;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, NoValue> {
        match self.field {
            Some(Key::Name(name)) => seed.deserialize(name.into_deserializer()).map(Some),
            Some(Key::Number(number)) => {
                let number: U64Deserializer<NoValue> = (number as u64).into_deserializer();
                seed.deserialize(number).map(Some)
            }
            None => Ok(None),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, _: V) -> Result<V::Value, NoValue> {
        // The derive asks with `PhantomData<T>`, unless a field has a function of its own.
        let asked =
            type_name::<V>().strip_prefix(type_name::<PhantomData<()>>().trim_end_matches("()>"));
        self.found.set(Found {
            names: None,
            ty: asked
                .and_then(|ty| ty.strip_suffix('>'))
                .filter(|ty| !ty.contains("__DeserializeWith")),
        });
        Err(NoValue)
    }
}

/// Ends each attempt.
#[derive(Debug)]
struct NoValue;

impl fmt::Display for NoValue {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("no value")
    }
}

impl std::error::Error for NoValue {}

impl Error for NoValue {
    fn custom<T: fmt::Display>(_: T) -> Self {
        NoValue
    }
}
