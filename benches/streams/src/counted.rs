//! What is counted rather than timed: allocations per item, and the memory of an idle connection.

use measure::{Form, Metric, Results};
use peers::started::Started;

use crate::contender::{
    AXUM_EVENTS, Contender, JSONRPSEE, RMCP, RPC, RPC_EVENTS, RPC_LINES, RPC_UNIX,
    TOKIO_TUNGSTENITE, TOKIO_WEBSOCKETS, TONIC,
};
use crate::flood::{EVENTS, ITEMS, UNIX};
use crate::readers::websocket::{Asking, WebSocket};

/// Counts all cases, which are the same in both forms.
pub fn run(results: &mut Results, _: Form) {
    let items = [RPC, RPC_LINES, JSONRPSEE, TONIC, TOKIO_WEBSOCKETS];
    allocations(results, ITEMS, &items);
    allocations(results, EVENTS, &[RPC_EVENTS, AXUM_EVENTS]);
    allocations(results, UNIX, &[RPC_UNIX, RMCP]);
    let metric = Metric::cost("memory per idle connection", "KiB");
    for contender in [RPC, JSONRPSEE, TOKIO_WEBSOCKETS, TOKIO_TUNGSTENITE] {
        let bytes = an_idle_connection(&contender);
        results.count("idle WebSockets", &metric, contender.name, bytes / 1024.0);
    }
}

const A_FEW: usize = 20_000;

fn allocations(results: &mut Results, case: &str, contenders: &[Contender]) {
    let metric = Metric::cost("allocations", "per item");
    for contender in contenders {
        let counted = an_item(contender);
        results.count(case, &metric, contender.name, counted);
    }
}

/// Allocations per item. The difference of two runs leaves out the start, and what the buffers grow to.
fn an_item(contender: &Contender) -> f64 {
    let [few, many] = [A_FEW, 6 * A_FEW].map(|items| {
        let server = contender.start_counting();
        let mut reader = contender.connect(&server);
        reader.take(A_FEW);
        reader.take(items);
        Counted::at_the_end_of(server).allocations
    });
    (many - few) / (5 * A_FEW) as f64
}

const MANY: usize = 1_000;

/// Bytes on the heap per idle WebSocket, each of which has had one reply. The difference of two runs leaves out the rest.
fn an_idle_connection(contender: &Contender) -> f64 {
    let [few, many] = [1, 1 + MANY].map(|connections| {
        let server = contender.start_counting();
        let open = || {
            let mut socket = WebSocket::open(server.address(), CALL);
            socket.ask(&(CALL.message)(0), 1);
            socket
        };
        let sockets: Vec<WebSocket> = (0..connections).map(|_| open()).collect();
        let counted = Counted::at_the_end_of(server);
        drop(sockets);
        counted.bytes
    });
    (many - few) / MANY as f64
}

/// A call of `add`.
const CALL: Asking = Asking {
    message: |_| r#"{"jsonrpc":"2.0","id":1,"method":"add","params":[1,2]}"#.to_owned(),
    others: 1,
};

/// What a server with a counting allocator has counted.
struct Counted {
    allocations: f64,
    /// Those in use, while the connections are still open.
    bytes: f64,
}

impl Counted {
    fn at_the_end_of(server: Started) -> Self {
        let printed = server.end();
        let mut numbers = printed.split_whitespace().map(|word| word.parse().ok());
        let mut number = || numbers.next().flatten().expect("it prints two numbers");
        Counted {
            allocations: number(),
            bytes: number(),
        }
    }
}
