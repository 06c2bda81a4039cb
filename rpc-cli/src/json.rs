//! Formats JSON text without decoding it: numbers keep their digits, and members their order.
//!
//! serde_json has already checked the text, so this only separates strings from the tokens between them.

use rpc_core::Excerpt;

/// The escape sequences that start each kind of value. The default has no colours.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Palette {
    name: &'static str,
    string: &'static str,
    /// Numbers, `true`, `false` and `null`.
    literal: &'static str,
    reset: &'static str,
}

impl Palette {
    pub(crate) const COLOURS: Palette = Palette {
        name: "\x1b[1;34m",
        string: "\x1b[32m",
        literal: "\x1b[36m",
        reset: "\x1b[0m",
    };
}

/// Removes white space: one line.
pub(crate) fn compact(json: &str) -> String {
    tokens(json).map(Token::text).collect()
}

/// Escapes what a terminal would act on and what people can't see, on one line.
pub(crate) fn escaped(json: &str) -> String {
    Excerpt::new(json, usize::MAX).to_string()
}

/// Indents by two spaces per level and [escapes](escaped), for a terminal. It is still JSON.
pub(crate) fn indented(json: &str, palette: &Palette) -> String {
    let mut out = String::with_capacity(json.len() * 2);
    let mut depth = 0_usize;
    let mut previous = None;
    let mut tokens = tokens(json).peekable();
    while let Some(token) = tokens.next() {
        let next = tokens.peek();
        if let Token::Close(_) = token {
            depth = depth.saturating_sub(1);
            if !matches!(previous, Some(Token::Open(_))) {
                new_line(&mut out, depth);
            }
        }
        let is_name = matches!(next, Some(Token::Colon));
        push_token(&mut out, token, is_name, palette);
        if let Token::Open(_) = token {
            depth += 1;
        }
        let opens = matches!(token, Token::Open(_)) && !matches!(next, Some(Token::Close(_)));
        if opens || token == Token::Comma {
            new_line(&mut out, depth);
        }
        previous = Some(token);
    }
    out
}

fn push_token(out: &mut String, token: Token<'_>, is_name: bool, palette: &Palette) {
    let colour = match token {
        Token::String(_) if is_name => palette.name,
        Token::String(_) => palette.string,
        Token::Literal(_) => palette.literal,
        Token::Colon => return out.push_str(": "),
        Token::Open(_) | Token::Close(_) | Token::Comma => return out.push_str(token.text()),
    };
    out.push_str(colour);
    out.push_str(&escaped(token.text()));
    out.push_str(palette.reset);
}

fn new_line(out: &mut String, depth: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth));
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Token<'a> {
    Open(&'a str),
    Close(&'a str),
    Comma,
    Colon,
    String(&'a str),
    Literal(&'a str),
}

impl<'a> Token<'a> {
    fn text(self) -> &'a str {
        match self {
            Token::Open(text) | Token::Close(text) | Token::String(text) | Token::Literal(text) => {
                text
            }
            Token::Comma => ",",
            Token::Colon => ":",
        }
    }
}

/// The tokens of a valid text. An invalid text gives some tokens and does not panic.
fn tokens(json: &str) -> impl Iterator<Item = Token<'_>> {
    let mut rest = json;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches([' ', '\t', '\n', '\r']);
        let first = rest.bytes().next()?;
        let length = match first {
            b'{' | b'}' | b'[' | b']' | b',' | b':' => 1,
            b'"' => string_length(rest),
            _ => rest
                .find([' ', '\t', '\n', '\r', ',', ':', ']', '}', '"'])
                .unwrap_or(rest.len()),
        };
        let (token, after) = rest.split_at(length);
        rest = after;
        Some(match first {
            b'{' | b'[' => Token::Open(token),
            b'}' | b']' => Token::Close(token),
            b',' => Token::Comma,
            b':' => Token::Colon,
            b'"' => Token::String(token),
            _ => Token::Literal(token),
        })
    })
}

/// The length of the string at the start of the text, quotes included.
fn string_length(text: &str) -> usize {
    let mut is_escaped = false;
    for (index, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return index + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compact_text_is_one_line() {
        let json = " { \"a\" : [ 1.0 , -2e+3 , true ] ,\n\"b\\\"\" : \" x : { \" , \"c\":{} } ";
        let compacted = r#"{"a":[1.0,-2e+3,true],"b\"":" x : { ","c":{}}"#;
        assert_eq!(compact(json), compacted);
    }

    #[test]
    fn indented_text_has_two_spaces_per_level() {
        let json = r#"{"a":[1,{"b":null}],"c":[],"d":{}}"#;
        let lines = [
            "{",
            r#"  "a": ["#,
            "    1,",
            "    {",
            r#"      "b": null"#,
            "    }",
            "  ],",
            r#"  "c": [],"#,
            r#"  "d": {}"#,
            "}",
        ];
        assert_eq!(indented(json, &Palette::default()), lines.join("\n"));
    }

    #[test]
    fn what_a_terminal_obeys_and_what_cannot_be_seen_is_escaped() {
        let json = "\"\u{9b}31m\u{7f}é\u{202e}\u{200b}\u{e0041}\"";
        let shown = r#""\u009b31m\u007fé\u202e\u200b\udb40\udc41""#;
        assert_eq!(indented(json, &Palette::default()), shown);
        assert_eq!(escaped(json), shown);
        let value = |json: &str| serde_json::from_str::<String>(json).expect("a string");
        assert_eq!(value(shown), value(json), "it means the same");
    }

    #[test]
    fn names_strings_and_literals_have_different_colours() {
        let shown = indented(r#"{"a":["b",1]}"#, &Palette::COLOURS);
        assert!(shown.contains("\x1b[1;34m\"a\"\x1b[0m: "), "{shown}");
        assert!(shown.contains("\x1b[32m\"b\"\x1b[0m,"), "{shown}");
        assert!(shown.contains("\x1b[36m1\x1b[0m\n"), "{shown}");
    }

    #[test]
    fn invalid_text_does_not_panic() {
        for text in ["", "}", "]]", "\"", "\"\\", "{\"a\"", ":,", "é\"", "nul"] {
            compact(text);
        }
    }
}
