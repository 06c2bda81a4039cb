//! Shared by all kinds of server: how they start, print their port and end.

use std::io::{Read, Write};
use std::pin::Pin;

use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

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
    let threads = std::env::args().nth(2).map_or(1, |threads| {
        threads.parse().expect("the second argument is a number")
    });
    std::thread::spawn(|| {
        wait_for_the_end_of_input();
        std::process::exit(0);
    });
    runtime(threads).block_on(asked_for(kinds));
}

/// Serves the kind in the program's first argument on the main thread, and returns when standard input ends. The runtime
/// that it returns has the connections that are still open.
///
/// # Panics
///
/// If the kind is unknown or no port is free.
pub fn run_to_the_end(kinds: &[Kind]) -> Runtime {
    let (ended, end) = oneshot::channel();
    std::thread::spawn(|| {
        wait_for_the_end_of_input();
        // Nobody waits for the end of a server that has failed.
        let _ = ended.send(());
    });
    let runtime = runtime(1);
    runtime.block_on(async {
        tokio::select! {
            () = asked_for(kinds) => {}
            _ = end => {}
        }
    });
    runtime
}

async fn asked_for(kinds: &[Kind]) {
    let name = std::env::args().nth(1).unwrap_or_default();
    let Some((_, serving)) = kinds.iter().find(|(kind, _)| *kind == name) else {
        let names: Vec<_> = kinds.iter().map(|(name, _)| *name).collect();
        panic!(
            "usage: server <kind> [threads]; kinds: {}",
            names.join(", ")
        );
    };
    let listener = TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("loopback has a free port");
    say_port(&listener);
    serving(listener).await;
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

/// The parent holds the other end, so the server ends with its parent.
fn wait_for_the_end_of_input() {
    let mut ignored = Vec::new();
    drop(std::io::stdin().read_to_end(&mut ignored));
}
