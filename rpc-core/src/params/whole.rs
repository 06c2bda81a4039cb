//! Params that are one value, whose fields are the parameters: `#[rpc(flatten)]`.
//!
//! serde reads the value, and most params need one reading only. If that fails, or if it ignores a member, a
//! [second reading](SecondReading) treats the params as those of other methods are treated. It costs more, but calls
//! that need it are rare.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{CowStrDeserializer, U64Deserializer};
use serde::de::{DeserializeSeed, Error, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, forward_to_deserialize_any};
use serde_ignored::Path;

use super::fields;
use super::slots::{Absent, TooMany, Unknown};
use super::{InvalidParams, Strictness};
use crate::bounds::Readable;
use crate::contract::Case;
use crate::excerpt::Excerpt;
use crate::json::brief::Brief;
use crate::json::cursor::{Cursor, NotJson, decode, decode_briefly, decode_short};
use crate::limits::{QUOTED_INPUT, TYPE_ERROR_TEXT};

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

/// Reads the value at the start of `json` by the names that its fields have in messages, and returns it with its length in
/// bytes. Only the second reading knows those names, so it is the only one.
pub(super) fn read_renamed<'de, T: Readable<'de>>(
    json: &'de str,
    strictness: Strictness,
    case: Case,
) -> Result<(T, usize), InvalidParams> {
    read_as_others(json, strictness, Some(case))
}

#[cold]
fn read_again<'de, T: Readable<'de>>(
    json: &'de str,
    strictness: Strictness,
) -> Result<(T, usize), InvalidParams> {
    read_as_others(json, strictness, None)
}

fn read_as_others<'de, T: Readable<'de>>(
    json: &'de str,
    strictness: Strictness,
    case: Option<Case>,
) -> Result<(T, usize), InvalidParams> {
    let mut cursor = Cursor::new(json);
    let surplus = Cell::new(Surplus::Null);
    let names = Names {
        case,
        fields: Cell::new(None),
        current: RefCell::default(),
        has_aliases: fields::has_aliases::<T>,
    };
    let reading = SecondReading {
        by_name: json.starts_with('{'),
        cursor: &mut cursor,
        surplus: &surplus,
        names: &names,
        strictness,
    };
    let by_name = json.starts_with('{');
    let (mut refused, mut most) = (None, None);
    let value = serde_ignored::deserialize(reading, |path| {
        let Some(name) = own_member(&path) else {
            return;
        };
        if !by_name {
            // The name of an element is its place. The first that is ignored comes after the last field.
            most = most.or_else(|| name.parse().ok());
        }
        if surplus.get() == Surplus::Value {
            refused.get_or_insert_with(|| match by_name {
                true => Wrong::Unknown(name.to_owned()),
                false => Wrong::TooMany(most),
            });
        }
    });
    let value = value.map_err(|wrong| names.explain(wrong))?;
    match refused {
        Some(wrong) if strictness == Strictness::Strict => Err(names.explain(wrong)),
        _ => Ok((value, cursor.position())),
    }
}

/// The names of the parameters, for errors.
struct Names {
    /// The case of the fields' names in messages, if it is not that of the struct.
    case: Option<Case>,
    /// The names that the type knows, if it says so.
    fields: Cell<Option<&'static [&'static str]>>,
    /// The parameter whose value is being read.
    current: RefCell<Option<Current>>,
    /// Whether the fields include aliases.
    has_aliases: fn() -> bool,
}

/// A parameter.
enum Current {
    /// By its name in messages.
    Name(String),
    /// By its place among the fields.
    Number(usize),
}

impl Names {
    /// A field's name in messages.
    fn in_messages(&self, field: &str) -> String {
        self.case
            .map_or_else(|| field.to_owned(), |case| case.rename(field))
    }

    /// The field that has this name in messages.
    fn field(&self, name: &str) -> Option<&'static str> {
        let fields = self.fields.get()?.iter().copied();
        match self.case {
            None => fields.into_iter().find(|field| *field == name),
            Some(case) => fields.into_iter().find(|field| case.rename(field) == name),
        }
    }

    /// The name of the parameter whose value is being read, if it is certain.
    fn current(&self) -> Option<String> {
        match self.current.borrow().as_ref()? {
            Current::Name(name) => Some(name.clone()),
            Current::Number(_) if (self.has_aliases)() => None,
            Current::Number(number) => {
                let field = self.fields.get()?.get(*number)?;
                Some(self.in_messages(field))
            }
        }
    }

    /// Words the error like those about the parameters of other methods.
    fn explain(&self, wrong: Wrong) -> InvalidParams {
        match (wrong, self.fields.get()) {
            (Wrong::Json(error), _) => {
                let name = self.current().map(|name| quote(&name));
                InvalidParams::in_member(name, &error)
            }
            (Wrong::Text(text), _) => InvalidParams::new(text),
            (Wrong::Missing(field), _) => InvalidParams::missing(&self.in_messages(field)),
            (Wrong::Twice(field), _) => {
                let name = self.in_messages(field);
                InvalidParams::new(format!("parameter `{name}` is given twice"))
            }
            (Wrong::Unknown(name), Some(fields)) => {
                let names: Vec<_> = fields.iter().map(|field| self.in_messages(field)).collect();
                let (name, names) = (&*name, &*names);
                InvalidParams::new(Unknown { name, names }.to_string())
            }
            (Wrong::Unknown(name), None) => {
                InvalidParams::new(format!("unknown parameter `{}`", quote(&name)))
            }
            (Wrong::TooMany(Some(most)), _) => InvalidParams::new(TooMany(most).to_string()),
            (Wrong::TooMany(None), _) => InvalidParams::new("too many parameters"),
        }
    }
}

/// Why the params could not be read, before it is known how their names are written.
#[derive(Debug)]
enum Wrong {
    Json(serde_json::Error),
    Text(String),
    Missing(&'static str),
    Twice(&'static str),
    Unknown(String),
    /// How many there may be, if that is known.
    TooMany(Option<usize>),
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Wrong::Json(error) => error.fmt(f),
            Wrong::Text(text) => f.write_str(text),
            Wrong::Missing(field) => write!(f, "missing field `{field}`"),
            Wrong::Twice(field) => write!(f, "duplicate field `{field}`"),
            Wrong::Unknown(name) => write!(f, "unknown field `{name}`"),
            Wrong::TooMany(_) => f.write_str("too many parameters"),
        }
    }
}

impl std::error::Error for Wrong {}

impl Error for Wrong {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Wrong::Text(Excerpt::new(message, TYPE_ERROR_TEXT).to_string())
    }

    fn missing_field(field: &'static str) -> Self {
        Wrong::Missing(field)
    }

    fn duplicate_field(field: &'static str) -> Self {
        Wrong::Twice(field)
    }

    fn unknown_field(name: &str, _: &'static [&'static str]) -> Self {
        Wrong::Unknown(name.to_owned())
    }
}

impl From<serde_json::Error> for Wrong {
    fn from(error: serde_json::Error) -> Self {
        Wrong::Json(error)
    }
}

/// What the value of the current member would be if the type ignores the member.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Surplus {
    /// It says nothing, so it is never refused.
    Null,
    Value,
}

/// Reads the params again, with the rules for the parameters of other methods:
///
/// - An array may end early. A missing element is treated like a missing member: serde gets the fields of a struct by
///   number instead of by position, so that its own rules for missing members apply.
/// - A surplus `null` is ignored, even if the type denies unknown fields.
struct SecondReading<'c, 'de> {
    by_name: bool,
    cursor: &'c mut Cursor<'de>,
    surplus: &'c Cell<Surplus>,
    names: &'c Names,
    strictness: Strictness,
}

impl<'c, 'de> SecondReading<'c, 'de> {
    fn members(self) -> Members<'c, 'de> {
        Members {
            entries: self.entries(b'{', b'}'),
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

    fn visit<V: Visitor<'de>>(self, expected: usize, visitor: V) -> Result<V::Value, Wrong> {
        if self.by_name {
            return visitor.visit_map(self.members());
        }
        let mut elements = self.elements(expected);
        let value = visitor.visit_seq(&mut elements)?;
        let most = elements.read;
        elements.entries.refuse_the_rest(most)?;
        Ok(value)
    }
}

impl<'de> Deserializer<'de> for SecondReading<'_, 'de> {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        self.visit(0, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        self.names.fields.set(Some(fields));
        match self.by_name {
            true => visitor.visit_map(self.members()),
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
    /// Moves to the next entry, if there is one, and returns whether there is.
    fn advance(&mut self) -> Result<bool, Wrong> {
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

    fn read_value(&mut self) -> Result<(), Wrong> {
        self.value = skip(self.reading.cursor)?;
        self.reading.surplus.set(match self.value {
            "null" => Surplus::Null,
            _ => Surplus::Value,
        });
        Ok(())
    }

    /// Decodes the current value, of the parameter that is current.
    fn decode<S: DeserializeSeed<'de>>(&self, seed: S) -> Result<S::Value, Wrong> {
        let value = decode(self.value, seed)?;
        *self.reading.names.current.borrow_mut() = None;
        Ok(value)
    }

    fn set_current(&self, parameter: Current) {
        *self.reading.names.current.borrow_mut() = Some(parameter);
    }

    /// Whether the current value may be left out without loss.
    fn is_null(&self) -> bool {
        self.reading.surplus.get() == Surplus::Null
    }

    /// Refuses the current value, unless it may be ignored.
    fn refuse_value(&self, wrong: impl FnOnce() -> Wrong) -> Result<(), Wrong> {
        match self.reading.strictness {
            Strictness::Strict if !self.is_null() => Err(wrong()),
            _ => Ok(()),
        }
    }

    /// Refuses the elements that are left, unless they are `null`.
    fn refuse_the_rest(&mut self, most: usize) -> Result<(), Wrong> {
        while self.advance()? {
            self.read_value()?;
            self.refuse_value(|| Wrong::TooMany(Some(most)))?;
        }
        Ok(())
    }
}

/// The members of an object.
struct Members<'c, 'de> {
    entries: Entries<'c, 'de>,
}

impl<'de> MapAccess<'de> for Members<'_, 'de> {
    type Error = Wrong;

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
            let names = self.entries.reading.names;
            let field = match (names.fields.get(), names.field(&name)) {
                (Some(fields), None) if self.entries.is_null() || fields.contains(&&*name) => {
                    // With another case in messages, a field's own name is unknown too.
                    self.entries
                        .refuse_value(|| Wrong::Unknown(name.into_owned()))?;
                    continue;
                }
                (_, Some(field)) => Cow::Borrowed(field),
                (_, None) => name.clone(),
            };
            self.entries.set_current(Current::Name(name.into_owned()));
            let field: CowStrDeserializer<Self::Error> = field.into_deserializer();
            return seed.deserialize(field).map(Some);
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, Self::Error> {
        self.entries.decode(seed)
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
    type Error = Wrong;

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
    type Error = Wrong;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Self::Error> {
        let NumberedFields(Elements { entries, read, .. }) = self;
        if !entries.advance()? {
            return Ok(None);
        }
        entries.read_value()?;
        let most = *read;
        let number: U64Deserializer<Self::Error> = (most as u64).into_deserializer();
        *read += 1;
        let Ok(field) = seed.deserialize(number) else {
            // The type denies unknown fields, and has no more.
            entries.refuse_value(|| Wrong::TooMany(Some(most)))?;
            entries.refuse_the_rest(most)?;
            return Ok(None);
        };
        entries.set_current(Current::Number(most));
        Ok(Some(field))
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

fn skip<'de>(cursor: &mut Cursor<'de>) -> Result<&'de str, Wrong> {
    cursor.skip().map_err(not_json)
}

/// Nobody reads this: the caller skips the params to find out where the message is malformed.
fn not_json(NotJson: NotJson) -> Wrong {
    Error::custom("not JSON")
}
