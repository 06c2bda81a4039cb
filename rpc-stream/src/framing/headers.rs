//! [`Headers`]: before each message comes a head with its length, as in LSP.

use std::fmt::Write;

use bytes::{Buf, BytesMut};

use super::{Frame, Violation};

/// How long a head may be, in bytes.
pub(super) const MAX_HEAD: usize = 4096;

const LENGTH: &[u8] = b"content-length";

/// Takes messages with heads out of the bytes that arrive.
#[derive(Debug, Default)]
pub(super) struct Headers {
    /// How many bytes at the start of the buffer are whole lines of a head.
    read: usize,
    /// The length that the head at hand has named so far.
    length: Option<usize>,
    /// Whether the head is over.
    is_in_body: bool,
}

impl Headers {
    /// The next message.
    pub(super) fn decode(
        &mut self,
        buffer: &mut BytesMut,
        max_message: usize,
    ) -> Result<Option<Frame>, Violation> {
        if !self.is_in_body && !self.read_head(buffer, max_message)? {
            return Ok(None);
        }
        let length = self.length.unwrap_or_default();
        if buffer.len() < length {
            return Ok(None);
        }
        *self = Headers::default();
        Ok(Some(Frame::Message(buffer.split_to(length).freeze())))
    }

    /// Reads the head as far as it has come, and takes it out of the buffer. `false` if some of it is missing.
    fn read_head(&mut self, buffer: &mut BytesMut, max_message: usize) -> Result<bool, Violation> {
        loop {
            let rest = &buffer[self.read..];
            let end = rest.iter().position(|byte| *byte == b'\n');
            // Whether or not all of the head has come, so that it does not matter in which pieces it comes.
            if self.read + end.map_or(rest.len(), |end| end + 1) > MAX_HEAD {
                return Err(Violation::HeadTooLong);
            }
            let Some(end) = end else {
                return Ok(false);
            };
            let line = &rest[..end];
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            self.read += end + 1;
            if line.is_empty() {
                break;
            }
            self.header(line)?;
        }
        if self.length.ok_or(Violation::NoLength)? > max_message {
            return Err(Violation::TooLong);
        }
        buffer.advance(self.read);
        self.is_in_body = true;
        Ok(true)
    }

    fn header(&mut self, line: &[u8]) -> Result<(), Violation> {
        let colon = line.iter().position(|byte| *byte == b':');
        let (name, value) = line.split_at(colon.ok_or(Violation::NotAHeader)?);
        if !name.trim_ascii().eq_ignore_ascii_case(LENGTH) {
            return Ok(());
        }
        let length = number(value[1..].trim_ascii()).ok_or(Violation::NoLength)?;
        match self.length.replace(length) {
            Some(other) if other != length => Err(Violation::NoLength),
            _ => Ok(()),
        }
    }
}

/// A number in digits. One that is larger than all limits counts as the largest.
fn number(digits: &[u8]) -> Option<usize> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_usize, |number, digit| {
        let digit = digit.is_ascii_digit().then(|| usize::from(digit - b'0'))?;
        Some(number.saturating_mul(10).saturating_add(digit))
    })
}

/// Writes a message after a head with its length.
pub(super) fn write(message: &[u8], out: &mut BytesMut) {
    out.reserve(message.len() + 40);
    // Writing to memory does not fail.
    let _written = write!(out, "Content-Length: {}\r\n\r\n", message.len());
    out.extend_from_slice(message);
}
