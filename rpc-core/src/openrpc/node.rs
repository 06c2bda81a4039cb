//! [`Object`] and [`Node`]: JSON whose members keep an order of their own, so that the same contract gives the same bytes.
//!
//! The members of a `Value` are sorted or not, depending on a feature of serde_json that any crate of a program may turn on.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

/// An object with members in this order.
#[derive(Debug, Clone, Default)]
pub(super) struct Object(Vec<(String, Node)>);

#[derive(Debug, Clone)]
pub(super) enum Node {
    Object(Object),
    List(Vec<Node>),
    /// Its members are written in the order of [`rank`].
    Value(Value),
}

impl Object {
    pub(super) fn new() -> Self {
        Object::default()
    }

    pub(super) fn with(mut self, name: impl Into<String>, value: impl Into<Node>) -> Self {
        self.0.push((name.into(), value.into()));
        self
    }

    /// Adds a member if there is a value.
    pub(super) fn with_some(self, name: &str, value: Option<impl Into<Node>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// Adds a text unless it is empty.
    pub(super) fn with_text(self, name: &str, text: &str) -> Self {
        self.with_some(name, (!text.is_empty()).then_some(text))
    }

    /// Adds a list unless it is empty.
    pub(super) fn with_list<N: Into<Node>>(self, name: &str, list: Vec<N>) -> Self {
        self.with_some(name, (!list.is_empty()).then_some(list))
    }

    /// Adds an object unless it is empty.
    pub(super) fn with_object(self, name: &str, object: Object) -> Self {
        self.with_some(name, (!object.0.is_empty()).then_some(object))
    }

    /// Adds `true` if it is true.
    pub(super) fn with_flag(self, name: &str, flag: bool) -> Self {
        self.with_some(name, flag.then_some(Value::Bool(true)))
    }
}

impl From<Object> for Node {
    fn from(object: Object) -> Self {
        Node::Object(object)
    }
}

impl From<Value> for Node {
    fn from(value: Value) -> Self {
        Node::Value(value)
    }
}

impl From<&str> for Node {
    fn from(text: &str) -> Self {
        Node::Value(text.into())
    }
}

impl<N: Into<Node>> From<Vec<N>> for Node {
    fn from(list: Vec<N>) -> Self {
        Node::List(list.into_iter().map(N::into).collect())
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, node)| (name, node)))
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Node::Object(object) => object.serialize(serializer),
            Node::List(list) => list.serialize(serializer),
            Node::Value(value) => Ordered(value).serialize(serializer),
        }
    }
}

/// What a reader of a schema wants to know first. Other members follow, sorted.
const FIRST: &[&str] = &["$ref", "title", "description", "type", "format"];

/// Where a member of a schema goes.
fn rank(name: &str) -> usize {
    let first = FIRST.iter().position(|first| *first == name);
    first.unwrap_or(FIRST.len())
}

struct Ordered<'a>(&'a Value);

impl Serialize for Ordered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Object(members) => {
                let mut members: Vec<(&String, &Value)> = members.iter().collect();
                members.sort_unstable_by_key(|(name, _)| (rank(name), *name));
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (name, value) in members {
                    map.serialize_entry(name, &Ordered(value))?;
                }
                map.end()
            }
            Value::Array(elements) => serializer.collect_seq(elements.iter().map(Ordered)),
            value => value.serialize(serializer),
        }
    }
}
