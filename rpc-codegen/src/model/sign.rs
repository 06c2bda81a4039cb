//! What gives a variant of a union away.

use std::collections::BTreeSet;

use crate::value::Value;

/// How to tell which variant of a union a value is.
#[derive(Debug, Clone, PartialEq)]
pub enum Telling {
    /// All are objects, and this member has other values in each.
    Tag {
        /// The name of the member.
        field: String,
        /// Its values, by variant.
        values: Vec<Vec<Value>>,
    },
    /// No two variants have the same sign.
    Shape(Vec<Sign>),
    /// Some values fit more than one variant: the first that fits counts.
    Order,
}

/// What gives a variant away.
#[derive(Debug, Clone, PartialEq)]
pub struct Sign {
    /// The kinds of JSON that its values are.
    pub kinds: BTreeSet<JsonKind>,
    /// If the values can be listed: all of them.
    pub constants: Option<Vec<Value>>,
    /// If it is an object: a member that must be there, and that no other variant of the union has.
    pub key: Option<String>,
}

/// The kinds of JSON values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)] // The names say it all.
pub enum JsonKind {
    Null,
    Boolean,
    Number,
    String,
    Array,
    Object,
}

impl JsonKind {
    /// The name of JSON Schema's `type`, such as `boolean`.
    pub fn name(self) -> &'static str {
        match self {
            JsonKind::Null => "null",
            JsonKind::Boolean => "boolean",
            JsonKind::Number => "number",
            JsonKind::String => "string",
            JsonKind::Array => "array",
            JsonKind::Object => "object",
        }
    }

    /// The kind of a value.
    pub fn of(value: &Value) -> JsonKind {
        match value {
            Value::Null => JsonKind::Null,
            Value::Bool(_) => JsonKind::Boolean,
            Value::Number(_) => JsonKind::Number,
            Value::String(_) => JsonKind::String,
            Value::Array(_) => JsonKind::Array,
            Value::Object(_) => JsonKind::Object,
        }
    }

    /// All of them.
    pub(super) const ALL: [JsonKind; 6] = [
        JsonKind::Null,
        JsonKind::Boolean,
        JsonKind::Number,
        JsonKind::String,
        JsonKind::Array,
        JsonKind::Object,
    ];
}
