//! [`Values`]: the values that a request hides, to find them in its answer.

use std::collections::HashSet;

use super::Tree;

/// How many characters a value has at least. Shorter ones would be found everywhere.
const SHORTEST: usize = 3;

/// How many it has at least to be found inside other texts.
const SHORTEST_INSIDE: usize = 6;

/// Values as texts: strings without their quotes, and numbers. A server may answer a number with a string.
#[derive(Debug, Default)]
pub(super) struct Values(HashSet<String>);

impl Values {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a value with all that is in it.
    pub(super) fn add(&mut self, value: &Tree) {
        match value {
            Tree::Leaf(_) => {
                let text = value.plain_text();
                let text = text.filter(|text| text.chars().count() >= SHORTEST);
                self.0.extend(text);
            }
            Tree::Array(elements) => elements.iter().for_each(|element| self.add(element)),
            Tree::Object(members) => members.iter().for_each(|(_, value)| self.add(value)),
        }
    }

    /// Whether a string or a number is one of the values, or shows one.
    pub(super) fn are_shown_by(&self, leaf: &Tree) -> bool {
        !self.is_empty() && leaf.plain_text().is_some_and(|text| self.are_in(&text))
    }

    /// Whether a text is one of the values, or contains a long one.
    pub(super) fn are_in(&self, text: &str) -> bool {
        let is_inside = |value: &String| {
            value.chars().nth(SHORTEST_INSIDE - 1).is_some() && text.contains(&**value)
        };
        self.0.contains(text) || self.0.iter().any(is_inside)
    }
}
