//! What each option and addition of our server adds to a call of `add`, in instructions.

use measure::{Metric, OURS, Results};

use crate::cases::Asked;
use crate::instructions::a_request;

/// A row of the table, and the kind of server that has the addition.
const ADDITIONS: &[(&str, &str)] = &[
    ("middleware that does nothing", "rpc-middleware"),
    ("a Dispatcher", "rpc-dispatcher"),
    ("an extension", "rpc-extension"),
    ("allowed hosts", "rpc-hosts"),
    ("a limit on nesting", "rpc-nesting"),
    ("error statuses", "rpc-statuses"),
    ("shorthand", "rpc-shorthand"),
    ("cancelling on disconnect", "rpc-cancelling"),
    ("an axum Router", "rpc-axum"),
    ("the message log at DEBUG", "rpc-log"),
    ("tower-http's TraceLayer at DEBUG", "rpc-trace"),
];

/// The metric of the table.
const ADDED: &str = "added instructions";

/// Counts the instructions of a server with each addition, and subtracts those of the server without any.
pub fn count(results: &mut Results, asked: &Asked, requests: usize) {
    let plain = a_request(OURS, asked, requests);
    for (addition, kind) in ADDITIONS {
        let added = a_request(kind, asked, requests) - plain;
        let metric = Metric::cost(ADDED, "per request");
        results.count(addition, &metric, OURS, added);
    }
}
