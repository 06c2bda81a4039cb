//! Reads lines, over TCP or a Unix socket: counts their ends.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::Path;

use super::{BUFFER, Reader};

/// A connection that asks for items.
pub struct Lines<S> {
    stream: S,
    /// The line that asks for so many, without its end.
    request: fn(usize) -> String,
    /// The lines that come besides the items.
    others: usize,
    buffer: Vec<u8>,
}

impl Lines<TcpStream> {
    /// Connects over TCP.
    ///
    /// # Panics
    ///
    /// If it can't.
    pub fn over_tcp(address: SocketAddr, request: fn(usize) -> String, others: usize) -> Self {
        let stream = TcpStream::connect(address).expect("the server listens");
        stream.set_nodelay(true).expect("it is open");
        Lines::over(stream, request, others)
    }
}

impl Lines<UnixStream> {
    /// Connects over a Unix socket. A server that has just started may not listen yet.
    ///
    /// # Panics
    ///
    /// If it can't.
    pub fn over_unix(path: &Path, request: fn(usize) -> String, others: usize) -> Self {
        const PATIENCE: std::time::Duration = std::time::Duration::from_secs(10);
        let start = std::time::Instant::now();
        let stream = loop {
            match UnixStream::connect(path) {
                Ok(stream) => break stream,
                Err(error) => assert!(start.elapsed() < PATIENCE, "{}: {error}", path.display()),
            }
            std::thread::yield_now();
        };
        Lines::over(stream, request, others)
    }
}

impl<S> Lines<S> {
    fn over(stream: S, request: fn(usize) -> String, others: usize) -> Self {
        Lines {
            stream,
            request,
            others,
            buffer: vec![0; BUFFER],
        }
    }
}

impl<S: Read + Write> Reader for Lines<S> {
    fn take(&mut self, items: usize) {
        let mut line = (self.request)(items);
        line.push('\n');
        let sent = self.stream.write_all(line.as_bytes());
        sent.expect("the connection is open");
        let mut left = items + self.others;
        while left > 0 {
            let read = self.stream.read(&mut self.buffer);
            let read = read.expect("the connection is open");
            assert_ne!(read, 0, "the server has closed the connection");
            let ends = self.buffer[..read].iter().filter(|byte| **byte == b'\n');
            left -= ends.count();
        }
    }
}
