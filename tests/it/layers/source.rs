//! [`paths()`]: the paths in a Rust file. It is not a parser, but good enough for `use` lines and inline paths.

/// A path as written: `crate::json::cursor::Cursor` has four segments.
pub type Path = Vec<String>;

/// The tokens that matter for paths. Comments, strings, characters and lifetimes are left out.
fn tokens(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let rest = &chars[at..];
        at += match rest {
            ['/', '/', ..] => rest.iter().position(|c| *c == '\n').unwrap_or(rest.len()),
            ['/', '*', ..] => block_comment(rest),
            ['r', '"', ..] | ['r', '#', '"' | '#', ..] => raw_string(&rest[1..]) + 1,
            ['b', 'r', '"' | '#', ..] => raw_string(&rest[2..]) + 2,
            ['b', quote @ ('"' | '\''), ..] => quoted(&rest[1..], *quote) + 1,
            ['"', ..] => quoted(rest, '"'),
            // A character, not a lifetime.
            ['\'', '\\', ..] | ['\'', _, '\'', ..] => quoted(rest, '\''),
            [c, ..] if c.is_alphanumeric() || *c == '_' => {
                let is_word = |c: &char| c.is_alphanumeric() || *c == '_';
                let word: String = rest.iter().take_while(|c| is_word(c)).collect();
                let length = word.chars().count();
                tokens.push(word);
                length
            }
            [':', ':', ..] => {
                tokens.push("::".to_owned());
                2
            }
            [c, ..] => {
                if !c.is_whitespace() {
                    tokens.push(c.to_string());
                }
                1
            }
            [] => 1,
        };
    }
    tokens
}

fn block_comment(rest: &[char]) -> usize {
    let end = rest.windows(2).position(|pair| pair == ['*', '/']);
    end.map_or(rest.len(), |end| end + 2)
}

fn quoted(rest: &[char], quote: char) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            '\\' => at += 2,
            c if c == quote => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

/// `rest` starts with the hashes or the quote.
fn raw_string(rest: &[char]) -> usize {
    let hashes = rest.iter().take_while(|c| **c == '#').count();
    let end: Vec<char> = std::iter::once('"')
        .chain(std::iter::repeat_n('#', hashes))
        .collect();
    let body = &rest[(hashes + 1).min(rest.len())..];
    let length = body.windows(end.len()).position(|window| window == end);
    length.map_or(rest.len(), |length| hashes + 1 + length + end.len())
}

/// Removes the modules with unit tests, which may import anything.
fn without_tests(tokens: Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let is = |offset: usize, text: &str| tokens.get(at + offset).is_some_and(|it| it == text);
        let is_tests = is(0, "mod") && (is(1, "tests") || is(1, "snapshots")) && is(2, "{");
        if !is_tests {
            kept.push(tokens[at].clone());
            at += 1;
            continue;
        }
        let mut depth = 0;
        while at < tokens.len() {
            depth += i32::from(tokens[at] == "{") - i32::from(tokens[at] == "}");
            at += 1;
            if depth == 0 && tokens[at - 1] == "}" {
                break;
            }
        }
    }
    kept
}

/// All paths of at least two segments. The trees in `use` lines are split into single paths.
pub fn paths(text: &str) -> Vec<Path> {
    let tokens = without_tests(tokens(text));
    let mut paths = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let is_start = tokens.get(at + 1).is_some_and(|next| next == "::")
            && is_name(&tokens[at])
            && (at == 0 || (tokens[at - 1] != "::" && tokens[at - 1] != "$"));
        if is_start {
            at = tree(&tokens, at, &Path::new(), &mut paths);
        } else {
            at += 1;
        }
    }
    paths
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Reads the tree that starts at `at` and returns its end.
fn tree(tokens: &[String], mut at: usize, prefix: &Path, paths: &mut Vec<Path>) -> usize {
    let mut path = prefix.clone();
    loop {
        match tokens.get(at).map(String::as_str) {
            Some("{") => {
                at += 1;
                while tokens.get(at).is_some_and(|token| token != "}") {
                    let next = tree(tokens, at, &path, paths);
                    let is_renamed = tokens.get(next).is_some_and(|token| token == "as");
                    // A comma, or `as name`.
                    at = if is_renamed {
                        next + 2
                    } else {
                        next.max(at + 1)
                    };
                }
                return at + 1;
            }
            Some(token) if is_name(token) || token == "*" => {
                path.push(token.to_owned());
                at += 1;
            }
            // Generic arguments: `Vec::<T>`.
            _ => break,
        }
        match tokens.get(at).map(String::as_str) {
            Some("::") => at += 1,
            _ => break,
        }
    }
    if path.len() > 1 && path.len() > prefix.len() {
        paths.push(path);
    }
    at
}

#[test]
fn paths_are_read_from_use_lines_and_code() {
    let text = r##"
        // use crate::comment::X;
        use crate::a::{self, b::{C, D as E}, F};
        use super::{g, h::*};
        const TEXT: &str = "crate::text::X"; const RAW: &str = r#"crate::raw::"X""#;
        fn f<'a>(x: &'a crate::i::J) -> char { k::l(); Vec::<u8>::new(); $crate::m::n!(); '"' }
        #[cfg(test)]
        mod tests { use super::*; fn f() { { } } }
        pub(crate) fn last() { crate::o::p() }
    "##;
    let paths: Vec<String> = paths(text).iter().map(|path| path.join("::")).collect();
    assert_eq!(
        paths,
        [
            "crate::a::self",
            "crate::a::b::C",
            "crate::a::b::D",
            "crate::a::F",
            "super::g",
            "super::h::*",
            "crate::i::J",
            "k::l",
            "crate::o::p",
        ]
    );
}
