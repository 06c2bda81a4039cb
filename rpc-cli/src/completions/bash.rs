//! [`Bash`]: completion for bash, which splits a URL into several words.
//!
//! bash splits words at `:` and `=` and replaces only the part after the last of them. So the script passes on the whole
//! line, and each candidate is returned without the part that bash keeps. bash inserts candidates without quoting them, so
//! a candidate with a special meaning, such as `$(…)`, is left out.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;

use clap::Command;
use clap_complete::engine::complete;
use clap_complete::env::EnvCompleter;

use super::words::{LINE, split};

/// The variable with the characters at which bash splits words.
const BREAKS: &str = "_RPC_COMPLETE_BREAKS";

const SCRIPT: &str = r#"
_rpc_complete() {
    local candidate
    COMPREPLY=()
    while IFS= read -r candidate; do
        COMPREPLY+=("$candidate")
    done < <(
        _RPC_COMPLETE_LINE="${COMP_LINE:0:COMP_POINT}" \
        _RPC_COMPLETE_BREAKS="$COMP_WORDBREAKS" \
        VARIABLE=bash \
        COMPLETER -- BIN 2> /dev/null
    )
    if [[ "${COMPREPLY-}" =~ [=/:]$ ]]; then
        compopt -o nospace 2> /dev/null
    fi
}
complete -o bashdefault -F _rpc_complete BIN
"#;

pub(super) struct Bash;

impl EnvCompleter for Bash {
    fn name(&self) -> &'static str {
        "bash"
    }

    fn is(&self, name: &str) -> bool {
        name == "bash"
    }

    fn write_registration(
        &self,
        variable: &str,
        _name: &str,
        bin: &str,
        completer: &str,
        script: &mut dyn Write,
    ) -> io::Result<()> {
        let text = SCRIPT
            .replace("VARIABLE", variable)
            .replace("BIN", bin)
            .replace("COMPLETER", completer);
        script.write_all(text.as_bytes())
    }

    fn write_complete(
        &self,
        command: &mut Command,
        _words: Vec<OsString>,
        folder: Option<&Path>,
        answer: &mut dyn Write,
    ) -> io::Result<()> {
        let line = std::env::var(LINE).unwrap_or_default();
        let breaks = std::env::var(BREAKS).unwrap_or_default();
        let words = split(&line);
        let last = words.last().cloned().unwrap_or_default();
        let kept = before_the_last_break(&last, &breaks);
        let index = words.len().saturating_sub(1);
        let words = words.into_iter().map(OsString::from).collect();
        for candidate in complete(command, words, index, folder)? {
            let value = candidate.get_value().to_string_lossy();
            if !is_plain(&value) {
                continue;
            }
            let value = value.strip_prefix(kept).unwrap_or(&value);
            writeln!(answer, "{value}")?;
        }
        Ok(())
    }
}

/// Whether the word means the same with and without quotes.
fn is_plain(word: &str) -> bool {
    word.chars()
        .all(|it| it.is_alphanumeric() || "-_./:=@%+,".contains(it))
}

/// The part of a word that bash keeps.
fn before_the_last_break<'a>(word: &'a str, breaks: &str) -> &'a str {
    let last = word.char_indices().rfind(|(_, it)| breaks.contains(*it));
    match last {
        Some((index, character)) => &word[..index + character.len_utf8()],
        None => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bash_keeps_a_word_up_to_the_last_break() {
        let breaks = " \t\n\"'@><=;|&(:";
        for (word, kept) in [
            ("orders.pl", ""),
            ("http://a:1/b", "http://a:"),
            ("item=te", "item="),
            ("ns::m", "ns::"),
            ("", ""),
        ] {
            assert_eq!(before_the_last_break(word, breaks), kept, "{word}");
        }
    }
}
