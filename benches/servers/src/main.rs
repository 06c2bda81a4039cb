//! The suite `servers`: servers under load. It measures requests per second, processor time, latency, memory and
//! instructions.

use measure::{FLOOR, Form, Results, callgrind};
use peers::started::Script;
use servers::cases::{self, Asked};
use servers::throughput::{Case, FASTEST, measure};
use servers::{additions, allocations, instructions};

/// The contenders in Rust.
const CONTENDERS: &[&str] = &[
    "rpc",
    "rpc-axum",
    "jsonrpsee",
    "yerpc",
    "axum-value",
    "axum-typed",
    "hyper-typed",
    FASTEST,
    FLOOR,
];

/// The contenders in other languages, which run only a few cases.
const SLOW: &[&str] = &["json-rpc", "jayson"];

const COUNTED: &[&str] = &[
    "rpc",
    "rpc-axum",
    "jsonrpsee",
    "axum-typed",
    "hyper-typed",
    FASTEST,
    FLOOR,
];

fn main() {
    let form = Form::from_arguments();
    let mut results = Results::new("servers");
    note(&mut results);
    for asked in [cases::add(), cases::batch()] {
        allocations::count(&mut results, COUNTED, &asked);
    }
    count_instructions(&mut results);
    for case in all_cases(form) {
        measure(&mut results, form, &case);
    }
    results.write();
}

/// Counts instructions. Large messages need fewer requests, because they take longer and vary less.
fn count_instructions(results: &mut Results) {
    if !callgrind::is_installed() {
        results.note("Instructions were not counted: valgrind is not installed.");
        return;
    }
    let with_middleware = [COUNTED, &["rpc-middleware"]].concat();
    instructions::count(results, &with_middleware, &cases::add(), 1_000);
    additions::count(results, &cases::add(), 1_000);
    instructions::count(results, COUNTED, &cases::batch(), 50);
    for asked in [
        cases::orders_in(),
        cases::orders_out(),
        cases::orders_copied(),
    ] {
        instructions::count(results, COUNTED, &asked, 20);
    }
}

fn all_cases(form: Form) -> Vec<Case> {
    let many: &[usize] = form.pick(&[32], &[1, 32, 128]);
    let mut cases = Vec::new();
    for connections in &[1, 32, 128] {
        cases.push(case(cases::add(), *connections, true));
    }
    for connections in many {
        cases.push(case(cases::orders_in(), *connections, false));
        cases.push(case(cases::orders_out(), *connections, false));
        cases.push(case(cases::orders_copied(), *connections, false));
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
        "Each server is a separate process with one thread (tokio's current_thread), so that the load generator has the \
         other processor. Cases with 2 threads say so.",
        "All limits are the defaults, except that jsonrpsee's limit of 100 connections is raised.",
        "rpc is served by rpc_http::server::serve; rpc-axum is the same endpoint in an axum Router.",
        "axum-value uses the shortest hand-written handler. axum-typed and hyper-typed use the one that people write who \
         care about speed. hyper-fastest reads a message once, answers each entry of a batch as soon as it has read it, and \
         allocates nothing but the reply.",
        "hyper-constant reads the body and repeats its reply to the first request: the minimum that hyper costs, and the \
         floor in the targets.",
        "100 KiB of orders out: the orders lie ready in an Arc, so that only sending them costs time. Copied out: the method \
         copies them for each call, as most methods make their result.",
        "Allocations are those of a server that has a counting allocator, and is not timed. Growing a buffer counts as another \
         allocation.",
        "Added instructions: what one option or addition adds to a call of add over HTTP. The logs are formatted, and written to \
         a sink. tower-http's TraceLayer logs a request's method, path, status and time; the message log has the messages and \
         their headers.",
        "yerpc is behind an axum handler, since its own support for axum is for WebSockets. It has no batches.",
        "json-rpc is a Python package, on the standard library's HTTP server; jayson is a Node.js package, on its own server.",
        "The load generator's values are from its runs against hyper-constant. It checks the status and length of each \
         reply, and the start of its body.",
        "Instructions are those outside the kernel, counted by callgrind.",
    ] {
        results.note(note);
    }
    if !Script::is_installed() {
        results.note("Servers in Python and Node.js were left out, because RPC_PEERS is not set.");
    }
}
