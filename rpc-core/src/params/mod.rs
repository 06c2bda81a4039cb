//! Parameters, from JSON to a method's arguments.
//!
//! Every method has a list of names and a list of types. Its params come as an array, in that order, or as an object
//! with those names (section 4.2 of the specification); either way they land in [`Slots`], one a parameter, and the
//! generated code takes them out: required, or with a default.
//!
//! A parameter that the method does not name, or one too many, is refused, unless the trait is `lenient`.

mod borrowed;
mod slots;

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeOwned, DeserializeSeed};
use serde::{Deserialize, Deserializer};

pub use borrowed::{BorrowedParam, CowParam, Text};
pub use slots::{Slot, Slots};

use crate::bounds::Readable;
use crate::contract::{Method, ParamsStyle};
use crate::json::cursor::decode_prefix;
use slots::SlotsSeed;

/// What to do with a parameter that the method does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Strictness {
    /// Refuse the call (the default).
    Strict,
    /// Ignore the parameter: `#[rpc(lenient)]`.
    Lenient,
}

/// The params of one request, not yet decoded.
#[derive(Debug)]
pub struct Params<'r, 'de> {
    json: Option<&'de str>,
    consumed: &'r mut usize,
}

impl<'r, 'de> Params<'r, 'de> {
    /// `json` begins with the params' value, and may go on after it; `consumed` is told how long the value is.
    pub(crate) fn new(json: Option<&'de str>, consumed: &'r mut usize) -> Self {
        Params { json, consumed }
    }

    /// Are there none?
    pub fn is_absent(&self) -> bool {
        self.json.is_none()
    }

    /// Are they given by name?
    pub fn is_object(&self) -> bool {
        self.json.is_some_and(|json| json.starts_with('{'))
    }

    /// Decodes the params into one slot a parameter, by position or by name.
    pub fn read<S: Slots<'de>>(
        self,
        names: &'static [&'static str],
        strictness: Strictness,
    ) -> Result<S, InvalidParams> {
        self.read_into(S::default(), names, strictness)
    }

    /// As [`read`](Self::read), for generated code: where a type can't be read, the compiler points at its empty slot.
    #[doc(hidden)]
    pub fn read_into<S: Slots<'de>>(
        self,
        mut slots: S,
        names: &'static [&'static str],
        strictness: Strictness,
    ) -> Result<S, InvalidParams> {
        let Some(json) = self.json else {
            slots.fill_missing();
            return Ok(slots);
        };
        let mut current = None;
        let seed = SlotsSeed::new(names, strictness, &mut current, slots);
        match decode_prefix(json, seed) {
            Ok((slots, length)) => {
                *self.consumed = length;
                Ok(slots)
            }
            Err(error) => Err(InvalidParams::in_parameter(
                current.map(|index| names[index]),
                &error,
            )),
        }
    }

    /// Decodes the whole params value into one type, whose fields are the parameters. No params are an empty object.
    ///
    /// Strictly, a member that the type ignores is an unknown parameter. One that the type keeps, such as in a map or by
    /// `#[serde(flatten)]`, is not.
    pub fn read_whole<T: Readable<'de>>(self, strictness: Strictness) -> Result<T, InvalidParams> {
        self.decode_whole(strictness, |error| InvalidParams::in_parameter(None, error))
    }

    /// The same, strictly, with another error where the type is none that an object can be.
    pub(crate) fn read_object<T: Readable<'de>>(
        self,
        is_none: impl FnOnce() -> InvalidParams,
    ) -> Result<T, InvalidParams> {
        self.decode_whole(Strictness::Strict, |error| {
            // Nothing behind the brace has been looked at.
            match error.is_data() && error.line() <= 1 && error.column() <= 1 {
                true => is_none(),
                false => InvalidParams::in_parameter(None, error),
            }
        })
    }

    fn decode_whole<T: Readable<'de>>(
        self,
        strictness: Strictness,
        invalid: impl FnOnce(&serde_json::Error) -> InvalidParams,
    ) -> Result<T, InvalidParams> {
        let json = self.json.unwrap_or("{}");
        let mut unknown = None;
        let seed = WholeSeed {
            unknown: match strictness {
                Strictness::Strict => Some(&mut unknown),
                Strictness::Lenient => None,
            },
            types: PhantomData,
        };
        let (value, length) = decode_prefix(json, seed).map_err(|error| invalid(&error))?;
        if let Some(name) = unknown {
            return Err(InvalidParams::new(format!("unknown parameter `{name}`")));
        }
        *self.consumed = length;
        Ok(value)
    }
}

/// Decodes one value, and watches which of its members it ignores.
struct WholeSeed<'u, T> {
    unknown: Option<&'u mut Option<String>>,
    types: PhantomData<fn() -> T>,
}

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for WholeSeed<'_, T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        use serde_ignored::Path;

        let Some(unknown) = self.unknown else {
            return T::deserialize(deserializer);
        };
        serde_ignored::deserialize(deserializer, |path| {
            // What is ignored further down is the type's own affair, as it is for any parameter.
            if let Path::Map { parent, key } = path
                && is_outermost(parent)
            {
                unknown.get_or_insert(key.escape_debug().to_string());
            }
        })
    }
}

/// Is this the params value itself? A newtype around it makes no difference on the wire.
fn is_outermost(path: &serde_ignored::Path) -> bool {
    use serde_ignored::Path;

    match path {
        Path::Root => true,
        Path::NewtypeStruct { parent } | Path::Some { parent } => is_outermost(parent),
        _ => false,
    }
}

/// The params do not fit the method: what is sent as the data of error -32602.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidParams {
    detail: Box<str>,
    parameter: Option<&'static str>,
}

impl InvalidParams {
    /// Params that are wrong for the stated reason.
    pub fn new(detail: impl Into<String>) -> Self {
        InvalidParams {
            detail: detail.into().into_boxed_str(),
            parameter: None,
        }
    }

    /// The parameter whose value can't be read, where it is one of those that the method names.
    pub fn parameter(&self) -> Option<&'static str> {
        self.parameter
    }

    /// The same, without what it says of a secret's value: serde's texts quote what they can't read.
    pub(crate) fn without_secrets(self, method: &Method) -> Self {
        let is_whole = method.style == ParamsStyle::Whole;
        let is_it = |name: &str| is_whole || self.parameter.is_none_or(|it| it == name);
        let mut secrets = method.params.iter().filter(|param| param.secret);
        match (secrets.any(|param| is_it(param.name)), self.parameter) {
            (true, Some(name)) => InvalidParams {
                detail: format!("parameter `{name}` is not what it should be").into(),
                parameter: Some(name),
            },
            (true, None) if is_whole => {
                InvalidParams::new("the params are not what they should be")
            }
            _ => self,
        }
    }

    /// A [`ResolvedMethod`](crate::ResolvedMethod) that another service has made.
    #[doc(hidden)]
    pub fn foreign_method() -> Self {
        InvalidParams::new("the method belongs to another service")
    }

    pub(crate) fn missing(parameter: &str) -> Self {
        InvalidParams::new(format!("missing parameter `{parameter}`"))
    }

    fn in_parameter(parameter: Option<&'static str>, error: &serde_json::Error) -> Self {
        let reason = without_position(error);
        InvalidParams {
            detail: match parameter {
                Some(parameter) => format!("parameter `{parameter}`: {reason}"),
                None => reason,
            }
            .into_boxed_str(),
            parameter,
        }
    }
}

impl fmt::Display for InvalidParams {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl std::error::Error for InvalidParams {}

/// serde_json ends its texts with a line and a column, counted from the params on: no help to the caller.
pub(crate) fn without_position(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let position = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&position)
        .map(str::to_owned)
        .unwrap_or(text)
}

/// Reads an object with exactly these members.
pub(crate) fn read_named<'de, S: Slots<'de>>(
    slots: S,
    json: &'de str,
    names: &'static [&'static str],
) -> Option<S> {
    let mut current = None;
    let seed = SlotsSeed::new(names, Strictness::Lenient, &mut current, slots);
    seed.deserialize(&mut serde_json::Deserializer::from_str(json))
        .ok()
}

/// Reads one value.
pub(crate) fn read_value<T: DeserializeOwned>(json: &str) -> Option<T> {
    serde_json::from_str(json).ok()
}
