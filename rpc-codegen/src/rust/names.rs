//! Names from a document as identifiers of Rust. A name that is taken gets a suffix.

use std::collections::HashSet;

use crate::naming::{humps, snake, words};

/// Words that only a raw identifier can be.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
    "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
    "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield",
];

/// Words that not even a raw identifier can be.
const NEVER_RAW: &[&str] = &["crate", "self", "super", "Self"];

/// What a type can't be called: what the prelude has, what generated modules import, and what `#[rpc]` knows by its name.
const TAKEN_BY_TYPES: &[&str] = &[
    "AsMut",
    "AsRef",
    // thiserror takes data of this name for a backtrace of its own.
    "Backtrace",
    "BTreeMap",
    "Base64",
    "Box",
    "Client",
    "Clone",
    "Context",
    "Copy",
    "Cow",
    "Debug",
    "Default",
    "Deserialize",
    "Deserializer",
    "DoubleEndedIterator",
    "Drop",
    "Eq",
    "Err",
    "Error",
    "ExactSizeIterator",
    "Extend",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "FromIterator",
    "Future",
    "Hash",
    "Into",
    "IntoFuture",
    "IntoIterator",
    "Iterator",
    "JsonSchema",
    "Map",
    "None",
    "Ok",
    "Option",
    "Ord",
    "OsStr",
    "OsString",
    "PartialEq",
    "PartialOrd",
    "Path",
    "PathBuf",
    "Peer",
    "Pin",
    "Rc",
    "RawValue",
    "Result",
    "RpcError",
    "Self",
    "Send",
    "Serialize",
    "Sized",
    "Some",
    "Stream",
    "String",
    "Sync",
    "ToOwned",
    "ToString",
    "Tracked",
    "TryFrom",
    "TryInto",
    "Unpin",
    "Value",
    "Vec",
];

/// Signs that are values of enums.
const SIGNS: &[(char, &str)] = &[
    ('=', "Equal"),
    ('+', "Plus"),
    ('-', "Minus"),
    ('*', "Star"),
    ('/', "Slash"),
    ('<', "Less"),
    ('>', "Greater"),
    ('!', "Not"),
    ('%', "Percent"),
    ('&', "And"),
    ('|', "Or"),
    ('^', "Caret"),
    ('~', "Tilde"),
    ('?', "Question"),
    ('.', "Dot"),
    (',', "Comma"),
    (':', "Colon"),
    (';', "Semicolon"),
    ('#', "Hash"),
    ('@', "At"),
    ('$', "Dollar"),
    ('_', "Underscore"),
    (' ', "Space"),
];

/// Names that are taken in a scope.
pub(super) struct Scope {
    taken: HashSet<String>,
}

impl Scope {
    /// The top of the crate, in which types and traits are.
    pub(super) fn of_types() -> Scope {
        Scope {
            taken: TAKEN_BY_TYPES
                .iter()
                .map(|name| (*name).to_owned())
                .collect(),
        }
    }

    /// The variants of an enum. `Self` always is the enum.
    pub(super) fn of_variants() -> Scope {
        Scope::with(&["Self"])
    }

    /// The methods of a client. It has `new`, and a call of `into` or `try_into` is taken for the methods that all types have.
    pub(super) fn of_methods() -> Scope {
        Scope::with(&["into", "new", "try_into"])
    }

    /// A scope in which these names are taken.
    pub(super) fn with(names: &[&str]) -> Scope {
        Scope {
            taken: names.iter().map(|name| (*name).to_owned()).collect(),
        }
    }

    /// The name, or the name with the suffix or a number behind it if it is taken.
    pub(super) fn unique(&mut self, name: String, suffix: &str) -> String {
        self.unique_with(name, suffix, &[])
    }

    /// The same, for a name that takes others with it, which end in these words.
    pub(super) fn unique_with(&mut self, name: String, suffix: &str, words: &[&str]) -> String {
        let with = |number: usize| match number {
            1 => name.clone(),
            2 if !suffix.is_empty() => format!("{name}{suffix}"),
            number => format!("{name}{number}"),
        };
        let all = |name: &str| {
            let others = words.iter().map(|word| format!("{name}{word}"));
            std::iter::once(name.to_owned())
                .chain(others)
                .collect::<Vec<_>>()
        };
        let is_free = |name: &String| all(name).iter().all(|name| !self.taken.contains(name));
        // The numbers do not run out.
        let found = (1..).map(with).find(is_free).unwrap_or_default();
        self.taken.extend(all(&found));
        found
    }
}

/// The name of a type: `order_id` as `OrderId`. What already is such a name stays as it is.
pub(super) fn pascal(name: &str) -> String {
    let is_pascal = name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.chars().all(|c| c.is_ascii_alphanumeric())
        && name.contains(|c: char| c.is_ascii_lowercase());
    if is_pascal {
        return name.to_owned();
    }
    let parts: Vec<String> = words(name).iter().flat_map(|word| humps(word)).collect();
    let joined: String = parts.iter().map(|part| capital(part)).collect();
    match joined.chars().next() {
        None => signs(name),
        Some(first) if first.is_ascii_digit() => format!("N{joined}"),
        Some(_) => joined,
    }
}

fn capital(word: &str) -> String {
    // Words of a name are ASCII.
    let (first, rest) = word.split_at(word.len().min(1));
    first.to_ascii_uppercase() + &rest.to_ascii_lowercase()
}

/// The name of something without letters.
fn signs(name: &str) -> String {
    let word = |c: char| SIGNS.iter().find(|(sign, _)| *sign == c);
    let words: Option<Vec<&str>> = name
        .chars()
        .take(4)
        .map(|c| word(c).map(|(_, word)| *word))
        .collect();
    match words.filter(|words| !words.is_empty()) {
        Some(words) => words.concat(),
        None if name.is_empty() => "Empty".to_owned(),
        None => "Unnamed".to_owned(),
    }
}

impl Scope {
    /// The identifier of a member, a parameter or a method.
    pub(super) fn identifier(&mut self, name: &str) -> String {
        let name = match snake(name) {
            word if NEVER_RAW.contains(&&*word) => word + "_",
            _ if words(name).is_empty() => signs(name).to_ascii_lowercase(),
            word => word,
        };
        raw(self.unique(name, "_"))
    }
}

fn raw(name: String) -> String {
    match KEYWORDS.contains(&&*name) {
        true => format!("r#{name}"),
        false => name,
    }
}

/// What serde and `#[rpc]` take an identifier for, unless they are told otherwise.
pub(super) fn on_the_wire(identifier: &str) -> &str {
    identifier.strip_prefix("r#").unwrap_or(identifier)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_types() {
        for (name, expected) in [
            ("OrderId", "OrderId"),
            ("hash32", "Hash32"),
            ("NonEmpty_Array_of_Cid", "NonEmptyArrayOfCid"),
            ("Page<Order>", "PageOrder"),
            ("SYNCING", "Syncing"),
            ("getHTTPHeader", "GetHttpHeader"),
            ("1st", "N1st"),
            ("=", "Equal"),
            ("", "Empty"),
            ("é", "Unnamed"),
        ] {
            assert_eq!(pascal(name), expected, "{name}");
        }
    }

    #[test]
    fn taken_names_change() {
        let names = ["type", "self", "a-b", "a_b", "aB", "new", "tryInto", "/"];
        let mut scope = Scope::of_methods();
        let found = names.map(|name| scope.identifier(name));
        assert_eq!(
            found,
            [
                "r#type",
                "self_",
                "a_b",
                "a_b_",
                "a_b3",
                "new_",
                "try_into_",
                "slash"
            ]
        );
        let mut scope = Scope::of_types();
        assert_eq!(scope.unique("Result".to_owned(), "Type"), "ResultType");
        assert_eq!(scope.unique("Result".to_owned(), "Type"), "Result3");
    }
}
