//! Parameters: from JSON to a method's arguments.
//!
//! Every method has a list of parameter names and a list of types. Its params arrive as an array in that order, or as
//! an object with those names (section 4.2 of the specification). Either way they end up in [`Slots`], one per
//! parameter. The generated code takes them out, and requires a value or uses the default.
//!
//! Unknown and surplus parameters are refused, unless their value is `null` or the trait is `lenient`.

mod borrowed;
mod fields;
mod nested;
mod slots;
mod subscription;
mod token;
mod whole;

use std::fmt;
use std::marker::PhantomData;

use serde::de::DeserializeOwned;

pub use borrowed::{BorrowedParam, CowParam, Text};
pub use fields::{FieldsOf, UnknownFields};
pub use nested::{Leaf, NestedParam};
pub use slots::{Slot, Slots};
pub use subscription::{SubscriptionId, Topic};
pub use token::ProgressToken;

use crate::bounds::Readable;
use crate::contract::{Case, Method, ParamsStyle};
use crate::excerpt::Excerpt;
use crate::json::cursor::{Cursor, Name, NotJson, decode, decode_briefly, decode_short};
use crate::limits::TYPE_ERROR_TEXT;
use slots::SlotsSeed;
use whole::Failure;

/// What to do with a parameter that the method does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Strictness {
    /// Refuse the call, unless the value is `null` (the default). `null` says nothing, so nothing is lost.
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
    /// `json` starts with the params and may have more text after them. `consumed` receives the length of the params.
    pub(crate) fn new(json: Option<&'de str>, consumed: &'r mut usize) -> Self {
        Params { json, consumed }
    }

    /// Whether the request has no params.
    pub fn is_absent(&self) -> bool {
        self.json.is_none()
    }

    /// Whether the params are given by name.
    pub fn is_object(&self) -> bool {
        self.json.is_some_and(|json| json.starts_with('{'))
    }

    /// Decodes the params into one slot per parameter, by position or by name.
    pub fn read<S: Slots<'de>>(
        self,
        names: &'static [&'static str],
        strictness: Strictness,
    ) -> Result<S, InvalidParams> {
        self.read_into(S::default(), names, strictness)
    }

    /// Like [`read`](Self::read), for generated code. If a type can't be decoded, the compiler points at its empty
    /// slot.
    #[doc(hidden)]
    #[inline]
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
        let (slots, length) = match decode_short(json, seed) {
            Some(read) => read,
            None => Params::read_briefly(json, names, strictness)?,
        };
        *self.consumed = length;
        Ok(slots)
    }

    /// Decodes params that are long or wrong.
    #[cold]
    fn read_briefly<S: Slots<'de>>(
        json: &'de str,
        names: &'static [&'static str],
        strictness: Strictness,
    ) -> Result<(S, usize), InvalidParams> {
        let mut current = None;
        let seed = SlotsSeed::new(names, strictness, &mut current, S::default());
        decode_briefly(json, seed).map_err(|error| {
            let name = current.map(|index| names[index]);
            InvalidParams::in_parameter(name, &error)
        })
    }

    /// Decodes the params as a single value whose fields are the parameters. Missing params count as an empty object.
    ///
    /// If `strictness` is strict, a member that the type ignores is an unknown parameter. A member that the type
    /// keeps, for example in a map or through `#[serde(flatten)]`, is not. The elements of an array are the fields in
    /// order, and those at the end may be missing as members may be.
    pub fn read_whole<T: Readable<'de>>(self, strictness: Strictness) -> Result<T, InvalidParams> {
        self.take(|json| whole::read(json, strictness))
    }

    /// Like [`read_whole`](Self::read_whole), but the names of the fields have another case in messages.
    pub fn read_renamed<T: Readable<'de>>(
        self,
        strictness: Strictness,
        case: Case,
    ) -> Result<T, InvalidParams> {
        self.take(|json| whole::read_renamed(json, strictness, case).map_err(Failure::Second))
    }

    fn take<T>(
        self,
        read: impl FnOnce(&'de str) -> Result<(T, usize), Failure>,
    ) -> Result<T, InvalidParams> {
        let read = read(self.json.unwrap_or("{}"));
        let (value, length) = read.map_err(|failure| match failure {
            Failure::First(error) => InvalidParams::in_parameter(None, &error),
            Failure::Second(error) => error,
        })?;
        *self.consumed = length;
        Ok(value)
    }

    /// Like [`read_whole`](Self::read_whole), strictly. Returns the params if the type can't be an object at all.
    pub(crate) fn read_object<T: Readable<'de>>(self) -> Result<Result<T, Self>, InvalidParams> {
        match whole::read(self.json.unwrap_or("{}"), Strictness::Strict) {
            Ok((value, length)) => {
                *self.consumed = length;
                Ok(Ok(value))
            }
            Err(Failure::First(_)) => Ok(Err(self)),
            Err(Failure::Second(error)) => Err(error),
        }
    }

    /// If these are params by name and each value is `null`, returns them as absent params, since they say nothing.
    pub(crate) fn that_say_nothing(self) -> Option<Self> {
        let json = self.json?;
        let mut cursor = Cursor::new(json);
        let mut are_null = true;
        let names: [(Name, ()); 0] = [];
        let read = cursor.members(&names, |cursor, _| {
            are_null &= cursor.skip()? == "null";
            Ok::<_, NotJson>(())
        });
        if read.is_err() || !are_null {
            return None;
        }
        *self.consumed = cursor.position();
        let consumed = self.consumed;
        Some(Params {
            json: None,
            consumed,
        })
    }
}

/// The params do not fit the method. The text is sent as the data of error -32602.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidParams {
    detail: Box<str>,
    parameter: Option<&'static str>,
}

impl InvalidParams {
    /// Params that are wrong for this reason.
    pub fn new(detail: impl Into<String>) -> Self {
        InvalidParams {
            detail: detail.into().into_boxed_str(),
            parameter: None,
        }
    }

    /// The parameter whose value could not be read, if it is one that the method names.
    pub fn parameter(&self) -> Option<&'static str> {
        self.parameter
    }

    /// The same error without a secret's value, which serde's messages may quote.
    pub(crate) fn without_secrets(self, method: &Method) -> Self {
        let is_whole = method.style == ParamsStyle::Whole;
        let is_it = |name: &str| is_whole || self.parameter.is_none_or(|it| it == name);
        let mut secrets = method.params.iter().filter(|param| param.secret);
        match (secrets.any(|param| is_it(param.name)), self.parameter) {
            (true, Some(name)) => InvalidParams {
                detail: format!("parameter `{name}` has the wrong type").into(),
                parameter: Some(name),
            },
            (true, None) if is_whole => InvalidParams::new("the params have the wrong type"),
            _ => self,
        }
    }

    /// The [`ResolvedMethod`](crate::service::ResolvedMethod) was created by another service.
    #[doc(hidden)]
    pub fn foreign_method() -> Self {
        InvalidParams::new("the method belongs to another service")
    }

    pub(crate) fn missing(parameter: &str) -> Self {
        InvalidParams::new(format!("missing parameter `{parameter}`"))
    }

    /// A mistake in params that are one value. Its members are the parameters.
    fn in_member(name: Option<String>, error: &serde_json::Error) -> Self {
        let reason = without_position(error);
        match name {
            Some(name) => InvalidParams::new(format!("parameter `{name}`: {reason}")),
            None => InvalidParams::new(reason),
        }
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

/// serde_json's messages end with a line and a column, counted from the start of the params. They don't help the
/// caller, so they are removed.
pub(crate) fn without_position(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let position = format!(" at line {} column {}", error.line(), error.column());
    let reason = text.strip_suffix(&position).unwrap_or(&text);
    Excerpt::new(reason, 2 * TYPE_ERROR_TEXT).to_string()
}

/// Reads an object with exactly these members.
pub(crate) fn read_named<'de, S: Slots<'de>>(
    slots: S,
    json: &'de str,
    names: &'static [&'static str],
) -> Option<S> {
    let mut current = None;
    let seed = SlotsSeed::new(names, Strictness::Lenient, &mut current, slots);
    decode(json, seed).ok()
}

/// Reads one value.
pub(crate) fn read_value<T: DeserializeOwned>(json: &str) -> Option<T> {
    decode(json, PhantomData).ok()
}
