//! [`Excerpt`]: shows people text that a peer may have sent: cut, and in one line.

use std::fmt::{self, Write};

use crate::limits::LOGGED_DETAIL;

/// Shows a value, cut after `limit` characters, with control characters and invisible ones escaped.
///
/// Text from a peer may be of any length. It may contain characters that forge a line of a log, act on a terminal, change the
/// direction of writing, or can't be seen. Formatting stops at the limit, so a long text is not read to its end.
///
/// ```
/// use rpc_core::Excerpt;
///
/// assert_eq!(Excerpt::new("one\ntwo", 100).to_string(), "one\\u000atwo");
/// assert_eq!(Excerpt::new("x".repeat(1_000_000), 3).to_string(), "xxx…");
/// ```
#[derive(Clone, Copy)]
pub struct Excerpt<T> {
    value: T,
    limit: usize,
}

impl<T> Excerpt<T> {
    /// The first `limit` characters of what the value displays.
    pub const fn new(value: T, limit: usize) -> Self {
        Excerpt { value, limit }
    }

    /// As much of an error as an entry of the log shows: [`LOGGED_DETAIL`] characters.
    pub const fn for_log(value: T) -> Self {
        Excerpt::new(value, LOGGED_DETAIL)
    }
}

impl<T: fmt::Display> fmt::Display for Excerpt<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut cutter = Cutter::new(f, self.limit, false);
        let written = write!(cutter, "{}", self.value);
        cutter.end(written)
    }
}

impl<T: fmt::Debug> fmt::Debug for Excerpt<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_pretty = f.alternate();
        // Pretty debug output has line breaks of its own. Those inside strings are escaped already.
        let mut cutter = Cutter::new(f, self.limit, is_pretty);
        let written = match is_pretty {
            true => write!(cutter, "{:#?}", self.value),
            false => write!(cutter, "{:?}", self.value),
        };
        cutter.end(written)
    }
}

/// Passes on a number of characters, escaped, and then stops formatting.
struct Cutter<'f, 'a> {
    out: &'f mut fmt::Formatter<'a>,
    left: usize,
    keeps_lines: bool,
    is_cut: bool,
}

impl<'f, 'a> Cutter<'f, 'a> {
    fn new(out: &'f mut fmt::Formatter<'a>, limit: usize, keeps_lines: bool) -> Self {
        Cutter {
            out,
            left: limit,
            keeps_lines,
            is_cut: false,
        }
    }

    /// An error is the cutter's own if it has cut the text.
    fn end(self, written: fmt::Result) -> fmt::Result {
        match self.is_cut {
            true => self.out.write_char('…'),
            false => written,
        }
    }
}

impl fmt::Write for Cutter<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            if self.left == 0 {
                self.is_cut = true;
                return Err(fmt::Error);
            }
            self.left -= 1;
            match self.keeps_lines && c == '\n' {
                true => self.out.write_char(c)?,
                false => write_escaped(self.out, c)?,
            }
        }
        Ok(())
    }
}

/// The first `limit` characters of what a value displays, unescaped, to be kept and shown later.
pub(crate) fn start_of(value: &dyn fmt::Display, limit: usize) -> String {
    let mut start = Start {
        text: String::new(),
        left: limit,
    };
    // An error is its own, once it is full. If `value` fails, what it wrote before is kept.
    if write!(start, "{value}").is_err() && start.left == 0 {
        start.text.push('…');
    }
    start.text
}

struct Start {
    text: String,
    left: usize,
}

impl fmt::Write for Start {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            self.left = self.left.checked_sub(1).ok_or(fmt::Error)?;
            self.text.push(c);
        }
        Ok(())
    }
}

/// Whether a text consists of ASCII characters that people can see, and spaces. None of them is escaped.
#[inline]
pub(crate) fn is_printable_ascii(text: &[u8]) -> bool {
    // Not `all`, which would stop at the first other byte and look at each on its own.
    let is_other = |byte: u8| !matches!(byte, b' '..=b'~');
    !text
        .iter()
        .fold(false, |found, byte| found | is_other(*byte))
}

/// Writes a character that people can't see, or that a terminal would obey, as JSON escapes it.
pub(crate) fn write_escaped(out: &mut impl fmt::Write, c: char) -> fmt::Result {
    if !c.is_control() && !is_invisible(c) {
        return out.write_char(c);
    }
    for unit in c.encode_utf16(&mut [0; 2]) {
        write!(out, "\\u{unit:04x}")?;
    }
    Ok(())
}

/// Whether a character changes the direction of writing, ends a line, or can make two different texts look the same.
///
/// These are Unicode's property Default_Ignorable_Code_Point, the line and paragraph separators, and the annotation marks.
fn is_invisible(c: char) -> bool {
    !c.is_ascii()
        && matches!(
            c,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_and_stays_in_its_line() {
        for (text, limit, shown) in [
            ("login", 5, "login"),
            ("login2", 5, "login…"),
            ("", 0, ""),
            ("a", 0, "…"),
            (
                "\"\n\u{202e}\u{7f}\u{9b}",
                5,
                "\"\\u000a\\u202e\\u007f\\u009b",
            ),
        ] {
            assert_eq!(Excerpt::new(text, limit).to_string(), shown);
        }
    }

    #[test]
    fn what_cannot_be_seen_is_shown() {
        for (text, shown) in [
            ("a\u{200b}dd", "a\\u200bdd"),
            ("\u{feff}\u{2066}\u{61c}", "\\ufeff\\u2066\\u061c"),
            ("tag\u{e0041}", "tag\\udb40\\udc41"),
            ("\u{1d173}\u{3164}", "\\ud834\\udd73\\u3164"),
            ("né 字 \u{5d0}\u{627} 🎉", "né 字 \u{5d0}\u{627} 🎉"),
        ] {
            assert_eq!(Excerpt::new(text, 100).to_string(), shown);
        }
    }

    /// A value that would be displayed without end.
    struct Endless;

    impl fmt::Display for Endless {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            loop {
                f.write_str("\u{1b}[")?;
            }
        }
    }

    #[test]
    fn formatting_ends_at_the_limit() {
        assert_eq!(Excerpt::new(Endless, 3).to_string(), "\\u001b[\\u001b…");
    }

    #[test]
    fn what_is_kept_is_cut_and_not_escaped() {
        for (text, limit, kept) in [("a\nb", 3, "a\nb"), ("a\nbc", 3, "a\nb…"), ("", 0, "")] {
            assert_eq!(start_of(&text, limit), kept);
        }
        assert_eq!(start_of(&Endless, 3), "\u{1b}[\u{1b}…");
    }

    #[test]
    fn debug_output_is_cut_as_well() {
        let list = ["\n", "b"];
        assert_eq!(format!("{:?}", Excerpt::new(list, 100)), r#"["\n", "b"]"#);
        assert_eq!(format!("{:?}", Excerpt::new(list, 3)), r#"["\…"#);
        assert_eq!(
            format!("{:#?}", Excerpt::new(["b"], 100)),
            "[\n    \"b\",\n]"
        );
    }
}
