//! [`AnswerSecrets`]: what is hidden in the answer to one call.

use std::collections::{BTreeMap, HashSet};

use serde_json::value::RawValue;

use super::values::Values;
use super::{HIDDEN, Item, Tree, pointer};

/// What is hidden in the answer to one call.
#[derive(Debug, Default)]
pub(crate) struct AnswerSecrets {
    /// Names of members.
    pub(super) names: HashSet<String>,
    /// What the request hides.
    pub(super) values: Values,
    /// Whether results and items are secret as a whole.
    pub(super) is_whole: bool,
    /// Whether the cursors of items are.
    pub(super) hides_cursors: bool,
}

impl AnswerSecrets {
    pub(crate) fn is_empty(&self) -> bool {
        self.names.is_empty() && self.values.is_empty() && !self.is_whole
    }

    /// Whether a text shows what the request hides.
    pub(crate) fn are_in(&self, text: &str) -> bool {
        self.values.are_in(text)
    }

    /// A response with its secrets hidden. `hidden` receives where they were.
    pub(crate) fn hide_in_response(
        &self,
        response: &RawValue,
        hidden: &mut BTreeMap<String, String>,
    ) -> Box<RawValue> {
        if self.is_empty() {
            return response.to_owned();
        }
        let mut tree = Tree::read(response);
        let mut hiding = Hiding {
            secrets: self,
            hidden,
        };
        match &mut tree {
            Tree::Object(members) => members
                .iter_mut()
                .for_each(|(name, value)| hiding.envelope(name, value)),
            other => hiding.inside(other, "/response"),
        }
        tree.to_raw()
    }

    /// An item of a stream with its secrets hidden.
    pub(crate) fn hide_in_item(
        &self,
        item: Item,
        index: usize,
        hidden: &mut BTreeMap<String, String>,
    ) -> Item {
        let mut hiding = Hiding {
            secrets: self,
            hidden,
        };
        let at = format!("/items/{index}");
        let value = hiding.part(&item.value, format!("{at}/value"), self.is_whole);
        let cursor = |cursor: Box<RawValue>| {
            hiding.part(&cursor, format!("{at}/cursor"), self.hides_cursors)
        };
        let cursor = item.cursor.map(cursor);
        Item { value, cursor }
    }
}

struct Hiding<'a> {
    secrets: &'a AnswerSecrets,
    hidden: &'a mut BTreeMap<String, String>,
}

impl Hiding<'_> {
    /// A member of the envelope. Its name is that of JSON-RPC, whatever names are hidden.
    fn envelope(&mut self, name: &str, value: &mut Tree) {
        let at = pointer::join("/response", name);
        match (name, value) {
            ("jsonrpc" | "id", _) => {}
            ("error", Tree::Object(members)) => members
                .iter_mut()
                .for_each(|(name, value)| self.error(name, value, &at)),
            ("result", value) if self.secrets.is_whole => hide(value, at, "", self.hidden),
            // Not a response of JSON-RPC.
            (name, value) if !is_of_response(name) && self.secrets.names.contains(name) => {
                hide(value, at, name, self.hidden);
            }
            (_, value) => self.inside(value, &at),
        }
    }

    /// A member of an error object.
    fn error(&mut self, name: &str, value: &mut Tree, at: &str) {
        let at = pointer::join(at, name);
        match name {
            "code" => {}
            "message" | "data" => self.inside(value, &at),
            name if self.secrets.names.contains(name) => hide(value, at, name, self.hidden),
            _ => self.inside(value, &at),
        }
    }

    /// A value by itself.
    fn part(&mut self, value: &RawValue, at: String, is_whole: bool) -> Box<RawValue> {
        if !is_whole && self.secrets.is_empty() {
            return value.to_owned();
        }
        let mut tree = Tree::read(value);
        match is_whole {
            true => hide(&mut tree, at, "", self.hidden),
            false => self.inside(&mut tree, &at),
        }
        tree.to_raw()
    }

    fn inside(&mut self, tree: &mut Tree, at: &str) {
        let AnswerSecrets { names, values, .. } = self.secrets;
        match tree {
            Tree::Leaf(_) => {
                // Nobody can tell what is in a value that nests too deeply.
                if tree.is_whole() || values.are_shown_by(tree) {
                    hide(tree, at.to_owned(), "", self.hidden);
                }
            }
            Tree::Array(elements) => {
                for (index, element) in elements.iter_mut().enumerate() {
                    self.inside(element, &pointer::join(at, &index.to_string()));
                }
            }
            // The place of what is hidden would show the name.
            Tree::Object(members) if members.iter().any(|(name, _)| values.are_in(name)) => {
                hide(tree, at.to_owned(), "", self.hidden);
            }
            Tree::Object(members) => {
                for (name, value) in members {
                    let at = pointer::join(at, name);
                    match names.contains(name) {
                        true => hide(value, at, name, self.hidden),
                        false => self.inside(value, &at),
                    }
                }
            }
        }
    }
}

fn is_of_response(name: &str) -> bool {
    matches!(name, "result" | "error")
}

/// Hides a value, unless it says nothing.
pub(super) fn hide(
    value: &mut Tree,
    at: String,
    name: &str,
    hidden: &mut BTreeMap<String, String>,
) {
    if matches!(value, Tree::Leaf(raw) if raw.get() == "null") {
        return;
    }
    *value = Tree::text(HIDDEN);
    hidden.insert(at, name.to_owned());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(names: &[&str], values: &str) -> AnswerSecrets {
        let mut secrets = AnswerSecrets {
            names: names.iter().map(|it| (*it).to_owned()).collect(),
            ..AnswerSecrets::default()
        };
        secrets.values.add(&Tree::read(&raw(values)));
        secrets
    }

    fn raw(text: &str) -> Box<RawValue> {
        RawValue::from_string(text.to_owned()).expect("JSON")
    }

    fn hidden(secrets: &AnswerSecrets, response: &str) -> (String, Vec<String>) {
        let mut places = BTreeMap::new();
        let shown = secrets.hide_in_response(&raw(response), &mut places);
        (shown.get().to_owned(), places.into_keys().collect())
    }

    #[test]
    fn names_are_hidden_in_results_and_data_and_not_in_the_envelope() {
        let secrets = secrets(&["code", "message", "id", "result", "token"], "null");
        let (shown, places) = hidden(
            &secrets,
            r#"{"jsonrpc":"2.0","id":1,"error":{"code":-1,"message":"no","data":{"code":7},"token":"t"}}"#,
        );
        assert_eq!(
            shown,
            r#"{"jsonrpc":"2.0","id":1,"error":{"code":-1,"message":"no","data":{"code":"(hidden)"},"token":"(hidden)"}}"#
        );
        assert_eq!(
            places,
            ["/response/error/data/code", "/response/error/token"]
        );
        let (shown, _) = hidden(
            &secrets,
            r#"{"result":{"id":1.50,"n":10000000000000000000001}}"#,
        );
        assert_eq!(
            shown,
            r#"{"result":{"id":"(hidden)","n":10000000000000000000001}}"#
        );
    }

    #[test]
    fn what_the_server_says_back_is_hidden() {
        let secrets = secrets(
            &[],
            r#"{"card":4242,"password":"sesame","short":"no","is":true}"#,
        );
        let (shown, places) = hidden(
            &secrets,
            r#"{"id":4242,"result":["4242",4242.0,"42421","no",true,{"sesame":1},"an open sesame!"]}"#,
        );
        assert_eq!(
            shown,
            r#"{"id":4242,"result":["(hidden)","(hidden)","42421","no",true,"(hidden)","(hidden)"]}"#
        );
        assert_eq!(places.len(), 4, "{places:?}");
        let error = r#"{"error":{"code":4242,"message":"unknown password sesame"}}"#;
        assert_eq!(
            hidden(&secrets, error).0,
            r#"{"error":{"code":4242,"message":"(hidden)"}}"#
        );
    }

    #[test]
    fn cursors_are_looked_into() {
        let item = || Item {
            value: raw("1"),
            cursor: Some(raw(r#"{"token":"t","at":"sesame"}"#)),
        };
        let mut places = BTreeMap::new();
        let shown = secrets(&["token"], r#""sesame""#).hide_in_item(item(), 3, &mut places);
        let cursor = shown.cursor.expect("a cursor");
        assert_eq!(cursor.get(), r#"{"token":"(hidden)","at":"(hidden)"}"#);
        assert!(places.contains_key("/items/3/cursor/token"), "{places:?}");
        let whole = AnswerSecrets {
            hides_cursors: true,
            ..AnswerSecrets::default()
        };
        let shown = whole.hide_in_item(item(), 0, &mut places);
        assert_eq!(shown.cursor.expect("a cursor").get(), r#""(hidden)""#);
        assert_eq!(shown.value.get(), "1");
    }
}
