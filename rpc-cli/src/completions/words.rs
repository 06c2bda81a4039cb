//! Splits the line that is being typed into words.

use std::ffi::OsString;

/// The variable in which the bash script passes the line up to the cursor.
pub(super) const LINE: &str = "_RPC_COMPLETE_LINE";

/// The words up to the cursor, from any of the shells.
pub(super) fn of_line() -> Vec<OsString> {
    match std::env::var(LINE) {
        Ok(line) => split(&line).into_iter().map(OsString::from).collect(),
        Err(_) => {
            let words = std::env::args_os().skip_while(|word| word != "--");
            words.skip(1).collect()
        }
    }
}

/// The words of an unfinished line, without their quotes. The last word is the one at the cursor, and may be empty.
pub(super) fn split(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quote = None;
    let mut characters = line.chars();
    let mut has_begun = false;
    while let Some(character) = characters.next() {
        match (character, quote) {
            ('\\', None | Some('"')) => {
                has_begun = true;
                word.extend(characters.next());
            }
            (_, Some(open)) if character == open => quote = None,
            (_, Some(_)) => word.push(character),
            ('\'' | '"', None) => {
                has_begun = true;
                quote = Some(character);
            }
            (' ' | '\t' | '\n', None) => {
                if has_begun {
                    words.push(std::mem::take(&mut word));
                }
                has_begun = false;
            }
            (_, None) => {
                has_begun = true;
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
    fn the_last_word_of_an_unfinished_line_may_be_empty() {
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
