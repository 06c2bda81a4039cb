//! Servers under load: requests a second, processor time, latency, memory, instructions.

use measure::{Form, Results, callgrind};
use peers::started::Script;
use servers::cases::{self, Asked};
use servers::instructions;
use servers::throughput::{Case, FLOOR, measure};

/// Those in Rust.
const CONTENDERS: &[&str] = &[
    "rpc",
    "rpc-axum",
    "jsonrpsee",
    "yerpc",
    "axum-value",
    "axum-typed",
    "hyper-typed",
    FLOOR,
];

/// Those in other languages, with which a few cases are enough.
const SLOW: &[&str] = &["json-rpc", "jayson"];

const COUNTED: &[&str] = &[
    "rpc",
    "rpc-axum",
    "jsonrpsee",
    "axum-typed",
    "hyper-typed",
    FLOOR,
];

fn main() {
    let form = Form::from_arguments();
    let mut results = Results::new("servers");
    note(&mut results);
    count_instructions(&mut results);
    for case in all_cases(form) {
        measure(&mut results, form, &case);
    }
    results.write();
}

/// Large messages need fewer requests: they take longer, and vary less.
fn count_instructions(results: &mut Results) {
    if !callgrind::is_installed() {
        results.note("Instructions were not counted: valgrind is not installed.");
        return;
    }
    instructions::count(results, COUNTED, &cases::add(), 1_000);
    instructions::count(results, COUNTED, &cases::batch(), 50);
    for asked in [cases::orders_in(), cases::orders_out()] {
        instructions::count(results, COUNTED, &asked, 20);
    }
}

fn all_cases(form: Form) -> Vec<Case> {
    let many: &[usize] = form.pick(&[32], &[1, 32, 128]);
    let mut cases = Vec::new();
    for connections in form.pick(&[1, 32][..], many) {
        cases.push(case(cases::add(), *connections, true));
    }
    for connections in many {
        cases.push(case(cases::orders_in(), *connections, false));
        cases.push(case(cases::orders_out(), *connections, false));
        cases.push(case(cases::batch(), *connections, true));
    }
    if form == Form::Full {
        cases.push(Case {
            threads: 2,
            ..case(cases::add(), 32, false)
        });
    }
    cases
}

fn case(asked: Asked, connections: usize, with_slow: bool) -> Case {
    let mut contenders = CONTENDERS.to_vec();
    if asked.name == cases::BATCH {
        contenders.retain(|kind| *kind != "yerpc");
    }
    if with_slow && connections == 32 && Script::is_installed() {
        contenders.extend(SLOW);
    }
    Case {
        asked,
        connections,
        threads: 1,
        contenders,
    }
}

fn note(results: &mut Results) {
    for note in [
        "Each server is a process of its own, on one thread (tokio's current_thread) so that the other processor is the \
         load generator's; where a case says 2 threads, on as many.",
        "All limits are the defaults, except for jsonrpsee's 100 connections.",
        "rpc is served by rpc_http::server::serve, rpc-axum is the same endpoint in an axum Router.",
        "axum-typed and hyper-typed are the same handler, the fastest that was found by hand; axum-value is the shortest.",
        "hyper-constant reads the body and sends what it has replied to the first request: the floor of what hyper costs.",
        "yerpc is behind an axum handler, since its own support is for WebSockets. It knows no batches.",
        "json-rpc is Python's, on the standard library's HTTP server; jayson is Node's, on its own.",
        "The load generator's rows are of its runs against hyper-constant. It checks each reply's status and length, and \
         how its body begins.",
        "Instructions are those outside the kernel, counted by callgrind.",
    ] {
        results.note(note);
    }
    if !Script::is_installed() {
        results.note("Servers in Python and Node were left out: RPC_PEERS is not set.");
    }
}
