//! `clients [--short]`: what clients cost, and how fast they are.

use std::time::Duration;

use clients::allocations;
use clients::client::Ask;
use clients::contenders::{Contender, Servers, connect, runtime};
use clients::load::{IN_FLIGHT, Shape, metrics};
use measure::{Form, Metric, Results, Samples, rounds};
use tokio::runtime::Runtime;

/// What is asked for, how, and what the results call it.
type Case = (&'static str, Ask, Shape);

const CASES: &[Case] = &[
    ("add, one at a time", Ask::Add, Shape::Single),
    ("add, 64 in flight", Ask::Add, Shape::Tasks),
    ("echo of 64 bytes, 64 in flight", Ask::Echo, Shape::Tasks),
    ("100 KiB in, 64 in flight", Ask::Total, Shape::Tasks),
    ("100 KiB out, 64 in flight", Ask::List, Shape::Tasks),
    ("batch of 100", Ask::Batch, Shape::Single),
];

/// Only in the full form.
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

/// Connections are made, and buffers have grown, before anything is measured.
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

/// Of the first case.
fn record_allocations(results: &mut Results) {
    let counted = allocations::counted().into_iter();
    let counted = counted.map(|(contender, count)| Samples {
        contender,
        values: vec![count],
    });
    let metric = Metric::cost("allocations", "a call");
    results.record(CASES[0].0, &metric, &counted.collect::<Vec<_>>());
}

fn note(results: &mut Results) {
    results.note(
        "All clients run on one thread, with the tasks of their connections; servers are other processes. The JSON-RPC \
         and HTTP clients talk to the same server (rpc, served bare); tarpc and tonic talk to their own.",
    );
    results.note(format!(
        "{IN_FLIGHT} in flight are {IN_FLIGHT} loops that each await one call after the other. HTTP/1 opens a \
         connection for each, unless calls are batched; tarpc and tonic have one connection."
    ));
    results.note(
        "tarpc and tonic take params that are owned: with 100 KiB in, these are cloned for each call, which is part of \
         their cost. The others are lent theirs: jsonrpsee by a contract for clients alone.",
    );
}
