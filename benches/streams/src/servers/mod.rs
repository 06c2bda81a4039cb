//! The servers. Each does the same: it adds two numbers, sends as many items as it is asked for, and publishes items to
//! everyone who has subscribed.
//!
//! Those on a Unix socket listen in the folder for temporary files. The port that they print is part of the socket's name.

mod axum_events;
mod jsonrpsee;
mod ours;
mod rmcp;
mod tungstenite;
mod websockets;

use std::path::PathBuf;

use peers::serve::Kind;
use tokio::net::TcpListener;

/// All kinds of server.
pub static KINDS: &[Kind] = &[
    ("rpc", |listener| Box::pin(ours::over_http(listener))),
    ("rpc-lines", |listener| Box::pin(ours::over_tcp(listener))),
    ("rpc-unix", |listener| Box::pin(ours::over_unix(listener))),
    ("jsonrpsee", |listener| Box::pin(jsonrpsee::serve(listener))),
    ("tonic", |listener| Box::pin(peers::tonic::serve(listener))),
    ("axum-events", |listener| {
        Box::pin(axum_events::serve(listener))
    }),
    ("rmcp", |listener| Box::pin(rmcp::serve(listener))),
    ("tokio-websockets", |listener| {
        Box::pin(websockets::serve(listener))
    }),
    ("tokio-tungstenite", |listener| {
        Box::pin(tungstenite::serve(listener))
    }),
];

/// The Unix socket of the server that has printed this port.
pub fn unix_socket(port: u16) -> PathBuf {
    std::env::temp_dir().join(format!("bench-streams-{port}.sock"))
}

/// Where a server on a Unix socket listens. It keeps the port, so that the name is its own.
fn own_unix_socket(listener: &TcpListener) -> PathBuf {
    let address = listener.local_addr().expect("a listener has an address");
    unix_socket(address.port())
}

/// How many items may wait for a subscriber.
const WAITING: usize = 1024;

/// What the hand-written servers understand, one word and a number: `watch 100`.
enum Asked {
    /// So many items.
    Watch(usize),
    /// So many messages of 100 bytes.
    Flood(usize),
    /// Whatever is published.
    News,
    /// So many items for everyone who has subscribed.
    Publish(usize),
    /// Anything else is sent back.
    Echo,
}

impl Asked {
    fn of(text: &str) -> Self {
        let Some((word, number)) = text.split_once(' ') else {
            return Asked::Echo;
        };
        match (word, number.parse()) {
            ("watch", Ok(items)) => Asked::Watch(items),
            ("flood", Ok(messages)) => Asked::Flood(messages),
            ("news", Ok(_)) => Asked::News,
            ("publish", Ok(items)) => Asked::Publish(items),
            _ => Asked::Echo,
        }
    }
}

/// A message with an item, as long as ours.
fn item_message() -> String {
    let item = work::ITEM;
    format!(r#"{{"jsonrpc":"2.0","method":"$/progress","params":{{"token":1,"value":"{item}"}}}}"#)
}
