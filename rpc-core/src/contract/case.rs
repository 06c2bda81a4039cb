//! [`Case`]: how `rename_all` writes names.

/// A way to write names: the value of `rename_all`. The macro writes the names of methods and parameters itself. The names of
/// a struct's fields are known only when the program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Case {
    /// `lowercase`
    Lower,
    /// `UPPERCASE`
    Upper,
    /// `PascalCase`
    Pascal,
    /// `camelCase`
    Camel,
    /// `snake_case`
    Snake,
    /// `SCREAMING_SNAKE_CASE`
    ScreamingSnake,
    /// `kebab-case`
    Kebab,
    /// `SCREAMING-KEBAB-CASE`
    ScreamingKebab,
}

impl Case {
    /// Rewrites a name in snake case.
    pub fn rename(self, name: &str) -> String {
        match self {
            Case::Snake => name.to_owned(),
            Case::Lower => name.replace('_', "").to_lowercase(),
            Case::Upper => name.replace('_', "").to_uppercase(),
            Case::ScreamingSnake => name.to_uppercase(),
            Case::Kebab => name.replace('_', "-"),
            Case::ScreamingKebab => name.to_uppercase().replace('_', "-"),
            Case::Pascal => pascal(name),
            Case::Camel => with_first(&pascal(name), char::to_lowercase),
        }
    }
}

fn pascal(name: &str) -> String {
    let words = name.split('_');
    words
        .map(|word| with_first(word, char::to_uppercase))
        .collect()
}

/// A word with its first letter changed.
fn with_first<I: Iterator<Item = char>>(word: &str, change: fn(char) -> I) -> String {
    let mut letters = word.chars();
    let first = letters.next().into_iter().flat_map(change);
    first.chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The macro's own `Case` has the same test.
    #[test]
    fn renames_like_serde() {
        for (case, expected) in [
            (Case::Camel, "listAll2"),
            (Case::Snake, "list_all_2"),
            (Case::Kebab, "list-all-2"),
            (Case::Pascal, "ListAll2"),
            (Case::Lower, "listall2"),
            (Case::Upper, "LISTALL2"),
            (Case::ScreamingSnake, "LIST_ALL_2"),
            (Case::ScreamingKebab, "LIST-ALL-2"),
        ] {
            assert_eq!(case.rename("list_all_2"), expected);
        }
    }
}
