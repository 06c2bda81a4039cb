//! The suite `nats [--short]`: calls over NATS, compared with requests of async-nats alone.

use std::time::Duration;

use clients::client::Ask;
use clients::contenders::runtime;
use clients::load::{self, Shape};
use measure::rounds::interleaved_several;
use measure::{Form, Metric, Results};
use nats::contenders::{Contender, Site, connected};
use tokio::runtime::Runtime;

const CASES: [(&str, Shape); 2] = [
    ("add over NATS, 64 in flight", Shape::Tasks),
    ("add over NATS, one at a time", Shape::Single),
];

/// How long calls are made before measuring.
const WARM_UP: Duration = Duration::from_millis(200);

fn main() {
    let form = Form::from_arguments();
    let mut results = Results::new("nats");
    let site = Site::start();
    let runtime = runtime();
    let contenders = runtime.block_on(connected(&site));
    for case in CASES {
        run(case, form, &runtime, &contenders, &mut results);
    }
    note(&mut results);
    results.write();
}

fn run(
    (case, shape): (&str, Shape),
    form: Form,
    runtime: &Runtime,
    contenders: &[Contender<'_>],
    results: &mut Results,
) {
    let time = form.pick(Duration::from_millis(400), Duration::from_millis(500));
    let mut turns: Vec<_> = contenders
        .iter()
        .map(|contender| {
            contender.take_turn(runtime, shape, WARM_UP);
            (contender.name, || contender.take_turn(runtime, shape, time))
        })
        .collect();
    let mut turns: Vec<(&str, &mut dyn FnMut() -> [f64; 3])> = turns
        .iter_mut()
        .map(|(name, turn)| (*name, turn as _))
        .collect();
    let [pace, own, of_worker] = interleaved_several(form.pick(9, 21), &mut turns);
    let [pace_metric, _] = load::metrics(Ask::Add, shape);
    results.record(case, &pace_metric, &pace);
    let unit = "µs per call";
    results.record(case, &Metric::cost("client's processor time", unit), &own);
    let worker_time = Metric::cost("worker's processor time", unit);
    results.record(case, &worker_time, &of_worker);
}

fn note(results: &mut Results) {
    results.note(
        "Each client has one connection, and all share one thread. Each worker has one connection, in a process with one thread. \
         They share one nats-server with its default settings, which is a third process.",
    );
    results.note(
        "async-nats sends the same bytes with `request`, and compares the reply with what it expects. Its worker is a \
         subscription that publishes a reply that lies ready. It gives no deadline, no limit, no counters, and no reply again \
         that was lost.",
    );
}
