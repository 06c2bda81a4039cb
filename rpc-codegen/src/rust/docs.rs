//! Texts of a document as doc comments: what rustdoc shows is what the text says, and nothing in it is code or a link by accident.
//!
//! - rustdoc runs indented lines and fences without a language as tests. Lines are indented by three spaces at most, and fences name
//!   their language.
//! - rustdoc takes `[name]` for a link to an item. Brackets are escaped, unless they are a link to a page.
//! - `<T>` would be HTML. A bare address becomes a link.

use crate::model::Docs;
use crate::rust::literal::is_hidden;
use crate::text;

/// What makes rustdoc take a fence for Rust, or fail.
const RUST: &[&str] = &[
    "rust",
    "should_panic",
    "no_run",
    "ignore",
    "compile_fail",
    "test_harness",
    "standalone",
    "standalone_crate",
    "custom",
];

/// The lines of a doc comment.
pub(super) fn lines(docs: &Docs) -> Vec<String> {
    markdown(&text::docs(docs).join("\n\n"))
}

/// The same for a member. Many schemas have its name as their title, which says nothing.
pub(super) fn of_member(docs: &Docs, name: &str) -> Vec<String> {
    let letters = |text: &str| -> String {
        let letters = text.chars().filter(|c| c.is_ascii_alphanumeric());
        letters.map(|c| c.to_ascii_lowercase()).collect()
    };
    let title = docs.title.clone();
    let title = title.filter(|title| letters(title) != letters(name));
    lines(&Docs {
        title,
        description: docs.description.clone(),
    })
}

/// A text as lines of a doc comment.
pub(super) fn markdown(text: &str) -> Vec<String> {
    let mut fence: Option<String> = None;
    let mut lines: Vec<String> = Vec::new();
    for line in text.replace("\r\n", "\n").split(['\n', '\r', '\u{2028}']) {
        let line = visible(line);
        let trimmed = line.trim();
        match &fence {
            Some(mark) if closes(trimmed, mark) => {
                lines.push(mark.clone());
                fence = None;
            }
            Some(_) => lines.push(line.trim_end().to_owned()),
            None => match opening(trimmed) {
                Some((mark, language)) => {
                    lines.push(format!("{mark}{language}"));
                    fence = Some(mark);
                }
                None => lines.push(prose(&line)),
            },
        }
    }
    lines.extend(fence);
    let is_blank = |line: &String| line.is_empty();
    let start = lines.iter().position(|line| !is_blank(line));
    let end = lines.iter().rposition(|line| !is_blank(line));
    match (start, end) {
        (Some(start), Some(end)) => lines[start..=end].to_vec(),
        _ => Vec::new(),
    }
}

/// A line without characters that nobody sees.
fn visible(line: &str) -> String {
    let line = line.replace('\t', "    ");
    let shown = line.chars().filter(|c| !is_hidden(*c));
    shown.collect()
}

/// The marks of a fence that begins here, and the language that it gets.
fn opening(line: &str) -> Option<(String, String)> {
    let mark = ['`', '~'].into_iter().find_map(|mark| {
        let count = line.chars().take_while(|c| *c == mark).count();
        (count >= 3).then(|| String::from(mark).repeat(count))
    })?;
    let rest = &line[mark.len()..];
    if mark.starts_with('`') && rest.contains('`') {
        // Code within a line.
        return None;
    }
    let word = rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-');
    let language = word.into_iter().next().unwrap_or_default();
    let is_error_code =
        language.starts_with('E') && language[1..].bytes().all(|b| b.is_ascii_digit());
    let is_rust = RUST.contains(&language) || language.starts_with("edition") || is_error_code;
    match language.is_empty() || is_rust {
        true => Some((mark, "text".to_owned())),
        false => Some((mark, language.to_owned())),
    }
}

fn closes(line: &str, mark: &str) -> bool {
    line.starts_with(mark) && line.trim_matches(|c| mark.starts_with(c)).is_empty()
}

/// A line of text.
fn prose(line: &str) -> String {
    let text = line.trim_start();
    let indent = (line.len() - text.len()).min(3);
    let mut escaped = " ".repeat(indent);
    let mut rest = text.trim_end();
    while let Some(mark) = mark(rest) {
        // Five spaces after a mark would begin code.
        escaped += mark;
        rest = &rest[mark.len()..];
        if rest.starts_with(' ') {
            escaped.push(' ');
            rest = rest.trim_start();
        }
    }
    while let Some(first) = rest.chars().next() {
        let taken = piece(first, rest, &mut escaped);
        rest = &rest[taken..];
    }
    escaped
}

/// The mark of an element of a list or of a quotation, with which a line begins.
fn mark(line: &str) -> Option<&str> {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let length = match line[digits..].chars().next()? {
        '>' if digits == 0 => return Some(&line[..1]),
        '-' | '+' | '*' if digits == 0 => 1,
        '.' | ')' if digits > 0 => digits + 1,
        _ => return None,
    };
    line[length..].starts_with(' ').then(|| &line[..length])
}

/// Writes what comes first, and returns its length.
fn piece(first: char, rest: &str, escaped: &mut String) -> usize {
    if first == 'h' && is_address(rest) {
        let address = address(rest);
        *escaped += &format!("<{address}>");
        return address.len();
    }
    let length = match first {
        '`' => code(rest),
        '<' if is_address(&rest[1..]) => rest.find('>').map(|end| end + 1),
        '<' => None,
        '[' => link(rest),
        '\\' => Some(rest.chars().take(2).map(char::len_utf8).sum()),
        _ => Some(first.len_utf8()),
    };
    if length.is_none() {
        escaped.push('\\');
    }
    let length = length.unwrap_or(first.len_utf8());
    *escaped += &rest[..length];
    length
}

/// The length of code within a line, with its marks.
fn code(rest: &str) -> Option<usize> {
    let count = rest.bytes().take_while(|b| *b == b'`').count();
    let mut from = count;
    loop {
        let start = from + rest[from..].find('`')?;
        let marks = rest[start..].bytes().take_while(|b| *b == b'`').count();
        if marks == count {
            return Some(start + marks);
        }
        from = start + marks;
    }
}

/// The length of a link to a page.
fn link(rest: &str) -> Option<usize> {
    let (text, target) = rest.split_once("](")?;
    let end = target.find(')').filter(|_| is_address(target))?;
    let is_plain = !text[1..].contains(['[', ']', '<', '`']);
    is_plain.then_some(text.len() + 2 + end + 1)
}

fn is_address(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
}

/// The address with which a text begins, without the punctuation behind it.
fn address(text: &str) -> &str {
    let ends = |c: char| c.is_whitespace() || "<>()[]{}\"'`|\\*".contains(c);
    let address = text.split(ends).next().unwrap_or_default();
    address.trim_end_matches(['.', ',', ';', ':', '!', '?'])
}

#[cfg(test)]
mod tests {
    use super::markdown;

    #[test]
    fn texts_become_safe() {
        for (text, expected) in [
            ("A list of [Order]s", "A list of \\[Order]s"),
            (
                "see [here](https://a.example/b)",
                "see [here](https://a.example/b)",
            ),
            ("see [here](Order)", "see \\[here](Order)"),
            ("`[x] <T>` and Vec<T>", "`[x] <T>` and Vec\\<T>"),
            ("at https://a.example/x_y.", "at <https://a.example/x_y>."),
            ("<https://a.example>", "<https://a.example>"),
            ("a ` b", "a \\` b"),
            ("a\n\n    code()\n", "a\n\n   code()"),
            ("```\nlet x\n```", "```text\nlet x\n```"),
            ("```rust,ignore\nx", "```text\nx\n```"),
            ("```json\n{\"a\": [1]}\n```", "```json\n{\"a\": [1]}\n```"),
            ("\u{202e}a\r\nb\u{7}", "a\nb"),
            ("-     let x = nope;", "- let x = nope;"),
            ("1.      more();", "1. more();"),
            (">     quoted();", "> quoted();"),
            ("> 1)\t\t-       [x]", "> 1) - \\[x]"),
            ("*a*      b", "*a*      b"),
            ("\n\n", ""),
        ] {
            assert_eq!(markdown(text).join("\n"), expected, "{text:?}");
        }
    }
}
