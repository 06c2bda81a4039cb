//! [`write()`]: one value whose members are the params, without the members that are `None`.
//!
//! Only the value's own level is written here. What is inside a member is serde_json's, and stays as it is.

use std::fmt;

use serde::Serialize;
use serde::ser::{
    Error, Impossible, SerializeMap, SerializeSeq, SerializeStruct, SerializeTuple,
    SerializeTupleStruct, Serializer,
};
use serde_json::Value;

use super::arguments::Arguments;
use super::scalars::scalars;
use crate::contract::{Case, ParamsStyle};

/// Writes a struct, a map, a tuple or a sequence. If it fails, part of the value may have been written.
pub(super) fn write<V: Serialize + ?Sized>(
    message: &mut Vec<u8>,
    value: &V,
    form: Form,
) -> Result<(), Failure> {
    value.serialize(Level { message, form })
}

/// How the members are written.
#[derive(Clone, Copy, Default)]
pub(super) struct Form {
    /// The case of the names of a struct's fields in messages, if it is not the struct's own.
    pub(super) case: Option<Case>,
    /// Whether `None` is written as `null`, and not left out.
    pub(super) explicit: bool,
}

/// Why a value was not written.
#[derive(Debug)]
pub(super) enum Failure {
    /// The value has no members, or they are not parameters. serde_json has to write it.
    NoMembers,
    Json(serde_json::Error),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Failure::NoMembers => f.write_str("a value without members"),
            Failure::Json(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Failure {}

impl Error for Failure {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Failure::Json(serde_json::Error::custom(message))
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Failure::Json(error)
    }
}

/// Writes the value itself.
struct Level<'m> {
    message: &'m mut Vec<u8>,
    form: Form,
}

impl<'m> Level<'m> {
    fn members(self, style: ParamsStyle) -> Members<'m> {
        Members {
            arguments: Arguments::open(self.message, style),
            message: self.message,
            form: self.form,
            key: String::new(),
        }
    }
}

/// Writes the members of the value.
struct Members<'m> {
    message: &'m mut Vec<u8>,
    arguments: Arguments,
    form: Form,
    /// Of a map: the key whose value comes next.
    key: String,
}

impl Members<'_> {
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
        self.member("", value)
    }

    fn member<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), Failure> {
        match self.form.explicit {
            true => self.arguments.add_explicitly(self.message, name, value)?,
            false => self.arguments.add(self.message, name, value)?,
        }
        Ok(())
    }

    fn finish(self) {
        self.arguments.close(self.message);
    }
}

impl<'m> Serializer for Level<'m> {
    type Ok = ();
    type Error = Failure;
    type SerializeSeq = Members<'m>;
    type SerializeTuple = Members<'m>;
    type SerializeTupleStruct = Members<'m>;
    type SerializeTupleVariant = Impossible<(), Failure>;
    type SerializeMap = Members<'m>;
    type SerializeStruct = Members<'m>;
    type SerializeStructVariant = Impossible<(), Failure>;

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Failure> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Failure> {
        value.serialize(self)
    }

    fn serialize_none(self) -> Result<(), Failure> {
        Err(Failure::NoMembers)
    }

    scalars!(Result<(), Failure>, Err(Failure::NoMembers));

    fn serialize_seq(self, _: Option<usize>) -> Result<Members<'m>, Failure> {
        Ok(self.members(ParamsStyle::Positional))
    }

    fn serialize_tuple(self, _: usize) -> Result<Members<'m>, Failure> {
        Ok(self.members(ParamsStyle::Positional))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Members<'m>, Failure> {
        Ok(self.members(ParamsStyle::Positional))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Failure> {
        Err(Failure::NoMembers)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Members<'m>, Failure> {
        Ok(self.members(ParamsStyle::Named))
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Members<'m>, Failure> {
        // serde_json passes raw JSON and numbers through its own serializer as structs with a name of this form.
        match name.starts_with('$') {
            true => Err(Failure::NoMembers),
            false => Ok(self.members(ParamsStyle::Named)),
        }
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Failure> {
        Err(Failure::NoMembers)
    }
}

impl SerializeStruct for Members<'_> {
    type Ok = ();
    type Error = Failure;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Failure> {
        match self.form.case {
            None => self.member(name, value),
            Some(case) => self.member(&case.rename(name), value),
        }
    }

    fn end(self) -> Result<(), Failure> {
        self.finish();
        Ok(())
    }
}

impl SerializeMap for Members<'_> {
    type Ok = ();
    type Error = Failure;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Failure> {
        // serde_json makes strings of numbers, and refuses other keys.
        let Value::String(key) = serde_json::to_value(key)? else {
            return Err(Failure::NoMembers);
        };
        self.key = key;
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
        let key = std::mem::take(&mut self.key);
        self.member(&key, value)
    }

    fn end(self) -> Result<(), Failure> {
        self.finish();
        Ok(())
    }
}

macro_rules! elements {
    ($($kind:ident $method:ident)*) => {
        $(impl $kind for Members<'_> {
            type Ok = ();
            type Error = Failure;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
                self.element(value)
            }

            fn end(self) -> Result<(), Failure> {
                self.finish();
                Ok(())
            }
        })*
    };
}

elements! {
    SerializeSeq serialize_element
    SerializeTuple serialize_element
    SerializeTupleStruct serialize_field
}
