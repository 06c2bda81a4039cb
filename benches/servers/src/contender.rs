//! [`Contender`]: a running server that has proved that its replies are right.

use std::time::Duration;

use measure::Samples;
use measure::process::{cpu_time_of_threads, memory, peak_memory};
use measure::rounds::interleaved_several;
use peers::started::Started;

use crate::cases::Asked;
use crate::load::{Exchange, Load};

/// A running server that has proved that its replies are right.
pub struct Contender {
    pub kind: &'static str,
    server: Started,
    exchange: Exchange,
}

/// The values that one turn measures: requests per second; the server's processor time per request, in microseconds;
/// the median and the 99th percentile of the latency; the percentage of time that the server was busy; and the load
/// generator's processor time per request and percentage of busy time.
pub type Turn = [f64; 7];

impl Contender {
    /// Starts a kind of server on this many threads, and checks its reply.
    ///
    /// # Panics
    ///
    /// If it can't be started or its reply is wrong.
    pub fn start(kind: &'static str, threads: usize, asked: &Asked) -> Self {
        let server = match threads {
            1 => Started::kind(kind),
            threads => Started::on_threads(kind, threads),
        };
        Contender {
            kind,
            exchange: Exchange::prove(server.address(), &asked.message, &*asked.is_right),
            server,
        }
    }

    /// Loads the server for about this long.
    pub fn take_turn(&self, about: Duration, connections: usize) -> Turn {
        let mut load = Load::connect(self.server.address(), connections, &self.exchange);
        load.run_for(&self.exchange, WARM_UP);
        let before = cpu_time_of_threads(self.server.pid());
        let run = load.run_for(&self.exchange, about);
        let server_time = cpu_time_of_threads(self.server.pid()) - before;
        let a_request = |time| microseconds(time) / run.requests as f64;
        let busy = |time: Duration| 100.0 * time.as_secs_f64() / run.elapsed.as_secs_f64();
        [
            run.requests_a_second(),
            a_request(server_time),
            microseconds(run.latency(0.5)),
            microseconds(run.latency(0.99)),
            busy(server_time),
            a_request(run.own_time),
            busy(run.own_time),
        ]
    }

    /// The server's memory in MiB with this many idle connections, each of which has had one reply.
    pub fn memory_when_idle(&self, connections: usize) -> Samples {
        let mut load = Load::connect(self.server.address(), connections, &self.exchange);
        load.run_times(&self.exchange, connections);
        self.mebibytes(memory(self.server.pid()))
    }

    /// The server's peak memory so far, in MiB.
    pub fn peak_memory(&self) -> Samples {
        self.mebibytes(peak_memory(self.server.pid()))
    }

    fn mebibytes(&self, bytes: u64) -> Samples {
        Samples {
            contender: self.kind.to_owned(),
            values: vec![bytes as f64 / work::MIB as f64],
        }
    }
}

const WARM_UP: Duration = Duration::from_millis(50);

fn microseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// Lets each contender take a turn in every round, and returns the samples of each metric.
pub fn take_turns(
    rounds: usize,
    about: Duration,
    connections: usize,
    contenders: &[Contender],
) -> [Vec<Samples>; 7] {
    let mut turns: Vec<_> = contenders
        .iter()
        .map(|contender| || contender.take_turn(about, connections))
        .collect();
    let mut turns: Vec<(&str, &mut dyn FnMut() -> Turn)> = contenders
        .iter()
        .zip(&mut turns)
        .map(|(contender, turn)| (contender.kind, turn as _))
        .collect();
    interleaved_several(rounds, &mut turns)
}
