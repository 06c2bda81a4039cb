//! [`Exchange`]: a request, and the checked reply of a server to it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

const STATUS: &[u8] = b"HTTP/1.1 200";

/// How many bytes of a body are compared. That covers the envelope and small results.
const COMPARED: usize = 64;

/// A request, and the checked reply of a server to it. Later replies are compared with that one.
#[derive(Debug)]
pub struct Exchange {
    pub(super) request: Vec<u8>,
    /// The length of the whole reply, head and body.
    pub(super) length: usize,
    body_at: usize,
    body_begins: Vec<u8>,
}

impl Exchange {
    /// Posts the message once and checks the reply.
    ///
    /// # Panics
    ///
    /// If the reply is not HTTP, not JSON or not right.
    pub fn prove(server: SocketAddr, message: &[u8], is_right: impl Fn(&Value) -> bool) -> Self {
        let request = post(server, message);
        let mut stream = TcpStream::connect(server).expect("the server listens");
        let reply = ask(&mut stream, &request);
        let body_at = end_of_head(&reply).expect("the reply has been read");
        let body = unframed(&reply[..body_at], &reply[body_at..]);
        let json = serde_json::from_slice(&body).expect("the reply is JSON");
        assert!(is_right(&json), "{server} replied {json}");
        let compared = COMPARED.min(reply.len() - body_at);
        Exchange {
            request,
            length: reply.len(),
            body_at,
            body_begins: reply[body_at..][..compared].to_vec(),
        }
    }

    /// Sends the request on a connection and waits for the reply.
    pub(super) fn once(&self, stream: &mut TcpStream) {
        let reply = ask(stream, &self.request);
        let right = reply.len() == self.length && self.agrees(0, &reply);
        assert!(
            right,
            "the reply differs from the first one: {}",
            String::from_utf8_lossy(&reply)
        );
    }

    /// Whether these bytes, which start at offset `at` of a reply, match the first reply.
    pub(super) fn agrees(&self, at: usize, bytes: &[u8]) -> bool {
        let agrees = |start: usize, expected: &[u8]| {
            let from = at.max(start);
            let to = (at + bytes.len()).min(start + expected.len());
            from >= to || bytes[from - at..to - at] == expected[from - start..to - start]
        };
        agrees(0, STATUS) && agrees(self.body_at, &self.body_begins)
    }
}

fn post(server: SocketAddr, message: &[u8]) -> Vec<u8> {
    let mut request = format!(
        "POST / HTTP/1.1\r\nhost: {server}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        message.len()
    )
    .into_bytes();
    request.extend_from_slice(message);
    request
}

fn ask(stream: &mut TcpStream, request: &[u8]) -> Vec<u8> {
    let patience = Some(Duration::from_secs(10));
    stream
        .set_read_timeout(patience)
        .expect("the timeout is not zero");
    stream.write_all(request).expect("the server reads");
    read_reply(stream)
}

/// Reads the number of bytes that the head announces, or up to the last chunk.
fn read_reply(stream: &mut TcpStream) -> Vec<u8> {
    let mut reply = Vec::new();
    let mut buffer = vec![0; 64 * 1024];
    while !is_whole(&reply) {
        let count = stream.read(&mut buffer).expect("the server replies");
        let so_far = String::from_utf8_lossy(&reply);
        assert_ne!(count, 0, "the connection ended after {so_far:?}");
        reply.extend_from_slice(&buffer[..count]);
    }
    reply
}

fn is_whole(reply: &[u8]) -> bool {
    let Some(body_at) = end_of_head(reply) else {
        return false;
    };
    match content_length(&reply[..body_at]) {
        Some(length) => reply.len() >= body_at + length,
        None => reply.ends_with(b"\r\n0\r\n\r\n"),
    }
}

fn end_of_head(reply: &[u8]) -> Option<usize> {
    let empty_line = b"\r\n\r\n";
    let at = reply.windows(4).position(|four| four == empty_line)?;
    Some(at + empty_line.len())
}

/// The length that a head announces. `None` if the body is chunked.
fn content_length(head: &[u8]) -> Option<usize> {
    let head = std::str::from_utf8(head).expect("heads are ASCII");
    let value = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then_some(value)
    })?;
    Some(value.trim().parse().expect("a length is a number"))
}

/// The body without the framing of its chunks.
fn unframed(head: &[u8], body: &[u8]) -> Vec<u8> {
    if content_length(head).is_some() {
        return body.to_vec();
    }
    let mut whole = Vec::new();
    let mut rest = body;
    loop {
        let line = rest.iter().position(|byte| *byte == b'\r');
        let (size, after) = rest.split_at(line.expect("a chunk starts with its size"));
        let size = std::str::from_utf8(size).expect("a size is ASCII");
        let size = usize::from_str_radix(size, 16).expect("a size is hexadecimal");
        if size == 0 {
            return whole;
        }
        whole.extend_from_slice(&after[2..][..size]);
        rest = &after[2 + size + 2..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_chunked_or_have_a_length() {
        let chunks = b"HTTP/1.1 200 OK\r\n\r\n2\r\n[1\r\n1\r\n]\r\n0\r\n\r\n";
        assert!(is_whole(chunks));
        assert!(!is_whole(&chunks[..chunks.len() - 1]));
        let body_at = end_of_head(chunks).unwrap();
        assert_eq!(unframed(&chunks[..body_at], &chunks[body_at..]), b"[1]");
        let length = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n[1]";
        assert!(is_whole(length));
        assert!(!is_whole(&length[..length.len() - 1]));
    }

    #[test]
    fn replies_are_compared_wherever_they_are_split() {
        let reply = b"HTTP/1.1 200 OK\r\n\r\n[1]";
        let exchange = Exchange {
            request: Vec::new(),
            length: reply.len(),
            body_at: 19,
            body_begins: b"[1]".to_vec(),
        };
        let wrong = b"HTTP/1.1 200 OK\r\n\r\n[2]";
        let failed = b"HTTP/1.1 500 OK\r\n\r\n[1]";
        let agree = |reply: &[u8], cut: usize| {
            exchange.agrees(0, &reply[..cut]) && exchange.agrees(cut, &reply[cut..])
        };
        for cut in 0..=reply.len() {
            assert!(agree(reply, cut), "{cut}");
            assert!(!agree(wrong, cut), "{cut}");
            assert!(!agree(failed, cut), "{cut}");
        }
    }
}
