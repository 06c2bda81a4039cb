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
            Some(b'{') => serde_json::from_str::<Members<'_>>(text).map(|members| {
                let members = members.0.into_iter();
                Tree::Object(members.map(|(name, raw)| (name, inner(raw))).collect())
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

    /// Changes what is at the end of these steps from here. That is several values if a member is there more than once.
    pub(crate) fn change_at(&mut self, steps: &[String], change: &mut dyn FnMut(&mut Tree)) {
        let Some((step, rest)) = steps.split_first() else {
            return change(self);
        };
        match self {
            Tree::Leaf(_) => {}
            Tree::Array(elements) => {
                let index = step.parse().ok();
                if let Some(element) = index.and_then(|it: usize| elements.get_mut(it)) {
                    element.change_at(rest, change);
                }
            }
            Tree::Object(members) => {
                for (_, value) in members.iter_mut().filter(|(name, _)| name == step) {
                    value.change_at(rest, change);
                }
            }
        }
    }

    /// A string without its quotes, or the digits of a number. `None` for anything else.
    pub(crate) fn plain_text(&self) -> Option<String> {
        let Tree::Leaf(raw) = self else {
            return None;
        };
        match raw.get() {
            "true" | "false" | "null" => None,
            text if text.starts_with('"') => serde_json::from_str(text).ok(),
            text => Some(canonical_leaf(text)),
        }
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

/// The members of an object, in their order. Their values are not copied: each level would have a copy of all that is inside it.
struct Members<'de>(Vec<(String, &'de RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Members<'de>, A::Error> {
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
        let mut are_whole = Vec::new();
        for steps in [&steps[..], &steps[1..]] {
            tree.change_at(steps, &mut |it| are_whole.push(it.is_whole()));
        }
        assert_eq!(are_whole, [true, false]);
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
