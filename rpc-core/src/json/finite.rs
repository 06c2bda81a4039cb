//! [`write()`] and [`Checked`]: values as JSON. Numbers that JSON does not have are errors.

use std::fmt::Display;
use std::io;

use serde::ser::{
    Error, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant,
    SerializeTuple, SerializeTupleStruct, SerializeTupleVariant, Serializer,
};
use serde_json::ser::Formatter;

use super::cursor::is_plain;

/// Writes a value as JSON. NaN and infinities are errors: serde_json writes them as `null`, which reads as "nothing".
#[inline]
pub(crate) fn write<T: Serialize + ?Sized>(
    writer: impl io::Write,
    value: &T,
) -> serde_json::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(writer, QuickStrings);
    value.serialize(Finite::<_, true>(&mut serializer))
}

/// Writes JSON as serde_json does by default, but for bytes. They are the text of a string that needs no escapes.
///
/// serde_json looks at each byte of a string by itself, which takes most of the time of a typical result.
struct QuickStrings;

impl Formatter for QuickStrings {
    #[inline]
    fn write_byte_array<W: io::Write + ?Sized>(
        &mut self,
        writer: &mut W,
        text: &[u8],
    ) -> io::Result<()> {
        writer.write_all(b"\"")?;
        writer.write_all(text)?;
        writer.write_all(b"\"")
    }
}

/// The shortest string that is worth a look at whether it needs escapes, in bytes.
const LONG: usize = 16;

/// A serializer that refuses numbers which are not finite. It forwards everything else, and costs nothing.
///
/// If it is `QUICK`, it writes values with [`QuickStrings`].
struct Finite<S, const QUICK: bool>(S);

impl<S: Serializer, const QUICK: bool> Finite<S, QUICK> {
    /// Bytes as an array of numbers, which is how serde_json writes them.
    fn array(self, bytes: &[u8]) -> Result<S::Ok, S::Error> {
        let mut array = self.0.serialize_seq(Some(bytes.len()))?;
        bytes
            .iter()
            .try_for_each(|byte| array.serialize_element(byte))?;
        array.end()
    }
}

/// A value that is an error to serialise if a number in it is not finite.
pub(crate) struct Checked<'a, T: ?Sized>(pub(crate) &'a T);

impl<T: Serialize + ?Sized> Serialize for Checked<'_, T> {
    #[inline]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(Finite::<_, false>(serializer))
    }
}

/// A part of a value: written by the same rules as the whole.
struct Part<'a, T: ?Sized, const QUICK: bool>(&'a T);

impl<T: Serialize + ?Sized, const QUICK: bool> Serialize for Part<'_, T, QUICK> {
    #[inline]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(Finite::<_, QUICK>(serializer))
    }
}

#[cold]
fn not_finite<E: Error>(number: f64) -> E {
    E::custom(format_args!("JSON has no number `{number}`"))
}

macro_rules! forward {
    ($($method:ident($($value:ident: $type:ty),*) -> $result:ident;)*) => {$(
        #[inline]
        fn $method(self $(, $value: $type)*) -> Result<S::$result, S::Error> {
            self.0.$method($($value),*)
        }
    )*};
}

macro_rules! forward_compound {
    ($($method:ident($($value:ident: $type:ty),*) -> $result:ident;)*) => {$(
        #[inline]
        fn $method(self $(, $value: $type)*) -> Result<Self::$result, S::Error> {
            self.0.$method($($value),*).map(Finite)
        }
    )*};
}

impl<S: Serializer, const QUICK: bool> Serializer for Finite<S, QUICK> {
    type Ok = S::Ok;
    type Error = S::Error;
    type SerializeSeq = Finite<S::SerializeSeq, QUICK>;
    type SerializeTuple = Finite<S::SerializeTuple, QUICK>;
    type SerializeTupleStruct = Finite<S::SerializeTupleStruct, QUICK>;
    type SerializeTupleVariant = Finite<S::SerializeTupleVariant, QUICK>;
    type SerializeMap = Finite<S::SerializeMap, QUICK>;
    type SerializeStruct = Finite<S::SerializeStruct, QUICK>;
    type SerializeStructVariant = Finite<S::SerializeStructVariant, QUICK>;

    #[inline]
    fn serialize_f32(self, value: f32) -> Result<S::Ok, S::Error> {
        match value.is_finite() {
            true => self.0.serialize_f32(value),
            false => Err(not_finite(value.into())),
        }
    }

    #[inline]
    fn serialize_f64(self, value: f64) -> Result<S::Ok, S::Error> {
        match value.is_finite() {
            true => self.0.serialize_f64(value),
            false => Err(not_finite(value)),
        }
    }

    #[inline]
    fn serialize_str(self, value: &str) -> Result<S::Ok, S::Error> {
        match QUICK && value.len() >= LONG && is_plain(value) {
            true => self.0.serialize_bytes(value.as_bytes()),
            false => self.0.serialize_str(value),
        }
    }

    #[inline]
    fn serialize_bytes(self, value: &[u8]) -> Result<S::Ok, S::Error> {
        match QUICK {
            true => self.array(value),
            false => self.0.serialize_bytes(value),
        }
    }

    #[inline]
    fn serialize_unit_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
    ) -> Result<S::Ok, S::Error> {
        match QUICK {
            true => self.serialize_str(variant),
            false => self.0.serialize_unit_variant(name, index, variant),
        }
    }

    #[inline]
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<S::Ok, S::Error> {
        self.0.serialize_some(&Part::<_, QUICK>(value))
    }

    #[inline]
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        self.0
            .serialize_newtype_struct(name, &Part::<_, QUICK>(value))
    }

    #[inline]
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        self.0
            .serialize_newtype_variant(name, index, variant, &Part::<_, QUICK>(value))
    }

    #[inline]
    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<S::Ok, S::Error> {
        self.0.collect_str(value)
    }

    #[inline]
    fn is_human_readable(&self) -> bool {
        self.0.is_human_readable()
    }

    forward! {
        serialize_bool(value: bool) -> Ok;
        serialize_i8(value: i8) -> Ok;
        serialize_i16(value: i16) -> Ok;
        serialize_i32(value: i32) -> Ok;
        serialize_i64(value: i64) -> Ok;
        serialize_i128(value: i128) -> Ok;
        serialize_u8(value: u8) -> Ok;
        serialize_u16(value: u16) -> Ok;
        serialize_u32(value: u32) -> Ok;
        serialize_u64(value: u64) -> Ok;
        serialize_u128(value: u128) -> Ok;
        serialize_char(value: char) -> Ok;
        serialize_none() -> Ok;
        serialize_unit() -> Ok;
        serialize_unit_struct(name: &'static str) -> Ok;
    }

    forward_compound! {
        serialize_seq(length: Option<usize>) -> SerializeSeq;
        serialize_tuple(length: usize) -> SerializeTuple;
        serialize_tuple_struct(name: &'static str, length: usize) -> SerializeTupleStruct;
        serialize_tuple_variant(name: &'static str, index: u32, variant: &'static str, length: usize) -> SerializeTupleVariant;
        serialize_map(length: Option<usize>) -> SerializeMap;
        serialize_struct(name: &'static str, length: usize) -> SerializeStruct;
        serialize_struct_variant(name: &'static str, index: u32, variant: &'static str, length: usize) -> SerializeStructVariant;
    }
}

macro_rules! elements {
    ($($trait:ident $method:ident;)*) => {$(
        impl<S: $trait, const QUICK: bool> $trait for Finite<S, QUICK> {
            type Ok = S::Ok;
            type Error = S::Error;

            #[inline]
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), S::Error> {
                self.0.$method(&Part::<_, QUICK>(value))
            }

            #[inline]
            fn end(self) -> Result<S::Ok, S::Error> {
                self.0.end()
            }
        }
    )*};
}

elements! {
    SerializeSeq serialize_element;
    SerializeTuple serialize_element;
    SerializeTupleStruct serialize_field;
    SerializeTupleVariant serialize_field;
}

macro_rules! fields {
    ($($trait:ident)*) => {$(
        impl<S: $trait, const QUICK: bool> $trait for Finite<S, QUICK> {
            type Ok = S::Ok;
            type Error = S::Error;

            #[inline]
            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                key: &'static str,
                value: &T,
            ) -> Result<(), S::Error> {
                match is_of_serde_json(key) {
                    true => self.0.serialize_field(key, &Part::<_, false>(value)),
                    false => self.0.serialize_field(key, &Part::<_, QUICK>(value)),
                }
            }

            #[inline]
            fn skip_field(&mut self, key: &'static str) -> Result<(), S::Error> {
                self.0.skip_field(key)
            }

            #[inline]
            fn end(self) -> Result<S::Ok, S::Error> {
                self.0.end()
            }
        }
    )*};
}

fields! { SerializeStruct SerializeStructVariant }

/// Whether a struct with this field is one by which serde_json's own types tell its serializer what to do, such as that of a
/// `RawValue`. Their strings are not written as strings.
#[inline]
fn is_of_serde_json(field: &str) -> bool {
    field.starts_with('$')
}

impl<S: SerializeMap, const QUICK: bool> SerializeMap for Finite<S, QUICK> {
    type Ok = S::Ok;
    type Error = S::Error;

    // serde_json writes keys with a serializer of its own.
    #[inline]
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), S::Error> {
        self.0.serialize_key(&Part::<_, false>(key))
    }

    #[inline]
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), S::Error> {
        self.0.serialize_value(&Part::<_, QUICK>(value))
    }

    #[inline]
    fn serialize_entry<K: Serialize + ?Sized, T: Serialize + ?Sized>(
        &mut self,
        key: &K,
        value: &T,
    ) -> Result<(), S::Error> {
        self.0
            .serialize_entry(&Part::<_, false>(key), &Part::<_, QUICK>(value))
    }

    #[inline]
    fn end(self) -> Result<S::Ok, S::Error> {
        self.0.end()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Serialize;
    use serde_json::value::RawValue;

    use super::*;

    fn json<T: Serialize>(value: T) -> Result<String, String> {
        let mut buffer = Vec::new();
        write(&mut buffer, &value).map_err(|error| error.to_string())?;
        Ok(String::from_utf8(buffer).expect("JSON is UTF-8"))
    }

    #[derive(Serialize)]
    enum Shape {
        Unit,
        UnitOfManyLetters,
        Newtype(Option<f32>),
        Tuple(u8, f64),
        Struct { side: f64 },
    }

    struct Bytes(&'static [u8]);

    impl Serialize for Bytes {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_bytes(self.0)
        }
    }

    #[derive(Serialize)]
    struct Flat {
        #[serde(flatten)]
        map: BTreeMap<String, f64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        none: Option<u8>,
    }

    #[test]
    fn every_shape_is_written_as_serde_json_does() {
        let flat = Flat {
            map: BTreeMap::from([("a".to_owned(), 0.5)]),
            none: None,
        };
        let raw = RawValue::from_string("[1, 2, 3, 4, 5, 6]".to_owned()).expect("JSON");
        let shapes = [
            Shape::Unit,
            Shape::Newtype(Some(1.5)),
            Shape::Newtype(None),
            Shape::Tuple(1, -0.0),
            Shape::Struct { side: 1e300 },
        ];
        let value = (
            (flat, raw, shapes),
            (
                Bytes(b"a\"\xff"),
                [
                    "plain",
                    "",
                    "\u{7f}é",
                    "a\u{1f}",
                    "\\",
                    "a longer one that is plain",
                    "and one with a quote\"",
                ],
            ),
            BTreeMap::from([(1, Some("\u{7f}\n")), (2, None)]),
            BTreeMap::from([("a key of many letters", Shape::UnitOfManyLetters)]),
            (u128::MAX, i128::MIN, 'c', (), [(); 0]),
            serde_json::json!({ "b": [1, 2.5, null], "a": true }),
        );
        let expected = serde_json::to_string(&value).expect("JSON");
        assert_eq!(json(value).as_deref(), Ok(&*expected));
    }

    #[test]
    fn what_is_not_finite_is_an_error_wherever_it_stands() {
        let nan = f64::NAN;
        assert_eq!(json(nan), Err("JSON has no number `NaN`".to_owned()));
        assert_eq!(
            json(-1.0 / 0.0),
            Err("JSON has no number `-inf`".to_owned())
        );
        for refused in [
            json(f32::INFINITY),
            json(Some(nan)),
            json([0.0, nan]),
            json((1, nan)),
            json(BTreeMap::from([("a", nan)])),
            json(Shape::Newtype(Some(f32::NAN))),
            json(Shape::Tuple(1, nan)),
            json(Shape::Struct { side: nan }),
            json(Flat {
                map: BTreeMap::from([("a".to_owned(), nan)]),
                none: None,
            }),
        ] {
            let error = refused.expect_err("not finite");
            assert!(error.starts_with("JSON has no number"), "{error}");
        }
    }
}
