//! Shared by all kinds of server: how they start, print their port and end.

use std::io::{Read, Write};
use std::pin::Pin;

use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

/// A name, and a function that serves on a listener for ever.
pub type Kind = (&'static str, fn(TcpListener) -> Serving);

/// A running server.
pub type Serving = Pin<Box<dyn Future<Output = ()>>>;

/// Serves the kind in the program's first argument, on the number of threads in the second. The default is only the
/// main thread, so that a machine with two processors has one left for the load generator.
///
/// # Panics
///
/// If the kind is unknown or no port is free.
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
    writeln!(output, "{}", address.port()).expect("the parent reads the port");
    output.flush().expect("the parent reads the port");
}

/// Exits when standard input ends. The parent holds the other end, so the server ends with its parent.
fn exit_with_standard_input() {
    let mut ignored = Vec::new();
    drop(std::io::stdin().read_to_end(&mut ignored));
    std::process::exit(0);
}
