//! Cursors as the ids of server-sent events.
//!
//! An id is the cursor's JSON. A string goes without its quotes if it can be told apart like that: if it is not JSON itself, does
//! not begin with `$`, which is kept for the server's own marks, and has no characters that an event or a header can't carry.

use std::borrow::Cow;

use serde::de::IgnoredAny;

/// The first character of ids that are not cursors.
const MARK: char = '$';

/// What the id of an event says about the stream.
#[derive(Debug, PartialEq, Eq)]
pub(in super::super) enum LastEvent<'a> {
    /// The stream has come to its end.
    End,
    /// The stream has begun, and has no cursors.
    Begun,
    Cursor(&'a str),
}

/// The id of the last event of a stream. A client that connects again afterwards gets status 204, which stops it.
pub(super) const END: &str = "$end";

/// The id of the first event of a stream that can't be resumed.
pub(super) const BEGUN: &str = "$begun";

impl<'a> LastEvent<'a> {
    /// Reads an id. `None` if it is not one of this server's.
    pub(in super::super) fn read(id: &'a str) -> Option<Self> {
        match id {
            END => Some(LastEvent::End),
            BEGUN => Some(LastEvent::Begun),
            id if id.starts_with(MARK) => None,
            cursor => Some(LastEvent::Cursor(cursor)),
        }
    }
}

/// The id of a cursor, given as JSON.
pub(super) fn id_of(json: &str) -> Cow<'_, str> {
    if json.starts_with('"')
        && let Ok(text) = serde_json::from_str::<Cow<'_, str>>(json)
        && can_go_without_quotes(&text)
    {
        return Cow::Owned(text.into_owned());
    }
    // Outside of strings, a control character is white space. Inside, JSON escapes all but this one.
    match json.contains(is_control) {
        false => json.into(),
        true => json
            .replace('\u{7f}', "\\u007f")
            .replace(is_control, " ")
            .into(),
    }
}

fn can_go_without_quotes(text: &str) -> bool {
    let is_json = || serde_json::from_str::<IgnoredAny>(text).is_ok();
    let is_trimmed = !text.is_empty() && text.trim().len() == text.len();
    is_trimmed && !text.starts_with(MARK) && !text.contains(is_control) && !is_json()
}

/// Headers and events carry all others.
fn is_control(character: char) -> bool {
    character.is_ascii_control()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_as_short_as_they_can_be() {
        for (json, id) in [
            ("5", "5"),
            ("[1,\n2]", "[1, 2]"),
            (r#""2026-11-27/a b""#, "2026-11-27/a b"),
            (r#""a\"b""#, "a\"b"),
            (r#""5""#, r#""5""#),
            (r#""null""#, r#""null""#),
            (r#""$end""#, r#""$end""#),
            (r#""""#, r#""""#),
            (r#"" a""#, r#"" a""#),
            (r#""a\nb\u0000""#, r#""a\nb\u0000""#),
            ("\"a\u{7f}\"", r#""a\u007f""#),
            ("\"a\u{80}\"", "a\u{80}"),
            ("\"$\u{80}\"", "\"$\u{80}\""),
            (r#""\"5\"""#, r#""\"5\"""#),
        ] {
            assert_eq!(id_of(json), id, "{json}");
        }
    }

    #[test]
    fn marks_are_not_cursors() {
        assert_eq!(LastEvent::read("$end"), Some(LastEvent::End));
        assert_eq!(LastEvent::read("$begun"), Some(LastEvent::Begun));
        assert_eq!(LastEvent::read("$other"), None);
        assert_eq!(
            LastEvent::read("\"$end\""),
            Some(LastEvent::Cursor("\"$end\""))
        );
    }
}
