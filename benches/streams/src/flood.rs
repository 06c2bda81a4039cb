//! One connection, over which a server sends as many items as the connection carries.

use std::time::{Duration, Instant};

use measure::process::cpu_time_of_threads;
use measure::rounds::interleaved_several;
use measure::{Form, Metric, Results};
use peers::started::Started;

use crate::contender::{self, Contender};
use crate::readers::Reader;

/// Measures all cases.
pub fn run(results: &mut Results, form: Form) {
    use contender::{
        AXUM_EVENTS, JSONRPSEE, RMCP, RPC, RPC_EVENTS, RPC_LINES, RPC_UNIX,
        SHORT_TOKIO_TUNGSTENITE, SHORT_TOKIO_WEBSOCKETS, TOKIO_WEBSOCKETS, TONIC,
    };
    let items = [RPC, RPC_LINES, JSONRPSEE, TONIC, TOKIO_WEBSOCKETS];
    measure(results, form, ITEMS, &items);
    measure(results, form, EVENTS, &[RPC_EVENTS, AXUM_EVENTS]);
    measure(results, form, UNIX, &[RPC_UNIX, RMCP]);
    let libraries = [SHORT_TOKIO_WEBSOCKETS, SHORT_TOKIO_TUNGSTENITE];
    measure(results, form, "the library alone", &libraries);
}

pub(crate) const ITEMS: &str = "items of 100 bytes, one connection";
pub(crate) const EVENTS: &str = "items of 100 bytes, server-sent events";
pub(crate) const UNIX: &str = "items of 100 bytes, lines over a Unix socket";

const A_TURN: Duration = Duration::from_millis(250);

/// Runs a case. All servers are started first, and each waits for its turns.
fn measure(results: &mut Results, form: Form, case: &str, contenders: &[Contender]) {
    let mut running: Vec<_> = contenders.iter().map(Running::start).collect();
    let mut turns: Vec<_> = running
        .iter_mut()
        .map(|running| (running.name, || running.take_turn()))
        .collect();
    let mut turns: Vec<(&str, &mut dyn FnMut() -> [f64; 2])> = turns
        .iter_mut()
        .map(|(name, turn)| (*name, turn as _))
        .collect();
    let [items, time] = interleaved_several(form.pick(7, 15), &mut turns);
    results.record(case, &Metric::gain("items", "1/s"), &items);
    let processor_time = Metric::cost("processor time", "µs per item");
    results.record(case, &processor_time, &time);
}

/// A running server, and a connection to it.
struct Running {
    name: &'static str,
    server: Started,
    reader: Box<dyn Reader>,
    /// How many items a turn has.
    items: usize,
}

impl Running {
    fn start(contender: &Contender) -> Self {
        let server = contender.start();
        let reader = contender.connect(&server);
        let mut running = Running {
            name: contender.name,
            server,
            reader,
            items: 20_000,
        };
        running.find_length();
        running
    }

    /// Chooses the number of items so that a turn takes about [`A_TURN`].
    fn find_length(&mut self) {
        let [_, _] = self.take_turn();
        let [a_second, _] = self.take_turn();
        self.items = (a_second * A_TURN.as_secs_f64()) as usize;
    }

    /// Items per second, and the server's processor time per item, in microseconds.
    fn take_turn(&mut self) -> [f64; 2] {
        let before = cpu_time_of_threads(self.server.pid());
        let start = Instant::now();
        self.reader.take(self.items);
        let elapsed = start.elapsed();
        let time = cpu_time_of_threads(self.server.pid()) - before;
        let items = self.items as f64;
        [
            items / elapsed.as_secs_f64(),
            time.as_secs_f64() * 1e6 / items,
        ]
    }
}
