//! Where messages begin and end in a sequence of bytes. It does no I/O, and it is fuzzed.
//!
//! There are two framings: [lines], and a [head](self::headers) with the length before each message. A server finds
//! out [which](self::detect) one its client uses.

mod detect;
mod headers;
mod lines;
#[cfg(test)]
mod tests;

use std::fmt;

use bytes::{Buf, Bytes, BytesMut};

use self::detect::Detected;
use self::headers::Headers;
use self::lines::Lines;

/// How messages are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// Each message is a line. MCP does it so.
    Lines,
    /// Before each message comes a head with its length: `Content-Length: 42`. Language servers do it so (LSP).
    Headers,
}

/// What a decoder finds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Frame {
    Message(Bytes),
    /// A line that is longer than the limit. Its bytes were dropped.
    TooLong,
}

/// Why nothing more can be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Violation {
    /// The other end speaks HTTP: perhaps a web page that was made to send something here.
    Http,
    /// The other end speaks TLS, which is not expected here.
    Tls,
    /// A head is longer than it may be.
    HeadTooLong,
    /// A line of a head is not a header.
    NotAHeader,
    /// A head has no `Content-Length`, or several that differ, or not a number.
    NoLength,
    /// A message is longer than the limit.
    TooLong,
    /// Several messages in a row were not JSON. Only the session can tell.
    NotJson,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Violation::Http => f.write_str("the other end speaks HTTP"),
            Violation::Tls => f.write_str("the other end speaks TLS"),
            Violation::HeadTooLong => {
                write!(f, "a head is longer than {} bytes", headers::MAX_HEAD)
            }
            Violation::NotAHeader => f.write_str("a line of a head is not a header"),
            Violation::NoLength => f.write_str("a head has no valid `Content-Length`"),
            Violation::TooLong => f.write_str("a message is longer than the limit"),
            Violation::NotJson => f.write_str("the other end does not speak JSON"),
        }
    }
}

impl std::error::Error for Violation {}

/// Takes messages out of the bytes that arrive.
#[derive(Debug)]
pub(crate) struct Decoder {
    reader: Option<Reader>,
    max_message: usize,
}

#[derive(Debug)]
enum Reader {
    Lines(Lines),
    Headers(Headers),
}

impl Decoder {
    /// A decoder for one framing.
    pub(crate) fn new(framing: Framing, max_message: usize) -> Self {
        Decoder {
            reader: Some(Reader::new(framing)),
            max_message,
        }
    }

    /// A decoder that finds out which framing the other end uses.
    pub(crate) fn detecting(max_message: usize) -> Self {
        Decoder {
            reader: None,
            max_message,
        }
    }

    /// How to answer: in the framing of the other end, or in lines if that is not known yet.
    pub(crate) fn framing(&self) -> Framing {
        match self.reader {
            Some(Reader::Headers(_)) => Framing::Headers,
            _ => Framing::Lines,
        }
    }

    /// The next message, if all of it is in the buffer. Its bytes are taken out.
    pub(crate) fn decode(&mut self, buffer: &mut BytesMut) -> Result<Option<Frame>, Violation> {
        let reader = match &mut self.reader {
            Some(reader) => reader,
            None => match detect::detect(buffer) {
                Detected::Nothing { skip } => {
                    buffer.advance(skip);
                    return Ok(None);
                }
                Detected::Http => return Err(Violation::Http),
                Detected::Tls => return Err(Violation::Tls),
                Detected::Framing { skip, framing } => {
                    buffer.advance(skip);
                    self.reader.insert(Reader::new(framing))
                }
            },
        };
        match reader {
            Reader::Lines(lines) => Ok(lines.decode(buffer, self.max_message)),
            Reader::Headers(headers) => headers.decode(buffer, self.max_message),
        }
    }

    /// The last message, when no more bytes come: a line needs no end then. A message of which a part is missing is dropped.
    pub(crate) fn finish(&mut self, buffer: &mut BytesMut) -> Option<Frame> {
        match &mut self.reader {
            Some(Reader::Lines(lines)) => lines.finish(buffer, self.max_message),
            Some(Reader::Headers(_)) => None,
            None => Lines::default().finish(buffer, self.max_message),
        }
    }
}

impl Reader {
    fn new(framing: Framing) -> Self {
        match framing {
            Framing::Lines => Reader::Lines(Lines::default()),
            Framing::Headers => Reader::Headers(Headers::default()),
        }
    }
}

impl Framing {
    /// Writes a message, which is JSON.
    pub(crate) fn write(self, message: &[u8], out: &mut BytesMut) {
        match self {
            Framing::Lines => lines::write(message, out),
            Framing::Headers => headers::write(message, out),
        }
    }
}
