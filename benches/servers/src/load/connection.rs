//! [`Connection`]: sends one request at a time without blocking.

use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::time::Instant;

use mio::net::TcpStream;

use super::Exchange;

/// A connection with at most one request in flight.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) stream: TcpStream,
    sent: usize,
    received: usize,
    /// When the request in flight was started.
    since: Option<Instant>,
}

impl Connection {
    /// Opens a connection. With `wait_for_reply`, the server has accepted this connection and all earlier ones on
    /// return.
    pub(super) fn open(server: SocketAddr, wait_for_reply: Option<&Exchange>) -> Self {
        let mut stream = std::net::TcpStream::connect(server).expect("the server listens");
        stream.set_nodelay(true).expect("it is a TCP stream");
        if let Some(exchange) = wait_for_reply {
            exchange.once(&mut stream);
        }
        stream.set_nonblocking(true).expect("it is a TCP stream");
        Connection {
            stream: TcpStream::from_std(stream),
            sent: 0,
            received: 0,
            since: None,
        }
    }

    /// Starts the next request.
    pub(super) fn begin(&mut self, exchange: &Exchange, now: Instant) {
        (self.sent, self.received, self.since) = (0, 0, Some(now));
        self.send(exchange);
    }

    /// Continues the request, if there is one. Returns when it was started, once its reply is complete.
    pub(super) fn go_on(&mut self, exchange: &Exchange, buffer: &mut [u8]) -> Option<Instant> {
        self.since?;
        self.send(exchange);
        if self.receive(exchange, buffer) {
            self.since.take()
        } else {
            None
        }
    }

    fn send(&mut self, exchange: &Exchange) {
        while self.sent < exchange.request.len() {
            match self.stream.write(&exchange.request[self.sent..]) {
                Ok(count) => self.sent += count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(error) => panic!("the connection failed: {error}"),
            }
        }
    }

    /// Whether the reply is complete.
    fn receive(&mut self, exchange: &Exchange, buffer: &mut [u8]) -> bool {
        // Nothing follows the reply, since only one request was sent. So there is no need to read until the socket
        // would block.
        while self.received < exchange.length {
            match self.stream.read(buffer) {
                Ok(0) => panic!("the server closed the connection"),
                Ok(count) => self.take(exchange, &buffer[..count]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return false,
                Err(error) => panic!("the connection failed: {error}"),
            }
        }
        true
    }

    fn take(&mut self, exchange: &Exchange, bytes: &[u8]) {
        let right = exchange.agrees(self.received, bytes);
        assert!(
            right,
            "the reply differs from the first one: {}",
            String::from_utf8_lossy(bytes)
        );
        self.received += bytes.len();
        assert!(
            self.received <= exchange.length,
            "the reply is longer than the first one"
        );
    }
}
