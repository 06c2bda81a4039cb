//! ZMTP 3.1, the protocol of ZeroMQ sockets: bytes to greetings, commands and messages, and back. No I/O.
//!
//! The rules are those of <https://rfc.zeromq.org/spec/37>, with only the NULL mechanism. Memory is taken for what has come, never
//! for what a peer announces. A length over the limit is refused when its header is read. The size of a message includes all its
//! frames, since endless frames would make an endless message.
//!
//! The fuzzer includes this file as it is, so it depends on nothing else in the crate.

#[cfg(test)]
mod tests;

use std::fmt;

use bytes::{Buf, BufMut, Bytes, BytesMut};

/// The most frames of a message: its envelope has one for each hop, one that ends it, and a body.
pub(crate) const MAX_FRAMES: usize = 16;

/// The longest command, in bytes. READY, the longest one, has a few names and an identity of at most 255 bytes.
pub(crate) const MAX_COMMAND: usize = 8 * 1024;

/// The longest context of a PING that is sent back.
const MAX_PING_CONTEXT: usize = 16;

const GREETING: usize = 64;
const SIGNATURE: [u8; 10] = [0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f];
const VERSION: [u8; 2] = [3, 1];
const NULL: [u8; 20] = *b"NULL\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

const MORE: u8 = 1;
const LONG: u8 = 2;
const COMMAND: u8 = 4;

/// The longest header of a frame.
const MAX_HEADER: usize = 9;

/// The longest frame that the specification allows: its body has 0 to 2^63-1 octets.
const MAX_LENGTH: u64 = i64::MAX as u64;

/// Decodes bytes to events.
#[derive(Debug)]
pub(crate) struct Decoder {
    greeted: bool,
    max_message: usize,
    passes_over: bool,
    /// The frames of a message that have come, within the limit.
    frames: Vec<Bytes>,
    /// How many frames have come, whether or not they are kept.
    count: usize,
    /// The length of the frames that are kept.
    length: usize,
    /// The message is over the limit.
    is_over: bool,
    /// The rest of a frame that is skipped, and whether it is the last one.
    passing: Option<(u64, bool)>,
    /// How many bytes must come before there can be another event.
    missing: usize,
}

/// What a peer has sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Event {
    Greeting(Greeting),
    Command(Command),
    /// The frames of a message: one or more.
    Message(Vec<Bytes>),
    /// The first frames of a message over the limit. The others were skipped.
    Oversized(Vec<Bytes>),
}

/// The first thing that a peer sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Greeting {
    /// The minor version, after 3, or a later one.
    pub(crate) minor: u8,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Command {
    Ready {
        socket_type: Bytes,
    },
    Error {
        reason: String,
    },
    Ping {
        context: Bytes,
    },
    /// PONG, and any other that asks for nothing.
    Other,
}

/// A breach of the protocol. Nothing that comes after it can be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Violation {
    NotZeroMq,
    Version { major: u8 },
    Mechanism { name: String },
    Frame { flags: u8 },
    Length { length: u64 },
    Command,
    CommandTooLong { length: u64 },
    TooManyFrames,
    MessageTooLong { limit: usize },
}

impl Decoder {
    /// A decoder for a connection from its beginning. A longer message is a violation.
    pub(crate) fn new(max_message: usize) -> Self {
        Decoder {
            greeted: false,
            max_message,
            passes_over: false,
            frames: Vec::new(),
            count: 0,
            length: 0,
            is_over: false,
            passing: None,
            missing: 1,
        }
    }

    /// The same, but messages that are too long are skipped. They cost time, and no memory.
    pub(crate) fn passing_over(max_message: usize) -> Self {
        Decoder {
            passes_over: true,
            ..Decoder::new(max_message)
        }
    }

    /// Takes the next event out of the buffer. `None`: more bytes must come first.
    ///
    /// It must not be called again after a violation.
    pub(crate) fn decode(&mut self, buffer: &mut BytesMut) -> Result<Option<Event>, Violation> {
        if !self.greeted {
            let greeting = read_greeting(buffer)?;
            self.greeted = greeting.is_some();
            return Ok(greeting.map(Event::Greeting));
        }
        loop {
            let last = match self.passing {
                Some((left, last)) => match self.pass(buffer, left, last) {
                    true => last,
                    false => return Ok(None),
                },
                None => match self.read_frame(buffer)? {
                    None => return Ok(None),
                    Some(Frame::Command(body)) => {
                        return read_command(body).map(|it| Some(Event::Command(it)));
                    }
                    Some(Frame::Part { last }) => last,
                    Some(Frame::PassedOver) => false,
                },
            };
            if last {
                return Ok(Some(self.finish()));
            }
        }
    }

    /// Whether a message has begun and is incomplete.
    pub(crate) fn is_amid_message(&self) -> bool {
        self.count > 0
    }

    /// How many bytes, at least, must come before there can be another event. It is within the limits.
    pub(crate) fn missing(&self) -> usize {
        self.missing
    }

    fn finish(&mut self) -> Event {
        let frames = std::mem::take(&mut self.frames);
        (self.count, self.length) = (0, 0);
        match std::mem::take(&mut self.is_over) {
            true => Event::Oversized(frames),
            false => Event::Message(frames),
        }
    }

    /// Skips what has come of a frame. False: there is more to come.
    fn pass(&mut self, buffer: &mut BytesMut, left: u64, last: bool) -> bool {
        let come = usize::try_from(left).map_or(buffer.len(), |left| left.min(buffer.len()));
        buffer.advance(come);
        let left = left - come as u64;
        self.passing = Some((left, last)).filter(|_| left > 0);
        self.missing = 1;
        left == 0
    }

    fn read_frame(&mut self, buffer: &mut BytesMut) -> Result<Option<Frame>, Violation> {
        let Some(header) = read_header(buffer)? else {
            self.missing = 1;
            return Ok(None);
        };
        let Some(length) = self.check(&header)? else {
            buffer.advance(header.length_of_itself);
            self.count += 1;
            self.is_over = true;
            self.passing = Some((header.length, header.is_last()));
            return Ok(Some(Frame::PassedOver));
        };
        let whole = header.length_of_itself.saturating_add(length);
        let missing = whole.saturating_sub(buffer.len());
        if missing > 0 {
            self.missing = missing;
            return Ok(None);
        }
        buffer.advance(header.length_of_itself);
        let body = buffer.split_to(length).freeze();
        if header.is_command() {
            return Ok(Some(Frame::Command(body)));
        }
        self.length += length;
        self.count += 1;
        self.frames.push(body);
        let last = header.is_last();
        Ok(Some(Frame::Part { last }))
    }

    /// The frame's length, if it is within the limits. `None`: it is to be skipped.
    fn check(&self, header: &Header) -> Result<Option<usize>, Violation> {
        let length = usize::try_from(header.length).unwrap_or(usize::MAX);
        if header.is_command() {
            return match length {
                0..=MAX_COMMAND => Ok(Some(length)),
                _ => Err(Violation::CommandTooLong {
                    length: header.length,
                }),
            };
        }
        if self.count + usize::from(!header.is_last()) >= MAX_FRAMES {
            return Err(Violation::TooManyFrames);
        }
        if !self.is_over && length <= self.max_message - self.length {
            return Ok(Some(length));
        }
        match self.passes_over {
            true => Ok(None),
            false => Err(Violation::MessageTooLong {
                limit: self.max_message,
            }),
        }
    }
}

/// What has been read of a message, or between its frames.
enum Frame {
    Command(Bytes),
    /// It has been added to the others.
    Part {
        last: bool,
    },
    /// It has begun, and its body is to be skipped.
    PassedOver,
}

/// What comes before a frame's body.
struct Header {
    flags: u8,
    length: u64,
    length_of_itself: usize,
}

impl Header {
    fn is_command(&self) -> bool {
        self.flags & COMMAND != 0
    }

    fn is_last(&self) -> bool {
        self.flags & MORE == 0
    }
}

fn read_header(buffer: &[u8]) -> Result<Option<Header>, Violation> {
    let Some((&flags, rest)) = buffer.split_first() else {
        return Ok(None);
    };
    let known = flags & !(MORE | LONG | COMMAND) == 0;
    if !known || flags & (MORE | COMMAND) == MORE | COMMAND {
        return Err(Violation::Frame { flags });
    }
    let length = match flags & LONG {
        0 => rest.first().map(|&length| (u64::from(length), 2)),
        _ => rest
            .first_chunk()
            .map(|&length| (u64::from_be_bytes(length), MAX_HEADER)),
    };
    match length {
        Some((length, _)) if length > MAX_LENGTH => Err(Violation::Length { length }),
        length => Ok(length.map(|(length, length_of_itself)| Header {
            flags,
            length,
            length_of_itself,
        })),
    }
}

/// A wrong byte is reported at once rather than after all sixty-four.
fn read_greeting(buffer: &mut BytesMut) -> Result<Option<Greeting>, Violation> {
    // The bytes between these two have no meaning any more.
    for (at, expected) in [(0, 0xff), (9, 0x7f)] {
        if buffer.get(at).is_some_and(|&found| found != expected) {
            return Err(Violation::NotZeroMq);
        }
    }
    if let Some(&major) = buffer.get(10).filter(|&&major| major < VERSION[0]) {
        return Err(Violation::Version { major });
    }
    if buffer.len() < GREETING {
        return Ok(None);
    }
    let greeting = buffer.split_to(GREETING);
    let mechanism = &greeting[12..32];
    if mechanism != NULL {
        let name = String::from_utf8_lossy(mechanism);
        return Err(Violation::Mechanism {
            name: name.trim_end_matches('\0').to_owned(),
        });
    }
    // A later major version has to speak this one, too.
    let minor = match greeting[10] {
        3 => greeting[11],
        _ => VERSION[1],
    };
    Ok(Some(Greeting { minor }))
}

fn read_command(mut body: Bytes) -> Result<Command, Violation> {
    let name = read_short(&mut body)?;
    match &*name {
        b"READY" => read_ready(body),
        b"ERROR" => {
            let reason = read_short(&mut body)?;
            let reason = String::from_utf8_lossy(&reason).into_owned();
            Ok(Command::Error { reason })
        }
        b"PING" => match body.len() {
            0..2 => Err(Violation::Command),
            length => {
                // The two bytes before the context are a time limit that concerns only the peer. The context is copied,
                // because it may wait to be sent back, and a slice would keep the whole buffer alive.
                let context = Bytes::copy_from_slice(&body[2..length.min(2 + MAX_PING_CONTEXT)]);
                Ok(Command::Ping { context })
            }
        },
        _ => Ok(Command::Other),
    }
}

fn read_ready(mut body: Bytes) -> Result<Command, Violation> {
    let mut socket_type = None;
    while !body.is_empty() {
        let name = read_short(&mut body)?;
        let length = body.try_get_u32().map_err(|_| Violation::Command)?;
        let value = split(&mut body, length as usize)?;
        if name.eq_ignore_ascii_case(b"Socket-Type") {
            socket_type = Some(value);
        }
    }
    let socket_type = socket_type.ok_or(Violation::Command)?;
    Ok(Command::Ready { socket_type })
}

/// A text with its length in one byte.
fn read_short(body: &mut Bytes) -> Result<Bytes, Violation> {
    let length = body.try_get_u8().map_err(|_| Violation::Command)?;
    split(body, usize::from(length))
}

fn split(body: &mut Bytes, length: usize) -> Result<Bytes, Violation> {
    if length > body.len() {
        return Err(Violation::Command);
    }
    Ok(body.split_to(length))
}

/// The first thing that either side sends.
pub(crate) fn write_greeting(out: &mut BytesMut) {
    out.put_slice(&SIGNATURE);
    out.put_slice(&VERSION);
    out.put_slice(&NULL);
    out.put_bytes(0, 32); // no server of a mechanism that tells them apart, and filler
}

pub(crate) fn write_ready(out: &mut BytesMut, socket_type: &str) {
    let mut body = BytesMut::new();
    put_short(&mut body, b"READY");
    for (name, value) in [("Socket-Type", socket_type), ("Identity", "")] {
        put_short(&mut body, name.as_bytes());
        body.put_u32(value.len() as u32);
        body.put_slice(value.as_bytes());
    }
    write_frame(out, COMMAND, &body);
}

pub(crate) fn write_error(out: &mut BytesMut, reason: &str) {
    let mut body = BytesMut::new();
    put_short(&mut body, b"ERROR");
    put_short(&mut body, reason.as_bytes());
    write_frame(out, COMMAND, &body);
}

/// Asks whether the peer is alive. The peer need not close the connection if it hears nothing more.
pub(crate) fn write_ping(out: &mut BytesMut) {
    let mut body = BytesMut::new();
    put_short(&mut body, b"PING");
    body.put_u16(0);
    write_frame(out, COMMAND, &body);
}

pub(crate) fn write_pong(out: &mut BytesMut, context: &[u8]) {
    let mut body = BytesMut::new();
    put_short(&mut body, b"PONG");
    body.put_slice(context);
    write_frame(out, COMMAND, &body);
}

/// A frame of a message other than the last.
pub(crate) fn write_more(out: &mut BytesMut, body: &[u8]) {
    write_frame(out, MORE, body);
}

/// The last frame of a message.
pub(crate) fn write_last(out: &mut BytesMut, body: &[u8]) {
    write_frame(out, 0, body);
}

/// The header of the last frame of a message, whose body is written separately.
pub(crate) fn write_header_of_last(out: &mut BytesMut, length: usize) {
    write_header(out, 0, length);
}

fn write_frame(out: &mut BytesMut, flags: u8, body: &[u8]) {
    out.reserve(MAX_HEADER + body.len());
    write_header(out, flags, body.len());
    out.put_slice(body);
}

fn write_header(out: &mut BytesMut, flags: u8, length: usize) {
    match u8::try_from(length) {
        Ok(length) => out.put_slice(&[flags, length]),
        Err(_) => {
            out.put_u8(flags | LONG);
            out.put_u64(length as u64);
        }
    }
}

/// A text that is too long for its length is cut off. Only our own names and reasons come here.
fn put_short(out: &mut BytesMut, text: &[u8]) {
    let text = &text[..text.len().min(usize::from(u8::MAX))];
    out.put_u8(text.len() as u8);
    out.put_slice(text);
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Violation::NotZeroMq => f.write_str("the peer does not speak ZeroMQ"),
            Violation::Version { major } => {
                write!(f, "the peer speaks version {major} of ZMTP, not version 3")
            }
            Violation::Mechanism { name } => {
                write!(
                    f,
                    "the peer wants the security mechanism {name:?}; only NULL is supported"
                )
            }
            Violation::Frame { flags } => write!(f, "a frame with the flags {flags:#04x}"),
            Violation::Length { length } => write!(f, "a frame of {length} bytes"),
            Violation::Command => f.write_str("a command that breaks off"),
            Violation::CommandTooLong { length } => write!(f, "a command of {length} bytes"),
            Violation::TooManyFrames => write!(f, "a message of more than {MAX_FRAMES} frames"),
            Violation::MessageTooLong { limit } => {
                write!(f, "a message of more than {limit} bytes")
            }
        }
    }
}

impl std::error::Error for Violation {}
