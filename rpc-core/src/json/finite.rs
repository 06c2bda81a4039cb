//! [`write()`] and [`Checked`]: values as JSON. Numbers that JSON does not have are errors.

use std::fmt::Display;
use std::io;

use serde::ser::{
    Error, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant,
    SerializeTuple, SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

/// Writes a value as JSON. NaN and infinities are errors: serde_json writes them as `null`, which reads as "nothing".
#[inline]
pub(crate) fn write<T: Serialize + ?Sized>(
    writer: impl io::Write,
    value: &T,
) -> serde_json::Result<()> {
    value.serialize(Finite(&mut serde_json::Serializer::new(writer)))
}

/// A serializer that refuses numbers which are not finite. It forwards everything else, and costs nothing.
struct Finite<S>(S);

/// A value that is an error to serialise if a number in it is not finite.
pub(crate) struct Checked<'a, T: ?Sized>(pub(crate) &'a T);

impl<T: Serialize + ?Sized> Serialize for Checked<'_, T> {
    #[inline]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(Finite(serializer))
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

impl<S: Serializer> Serializer for Finite<S> {
    type Ok = S::Ok;
    type Error = S::Error;
    type SerializeSeq = Finite<S::SerializeSeq>;
    type SerializeTuple = Finite<S::SerializeTuple>;
    type SerializeTupleStruct = Finite<S::SerializeTupleStruct>;
    type SerializeTupleVariant = Finite<S::SerializeTupleVariant>;
    type SerializeMap = Finite<S::SerializeMap>;
    type SerializeStruct = Finite<S::SerializeStruct>;
    type SerializeStructVariant = Finite<S::SerializeStructVariant>;

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
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<S::Ok, S::Error> {
        self.0.serialize_some(&Checked(value))
    }

    #[inline]
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        self.0.serialize_newtype_struct(name, &Checked(value))
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
            .serialize_newtype_variant(name, index, variant, &Checked(value))
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
        serialize_str(value: &str) -> Ok;
        serialize_bytes(value: &[u8]) -> Ok;
        serialize_none() -> Ok;
        serialize_unit() -> Ok;
        serialize_unit_struct(name: &'static str) -> Ok;
        serialize_unit_variant(name: &'static str, index: u32, variant: &'static str) -> Ok;
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
        impl<S: $trait> $trait for Finite<S> {
            type Ok = S::Ok;
            type Error = S::Error;

            #[inline]
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), S::Error> {
                self.0.$method(&Checked(value))
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
        impl<S: $trait> $trait for Finite<S> {
            type Ok = S::Ok;
            type Error = S::Error;

            #[inline]
            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                key: &'static str,
                value: &T,
            ) -> Result<(), S::Error> {
                self.0.serialize_field(key, &Checked(value))
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

impl<S: SerializeMap> SerializeMap for Finite<S> {
    type Ok = S::Ok;
    type Error = S::Error;

    #[inline]
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), S::Error> {
        self.0.serialize_key(&Checked(key))
    }

    #[inline]
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), S::Error> {
        self.0.serialize_value(&Checked(value))
    }

    #[inline]
    fn serialize_entry<K: Serialize + ?Sized, T: Serialize + ?Sized>(
        &mut self,
        key: &K,
        value: &T,
    ) -> Result<(), S::Error> {
        self.0.serialize_entry(&Checked(key), &Checked(value))
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
        Newtype(Option<f32>),
        Tuple(u8, f64),
        Struct { side: f64 },
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
        let raw = RawValue::from_string("[1, 2]".to_owned()).expect("JSON");
        let shapes = [
            Shape::Unit,
            Shape::Newtype(Some(1.5)),
            Shape::Newtype(None),
            Shape::Tuple(1, -0.0),
            Shape::Struct { side: 1e300 },
        ];
        let value = (
            (flat, raw, shapes),
            BTreeMap::from([(1, Some("\u{7f}\n")), (2, None)]),
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
