//! What all kinds of server have in common: one runtime, one way to say the port, one way to end.

use std::io::{Read, Write};
use std::pin::Pin;

use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

/// A name, and what serves it on a listener, for ever.
pub type Kind = (&'static str, fn(TcpListener) -> Serving);

/// A server that runs.
pub type Serving = Pin<Box<dyn Future<Output = ()>>>;

/// Serves the kind that the program's first argument names, on as many threads as the second says; by default on the
/// main thread alone, so that a machine with two processors has one for the load.
///
/// # Panics
///
/// When there is no such kind, or no port.
pub fn run(kinds: &[Kind]) {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().unwrap_or_default();
    let threads = arguments.next().map_or(1, |threads| {
        threads.parse().expect("the second argument is a number")
    });
    let Some((_, serving)) = kinds.iter().find(|(kind, _)| *kind == name) else {
        let names: Vec<_> = kinds.iter().map(|(name, _)| *name).collect();
        panic!(
            "usage: server <kind> [threads]; kinds: {}",
            names.join(", ")
        );
    };
    std::thread::spawn(exit_with_standard_input);
    runtime(threads).block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.expect("loopback has a free port");
        say_port(&listener);
        serving(listener).await;
    });
}

fn runtime(threads: usize) -> Runtime {
    let mut builder = match threads {
        1 => Builder::new_current_thread(),
        _ => Builder::new_multi_thread(),
    };
    let runtime = builder.worker_threads(threads).enable_all().build();
    runtime.expect("threads can be started")
}

fn say_port(listener: &TcpListener) {
    let address = listener.local_addr().expect("a listener has an address");
    let mut output = std::io::stdout();
    writeln!(output, "{}", address.port()).expect("somebody reads the port");
    output.flush().expect("somebody reads the port");
}

/// Whoever started the server holds the other end: when they are gone, so is the server.
fn exit_with_standard_input() {
    let mut ignored = Vec::new();
    drop(std::io::stdin().read_to_end(&mut ignored));
    std::process::exit(0);
}
