//! [`Connection`]: one request at a time, sent and answered as the socket allows.

use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::time::Instant;

use mio::net::TcpStream;

use super::Exchange;

/// One connection: a request is on its way, or none.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) stream: TcpStream,
    sent: usize,
    received: usize,
    /// Since when a request has been under way, if one is.
    since: Option<Instant>,
}

impl Connection {
    /// Opens a connection; if the reply is waited for, the server has accepted this one and all before it.
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

    /// Begins the next request.
    pub(super) fn begin(&mut self, exchange: &Exchange, now: Instant) {
        (self.sent, self.received, self.since) = (0, 0, Some(now));
        self.send(exchange);
    }

    /// Goes on with the request, if one is under way. When its reply is there: since when it was.
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
                Err(error) => panic!("the server has gone: {error}"),
            }
        }
    }

    /// Is the reply complete?
    fn receive(&mut self, exchange: &Exchange, buffer: &mut [u8]) -> bool {
        // Nothing comes after the reply, since nothing was asked: no need to read until there is no more.
        while self.received < exchange.length {
            match self.stream.read(buffer) {
                Ok(0) => panic!("the server has closed a connection"),
                Ok(count) => self.take(exchange, &buffer[..count]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return false,
                Err(error) => panic!("the server has gone: {error}"),
            }
        }
        true
    }

    fn take(&mut self, exchange: &Exchange, bytes: &[u8]) {
        let right = exchange.agrees(self.received, bytes);
        assert!(right, "an unlike reply: {}", String::from_utf8_lossy(bytes));
        self.received += bytes.len();
        assert!(self.received <= exchange.length, "a reply is too long");
    }
}
