//! The suite `clients [--short]`: what clients cost, and how fast they are.

use std::time::Duration;

use clients::allocations;
use clients::client::Ask;
use clients::contenders::{Contender, Servers, connect, runtime};
use clients::load::{IN_FLIGHT, Shape, metrics};
use measure::{Form, Metric, Results, Samples, rounds};
use tokio::runtime::Runtime;

/// A name for the results, the call, and how the calls are made.
type Case = (&'static str, Ask, Shape);

const CASES: &[Case] = &[
    ("add, one at a time", Ask::Add, Shape::Single),
    ("add, 64 in flight", Ask::Add, Shape::Tasks),
    ("echo of 64 bytes, 64 in flight", Ask::Echo, Shape::Tasks),
    ("echo of 1 KiB, 64 in flight", Ask::EchoLarge, Shape::Tasks),
    ("100 KiB in, 64 in flight", Ask::Total, Shape::Tasks),
    ("100 KiB out, 64 in flight", Ask::List, Shape::Tasks),
    ("batch of 100", Ask::Batch, Shape::Single),
];

/// Cases that only the full form runs.
const IN_ONE_TASK: &[Case] = &[
    ("add, 64 in flight in one task", Ask::Add, Shape::Futures),
    (
        "echo of 64 bytes, 64 in flight in one task",
        Ask::Echo,
        Shape::Futures,
    ),
    (
        "100 KiB in, 64 in flight in one task",
        Ask::Total,
        Shape::Futures,
    ),
    (
        "100 KiB out, 64 in flight in one task",
        Ask::List,
        Shape::Futures,
    ),
];

/// How long calls are made before measuring, so that connections are open and buffers have grown.
const WARM_UP: Duration = Duration::from_millis(100);

fn main() {
    let form = Form::from_arguments();
    let mut results = Results::new("clients");
    record_allocations(&mut results);
    let servers = Servers::start();
    let runtime = runtime();
    let contenders = connect(&runtime, &servers);
    let cases = form.pick(CASES.to_vec(), [CASES, IN_ONE_TASK].concat());
    for case in cases {
        run(case, form, &runtime, &contenders, &mut results);
    }
    note(&mut results);
    results.write();
}

fn run(
    (name, ask, shape): Case,
    form: Form,
    runtime: &Runtime,
    contenders: &[Box<dyn Contender>],
    results: &mut Results,
) {
    let able = || contenders.iter().filter(|contender| contender.can(ask));
    for contender in able() {
        contender.run(runtime, ask, shape, WARM_UP);
    }
    let time = form.pick(Duration::from_millis(400), Duration::from_millis(500));
    let mut runs: Vec<_> = able()
        .map(|contender| {
            (contender.name(), || {
                contender.run(runtime, ask, shape, time)
            })
        })
        .collect();
    let mut turns: Vec<_> = runs
        .iter_mut()
        .map(|(name, run)| (*name, run as &mut dyn FnMut() -> [f64; 2]))
        .collect();
    let samples = rounds::interleaved_several(form.pick(5, 7), &mut turns);
    for (metric, samples) in metrics(ask, shape).iter().zip(&samples) {
        results.record(name, metric, samples);
    }
}

/// Records the allocations per call of the first case.
fn record_allocations(results: &mut Results) {
    let counted = allocations::counted().into_iter();
    let counted = counted.map(|(contender, count)| Samples {
        contender,
        values: vec![count],
    });
    let metric = Metric::cost("allocations", "per call");
    results.record(CASES[0].0, &metric, &counted.collect::<Vec<_>>());
}

fn note(results: &mut Results) {
    results.note(
        "All clients and the tasks of their connections run on one thread; the servers are other processes. The JSON-RPC \
         and HTTP clients call the same server (rpc, without axum); tarpc and tonic call their own.",
    );
    results.note(format!(
        "{IN_FLIGHT} in flight means {IN_FLIGHT} loops that each await one call after another. HTTP/1 opens a \
         connection for each loop, unless calls are batched; tarpc, tonic and \
         our client over HTTP/2 use one connection."
    ));
    results.note(
        "tarpc and tonic take owned params: with 100 KiB in, they are cloned for each call, which is part of the cost. The \
         others borrow theirs; jsonrpsee's client has a separate contract for that.",
    );
}
