//! [`Contender`]: a kind of server, and how items are read from it.

use std::process::Command;

use peers::started::{Started, next_to_this_program};

use crate::readers::events::Events;
use crate::readers::grpc::Grpc;
use crate::readers::lines::Lines;
use crate::readers::websocket::{Asking, WebSocket};
use crate::readers::{Reader, request};
use crate::servers::unix_socket;

/// A kind of server, and how items are read from it.
#[derive(Debug, Clone, Copy)]
pub struct Contender {
    /// The name in the tables.
    pub name: &'static str,
    kind: &'static str,
    read: fn(&Started) -> Box<dyn Reader>,
}

/// Our server over a WebSocket.
pub const RPC: Contender = Contender {
    name: measure::OURS,
    kind: "rpc",
    read: |server| open(server, |items| request("watch", items), 1),
};

/// Our server over TCP, with lines.
pub const RPC_LINES: Contender = Contender {
    name: "rpc, lines",
    kind: "rpc-lines",
    read: |server| {
        let request = |items| request("watch", items);
        Box::new(Lines::over_tcp(server.address(), request, 1))
    },
};

/// Our server over a Unix socket, with lines.
pub const RPC_UNIX: Contender = Contender {
    name: "rpc, lines",
    kind: "rpc-unix",
    read: |server| {
        let request = |items| request("watch", items);
        let path = unix_socket(server.address().port());
        Box::new(Lines::over_unix(&path, request, 1))
    },
};

/// Our server with server-sent events.
pub const RPC_EVENTS: Contender = Contender {
    name: "rpc, events",
    kind: "rpc",
    read: |server| {
        let request = |items| ("/".to_owned(), request("watch", items));
        Box::new(Events::new(server.address(), request, 1))
    },
};

pub const JSONRPSEE: Contender = Contender {
    name: measure::BASELINE,
    kind: "jsonrpsee",
    read: |server| open(server, |items| request("watch", items), 1),
};

pub const TONIC: Contender = Contender {
    name: "tonic",
    kind: "tonic",
    read: |server| Box::new(Grpc::connect(server.address())),
};

pub const AXUM_EVENTS: Contender = Contender {
    name: "axum Sse",
    kind: "axum-events",
    read: |server| {
        let request = |items| (format!("/watch/{items}"), String::new());
        Box::new(Events::new(server.address(), request, 0))
    },
};

pub const RMCP: Contender = Contender {
    name: "rmcp",
    kind: "rmcp",
    read: |server| {
        let request = |items| format!("watch {items}");
        let path = unix_socket(server.address().port());
        Box::new(Lines::over_unix(&path, request, 0))
    },
};

/// The library alone, with messages as long as ours.
pub const TOKIO_WEBSOCKETS: Contender = Contender {
    name: "tokio-websockets",
    kind: "tokio-websockets",
    read: |server| open(server, |items| format!("watch {items}"), 0),
};

/// The library alone, with messages of 100 bytes.
pub const SHORT_TOKIO_WEBSOCKETS: Contender = Contender {
    read: |server| open(server, |items| format!("flood {items}"), 0),
    ..TOKIO_WEBSOCKETS
};

/// The other library alone, with messages as long as ours.
pub const TOKIO_TUNGSTENITE: Contender = Contender {
    name: "tokio-tungstenite",
    kind: "tokio-tungstenite",
    ..TOKIO_WEBSOCKETS
};

/// The other library alone, with messages of 100 bytes.
pub const SHORT_TOKIO_TUNGSTENITE: Contender = Contender {
    read: SHORT_TOKIO_WEBSOCKETS.read,
    ..TOKIO_TUNGSTENITE
};

fn open(server: &Started, message: fn(usize) -> String, others: usize) -> Box<dyn Reader> {
    let asking = Asking { message, others };
    Box::new(WebSocket::open(server.address(), asking))
}

impl Contender {
    /// Starts the server.
    pub fn start(&self) -> Started {
        Started::command(self.command("stream-server"))
    }

    /// Starts the server with a counting allocator.
    pub fn start_counting(&self) -> Started {
        Started::command(self.command("stream-server-allocations"))
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(next_to_this_program(program));
        command.arg(self.kind);
        command
    }

    /// Opens a connection to the server.
    pub fn connect(&self, server: &Started) -> Box<dyn Reader> {
        (self.read)(server)
    }
}
