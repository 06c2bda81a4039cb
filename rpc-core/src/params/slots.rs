//! [`Slots`]: a list of parameters of different types, filled by position or by name.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::{InvalidParams, Strictness};
use crate::bounds::Readable;
use crate::excerpt::Excerpt;
use crate::limits::QUOTED_INPUT;

/// Holds the value of one parameter. Empty until the value is read.
#[derive(Debug)]
pub struct Slot<T>(Content<T>);

#[derive(Debug)]
enum Content<T> {
    /// The value in the message.
    Given(T),
    /// The value that a missing parameter stands for: `None` of an `Option`.
    Implied(T),
    Missing,
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Slot::empty()
    }
}

impl<T> Slot<T> {
    /// An empty slot.
    pub const fn empty() -> Self {
        Slot(Content::Missing)
    }

    /// The value. If it is missing, an `Option` is `None`, and anything else is an error that names the parameter.
    pub fn required(self, name: &'static str) -> Result<T, InvalidParams> {
        match self.0 {
            Content::Given(value) | Content::Implied(value) => Ok(value),
            Content::Missing => Err(InvalidParams::missing(name)),
        }
    }

    /// The value, or the default if it is missing.
    pub fn or_else(self, default: impl FnOnce() -> T) -> T {
        self.optional().unwrap_or_else(default)
    }

    /// The value, or `None` if it is missing.
    pub fn optional(self) -> Option<T> {
        match self.0 {
            Content::Given(value) => Some(value),
            Content::Implied(_) | Content::Missing => None,
        }
    }
}

/// One [`Slot`] per parameter, as a nested list: `(Slot<A>, (Slot<B>, ()))`. Unlike a tuple, it can have any length.
pub trait Slots<'de>: Default {
    /// The number of slots.
    const LENGTH: usize;

    /// Fills the slots from the elements of an array, in order. Slots without an element stay empty. `index` is the
    /// current slot.
    fn fill_in_order<A: SeqAccess<'de>>(
        &mut self,
        elements: &mut A,
        index: &mut Option<usize>,
    ) -> Result<(), A::Error>;

    /// Fills the slot at an index with the value of an object's member. Returns `false` if it was already filled.
    fn fill<A: MapAccess<'de>>(&mut self, index: usize, members: &mut A) -> Result<bool, A::Error>;

    /// Fills the empty slots whose type has a value for a missing parameter.
    fn fill_missing(&mut self);
}

impl<'de> Slots<'de> for () {
    const LENGTH: usize = 0;

    #[inline]
    fn fill_in_order<A: SeqAccess<'de>>(
        &mut self,
        _: &mut A,
        _: &mut Option<usize>,
    ) -> Result<(), A::Error> {
        Ok(())
    }

    #[inline]
    fn fill<A: MapAccess<'de>>(&mut self, _: usize, _: &mut A) -> Result<bool, A::Error> {
        Ok(true)
    }

    #[inline]
    fn fill_missing(&mut self) {}
}

impl<'de, T: Readable<'de>, Rest: Slots<'de>> Slots<'de> for (Slot<T>, Rest) {
    const LENGTH: usize = 1 + Rest::LENGTH;

    #[inline]
    fn fill_in_order<A: SeqAccess<'de>>(
        &mut self,
        elements: &mut A,
        index: &mut Option<usize>,
    ) -> Result<(), A::Error> {
        *index = Some(index.map_or(0, |index| index + 1));
        match elements.next_element()? {
            Some(value) => {
                self.0 = Slot(Content::Given(value));
                self.1.fill_in_order(elements, index)
            }
            None => Ok(()),
        }
    }

    #[inline]
    fn fill<A: MapAccess<'de>>(&mut self, index: usize, members: &mut A) -> Result<bool, A::Error> {
        if index > 0 {
            return self.1.fill(index - 1, members);
        }
        if let Slot(Content::Given(_)) = self.0 {
            return Ok(false);
        }
        self.0 = Slot(Content::Given(members.next_value()?));
        Ok(true)
    }

    #[inline]
    fn fill_missing(&mut self) {
        if let Slot(Content::Missing) = self.0
            && let Ok(value) = T::deserialize(Absent)
        {
            self.0 = Slot(Content::Implied(value));
        }
        self.1.fill_missing();
    }
}

/// Decodes an array or an object into slots.
pub(crate) struct SlotsSeed<'c, S> {
    names: &'static [&'static str],
    strictness: Strictness,
    /// The parameter being decoded, to say where an error is.
    current: &'c mut Option<usize>,
    slots: S,
}

impl<'c, S> SlotsSeed<'c, S> {
    pub(crate) fn new(
        names: &'static [&'static str],
        strictness: Strictness,
        current: &'c mut Option<usize>,
        slots: S,
    ) -> Self {
        SlotsSeed {
            names,
            strictness,
            current,
            slots,
        }
    }
}

impl<'de, S: Slots<'de>> DeserializeSeed<'de> for SlotsSeed<'_, S> {
    type Value = S;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, S: Slots<'de>> Visitor<'de> for SlotsSeed<'_, S> {
    type Value = S;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an array or an object of parameters")
    }

    #[inline]
    fn visit_seq<A: SeqAccess<'de>>(mut self, mut elements: A) -> Result<S, A::Error> {
        self.slots.fill_in_order(&mut elements, self.current)?;
        *self.current = None;
        while let Some(surplus) = elements.next_element::<Option<IgnoredAny>>()? {
            if surplus.is_some() && self.strictness == Strictness::Strict {
                return Err(A::Error::custom(TooMany(S::LENGTH)));
            }
        }
        self.slots.fill_missing();
        Ok(self.slots)
    }

    #[inline]
    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<S, A::Error> {
        while let Some(name) = members.next_key_seed(NameSeed(self.names))? {
            let index = match name {
                Name::Known(index) => index,
                Name::Unknown(name) => {
                    self.ignore(&name, &mut members)?;
                    continue;
                }
            };
            *self.current = Some(index);
            let fresh = self.slots.fill(index, &mut members)?;
            *self.current = None;
            if !fresh {
                return Err(A::Error::custom(format_args!(
                    "parameter `{}` is given twice",
                    self.names[index]
                )));
            }
        }
        self.slots.fill_missing();
        Ok(self.slots)
    }
}

impl<S> SlotsSeed<'_, S> {
    /// Skips the value of a parameter that the method does not have. `null` says nothing, so it is never refused.
    #[cold]
    fn ignore<'de, A: MapAccess<'de>>(&self, name: &str, members: &mut A) -> Result<(), A::Error> {
        let value = members.next_value::<Option<IgnoredAny>>()?;
        if value.is_some() && self.strictness == Strictness::Strict {
            let names = self.names;
            return Err(A::Error::custom(Unknown { name, names }));
        }
        Ok(())
    }
}

/// More parameters than there are.
pub(super) struct TooMany(pub(super) usize);

impl fmt::Display for TooMany {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self.0 {
            0 => f.write_str("too many parameters; the method takes none"),
            most => write!(f, "too many parameters; the method takes {most}"),
        }
    }
}

/// A member's name.
enum Name {
    /// The index of the parameter with this name.
    Known(usize),
    Unknown(Box<str>),
}

/// Finds a parameter's index by its name.
struct NameSeed(&'static [&'static str]);

impl<'de> DeserializeSeed<'de> for NameSeed {
    type Value = Name;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Name, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for NameSeed {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a parameter's name")
    }

    #[inline]
    fn visit_str<E: Error>(self, name: &str) -> Result<Name, E> {
        Ok(match self.0.iter().position(|known| *known == name) {
            Some(index) => Name::Known(index),
            None => Name::Unknown(name.into()),
        })
    }
}

/// A parameter that the method does not have.
pub(super) struct Unknown<'a, N> {
    pub(super) name: &'a str,
    pub(super) names: &'a [N],
}

impl<N: fmt::Display> fmt::Display for Unknown<'_, N> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let name = Excerpt::new(self.name.escape_debug(), QUOTED_INPUT);
        write!(f, "unknown parameter `{name}`; ")?;
        let [first, others @ ..] = self.names else {
            return f.write_str("the method takes none");
        };
        write!(f, "the method takes `{first}`")?;
        others.iter().try_for_each(|name| write!(f, ", `{name}`"))
    }
}

/// Stands in for a missing parameter. An `Option` reads it as `None`, and so do its aliases and wrappers.
pub(super) struct Absent;

/// A missing value that is not an `Option`. The caller knows the parameter's name and reports it.
#[derive(Debug)]
pub(super) struct Missing;

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("missing")
    }
}

impl std::error::Error for Missing {}

impl Error for Missing {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Missing
    }
}

impl<'de> Deserializer<'de> for Absent {
    type Error = Missing;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Missing> {
        Err(Missing)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Missing> {
        visitor.visit_none()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Missing> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}
