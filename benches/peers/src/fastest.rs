//! The fastest hand-written server that serde allows.
//!
//! It reads a message once. Each entry of a batch is answered as soon as it has been read, and its answer is written
//! straight into the reply. Params are decoded while they are read, if the method comes before them, as it usually does.
//! Members that can only be a few texts, such as the method, become an enum without a copy.
//!
//! Like [`by_hand::typed`], it knows only the methods of [`work::Bench`], and its errors don't explain what was wrong.
//! Unlike a framework, it has run the first calls of a batch when it finds that the rest is malformed.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use work::Order;

use crate::by_hand::{
    self, FAILED, INVALID_PARAMS, INVALID_REQUEST, METHOD_NOT_FOUND, Refusal, Total,
};

/// Returns the reply to a message, or `None` for no reply.
pub fn answer(message: &[u8]) -> Option<Vec<u8>> {
    let is_batch = message.trim_ascii_start().first() == Some(&b'[');
    // Most answers in a batch are shorter than their calls.
    let mut reply = Vec::with_capacity(if is_batch { message.len() } else { 128 });
    let whole = Whole {
        is_batch,
        reply: &mut reply,
    };
    if whole.read(message).is_err() {
        if !is_batch {
            // Nothing has run yet. The other one finds out what is wrong.
            return by_hand::typed(message);
        }
        reply.clear();
        by_hand::write_error(by_hand::refusal(message), RawValue::NULL, &mut reply);
    }
    (!reply.is_empty()).then_some(reply)
}

/// Reads a message and writes its reply.
struct Whole<'r> {
    is_batch: bool,
    reply: &'r mut Vec<u8>,
}

impl Whole<'_> {
    fn read(self, message: &[u8]) -> Result<(), ()> {
        // Checked once, rather than for each string.
        let text = std::str::from_utf8(message).map_err(drop)?;
        let mut json = serde_json::Deserializer::from_str(text);
        let read = match self.is_batch {
            true => json.deserialize_seq(Entries(self.reply)),
            false => Entry {
                is_alone: true,
                reply: self.reply,
            }
            .deserialize(&mut json),
        };
        read.and_then(|()| json.end()).map_err(drop)
    }
}

/// The entries of a batch.
struct Entries<'r>(&'r mut Vec<u8>);

impl<'de> Visitor<'de> for Entries<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a batch")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let reply = self.0;
        reply.push(b'[');
        let mut count = 0;
        while let Some(()) = entries.next_element_seed(Entry {
            is_alone: false,
            reply,
        })? {
            count += 1;
        }
        if count == 0 {
            return Err(de::Error::custom("an empty batch"));
        }
        match reply.last_mut() {
            Some(last @ b',') => *last = b']',
            // Only notifications.
            _ => reply.clear(),
        }
        Ok(())
    }
}

/// A call by itself, or an entry of a batch, whose answer is followed by a comma.
struct Entry<'r> {
    is_alone: bool,
    reply: &'r mut Vec<u8>,
}

impl<'de> DeserializeSeed<'de> for Entry<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, entry: D) -> Result<(), D::Error> {
        entry.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Entry<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a call")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let (mut is_version_2, mut method, mut params, mut id) = (None, None, None, None);
        while let Some(member) = members.next_key()? {
            match member {
                Member::Jsonrpc => once(&mut is_version_2, members.next_value::<Version>()?.0)?,
                Member::Method => once(&mut method, members.next_value()?)?,
                Member::Params => {
                    let read = Params::read(method, self.is_alone, &mut members)?;
                    once(&mut params, read)?;
                }
                Member::Id => once(&mut id, members.next_value::<&RawValue>()?)?,
                Member::Other => drop(members.next_value::<IgnoredAny>()?),
            }
        }
        let (Some(is_version_2), Some(method)) = (is_version_2, method) else {
            return Err(de::Error::custom("not a call"));
        };
        let params = params.unwrap_or(Params::Missing);
        let start = self.reply.len();
        let called = match is_version_2 {
            true => params.call(method, id.unwrap_or(RawValue::NULL), self.reply),
            false => Err(INVALID_REQUEST),
        };
        let Some(id) = id else {
            self.reply.truncate(start);
            return Ok(());
        };
        if let Err(refusal) = called {
            by_hand::write_error(refusal, id, self.reply);
        }
        if !self.is_alone {
            self.reply.push(b',');
        }
        Ok(())
    }
}

/// Sets what may occur only once.
fn once<T, E: de::Error>(slot: &mut Option<T>, value: T) -> Result<(), E> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(E::custom("a duplicate member")),
    }
}

/// The params of a call, read as far as its method was known when they came.
enum Params<'de> {
    Missing,
    Add(Option<[i64; 2]>),
    Echo(Option<[Cow<'de, str>; 1]>),
    Total(Vec<Order>),
    List(Option<[i64; 1]>),
    /// They came before the method, or a mistake in them must not end the whole batch.
    Raw(&'de RawValue),
}

const ADD: [&str; 2] = ["a", "b"];
const ECHO: [&str; 1] = ["text"];
const LIST: [&str; 1] = ["bytes"];

impl<'de> Params<'de> {
    fn read<A: MapAccess<'de>>(
        method: Option<Method>,
        is_alone: bool,
        members: &mut A,
    ) -> Result<Self, A::Error> {
        Ok(match method {
            Some(Method::Add) => Params::Add(members.next_value_seed(Scalars::new(ADD))?),
            Some(Method::Echo) => Params::Echo(members.next_value_seed(Scalars::new(ECHO))?),
            Some(Method::List | Method::Copy) => {
                Params::List(members.next_value_seed(Scalars::new(LIST))?)
            }
            Some(Method::Total) if is_alone => Params::Total(members.next_value::<Total>()?.orders),
            _ => Params::Raw(members.next_value()?),
        })
    }

    /// Makes the call and writes its answer.
    fn call(self, method: Method, id: &RawValue, reply: &mut Vec<u8>) -> Result<(), Refusal> {
        match (method, self) {
            (Method::Fail, _) => return Err(FAILED),
            (Method::Unknown, _) => return Err(METHOD_NOT_FOUND),
            (Method::Add, Params::Add(Some([a, b]))) => {
                write_result(id, reply, |reply| write_integer(a + b, reply));
            }
            (Method::Echo, Params::Echo(Some([text]))) => write_json(&text, id, reply),
            (Method::Total, Params::Total(orders)) => write_json(&work::total(&orders), id, reply),
            (Method::List, Params::List(Some([bytes]))) => {
                let bytes = usize::try_from(bytes).map_err(|_| INVALID_PARAMS)?;
                write_json(&work::prepared(bytes), id, reply);
            }
            (Method::Copy, Params::List(Some([bytes]))) => {
                let bytes = usize::try_from(bytes).map_err(|_| INVALID_PARAMS)?;
                write_json(&work::copied(bytes), id, reply);
            }
            (method, Params::Raw(params)) => {
                return Params::of_text(method, params.get())?.call(method, id, reply);
            }
            _ => return Err(INVALID_PARAMS),
        }
        Ok(())
    }

    fn of_text(method: Method, params: &'de str) -> Result<Self, Refusal> {
        let mut json = serde_json::Deserializer::from_str(params);
        let read = match method {
            Method::Add => Scalars::new(ADD).deserialize(&mut json).map(Params::Add),
            Method::Echo => Scalars::new(ECHO).deserialize(&mut json).map(Params::Echo),
            Method::List | Method::Copy => {
                Scalars::new(LIST).deserialize(&mut json).map(Params::List)
            }
            Method::Total => Total::deserialize(&mut json).map(|total| Params::Total(total.orders)),
            Method::Fail | Method::Unknown => Ok(Params::Missing),
        };
        read.map_err(|_| INVALID_PARAMS)
    }
}

fn write_result(id: &RawValue, reply: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    reply.extend_from_slice(br#"{"jsonrpc":"2.0","result":"#);
    write(reply);
    reply.extend_from_slice(br#","id":"#);
    reply.extend_from_slice(id.get().as_bytes());
    reply.push(b'}');
}

fn write_integer(integer: i64, reply: &mut Vec<u8>) {
    reply.extend_from_slice(itoa::Buffer::new().format(integer).as_bytes());
}

fn write_json(result: &impl Serialize, id: &RawValue, reply: &mut Vec<u8>) {
    write_result(id, reply, |reply| {
        serde_json::to_writer(reply, result).expect("the results are JSON");
    });
}

/// An enum that is read from a text.
macro_rules! known_texts {
    ($(#[$doc:meta])* $name:ident: $($text:literal => $value:expr,)* _ => $other:expr) => {
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(text: D) -> Result<Self, D::Error> {
                struct Known;

                impl Visitor<'_> for Known {
                    type Value = $name;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str("a text")
                    }

                    fn visit_str<E: de::Error>(self, text: &str) -> Result<$name, E> {
                        Ok(match text {
                            $($text => $value,)*
                            _ => $other,
                        })
                    }
                }

                text.deserialize_str(Known)
            }
        }
    };
}

/// The name of a member of a call.
enum Member {
    Jsonrpc,
    Method,
    Params,
    Id,
    Other,
}

known_texts!(Member:
    "jsonrpc" => Member::Jsonrpc,
    "method" => Member::Method,
    "params" => Member::Params,
    "id" => Member::Id,
    _ => Member::Other
);

#[derive(Clone, Copy)]
enum Method {
    Add,
    Echo,
    Total,
    List,
    Copy,
    Fail,
    Unknown,
}

known_texts!(Method:
    "add" => Method::Add,
    "echo" => Method::Echo,
    "total" => Method::Total,
    "list" => Method::List,
    "copy" => Method::Copy,
    "fail" => Method::Fail,
    _ => Method::Unknown
);

/// Whether the version is 2.0.
struct Version(bool);

known_texts!(Version:
    "2.0" => Version(true),
    _ => Version(false)
);

/// Params by position or by name. They are `None` if any of them is missing or of another type, which is not an error
/// of the message.
struct Scalars<T, const N: usize> {
    names: [&'static str; N],
    of: PhantomData<T>,
}

impl<T, const N: usize> Scalars<T, N> {
    fn new(names: [&'static str; N]) -> Self {
        Scalars {
            names,
            of: PhantomData,
        }
    }
}

impl<'de, T: Scalar<'de>, const N: usize> DeserializeSeed<'de> for Scalars<T, N> {
    type Value = Option<[T; N]>;

    fn deserialize<D: Deserializer<'de>>(self, params: D) -> Result<Self::Value, D::Error> {
        params.deserialize_any(self)
    }
}

impl<'de, T: Scalar<'de>, const N: usize> Visitor<'de> for Scalars<T, N> {
    type Value = Option<[T; N]>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("params")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut params: A) -> Result<Self::Value, A::Error> {
        let mut values = [const { None }; N];
        for value in &mut values {
            match params.next_element_seed(One(PhantomData))? {
                Some(read) => *value = read,
                None => return Ok(None),
            }
        }
        let mut is_surplus = false;
        while params.next_element::<IgnoredAny>()?.is_some() {
            is_surplus = true;
        }
        Ok(if is_surplus { None } else { all(values) })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut params: A) -> Result<Self::Value, A::Error> {
        let mut values = [const { None }; N];
        let mut is_duplicate = false;
        while let Some(at) = params.next_key_seed(Name(&self.names))? {
            let value = params.next_value_seed(One(PhantomData))?;
            if let Some(at) = at {
                is_duplicate |= values[at].is_some();
                values[at] = value;
            }
        }
        Ok(if is_duplicate { None } else { all(values) })
    }
}

fn all<T, const N: usize>(values: [Option<T>; N]) -> Option<[T; N]> {
    values
        .iter()
        .all(Option::is_some)
        .then(|| values.map(|value| value.expect("all are there")))
}

/// Which of these names a member has.
struct Name<'n>(&'n [&'static str]);

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, name: D) -> Result<Self::Value, D::Error> {
        name.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(self.0.iter().position(|name| *name == text))
    }
}

/// The type of a param.
trait Scalar<'de>: Sized {
    fn of_integer(_: i64) -> Option<Self> {
        None
    }

    fn of_text(_: Cow<'de, str>) -> Option<Self> {
        None
    }
}

impl Scalar<'_> for i64 {
    fn of_integer(integer: i64) -> Option<Self> {
        Some(integer)
    }
}

impl<'de> Scalar<'de> for Cow<'de, str> {
    fn of_text(text: Cow<'de, str>) -> Option<Self> {
        Some(text)
    }
}

/// A param, which is `None` if it is of another type.
struct One<T>(PhantomData<T>);

impl<'de, T: Scalar<'de>> DeserializeSeed<'de> for One<T> {
    type Value = Option<T>;

    fn deserialize<D: Deserializer<'de>>(self, param: D) -> Result<Self::Value, D::Error> {
        param.deserialize_any(self)
    }
}

impl<'de, T: Scalar<'de>> Visitor<'de> for One<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a param")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E: de::Error>(self, integer: i64) -> Result<Self::Value, E> {
        Ok(T::of_integer(integer))
    }

    fn visit_u64<E: de::Error>(self, integer: u64) -> Result<Self::Value, E> {
        Ok(i64::try_from(integer).ok().and_then(T::of_integer))
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(T::of_text(Cow::Borrowed(text)))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(T::of_text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Self::Value, A::Error> {
        while values.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}
