//! `nats-worker KIND PORT`: a worker on one thread, connected to the server of NATS at this port. It prints the port when it takes
//! messages, and ends with its standard input.

use std::io::Read;
use std::time::Duration;

use nats::server::connect;
use nats::workers::{BARE_SUBJECT, SUBJECT, work};
use tokio::runtime::Builder;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let (Some(kind), Some(port)) = (arguments.next(), arguments.next()) else {
        panic!("usage: nats-worker KIND PORT");
    };
    let port = port.parse().expect("the port is a number");
    std::thread::spawn(|| {
        // The parent holds the other end.
        drop(std::io::stdin().read_to_end(&mut Vec::new()));
        std::process::exit(0);
    });
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.expect("it starts no threads").block_on(async {
        let client = connect(port).await;
        tokio::spawn(say_when_ready(port));
        work(&kind, client).await;
    });
}

/// Prints the port when this worker answers. No other one of its kind runs.
async fn say_when_ready(port: u16) {
    let client = connect(port).await;
    let own = std::env::args().nth(1).unwrap_or_default();
    let subject = if own == "rpc" { SUBJECT } else { BARE_SUBJECT };
    let call = r#"{"jsonrpc":"2.0","method":"add","params":[2,3],"id":1}"#;
    while client.request(subject, call.into()).await.is_err() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    println!("{port}");
}
