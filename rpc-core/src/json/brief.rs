//! [`Brief`]: a deserializer whose errors quote little of what was sent.
//!
//! serde's errors quote a wrong value in full, with escapes: `invalid type: string "…"` may be six times as long as a
//! message of megabytes. Here the text is cut while it is written. On the normal path this costs nothing.

use std::fmt::{self, Display};

use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, Expected, IntoDeserializer, MapAccess,
    SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde_json::value::RawValue;

use crate::excerpt::Excerpt;
use crate::limits::{QUOTED_INPUT, TYPE_ERROR_TEXT};

/// A deserializer of serde_json, or what it hands to a visitor.
pub(crate) struct Brief<D>(pub(crate) D);

/// An error that is brief from the start.
#[derive(Debug)]
pub(crate) struct BriefError<E>(pub(crate) E);

impl<E: Display> Display for BriefError<E> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<E: std::error::Error> std::error::Error for BriefError<E> {}

impl<E: Error> Error for BriefError<E> {
    #[cold]
    fn custom<T: Display>(message: T) -> Self {
        BriefError(E::custom(Excerpt::new(message, TYPE_ERROR_TEXT)))
    }

    #[cold]
    fn invalid_type(unexpected: Unexpected, expected: &dyn Expected) -> Self {
        BriefError(shortened(unexpected, |it| E::invalid_type(it, expected)))
    }

    #[cold]
    fn invalid_value(unexpected: Unexpected, expected: &dyn Expected) -> Self {
        BriefError(shortened(unexpected, |it| E::invalid_value(it, expected)))
    }

    #[cold]
    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        BriefError(E::unknown_variant(&cut(variant), expected))
    }

    #[cold]
    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        BriefError(E::unknown_field(&cut(field), expected))
    }

    #[cold]
    fn missing_field(field: &'static str) -> Self {
        BriefError(E::missing_field(field))
    }

    #[cold]
    fn duplicate_field(field: &'static str) -> Self {
        BriefError(E::duplicate_field(field))
    }
}

fn cut(name: &str) -> String {
    Excerpt::new(name, QUOTED_INPUT).to_string()
}

/// What was found instead, with only the start of a long text.
fn shortened<E>(unexpected: Unexpected, error: impl FnOnce(Unexpected) -> E) -> E {
    let start = |text: &str| {
        let (end, _) = text.char_indices().nth(QUOTED_INPUT)?;
        Some(format!("{}…", &text[..end]))
    };
    match unexpected {
        Unexpected::Str(text) => match start(text) {
            Some(start) => error(Unexpected::Str(&start)),
            None => error(unexpected),
        },
        Unexpected::Other(text) => error(Unexpected::Other(&cut(text))),
        other => error(other),
    }
}

macro_rules! forward {
    ($($method:ident($($value:ident: $type:ty),*);)*) => {$(
        #[inline]
        fn $method<V: Visitor<'de>>(self $(, $value: $type)*, visitor: V) -> Result<V::Value, Self::Error> {
            self.0.$method($($value,)* BriefVisitor(visitor)).map_err(BriefError)
        }
    )*};
}

/// If serde_json meets a string where it expects something else, it refuses the string itself, and quotes it in full.
/// So these methods read whatever is there, and let the visitor refuse it.
macro_rules! read_any {
    ($($method:ident($($value:ident: $type:ty),*) $only:ident;)*) => {$(
        #[inline]
        fn $method<V: Visitor<'de>>(self $(, _: $type)*, visitor: V) -> Result<V::Value, Self::Error> {
            self.0.deserialize_any($only(BriefVisitor(visitor))).map_err(BriefError)
        }
    )*};
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Brief<D> {
    type Error = BriefError<D::Error>;

    forward! {
        deserialize_any();
        deserialize_char();
        deserialize_str();
        deserialize_string();
        deserialize_bytes();
        deserialize_byte_buf();
        deserialize_option();
        deserialize_newtype_struct(name: &'static str);
        deserialize_identifier();
        deserialize_ignored_any();
        // Only this rounds to the nearest `f32` at once.
        deserialize_f32();
    }

    read_any! {
        deserialize_bool() OnlyBool;
        deserialize_i8() OnlyNumber;
        deserialize_i16() OnlyNumber;
        deserialize_i32() OnlyNumber;
        deserialize_i64() OnlyNumber;
        deserialize_u8() OnlyNumber;
        deserialize_u16() OnlyNumber;
        deserialize_u32() OnlyNumber;
        deserialize_u64() OnlyNumber;
        deserialize_f64() OnlyNumber;
        deserialize_unit() OnlyUnit;
        deserialize_unit_struct(name: &'static str) OnlyUnit;
        deserialize_seq() OnlySeq;
        deserialize_tuple(length: usize) OnlySeq;
        deserialize_tuple_struct(name: &'static str, length: usize) OnlySeq;
        deserialize_map() OnlyMap;
        deserialize_struct(name: &'static str, fields: &'static [&'static str]) OnlySeqOrMap;
        deserialize_enum(name: &'static str, variants: &'static [&'static str]) OnlyEnum;
    }

    // serde_json takes the `1` of `1e3` for the whole number, and then stumbles over the rest.
    fn deserialize_i128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        let number = <&RawValue>::deserialize(self.0).map_err(BriefError)?.get();
        match number.parse() {
            Ok(number) => visitor.visit_i128(number),
            Err(_) => Err(not_an_integer(number, &visitor)),
        }
    }

    fn deserialize_u128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        let number = <&RawValue>::deserialize(self.0).map_err(BriefError)?.get();
        match number.parse() {
            Ok(number) => visitor.visit_u128(number),
            Err(_) => Err(not_an_integer(number, &visitor)),
        }
    }

    #[inline]
    fn is_human_readable(&self) -> bool {
        self.0.is_human_readable()
    }
}

/// Why this JSON is not an integer, in the words that serde_json has for smaller ones.
#[cold]
fn not_an_integer<E: Error>(json: &str, expected: &dyn Expected) -> E {
    let text: String;
    let found = match json.as_bytes() {
        [b'n', ..] => Unexpected::Unit,
        [b't', ..] => Unexpected::Bool(true),
        [b'f', ..] => Unexpected::Bool(false),
        [b'[', ..] => Unexpected::Seq,
        [b'{', ..] => Unexpected::Map,
        [b'"', ..] => {
            text = serde_json::from_str(json).unwrap_or_default();
            Unexpected::Str(&text)
        }
        digits if digits.iter().any(|it| matches!(it, b'.' | b'e' | b'E')) => match json.parse() {
            Ok(number) if f64::is_finite(number) => Unexpected::Float(number),
            _ => return E::custom("number out of range"),
        },
        _ => return E::custom("number out of range"),
    };
    E::invalid_type(found, expected)
}

struct BriefVisitor<V>(V);

macro_rules! visit {
    ($($method:ident($type:ty);)*) => {$(
        #[inline]
        fn $method<E: Error>(self, value: $type) -> Result<V::Value, E> {
            self.0.$method::<BriefError<E>>(value).map_err(|error| error.0)
        }
    )*};
}

impl<'de, V: Visitor<'de>> Visitor<'de> for BriefVisitor<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.0.expecting(f)
    }

    visit! {
        visit_bool(bool);
        visit_i8(i8);
        visit_i16(i16);
        visit_i32(i32);
        visit_i64(i64);
        visit_i128(i128);
        visit_u8(u8);
        visit_u16(u16);
        visit_u32(u32);
        visit_u64(u64);
        visit_u128(u128);
        visit_f32(f32);
        visit_f64(f64);
        visit_char(char);
        visit_str(&str);
        visit_borrowed_str(&'de str);
        visit_string(String);
        visit_bytes(&[u8]);
        visit_borrowed_bytes(&'de [u8]);
        visit_byte_buf(Vec<u8>);
    }

    #[inline]
    fn visit_none<E: Error>(self) -> Result<V::Value, E> {
        self.0
            .visit_none::<BriefError<E>>()
            .map_err(|error| error.0)
    }

    #[inline]
    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        self.0
            .visit_unit::<BriefError<E>>()
            .map_err(|error| error.0)
    }

    #[inline]
    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
        self.0.visit_some(Brief(inner)).map_err(|error| error.0)
    }

    #[inline]
    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<V::Value, D::Error> {
        let visited = self.0.visit_newtype_struct(Brief(inner));
        visited.map_err(|error| error.0)
    }

    #[inline]
    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<V::Value, A::Error> {
        self.0.visit_seq(Brief(elements)).map_err(|error| error.0)
    }

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<V::Value, A::Error> {
        self.0.visit_map(Brief(members)).map_err(|error| error.0)
    }

    #[inline]
    fn visit_enum<A: EnumAccess<'de>>(self, variant: A) -> Result<V::Value, A::Error> {
        self.0.visit_enum(Brief(variant)).map_err(|error| error.0)
    }
}

macro_rules! only {
    ($($name:ident { $($visit:item)* })*) => {$(
        struct $name<V>(V);

        impl<'de, V: Visitor<'de>> Visitor<'de> for $name<V> {
            type Value = V::Value;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                self.0.expecting(f)
            }

            #[cold]
            fn visit_str<E: Error>(self, text: &str) -> Result<V::Value, E> {
                Err(BriefError::<E>::invalid_type(Unexpected::Str(text), &self).0)
            }

            $($visit)*
        }
    )*};
}

only! {
    OnlyBool {
        #[inline]
        fn visit_bool<E: Error>(self, value: bool) -> Result<V::Value, E> {
            self.0.visit_bool(value)
        }
    }

    OnlyNumber {
        #[inline]
        fn visit_u64<E: Error>(self, value: u64) -> Result<V::Value, E> {
            self.0.visit_u64(value)
        }

        #[inline]
        fn visit_i64<E: Error>(self, value: i64) -> Result<V::Value, E> {
            self.0.visit_i64(value)
        }

        #[inline]
        fn visit_f64<E: Error>(self, value: f64) -> Result<V::Value, E> {
            self.0.visit_f64(value)
        }
    }

    OnlyUnit {
        #[inline]
        fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
            self.0.visit_unit()
        }
    }

    OnlySeq {
        #[inline]
        fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<V::Value, A::Error> {
            self.0.visit_seq(elements)
        }
    }

    OnlyMap {
        #[inline]
        fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<V::Value, A::Error> {
            self.0.visit_map(members)
        }
    }

    OnlySeqOrMap {
        #[inline]
        fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<V::Value, A::Error> {
            self.0.visit_seq(elements)
        }

        #[inline]
        fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<V::Value, A::Error> {
            self.0.visit_map(members)
        }
    }
}

/// A variant is a string, or an object with one member.
struct OnlyEnum<V>(BriefVisitor<V>);

impl<'de, V: Visitor<'de>> Visitor<'de> for OnlyEnum<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.0.expecting(f)
    }

    #[inline]
    fn visit_str<E: Error>(self, name: &str) -> Result<V::Value, E> {
        let name: StrDeserializer<E> = name.into_deserializer();
        self.0.visit_enum(name)
    }

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<V::Value, A::Error> {
        // Brief, since it decodes the variant's value by itself.
        let variant = MapAccessDeserializer::new(Brief(members));
        self.0.0.visit_enum(variant).map_err(|error| error.0)
    }
}

struct BriefSeed<S>(S);

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for BriefSeed<S> {
    type Value = S::Value;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        let value = self.0.deserialize(Brief(deserializer));
        value.map_err(|error| error.0)
    }
}

struct BriefKeySeed<S>(S);

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for BriefKeySeed<S> {
    type Value = S::Value;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        let value = self.0.deserialize(BriefOnly(deserializer));
        value.map_err(|error| error.0)
    }
}

/// A deserializer whose methods all matter, such as that of a member's name: numbers and booleans are read from it too.
struct BriefOnly<D>(D);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for BriefOnly<D> {
    type Error = BriefError<D::Error>;

    forward! {
        deserialize_any();
        deserialize_i8();
        deserialize_i16();
        deserialize_i32();
        deserialize_i64();
        deserialize_i128();
        deserialize_u8();
        deserialize_u16();
        deserialize_u32();
        deserialize_u64();
        deserialize_u128();
        deserialize_f32();
        deserialize_f64();
        deserialize_char();
        deserialize_str();
        deserialize_string();
        deserialize_bytes();
        deserialize_byte_buf();
        deserialize_option();
        deserialize_unit();
        deserialize_unit_struct(name: &'static str);
        deserialize_newtype_struct(name: &'static str);
        deserialize_seq();
        deserialize_tuple(length: usize);
        deserialize_tuple_struct(name: &'static str, length: usize);
        deserialize_map();
        deserialize_struct(name: &'static str, fields: &'static [&'static str]);
        deserialize_enum(name: &'static str, variants: &'static [&'static str]);
        deserialize_identifier();
        deserialize_ignored_any();
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        let flag = self.0.deserialize_str(BoolKey(BriefVisitor(visitor)));
        flag.map_err(BriefError)
    }

    #[inline]
    fn is_human_readable(&self) -> bool {
        self.0.is_human_readable()
    }
}

struct BoolKey<V>(V);

impl<'de, V: Visitor<'de>> Visitor<'de> for BoolKey<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<V::Value, E> {
        match key {
            "true" => self.0.visit_bool(true),
            "false" => self.0.visit_bool(false),
            _ => Err(BriefError::<E>::invalid_type(Unexpected::Str(key), &self).0),
        }
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Brief<A> {
    type Error = BriefError<A::Error>;

    #[inline]
    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Self::Error> {
        self.0
            .next_element_seed(BriefSeed(seed))
            .map_err(BriefError)
    }

    #[inline]
    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Brief<A> {
    type Error = BriefError<A::Error>;

    #[inline]
    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Self::Error> {
        self.0.next_key_seed(BriefKeySeed(seed)).map_err(BriefError)
    }

    #[inline]
    fn next_value_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<S::Value, Self::Error> {
        self.0.next_value_seed(BriefSeed(seed)).map_err(BriefError)
    }

    #[inline]
    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

impl<'de, A: EnumAccess<'de>> EnumAccess<'de> for Brief<A> {
    type Error = BriefError<A::Error>;
    type Variant = Brief<A::Variant>;

    #[inline]
    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Self::Variant), Self::Error> {
        let (value, variant) = self.0.variant_seed(BriefSeed(seed)).map_err(BriefError)?;
        Ok((value, Brief(variant)))
    }
}

impl<'de, A: VariantAccess<'de>> VariantAccess<'de> for Brief<A> {
    type Error = BriefError<A::Error>;

    #[inline]
    fn unit_variant(self) -> Result<(), Self::Error> {
        self.0.unit_variant().map_err(BriefError)
    }

    #[inline]
    fn newtype_variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<S::Value, Self::Error> {
        let value = self.0.newtype_variant_seed(BriefSeed(seed));
        value.map_err(BriefError)
    }

    #[inline]
    fn tuple_variant<V: Visitor<'de>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        let value = self.0.tuple_variant(length, BriefVisitor(visitor));
        value.map_err(BriefError)
    }

    #[inline]
    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        let value = self.0.struct_variant(fields, BriefVisitor(visitor));
        value.map_err(BriefError)
    }
}
