//! Reads the messages of a WebSocket: looks at the length of each, and at nothing else.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use super::{BUFFER, Reader};

/// How a server is asked for items over a WebSocket.
#[derive(Debug, Clone, Copy)]
pub struct Asking {
    /// The message that asks for so many.
    pub message: fn(usize) -> String,
    /// The messages that come besides the items: a response, before or after them.
    pub others: usize,
}

/// A WebSocket that asks for items.
pub struct WebSocket {
    stream: TcpStream,
    asking: Asking,
    messages: Messages,
    buffer: Vec<u8>,
}

impl WebSocket {
    /// Opens one.
    ///
    /// # Panics
    ///
    /// If the server does not accept it.
    pub fn open(address: SocketAddr, asking: Asking) -> Self {
        let mut stream = TcpStream::connect(address).expect("the server listens");
        stream.set_nodelay(true).expect("it is open");
        stream
            .write_all(handshake(address).as_bytes())
            .expect("it is open");
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).expect("the server answers");
            head.push(byte[0]);
        }
        assert!(is_accepted(&head), "{}", String::from_utf8_lossy(&head));
        WebSocket {
            stream,
            asking,
            messages: Messages::default(),
            buffer: vec![0; BUFFER],
        }
    }
}

impl Reader for WebSocket {
    fn take(&mut self, items: usize) {
        let message = (self.asking.message)(items);
        self.ask(&message, items + self.asking.others);
    }
}

impl WebSocket {
    /// Sends a message, and returns when so many messages have come.
    ///
    /// # Panics
    ///
    /// If the connection ends before that.
    pub fn ask(&mut self, message: &str, messages: usize) {
        let sent = self.stream.write_all(&frame(message));
        sent.expect("the connection is open");
        let mut left = messages;
        while left > 0 {
            let read = self.stream.read(&mut self.buffer);
            let read = read.expect("the connection is open");
            assert_ne!(read, 0, "the server has closed the connection");
            left -= self.messages.count(&self.buffer[..read]);
            let pongs = self.messages.pongs();
            let sent = self.stream.write_all(&pongs);
            sent.expect("the connection is open");
        }
    }
}

/// The request that opens a WebSocket.
pub fn handshake(address: SocketAddr) -> String {
    format!(
        "GET / HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
}

/// Whether this is how a server accepts a WebSocket.
pub fn is_accepted(head: &[u8]) -> bool {
    head.starts_with(b"HTTP/1.1 101")
}

/// A message of a client. Its mask is zero, which changes nothing.
pub fn frame(message: &str) -> Vec<u8> {
    const MASKED: u8 = 0x80;
    let mut frame = vec![TEXT];
    match u8::try_from(message.len()) {
        Ok(length) if length < 126 => frame.push(MASKED | length),
        _ => {
            let length = u16::try_from(message.len()).expect("it is short");
            frame.push(MASKED | 126);
            frame.extend(length.to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(message.as_bytes());
    frame
}

/// Counts the messages in the bytes of a server, wherever they are cut.
#[derive(Debug, Default)]
pub struct Messages {
    head: [u8; 10],
    head_length: usize,
    /// How many bytes of the message at hand have not come yet.
    rest: usize,
    pings: usize,
}

impl Messages {
    /// How many messages end in these bytes.
    pub fn count(&mut self, mut bytes: &[u8]) -> usize {
        let mut ended = 0;
        while let Some((first, after)) = bytes.split_first() {
            if self.rest > 0 {
                let passed = self.rest.min(bytes.len());
                self.rest -= passed;
                bytes = &bytes[passed..];
            } else {
                self.head[self.head_length] = *first;
                self.head_length += 1;
                bytes = after;
                match length(&self.head[..self.head_length]) {
                    Some(length) => self.rest = length,
                    None => continue,
                }
            }
            if self.rest == 0 {
                ended += usize::from(self.head[0] == TEXT);
                self.pings += usize::from(self.head[0] == PING);
            }
            self.head_length = 0;
        }
        ended
    }

    /// What answers the pings that have come, which are empty.
    pub fn pongs(&mut self) -> Vec<u8> {
        EMPTY_PONG.repeat(std::mem::take(&mut self.pings))
    }
}

/// The first byte of a whole message of text, and of a ping.
const TEXT: u8 = 0x81;
const PING: u8 = 0x89;

/// A pong of a client.
const EMPTY_PONG: &[u8] = &[0x8a, 0x80, 0, 0, 0, 0];

/// The length that a frame's head says. `None` if the head is not complete.
fn length(head: &[u8]) -> Option<usize> {
    match *head {
        [_, length, ..] if length < 126 => Some(usize::from(length)),
        [_, 126, high, low] => Some(usize::from(u16::from_be_bytes([high, low]))),
        [_, 127, ref length @ ..] => {
            let length = u64::from_be_bytes(length.try_into().ok()?);
            Some(usize::try_from(length).expect("it fits into memory"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_counted_wherever_they_are_cut() {
        let mut bytes = Vec::new();
        for length in [1_usize, 125, 126, 1_000, 70_000] {
            bytes.push(0x81);
            match length {
                0..126 => bytes.push(length as u8),
                126..65_536 => {
                    bytes.push(126);
                    bytes.extend((length as u16).to_be_bytes());
                }
                _ => {
                    bytes.push(127);
                    bytes.extend((length as u64).to_be_bytes());
                }
            }
            bytes.extend(vec![b'x'; length]);
            bytes.extend([PING, 0]);
        }
        for size in [1, 2, 3, 7, 1_000, bytes.len()] {
            let mut messages = Messages::default();
            let counted: usize = bytes.chunks(size).map(|part| messages.count(part)).sum();
            assert_eq!(counted, 5, "in parts of {size}");
            assert_eq!(messages.pongs(), EMPTY_PONG.repeat(5));
        }
    }
}
