//! [`Load`]: the connections to a server. During a run, each always has a request in flight.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use measure::process::cpu_time_of_this_thread;
use mio::{Events, Interest, Poll, Token};

use super::Exchange;
use super::connection::Connection;

/// Connections to a server.
#[derive(Debug)]
pub struct Load {
    poll: Poll,
    events: Events,
    connections: Vec<Connection>,
    buffer: Vec<u8>,
}

/// The measurements of a run.
#[derive(Debug)]
pub struct Run {
    pub requests: usize,
    pub elapsed: Duration,
    /// Processor time of the generator itself.
    pub own_time: Duration,
    /// Sorted in ascending order.
    latencies: Vec<Duration>,
}

/// How many connections are opened before waiting for a reply, which shows that they have been accepted.
const AT_ONCE: usize = 50;

/// A server that sends nothing for this long has failed.
const PATIENCE: Duration = Duration::from_secs(20);

impl Load {
    /// Opens this many connections, no faster than the server accepts them. A connection that does not fit into the
    /// server's queue is lost and retried only a second later.
    ///
    /// # Panics
    ///
    /// If the server does not listen or no file descriptors are left.
    pub fn connect(server: SocketAddr, connections: usize, exchange: &Exchange) -> Self {
        let poll = Poll::new().expect("Linux has epoll");
        let open = |token| {
            let wait = token % AT_ONCE == AT_ONCE - 1;
            let mut connection = Connection::open(server, wait.then_some(exchange));
            let interest = Interest::READABLE | Interest::WRITABLE;
            let registered =
                poll.registry()
                    .register(&mut connection.stream, Token(token), interest);
            registered.expect("the stream is new");
            connection
        };
        Load {
            connections: (0..connections).map(open).collect(),
            events: Events::with_capacity(1024),
            buffer: vec![0; 256 * 1024],
            poll,
        }
    }

    /// Sends requests for about this long, then waits for the last replies.
    pub fn run_for(&mut self, exchange: &Exchange, about: Duration) -> Run {
        self.run(exchange, |started, now, _| now - started < about)
    }

    /// Sends this many requests, but at least one on each connection.
    pub fn run_times(&mut self, exchange: &Exchange, requests: usize) -> Run {
        self.run(exchange, |_, _, begun| begun < requests)
    }

    /// Starts a request on every idle connection, for as long as `goes_on` returns `true`.
    fn run(
        &mut self,
        exchange: &Exchange,
        goes_on: impl Fn(Instant, Instant, usize) -> bool,
    ) -> Run {
        let started = Instant::now();
        let own_time = cpu_time_of_this_thread();
        let mut begun = self.connections.len();
        let mut latencies = Vec::new();
        for connection in &mut self.connections {
            connection.begin(exchange, Instant::now());
        }
        while latencies.len() < begun {
            let polled = self.poll.poll(&mut self.events, Some(PATIENCE));
            polled.expect("no signal interrupts the poll");
            assert!(!self.events.is_empty(), "the server sends nothing");
            for event in &self.events {
                let connection = &mut self.connections[event.token().0];
                let Some(since) = connection.go_on(exchange, &mut self.buffer) else {
                    continue;
                };
                let now = Instant::now();
                latencies.push(now - since);
                if goes_on(started, now, begun) {
                    connection.begin(exchange, now);
                    begun += 1;
                }
            }
        }
        let (elapsed, until) = (started.elapsed(), cpu_time_of_this_thread());
        Run::new(elapsed, until - own_time, latencies)
    }
}

impl Run {
    fn new(elapsed: Duration, own_time: Duration, mut latencies: Vec<Duration>) -> Self {
        latencies.sort_unstable();
        Run {
            requests: latencies.len(),
            elapsed,
            own_time,
            latencies,
        }
    }

    /// The requests answered per second.
    pub fn requests_a_second(&self) -> f64 {
        self.requests as f64 / self.elapsed.as_secs_f64()
    }

    /// The time within which this share of the replies arrived, such as 0.99.
    pub fn latency(&self, share: f64) -> Duration {
        let last = self.latencies.len() - 1;
        self.latencies[(last as f64 * share) as usize]
    }
}
