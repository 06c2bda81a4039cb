//! Params that are one value, whose fields are the parameters: `#[rpc(flatten)]`.
//!
//! serde reads the value, and most params need one reading only. If that fails, or if it ignores a member, a
//! [second reading](SecondReading) treats the params as those of other methods are treated. It costs more, but calls
//! that need it are rare.

use std::borrow::Cow;
use std::cell::Cell;
use std::marker::PhantomData;

use serde::de::value::{CowStrDeserializer, U64Deserializer};
use serde::de::{DeserializeSeed, Error, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, forward_to_deserialize_any};
use serde_ignored::Path;

use super::slots::Absent;
use super::{InvalidParams, Strictness};
use crate::bounds::Readable;
use crate::excerpt::Excerpt;
use crate::json::brief::{Brief, BriefError};
use crate::json::cursor::{Cursor, NotJson, decode, decode_briefly, decode_short};
use crate::limits::QUOTED_INPUT;

/// Why the params could not be read.
pub(super) enum Failure {
    /// serde's error of the first reading.
    First(serde_json::Error),
    Second(InvalidParams),
}

/// Reads the value at the start of `json`, and returns it with its length in bytes.
pub(super) fn read<'de, T: Readable<'de>>(
    json: &'de str,
    strictness: Strictness,
) -> Result<(T, usize), Failure> {
    let mut ignored = false;
    let read = decode_short(json, WholeSeed::new(strictness, &mut ignored));
    let read = match read {
        Some(read) => Ok(read),
        None => decode_briefly(json, WholeSeed::new(strictness, &mut ignored)),
    };
    match read {
        Ok(read) if !ignored => Ok(read),
        Ok(_) => read_again(json, strictness).map_err(Failure::Second),
        Err(error) if is_not_a_list(json, &error) => Err(Failure::First(error)),
        Err(_) => read_again(json, strictness).map_err(Failure::Second),
    }
}

/// Whether the type can't be an array or an object at all, so that another reading would end the same way.
fn is_not_a_list(json: &str, error: &serde_json::Error) -> bool {
    let failed_at_the_start = error.is_data() && error.line() <= 1 && error.column() <= 1;
    !json.starts_with(['[', '{']) || failed_at_the_start
}

/// Decodes one value, and notes whether it ignores a member.
struct WholeSeed<'u, T> {
    ignored: Option<&'u mut bool>,
    types: PhantomData<fn() -> T>,
}

impl<'u, T> WholeSeed<'u, T> {
    fn new(strictness: Strictness, ignored: &'u mut bool) -> Self {
        WholeSeed {
            ignored: match strictness {
                Strictness::Strict => Some(ignored),
                Strictness::Lenient => None,
            },
            types: PhantomData,
        }
    }
}

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for WholeSeed<'_, T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        let Some(ignored) = self.ignored else {
            return T::deserialize(deserializer);
        };
        serde_ignored::deserialize(deserializer, |path| {
            *ignored |= own_member(&path).is_some();
        })
    }
}

/// The name of an ignored member of the params. Members ignored further down are up to the type, as in any parameter.
fn own_member<'p>(path: &'p Path) -> Option<&'p str> {
    match path {
        Path::Map { parent, key } if is_outermost(parent) => Some(key),
        _ => None,
    }
}

/// Whether this is the params value itself. A newtype around it makes no difference on the wire.
fn is_outermost(path: &Path) -> bool {
    match path {
        Path::Root => true,
        Path::NewtypeStruct { parent } | Path::Some { parent } => is_outermost(parent),
        _ => false,
    }
}

#[cold]
fn read_again<'de, T: Readable<'de>>(
    json: &'de str,
    strictness: Strictness,
) -> Result<(T, usize), InvalidParams> {
    let mut cursor = Cursor::new(json);
    let surplus = Cell::new(Surplus::Null);
    let wrong = Cell::new(None);
    let reading = SecondReading {
        by_name: json.starts_with('{'),
        cursor: &mut cursor,
        surplus: &surplus,
        wrong: &wrong,
        strictness,
    };
    let mut refused = None;
    let value = serde_ignored::deserialize(reading, |path| {
        if let Some(name) = own_member(&path)
            && surplus.get() == Surplus::Value
        {
            refused.get_or_insert_with(|| quote(name));
        }
    });
    let value =
        value.map_err(|error: serde_json::Error| InvalidParams::in_member(wrong.take(), &error))?;
    match refused {
        Some(_) if strictness == Strictness::Lenient => {}
        Some(name) if json.starts_with('{') => {
            return Err(InvalidParams::new(format!("unknown parameter `{name}`")));
        }
        Some(_) => return Err(InvalidParams::new(TOO_MANY)),
        None => {}
    }
    Ok((value, cursor.position()))
}

const TOO_MANY: &str = "too many parameters";

/// What the value of the current member would be if the type ignores the member.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Surplus {
    /// It says nothing, so it is never refused.
    Null,
    Value,
}

/// Reads the params again, with the rules for the parameters of other methods:
///
/// - An array may end early. What is missing then is what a missing member is: the fields of a struct are given to
///   serde by number instead of by position, so that its own rules for missing members apply.
/// - A surplus `null` is ignored, even if the type denies unknown fields.
struct SecondReading<'c, 'de> {
    by_name: bool,
    cursor: &'c mut Cursor<'de>,
    surplus: &'c Cell<Surplus>,
    /// The name of the member whose value is wrong.
    wrong: &'c Cell<Option<String>>,
    strictness: Strictness,
}

impl<'c, 'de> SecondReading<'c, 'de> {
    fn members(self, fields: Option<&'static [&'static str]>) -> Members<'c, 'de> {
        Members {
            entries: self.entries(b'{', b'}'),
            fields,
            name: Cow::Borrowed(""),
        }
    }

    fn elements(self, expected: usize) -> Elements<'c, 'de> {
        Elements {
            entries: self.entries(b'[', b']'),
            read: 0,
            expected,
        }
    }

    fn entries(self, open: u8, close: u8) -> Entries<'c, 'de> {
        Entries {
            reading: self,
            open,
            close,
            state: State::Start,
            value: "",
        }
    }

    fn visit<V: Visitor<'de>>(
        self,
        expected: usize,
        visitor: V,
    ) -> Result<V::Value, serde_json::Error> {
        if self.by_name {
            return visitor.visit_map(self.members(None));
        }
        let mut elements = self.elements(expected);
        let value = visitor.visit_seq(&mut elements)?;
        elements.entries.refuse_the_rest()?;
        Ok(value)
    }
}

impl<'de> Deserializer<'de> for SecondReading<'_, 'de> {
    type Error = serde_json::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        self.visit(0, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        match self.by_name {
            true => visitor.visit_map(self.members(Some(fields))),
            false => visitor.visit_map(NumberedFields(self.elements(0))),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        self.visit(length, visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        self.visit(length, visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        // The object's one member is the variant, not a parameter.
        let mut json = serde_json::Deserializer::from_str(self.cursor.rest());
        let value = Brief(&mut json).deserialize_enum(name, variants, visitor);
        let value = value.map_err(|error| error.0)?;
        skip(self.cursor)?;
        Ok(value)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq map
        identifier ignored_any
    }
}

/// The entries of the array or object, one after the other.
struct Entries<'c, 'de> {
    reading: SecondReading<'c, 'de>,
    open: u8,
    close: u8,
    state: State,
    /// The text of the current value.
    value: &'de str,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    Within,
    End,
}

impl<'de> Entries<'_, 'de> {
    /// Moves to the next entry. Returns `false` if there is none.
    fn advance(&mut self) -> Result<bool, serde_json::Error> {
        let cursor = &mut *self.reading.cursor;
        let another = match self.state {
            State::Start => cursor.expect(self.open).map(|()| !cursor.eat(self.close)),
            State::Within => cursor.another(self.close),
            State::End => Ok(false),
        };
        let another = another.map_err(not_json)?;
        self.state = if another { State::Within } else { State::End };
        Ok(another)
    }

    fn read_value(&mut self) -> Result<(), serde_json::Error> {
        self.value = skip(self.reading.cursor)?;
        self.reading.surplus.set(match self.value {
            "null" => Surplus::Null,
            _ => Surplus::Value,
        });
        Ok(())
    }

    fn decode<S: DeserializeSeed<'de>>(&self, seed: S) -> Result<S::Value, serde_json::Error> {
        decode(self.value, seed)
    }

    /// Whether the current value may be left out without loss.
    fn is_null(&self) -> bool {
        self.reading.surplus.get() == Surplus::Null
    }

    fn refuse_value(&self) -> Result<(), serde_json::Error> {
        match self.reading.strictness {
            Strictness::Strict if !self.is_null() => Err(Error::custom(TOO_MANY)),
            _ => Ok(()),
        }
    }

    /// Refuses the elements that are left, unless they are `null`.
    fn refuse_the_rest(&mut self) -> Result<(), serde_json::Error> {
        while self.advance()? {
            self.read_value()?;
            self.refuse_value()?;
        }
        Ok(())
    }
}

/// The members of an object.
struct Members<'c, 'de> {
    entries: Entries<'c, 'de>,
    /// The names that the type knows, if it says so.
    fields: Option<&'static [&'static str]>,
    /// The name of the current one.
    name: Cow<'de, str>,
}

impl<'de> MapAccess<'de> for Members<'_, 'de> {
    type Error = serde_json::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Self::Error> {
        while self.entries.advance()? {
            let cursor = &mut *self.entries.reading.cursor;
            let name = cursor.string().map_err(not_json)?;
            cursor.expect(b':').map_err(not_json)?;
            let name = name.value().ok_or(NotJson).map_err(not_json)?;
            self.entries.read_value()?;
            let is_unknown = self.fields.is_some_and(|fields| !fields.contains(&&*name));
            if is_unknown && self.entries.is_null() {
                continue;
            }
            self.name = name.clone();
            let name: CowStrDeserializer<BriefError<Self::Error>> = name.into_deserializer();
            let name = seed.deserialize(name).map_err(|error| error.0)?;
            return Ok(Some(name));
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, Self::Error> {
        let value = self.entries.decode(seed);
        value.inspect_err(|_| self.entries.reading.wrong.set(Some(quote(&self.name))))
    }
}

/// The elements of an array.
struct Elements<'c, 'de> {
    entries: Entries<'c, 'de>,
    read: usize,
    /// How many the type wants. After the end, absent ones stand in for those that are missing.
    expected: usize,
}

impl<'de> SeqAccess<'de> for &mut Elements<'_, 'de> {
    type Error = serde_json::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Self::Error> {
        self.read += 1;
        if self.entries.advance()? {
            self.entries.read_value()?;
            return self.entries.decode(seed).map(Some);
        }
        match self.read <= self.expected {
            true => Ok(seed.deserialize(Absent).ok()),
            false => Ok(None),
        }
    }
}

/// The elements of an array as the members of an object: serde's derive also knows each field by its number.
struct NumberedFields<'c, 'de>(Elements<'c, 'de>);

impl<'de> MapAccess<'de> for NumberedFields<'_, 'de> {
    type Error = serde_json::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Self::Error> {
        let NumberedFields(Elements { entries, read, .. }) = self;
        if !entries.advance()? {
            return Ok(None);
        }
        entries.read_value()?;
        let number: U64Deserializer<Self::Error> = (*read as u64).into_deserializer();
        *read += 1;
        match seed.deserialize(number) {
            Ok(field) => Ok(Some(field)),
            // The type denies unknown fields, and has no more.
            Err(_) => {
                entries.refuse_value()?;
                entries.refuse_the_rest()?;
                Ok(None)
            }
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, Self::Error> {
        self.0.entries.decode(seed)
    }
}

fn quote(name: &str) -> String {
    Excerpt::new(name.escape_debug(), QUOTED_INPUT).to_string()
}

fn skip<'de>(cursor: &mut Cursor<'de>) -> Result<&'de str, serde_json::Error> {
    cursor.skip().map_err(not_json)
}

/// The caller skips the params to find out where the message is malformed, so nobody reads this.
fn not_json(NotJson: NotJson) -> serde_json::Error {
    Error::custom("not JSON")
}
