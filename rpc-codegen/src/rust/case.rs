//! The cases that serde and `#[rpc]` know, so that one attribute says what otherwise each name would.

use crate::rust::names::on_the_wire;

/// A way to write names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

impl Case {
    const ALL: [Case; 8] = [
        Case::Lower,
        Case::Upper,
        Case::Pascal,
        Case::Camel,
        Case::Snake,
        Case::ScreamingSnake,
        Case::Kebab,
        Case::ScreamingKebab,
    ];

    /// What serde calls it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Case::Lower => "lowercase",
            Case::Upper => "UPPERCASE",
            Case::Pascal => "PascalCase",
            Case::Camel => "camelCase",
            Case::Snake => "snake_case",
            Case::ScreamingSnake => "SCREAMING_SNAKE_CASE",
            Case::Kebab => "kebab-case",
            Case::ScreamingKebab => "SCREAMING-KEBAB-CASE",
        }
    }

    /// A member, a parameter or a method in this case, as serde derives it from `snake_case`.
    pub(super) fn of_member(self, name: &str) -> String {
        match self {
            Case::Lower | Case::Snake => name.to_owned(),
            Case::Upper | Case::ScreamingSnake => name.to_ascii_uppercase(),
            Case::Pascal => name.split('_').map(capital).collect(),
            Case::Camel => uncapital(&Case::Pascal.of_member(name)),
            Case::Kebab => name.replace('_', "-"),
            Case::ScreamingKebab => name.to_ascii_uppercase().replace('_', "-"),
        }
    }

    /// A variant in this case, as serde derives it from `PascalCase`.
    pub(super) fn of_variant(self, name: &str) -> String {
        match self {
            Case::Pascal => name.to_owned(),
            Case::Lower => name.to_ascii_lowercase(),
            Case::Upper => name.to_ascii_uppercase(),
            Case::Camel => uncapital(name),
            Case::Snake => {
                let mut snake = String::new();
                for (index, letter) in name.char_indices() {
                    if index > 0 && letter.is_ascii_uppercase() {
                        snake.push('_');
                    }
                    snake.push(letter.to_ascii_lowercase());
                }
                snake
            }
            Case::ScreamingSnake => Case::Snake.of_variant(name).to_ascii_uppercase(),
            Case::Kebab => Case::Snake.of_variant(name).replace('_', "-"),
            Case::ScreamingKebab => Case::ScreamingSnake.of_variant(name).replace('_', "-"),
        }
    }

    /// The case that most members of a struct have. `None` if that saves nothing.
    pub(super) fn of_members(names: &[(&str, &str)]) -> Option<Case> {
        best(names, Case::of_member)
    }

    /// The case that most variants of an enum have.
    pub(super) fn of_variants(names: &[(&str, &str)]) -> Option<Case> {
        best(names, Case::of_variant)
    }
}

/// The case in which most identifiers are what they are on the wire, if it saves at least two names of their own.
fn best(names: &[(&str, &str)], rename: fn(Case, &str) -> String) -> Option<Case> {
    let others = |case: &Case| {
        let is_other = |(identifier, wire): &&(&str, &str)| rename(*case, identifier) != *wire;
        names.iter().filter(is_other).count()
    };
    let without = names
        .iter()
        .filter(|(identifier, wire)| identifier != wire)
        .count();
    let best = Case::ALL.into_iter().min_by_key(others)?;
    let is_worth_it = others(&best) == 0 || others(&best) + 1 < without;
    (without > 0 && is_worth_it).then_some(best)
}

/// What `#[rpc]` takes an identifier for.
pub(super) fn wire_name(identifier: &str, case: Option<Case>) -> String {
    let name = on_the_wire(identifier);
    case.map_or_else(|| name.to_owned(), |case| case.of_member(name))
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

fn uncapital(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_a_common_case() {
        let members = [("block_hash", "blockHash"), ("nonce", "nonce")];
        assert_eq!(Case::of_members(&members), Some(Case::Camel));
        assert_eq!(Case::of_members(&[("a_b", "a_b")]), None);
        assert_eq!(Case::of_members(&[("a_b", "aB"), ("c_d", "c-d")]), None);
        let most = [("a_b", "aB"), ("c_d", "cD"), ("e_f", "eF"), ("g_h", "GH")];
        assert_eq!(Case::of_members(&most), Some(Case::Camel));
        let variants = [("FirstClass", "first-class"), ("Second", "second")];
        assert_eq!(Case::of_variants(&variants), Some(Case::Kebab));
        assert_eq!(Case::of_variants(&[("Valid", "VALID")]), Some(Case::Upper));
    }
}
