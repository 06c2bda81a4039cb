//! [`Tree`]: JSON of which every number and every text stays as it was written.

use std::fmt;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// JSON, taken apart as far as its arrays and objects go.
#[derive(Debug, Clone)]
pub(crate) enum Tree {
    /// A number, a string, `true`, `false` or `null`.
    Leaf(Box<RawValue>),
    Array(Vec<Tree>),
    /// In the order in which it was written.
    Object(Vec<(String, Tree)>),
}

/// How deep values are taken apart. What is deeper stays whole.
const MAX_DEPTH: usize = 128;

impl Tree {
    pub(crate) fn read(raw: &RawValue) -> Self {
        Tree::read_at(raw, 0)
    }

    fn read_at(raw: &RawValue, depth: usize) -> Self {
        let text = raw.get();
        if depth >= MAX_DEPTH {
            return Tree::Leaf(raw.to_owned());
        }
        let inner = |raw: &RawValue| Tree::read_at(raw, depth + 1);
        let read = match text.as_bytes().first() {
            Some(b'[') => serde_json::from_str::<Vec<&RawValue>>(text)
                .map(|elements| Tree::Array(elements.into_iter().map(inner).collect())),
            Some(b'{') => serde_json::from_str::<Members>(text).map(|members| {
                let members = members.0.into_iter();
                Tree::Object(members.map(|(name, raw)| (name, inner(&raw))).collect())
            }),
            _ => return Tree::Leaf(raw.to_owned()),
        };
        // Raw JSON has been checked, so it can be read. Kept whole, it would only not be looked into.
        read.unwrap_or_else(|_| Tree::Leaf(raw.to_owned()))
    }

    /// Whether it is an array or an object that is nested too deeply to be taken apart.
    pub(crate) fn is_whole(&self) -> bool {
        matches!(self, Tree::Leaf(raw) if raw.get().starts_with(['[', '{']))
    }

    /// A text as JSON.
    pub(crate) fn text(text: &str) -> Self {
        let json = serde_json::Value::from(text).to_string();
        let raw = RawValue::from_string(json).unwrap_or_else(|_| RawValue::NULL.to_owned());
        Tree::Leaf(raw)
    }

    pub(crate) fn to_raw(&self) -> Box<RawValue> {
        serde_json::value::to_raw_value(self).unwrap_or_else(|_| RawValue::NULL.to_owned())
    }

    /// The value at the end of these steps from here.
    pub(crate) fn at_mut(&mut self, steps: &[String]) -> Option<&mut Tree> {
        let Some((step, rest)) = steps.split_first() else {
            return Some(self);
        };
        let inner = match self {
            Tree::Leaf(_) => None,
            Tree::Array(elements) => step.parse().ok().and_then(|it: usize| elements.get_mut(it)),
            Tree::Object(members) => members
                .iter_mut()
                .find(|(name, _)| name == step)
                .map(|(_, value)| value),
        };
        inner?.at_mut(rest)
    }

    /// The member of an object.
    pub(crate) fn get(&self, name: &str) -> Option<&Tree> {
        match self {
            Tree::Object(members) => {
                let mut members = members.iter();
                members.find(|(other, _)| other == name).map(|(_, it)| it)
            }
            Tree::Leaf(_) | Tree::Array(_) => None,
        }
    }

    /// A text that is the same for values that are the same to JSON.
    pub(crate) fn canonical(&self) -> String {
        match self {
            Tree::Leaf(raw) => canonical_leaf(raw.get()),
            Tree::Array(elements) => {
                let elements: Vec<String> = elements.iter().map(Tree::canonical).collect();
                format!("[{}]", elements.join(","))
            }
            Tree::Object(members) => {
                let member = |(name, value): &(String, Tree)| {
                    format!("{}:{}", serde_json::Value::from(&**name), value.canonical())
                };
                let mut members: Vec<String> = members.iter().map(member).collect();
                members.sort_unstable();
                format!("{{{}}}", members.join(","))
            }
        }
    }
}

/// Digits of whole numbers stay, since they may be more than a double has. `1.0` and `1e0` are 1.
fn canonical_leaf(text: &str) -> String {
    if text.starts_with('"') {
        let text = serde_json::from_str::<String>(text);
        return text.map_or_else(
            |_| String::new(),
            |text| serde_json::Value::from(text).to_string(),
        );
    }
    match text.parse::<f64>() {
        Ok(number) if text.contains(['.', 'e', 'E']) => number.to_string(),
        _ if text == "-0" => "0".to_owned(),
        _ => text.to_owned(),
    }
}

impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Tree::Leaf(raw) => raw.serialize(serializer),
            Tree::Array(elements) => serializer.collect_seq(elements),
            Tree::Object(members) => {
                serializer.collect_map(members.iter().map(|(name, value)| (name, value)))
            }
        }
    }
}

/// The members of an object, in their order.
struct Members(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = access.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Reader)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(text: &str) -> Tree {
        Tree::read(&RawValue::from_string(text.to_owned()).expect("JSON"))
    }

    #[test]
    fn what_is_written_is_what_was_read() {
        for text in [
            r#"{"b":[1.50,{"a":12345678901234567890123}],"a":"\u00e4"}"#,
            "[]",
            "null",
        ] {
            assert_eq!(tree(text).to_raw().get(), text);
        }
    }

    #[test]
    fn what_nests_too_deeply_stays_whole() {
        let text = "[".repeat(100_000) + &"]".repeat(100_000);
        let mut tree = tree(&text);
        let steps = vec!["0".to_owned(); MAX_DEPTH];
        assert!(tree.at_mut(&steps).expect("an array").is_whole());
        assert!(!tree.at_mut(&steps[1..]).expect("an array").is_whole());
        assert_eq!(tree.to_raw().get(), text);
    }

    #[test]
    fn the_same_values_have_the_same_canonical_text() {
        for (one, two) in [
            (r#"{"a":1,"b":[2]}"#, r#"{ "b": [2.0], "a": 1e0 }"#),
            (r#""\u0061/""#, r#""a\/""#),
            ("-0", "0.0"),
        ] {
            assert_eq!(tree(one).canonical(), tree(two).canonical(), "{one} {two}");
        }
        for (one, two) in [
            ("12345678901234567890123", "12345678901234567890124"),
            ("[1,2]", "[2,1]"),
            ("1", "\"1\""),
        ] {
            assert_ne!(tree(one).canonical(), tree(two).canonical(), "{one} {two}");
        }
    }
}
