//! Reads server-sent events: counts the empty lines between them. Each time on a new connection, as clients do.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use super::{BUFFER, Reader};

/// Asks for items over HTTP.
pub struct Events {
    address: SocketAddr,
    /// The path and the body of the request that asks for so many.
    request: fn(usize) -> (String, String),
    /// The events that come besides the items.
    others: usize,
    buffer: Vec<u8>,
}

impl Events {
    /// Connects when it is used.
    pub fn new(
        address: SocketAddr,
        request: fn(usize) -> (String, String),
        others: usize,
    ) -> Self {
        Events {
            address,
            request,
            others,
            buffer: vec![0; BUFFER],
        }
    }
}

impl Reader for Events {
    fn take(&mut self, items: usize) {
        let (path, body) = (self.request)(items);
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nAccept: text/event-stream\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        );
        let mut stream = TcpStream::connect(self.address).expect("the server listens");
        let sent = stream.write_all(request.as_bytes());
        sent.expect("the connection is open");
        let (mut events, mut is_after_line) = (0, false);
        loop {
            let read = stream.read(&mut self.buffer);
            let read = &self.buffer[..read.expect("the connection is open")];
            let Some(last) = read.last() else {
                break;
            };
            events += usize::from(is_after_line && read[0] == b'\n');
            events += ends(read);
            is_after_line = *last == b'\n';
        }
        assert_eq!(events, items + self.others, "every event has come");
    }
}

/// How often two line ends follow each other. A server puts each event into one chunk as a whole, and the lines of HTTP end
/// otherwise.
fn ends(bytes: &[u8]) -> usize {
    let after = bytes.get(1..).unwrap_or_default();
    let pairs = bytes.iter().zip(after);
    pairs.filter(|pair| *pair == (&b'\n', &b'\n')).count()
}
