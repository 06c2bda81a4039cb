//! [`Events`]: reads server-sent events, as the WHATWG's HTML standard describes them (section 9.2.6).
//!
//! It does no I/O, and the bytes may be cut anywhere. This reader has no need of names, ids and waiting times of events, and
//! unlike the crates for server-sent events, it has a limit, and does not copy the data of an event that came in one piece.

use bytes::Bytes;

use crate::body::{Capped, TooLarge};

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// How much longer than its data a line may be: a byte order mark, the field's name, a colon and a space.
const FIELD: usize = 16;

/// Reads events from bytes.
pub(crate) struct Events {
    limit: usize,
    /// What has not been read yet.
    input: Bytes,
    /// The start of a line that is not complete.
    line: Vec<u8>,
    /// The data of an event that is not complete.
    data: Option<Capped>,
    is_first_line: bool,
    /// A line feed here belongs to the carriage return before it.
    is_after_return: bool,
}

impl Events {
    /// Events with at most so many bytes of data.
    pub(crate) fn new(limit: usize) -> Self {
        Events {
            limit,
            input: Bytes::new(),
            line: Vec::new(),
            data: None,
            is_first_line: true,
            is_after_return: false,
        }
    }

    /// Adds bytes, after [`next`](Self::next) has read all those before.
    pub(crate) fn push(&mut self, input: Bytes) {
        debug_assert!(self.input.is_empty());
        self.input = input;
    }

    /// The data of the next event; `None` if more bytes are needed.
    pub(crate) fn next(&mut self) -> Result<Option<Bytes>, TooLarge> {
        while let Some(line) = self.next_line()? {
            if line.is_empty() {
                if let Some(data) = self.data.take() {
                    return Ok(Some(data.into_bytes()));
                }
            } else if let Some(data) = data_in(&line) {
                self.add(data)?;
            }
        }
        Ok(None)
    }

    fn next_line(&mut self) -> Result<Option<Bytes>, TooLarge> {
        if self.is_after_return && !self.input.is_empty() {
            self.is_after_return = false;
            self.skip_line_feed();
        }
        let end = self.input.iter().position(|it| matches!(it, b'\n' | b'\r'));
        let Some(end) = end else {
            let rest = std::mem::take(&mut self.input);
            self.check_line(rest.len())?;
            self.line.extend_from_slice(&rest);
            return Ok(None);
        };
        self.check_line(end)?;
        let mut line = self.input.split_to(end);
        let is_return = self.input.split_to(1) == b"\r"[..];
        match self.input.is_empty() {
            false if is_return => self.skip_line_feed(),
            _ => self.is_after_return = is_return,
        }
        if !self.line.is_empty() {
            self.line.extend_from_slice(&line);
            line = std::mem::take(&mut self.line).into();
        }
        if std::mem::take(&mut self.is_first_line) && line.starts_with(BYTE_ORDER_MARK) {
            line = line.slice(BYTE_ORDER_MARK.len()..);
        }
        Ok(Some(line))
    }

    fn skip_line_feed(&mut self) {
        if self.input.first() == Some(&b'\n') {
            drop(self.input.split_to(1));
        }
    }

    fn check_line(&self, more: usize) -> Result<(), TooLarge> {
        let length = self.line.len().saturating_add(more);
        match length > self.limit.saturating_add(FIELD) {
            true => Err(TooLarge),
            false => Ok(()),
        }
    }

    fn add(&mut self, line: Bytes) -> Result<(), TooLarge> {
        match &mut self.data {
            Some(data) => {
                data.push(Bytes::from_static(b"\n"))?;
                data.push(line)
            }
            None => {
                let data = self.data.insert(Capped::new(self.limit, None)?);
                data.push(line)
            }
        }
    }
}

/// The data in a line, if it is a field with data. Comments and other fields are skipped.
fn data_in(line: &Bytes) -> Option<Bytes> {
    let value = match line.strip_prefix(b"data")? {
        [] => 0,
        [b':', b' ', ..] => 2,
        [b':', ..] => 1,
        _ => return None,
    };
    Some(line.slice(b"data".len() + value..))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All events in these pieces.
    fn read(pieces: &[&[u8]]) -> Result<Vec<String>, TooLarge> {
        let mut events = Events::new(LIMIT);
        let mut read = Vec::new();
        for piece in pieces {
            events.push(Bytes::copy_from_slice(piece));
            while let Some(data) = events.next()? {
                read.push(String::from_utf8_lossy(&data).into_owned());
            }
        }
        Ok(read)
    }

    const LIMIT: usize = 40;

    const TABLE: &[(&str, &[&str])] = &[
        ("data: a\n\ndata: b\n\n", &["a", "b"]),
        ("data:a\r\n\r\ndata:  b\r\rdata:c\n\r", &["a", " b", "c"]),
        ("data: a\r\n\ndata: b\r\n\r\n", &["a", "b"]),
        ("data: a\ndata: b\ndata\ndata:\n\n", &["a\nb\n\n"]),
        ("\u{feff}data: a\n\n\u{feff}data: b\n\n", &["a"]),
        (":\n\n: data: a\n\n:data\ndata: b\n\n", &["b"]),
        ("event: x\nid: 1\nretry: 5\ndata: a\nother\n\n", &["a"]),
        ("data\n\ndata:\n\n", &["", ""]),
        ("event: x\n\nid: 1\n\n", &[]),
        ("database: a\nDATA: b\n data: c\n\n", &[]),
        ("data: cut off\n", &[]),
        ("data: cut off", &[]),
        ("\n\n\r\r\n\ndata: a\n\n", &["a"]),
        ("data: \u{1f375}\n\n", &["\u{1f375}"]),
        ("", &[]),
    ];

    #[test]
    fn events_are_read_wherever_the_bytes_are_cut() {
        for (text, expected) in TABLE {
            let bytes = text.as_bytes();
            for first in 0..=bytes.len() {
                for second in first..=bytes.len() {
                    let pieces = [&bytes[..first], &bytes[first..second], &bytes[second..]];
                    let found = read(&pieces).expect("within the limit");
                    assert_eq!(found, *expected, "{text:?} {first} {second}");
                }
            }
            let single: Vec<_> = bytes.chunks(1).collect();
            assert_eq!(
                read(&single).expect("within the limit"),
                *expected,
                "{text:?}"
            );
        }
    }

    #[test]
    fn events_are_bounded() {
        let fits = format!("data: {}\n\n", "x".repeat(LIMIT));
        assert!(read(&[fits.as_bytes()]).is_ok());
        for too_large in [
            format!("data: {}\n\n", "x".repeat(LIMIT + 1)),
            format!(":{}", "x".repeat(LIMIT + FIELD)),
            "data: 123456789\n".repeat(5),
            "data\n".repeat(LIMIT + 2),
        ] {
            for size in [1, 7, 1000] {
                let pieces: Vec<_> = too_large.as_bytes().chunks(size).collect();
                assert!(read(&pieces).is_err(), "{too_large:?}");
            }
        }
    }

    #[test]
    fn data_in_one_piece_is_not_copied() {
        let piece = Bytes::from_static(b"data: abc\n\n");
        let mut events = Events::new(LIMIT);
        events.push(piece.clone());
        let data = events.next().expect("within the limit").expect("an event");
        assert_eq!(data.as_ptr(), piece[6..].as_ptr());
    }
}
