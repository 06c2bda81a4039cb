//! Whether a value is `None`. What counts is how it serialises, so that aliases, boxes, references and newtypes make no
//! difference.
//!
//! In JSON, `None`, `()` and a `Value::Null` look the same. Only `None` says "nothing was given".

use std::fmt;

use serde::Serialize;
use serde::ser::{Error, Impossible, Serializer};

use super::scalars::scalars;

/// Whether a value is `None`. `Some(None)` is not.
pub(super) fn is_none<V: Serialize + ?Sized>(value: &V) -> bool {
    value.serialize(Probe).unwrap_or(false)
}

/// Tells whether a value serialises as none. Stops at the first thing that is more than that.
struct Probe;

/// The value is not none, or it can't be serialised.
#[derive(Debug)]
struct NotNone;

impl fmt::Display for NotNone {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("not none")
    }
}

impl std::error::Error for NotNone {}

impl Error for NotNone {
    fn custom<T: fmt::Display>(_: T) -> Self {
        NotNone
    }
}

type Answer = Result<bool, NotNone>;

impl Serializer for Probe {
    type Ok = bool;
    type Error = NotNone;
    type SerializeSeq = Impossible<bool, NotNone>;
    type SerializeTuple = Impossible<bool, NotNone>;
    type SerializeTupleStruct = Impossible<bool, NotNone>;
    type SerializeTupleVariant = Impossible<bool, NotNone>;
    type SerializeMap = Impossible<bool, NotNone>;
    type SerializeStruct = Impossible<bool, NotNone>;
    type SerializeStructVariant = Impossible<bool, NotNone>;

    fn serialize_none(self) -> Answer {
        Ok(true)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, _: &T) -> Answer {
        Ok(false)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Answer {
        value.serialize(self)
    }

    fn collect_str<T: fmt::Display + ?Sized>(self, _: &T) -> Answer {
        Ok(false)
    }

    scalars!(Answer, Ok(false));

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, NotNone> {
        Err(NotNone)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, NotNone> {
        Err(NotNone)
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, NotNone> {
        Err(NotNone)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, NotNone> {
        Err(NotNone)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, NotNone> {
        Err(NotNone)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeStruct, NotNone> {
        Err(NotNone)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, NotNone> {
        Err(NotNone)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[derive(Serialize)]
    struct Newtype<T>(T);

    #[derive(Serialize)]
    #[serde(transparent)]
    struct Transparent<T> {
        value: T,
    }

    #[derive(Serialize)]
    #[serde(untagged)]
    enum Untagged {
        Maybe(Option<u8>),
        Unit,
    }

    #[derive(Serialize)]
    struct Unit;

    const NONE: Option<u8> = None;

    #[test]
    fn none_is_none_however_it_is_wrapped() {
        assert!(is_none(&NONE));
        assert!(is_none(&&&NONE));
        assert!(is_none(&Box::new(NONE)));
        assert!(is_none(&Newtype(Newtype(NONE))));
        assert!(is_none(&Transparent { value: NONE }));
        assert!(is_none(&Untagged::Maybe(None)));
        assert!(is_none(&None::<Option<u8>>));
        assert!(is_none(&None::<()>));
    }

    #[test]
    fn what_else_becomes_null_is_not_none() {
        assert!(!is_none(&()));
        assert!(!is_none(&Unit));
        assert!(!is_none(&Untagged::Unit));
        assert!(!is_none(&Value::Null));
        assert!(!is_none(&Some(())));
        assert!(!is_none(&Some(NONE)));
        assert!(!is_none(&f64::NAN));
        assert!(!is_none(
            &serde_json::value::to_raw_value(&()).expect("null is JSON")
        ));
    }

    #[test]
    fn values_are_not_none() {
        assert!(!is_none(&0));
        assert!(!is_none("null"));
        assert!(!is_none(&[NONE]));
        assert!(!is_none(&(NONE, NONE)));
        assert!(!is_none(&json!({ "a": null })));
        assert!(!is_none(&Untagged::Maybe(Some(1))));
    }
}
