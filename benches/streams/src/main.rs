//! The suite `streams`: items per second, processor time, latency, allocations and memory, of streams and of calls over
//! WebSockets. With the names of parts as arguments, only these run: `streams --short flood calls`.

use measure::{Form, Results};
use streams::{calls, counted, flood, subscribers};

/// Measures one part of the suite.
type Part = fn(&mut Results, Form);

const PARTS: [(&str, Part); 4] = [
    ("counted", counted::run),
    ("flood", flood::run),
    ("subscribers", subscribers::run),
    ("calls", calls::run),
];

fn main() {
    let form = Form::from_arguments();
    let named: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with("--"))
        .collect();
    let mut results = Results::new("streams");
    note(&mut results);
    for (part, run) in PARTS {
        if named.is_empty() || named.iter().any(|name| name == part) {
            run(&mut results, form);
        }
    }
    results.write();
}

fn note(results: &mut Results) {
    for note in [
        "Each server is a separate process with one thread. Processor time is that of the server, unless it says otherwise.",
        "rpc is served over WebSockets by rpc_http::server::serve, and \"rpc, events\" with server-sent events by the same; \
         \"rpc, lines\" by rpc_stream::serve, over TCP or a Unix socket. All limits are the defaults, except that \
         jsonrpsee's limit of 100 connections is raised.",
        "Items are read by the same code whatever the server is: it looks at the lengths of WebSocket messages, counts the ends of \
         lines, or counts the empty lines between events. tonic's items are read with the h2 library and hyper's windows, \
         which costs less than tonic's own client. Every item is a text of 98 bytes. A message of ours or of jsonrpsee has \
         about 160 bytes with it, a message of tonic 105, and an event of axum 108.",
        "tokio-websockets and tokio-tungstenite are the libraries alone, with messages that lie ready: as long as ours, or of 100 \
         bytes in \"the library alone\". They flush when their own buffer is full.",
        "rmcp is its transport for lines without its service, which sends notifications of progress.",
        "Subscribers: 1,000 connections with one subscription each. The next items are published when everyone has the ones \
         before, so that each delivery is a write of its own unless several are published at once. \
         rpc has a Publisher as its source, and jsonrpsee a broadcast channel of tokio's.",
        "Calls: each client calls its own server. \"rpc, lines\" is over TCP. tokio-websockets and tokio-tungstenite send a \
         message of the same length and get it back.",
        "Memory per idle connection is what a thousand WebSockets add to the heap of the server, each of which has had one reply.",
        "Allocations per item are the difference between many items and fewer, divided by the items.",
    ] {
        results.note(note);
    }
}
