//! [`Case`]: the values of `rename_all`.

/// A way to write names. The variants are serde's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
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
    pub(crate) const ALL: [(&'static str, Case); 8] = [
        ("camelCase", Case::Camel),
        ("snake_case", Case::Snake),
        ("kebab-case", Case::Kebab),
        ("PascalCase", Case::Pascal),
        ("lowercase", Case::Lower),
        ("UPPERCASE", Case::Upper),
        ("SCREAMING_SNAKE_CASE", Case::ScreamingSnake),
        ("SCREAMING-KEBAB-CASE", Case::ScreamingKebab),
    ];

    /// Rewrites a name in snake case, Rust's convention for methods and parameters.
    pub(crate) fn rename(self, name: &str) -> String {
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

    #[test]
    fn renames_like_serde() {
        let renamed: Vec<(&str, String)> = Case::ALL
            .iter()
            .map(|(name, case)| (*name, case.rename("list_all_2")))
            .collect();
        let expected = [
            ("camelCase", "listAll2"),
            ("snake_case", "list_all_2"),
            ("kebab-case", "list-all-2"),
            ("PascalCase", "ListAll2"),
            ("lowercase", "listall2"),
            ("UPPERCASE", "LISTALL2"),
            ("SCREAMING_SNAKE_CASE", "LIST_ALL_2"),
            ("SCREAMING-KEBAB-CASE", "LIST-ALL-2"),
        ];
        for ((name, renamed), (expected_name, expected)) in renamed.iter().zip(expected) {
            assert_eq!((*name, renamed.as_str()), (expected_name, expected));
        }
    }
}
