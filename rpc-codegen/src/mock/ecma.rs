//! From regular expressions of ECMA 262, which JSON Schema uses, to those of the crate `regex`.
//!
//! The two agree on almost everything that schemas use. What they spell otherwise is rewritten here. Lookaround and backreferences do not
//! exist in `regex`, which then refuses the pattern.

/// Characters that mean something in a class of `regex`, and only themselves in ECMA 262.
const OPERATORS_IN_CLASS: [char; 3] = ['[', '&', '~'];

const DIGITS: &str = "0-9";
const WORDS: &str = "0-9A-Za-z_";
const SPACES: &str = r"\t\n\x0B\x0C\r \u{A0}\u{1680}\u{2000}-\u{200A}\u{2028}\u{2029}\u{202F}\u{205F}\u{3000}\u{FEFF}";

/// The same pattern in the dialect of `regex`.
pub(super) fn translated(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut characters = pattern.chars().peekable();
    let mut in_class = false;
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some(escaped) => out += &escape(escaped, in_class),
                None => out.push('\\'),
            },
            '[' if !in_class => {
                in_class = true;
                out.push('[');
                if characters.next_if_eq(&'^').is_some() {
                    out.push('^');
                }
                if characters.next_if_eq(&']').is_some() {
                    // An empty class matches nothing, and a negated one anything.
                    let is_negated = out.ends_with('^');
                    out.truncate(out.len() - if is_negated { 2 } else { 1 });
                    out += if is_negated { r"(?s:.)" } else { r"[a&&b]" };
                    in_class = false;
                }
            }
            ']' if in_class => {
                in_class = false;
                out.push(']');
            }
            character if in_class && OPERATORS_IN_CLASS.contains(&character) => {
                out.push('\\');
                out.push(character);
            }
            // Two in a row would be the difference of two classes. Before a class such as `\d`, it stands for itself.
            '-' if in_class && (out.ends_with('-') || begins_class(characters.clone())) => {
                out += r"\-";
            }
            // In ECMA 262, a brace that begins no count stands for itself.
            '{' if !in_class && !begins_count(characters.clone()) => {
                out += r"\{";
            }
            character => out.push(character),
        }
    }
    out
}

fn escape(escaped: char, in_class: bool) -> String {
    // Inside a class, it is a class of its own: what follows `\w` in `[\w-.]` must not make a range of its last character.
    match escaped {
        'd' => format!("[{DIGITS}]"),
        'D' => format!("[^{DIGITS}]"),
        'w' => format!("[{WORDS}]"),
        'W' => format!("[^{WORDS}]"),
        's' => format!("[{SPACES}]"),
        'S' => format!("[^{SPACES}]"),
        'b' if in_class => r"\x08".to_owned(),
        'b' => r"(?-u:\b)".to_owned(),
        'B' => r"(?-u:\B)".to_owned(),
        '0' => r"\x00".to_owned(),
        'n' | 'r' | 't' | 'v' | 'f' | 'x' | 'u' | 'p' | 'P' | '1'..='9' => format!("\\{escaped}"),
        // Without a meaning of its own, an escaped letter stands for itself.
        letter if letter.is_alphanumeric() => letter.to_string(),
        // Of other characters, `regex` accepts only those that have a meaning.
        other if regex_syntax::is_escapeable_character(other) => format!("\\{other}"),
        other => other.to_string(),
    }
}

/// Whether what follows a hyphen is a class such as `\d`.
fn begins_class(mut rest: impl Iterator<Item = char>) -> bool {
    rest.next() == Some('\\') && rest.next().is_some_and(|it| "dDwWsS".contains(it))
}

/// Whether what follows a brace makes it a count, as in `{2,5}`. It reads no further than needed to tell.
fn begins_count(rest: impl Iterator<Item = char>) -> bool {
    let mut rest = rest.peekable();
    let mut has_digits = false;
    while rest.next_if(char::is_ascii_digit).is_some() {
        has_digits = true;
    }
    if rest.next_if_eq(&',').is_some() {
        while rest.next_if(char::is_ascii_digit).is_some() {}
    }
    has_digits && rest.next() == Some('}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_dialects_spell_otherwise_is_rewritten() {
        let cases = [
            (r"^\d+$", "^[0-9]+$", "12", "١٢"),
            (r"^[\d\-]+$", r"^[[0-9]\-]+$", "1-2", "a"),
            (r"^[\w-\.]+$", r"^[[0-9A-Za-z_]-\.]+$", "a-b.c_", "+"),
            (r"^[a-\d]+$", r"^[a\-[0-9]]+$", "a-1", "b"),
            (r"^[^\d-x]$", r"^[^[0-9]-x]$", "y", "-"),
            ("^a{,3}$", r"^a\{,3}$", "a{,3}", "aaa"),
            ("^a{2,}$", "^a{2,}$", "aaa", "a"),
            (r"^[^\w]$", "^[^[0-9A-Za-z_]]$", "-", "a"),
            (r"^a\/b$", r"^a\/b$", "a/b", "ab"),
            ("^[[a]$", r"^[\[a]$", "[", "b"),
            ("^[a&&b]$", r"^[a\&\&b]$", "&", "c"),
            ("^{a}$", r"^\{a}$", "{a}", "a"),
            ("^a{2,3}$", "^a{2,3}$", "aa", "a"),
            (r"^A{1}$", "^A{1}$", "A", "b"),
            ("^[^]$", "^(?s:.)$", "\n", ""),
        ];
        for (pattern, expected, fits, fits_not) in cases {
            assert_eq!(translated(pattern), expected, "{pattern}");
            let regex = regex::Regex::new(&translated(pattern)).expect(pattern);
            assert!(regex.is_match(fits), "{pattern} {fits}");
            assert!(!regex.is_match(fits_not), "{pattern} {fits_not}");
        }
    }

    /// Looking for the end of a count from each brace would take hours.
    #[test]
    fn many_braces_take_no_time() {
        let braces = "{".repeat(2_000_000);
        assert_eq!(translated(&braces).len(), 2 * braces.len());
    }
}
