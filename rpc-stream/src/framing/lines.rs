//! [`Lines`]: each message is a line.

use std::io::BufRead;

use bytes::{Buf, BytesMut};

use super::Frame;

/// A byte order mark, with which some programs on Windows begin.
pub(super) const BOM: &[u8] = b"\xef\xbb\xbf";

/// Takes lines out of the bytes that arrive.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// How many bytes at the start of the buffer have no end of a line among them.
    searched: usize,
    /// Whether the line at hand is too long, so that its bytes are dropped.
    skips: bool,
    has_begun: bool,
}

impl Lines {
    /// The next line with something in it, without its end.
    pub(super) fn decode(&mut self, buffer: &mut BytesMut, max_message: usize) -> Option<Frame> {
        if !self.has_begun && !self.begin(buffer) {
            return None;
        }
        while let Some(length) = self.find_end(buffer) {
            let mut line = buffer.split_to(length);
            buffer.advance(1);
            self.searched = 0;
            if line.ends_with(b"\r") {
                line.truncate(length - 1);
            }
            if std::mem::take(&mut self.skips) || line.len() > max_message {
                return Some(Frame::TooLong);
            }
            if !is_blank(&line) {
                return Some(Frame::Message(line.freeze()));
            }
        }
        // With one byte more, which may be a carriage return before the line's end.
        if self.skips || buffer.len() > max_message.saturating_add(1) {
            self.skips = true;
            self.searched = 0;
            buffer.clear();
        }
        None
    }

    /// The last line, which has no end.
    pub(super) fn finish(&mut self, buffer: &mut BytesMut, max_message: usize) -> Option<Frame> {
        let mut line = buffer.split();
        if !self.has_begun && line.starts_with(BOM) {
            line.advance(BOM.len());
        }
        if line.ends_with(b"\r") {
            line.truncate(line.len() - 1);
        }
        if std::mem::take(&mut self.skips) || line.len() > max_message {
            return Some(Frame::TooLong);
        }
        (!is_blank(&line)).then(|| Frame::Message(line.freeze()))
    }

    /// Passes over a byte order mark. `false` if it can't be told yet whether there is one.
    fn begin(&mut self, buffer: &mut BytesMut) -> bool {
        if buffer.len() < BOM.len() && BOM.starts_with(buffer) {
            return false;
        }
        if buffer.starts_with(BOM) {
            buffer.advance(BOM.len());
        }
        self.has_begun = true;
        true
    }

    /// Where the first line ends. Each byte is looked at once.
    fn find_end(&mut self, buffer: &[u8]) -> Option<usize> {
        let mut rest = buffer.get(self.searched..)?;
        // Nothing fails in memory.
        let passed = rest.skip_until(b'\n').ok()?;
        self.searched += passed;
        let end = self.searched.checked_sub(1)?;
        (passed > 0 && buffer.get(end) == Some(&b'\n')).then_some(end)
    }
}

fn is_blank(line: &[u8]) -> bool {
    line.iter().all(u8::is_ascii_whitespace)
}

/// Writes a message as one line. In JSON, ends of lines are only white space between other things. Values that were passed on as
/// text may have some.
pub(super) fn write(message: &[u8], out: &mut BytesMut) {
    out.reserve(message.len() + 1);
    let start = out.len();
    out.extend_from_slice(message);
    let written = &mut out[start..];
    if written.contains(&b'\n') || written.contains(&b'\r') {
        for byte in written {
            if matches!(byte, b'\n' | b'\r') {
                *byte = b' ';
            }
        }
    }
    out.extend_from_slice(b"\n");
}
