//! The words of the line that is being typed.

use std::ffi::OsString;

/// The variable in which bash has the line up to the cursor.
pub(super) const LINE: &str = "_RPC_COMPLETE_LINE";

/// Up to the cursor, from the shell that asks.
pub(super) fn of_the_line() -> Vec<OsString> {
    match std::env::var(LINE) {
        Ok(line) => split(&line).into_iter().map(OsString::from).collect(),
        Err(_) => {
            let words = std::env::args_os().skip_while(|word| word != "--");
            words.skip(1).collect()
        }
    }
}

/// The words of an unfinished line, without their quotes. The last one is what the cursor stands behind, and may be empty.
pub(super) fn split(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quote = None;
    let mut characters = line.chars();
    let mut is_begun = false;
    while let Some(character) = characters.next() {
        match (character, quote) {
            ('\\', None | Some('"')) => {
                is_begun = true;
                word.extend(characters.next());
            }
            (_, Some(open)) if character == open => quote = None,
            (_, Some(_)) => word.push(character),
            ('\'' | '"', None) => {
                is_begun = true;
                quote = Some(character);
            }
            (' ' | '\t' | '\n', None) => {
                if is_begun {
                    words.push(std::mem::take(&mut word));
                }
                is_begun = false;
            }
            (_, None) => {
                is_begun = true;
                word.push(character);
            }
        }
    }
    words.push(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unfinished_line_has_a_last_word() {
        for (line, words) in [
            ("rpc", &["rpc"] as &[&str]),
            ("rpc ", &["rpc", ""]),
            (
                "rpc call http://a:1/ or",
                &["rpc", "call", "http://a:1/", "or"],
            ),
            ("rpc 'a b' \"c \\\" d", &["rpc", "a b", "c \" d"]),
            ("rpc ''  a\\ b", &["rpc", "", "a b"]),
            ("\\", &[""]),
        ] {
            assert_eq!(split(line), words, "{line}");
        }
    }
}
