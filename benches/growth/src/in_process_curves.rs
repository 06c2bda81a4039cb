//! How costs grow with the number of methods, the payload and the length of a batch, on one thread and without a
//! socket.

use std::hint::black_box;
use std::process::Command;
use std::time::Duration;

use growth::{Point, batches, contenders, payloads};
use in_process::contenders::Handle;
use in_process::many;
use measure::rounds::nanoseconds;
use measure::{BASELINE, Form, Metric, OURS, Results, Samples, interleaved};
use serde::Deserialize;

/// Measures all of these curves.
pub fn run(form: Form, results: &mut Results) {
    for note in NOTES {
        results.note(*note);
    }
    by_methods(form, results);
    for point in payloads(form) {
        time(&point, "time", 1, form, results);
    }
    for point in batches() {
        time(&point, "time of an entry", point.at, form, results);
    }
    peak_memory(form, results);
}

const NOTES: &[&str] = &[
    "The curves by methods, by bytes and by entries use no socket. By methods: rpc is a trait with at most 1,000 methods, \
     because the compiler takes too long with more; rpc, Dispatcher has functions registered at run time; jsonrpsee's \
     module has methods registered in a loop.",
    "Limits on the length of batches are raised. Peak memory is the most that is allocated at once while a message is \
     handled, not counting the message itself.",
];

/// Calls the last of 10 to 10,000 methods.
fn by_methods(form: Form, results: &mut Results) {
    let time = Metric::cost("time", "ns");
    for methods in [10, 100, 1000, 10_000] {
        let name = many::name(methods);
        let message =
            format!(r#"{{"jsonrpc":"2.0","method":"{name}","params":[1,2],"id":1}}"#).into_bytes();
        let handles = [
            (OURS, many::as_trait(methods)),
            ("rpc, Dispatcher", Some(many::as_functions(methods))),
            (BASELINE, Some(many::with_jsonrpsee(methods))),
        ];
        let handles = handles.into_iter();
        let handles: Vec<(&str, Handle)> = handles
            .filter_map(|(name, handle)| Some((name, handle?)))
            .collect();
        let point = Point {
            curve: "add, by methods",
            at: methods,
            message,
            reply: serde_json::json!({ "jsonrpc": "2.0", "result": 3, "id": 1 }),
        };
        let samples = take_turns(&point, &handles, form);
        results.record_at(point.curve, Some(methods as f64), &time, &samples);
    }
}

/// Measures the time for a message, divided by the number of its parts.
fn time(point: &Point, metric: &str, parts: usize, form: Form, results: &mut Results) {
    let mut samples = take_turns(point, &contenders(), form);
    for Samples { values, .. } in &mut samples {
        for value in values {
            *value /= parts as f64;
        }
    }
    let metric = Metric::cost(metric, "ns");
    results.record_at(point.curve, Some(point.at as f64), &metric, &samples);
}

fn take_turns(point: &Point, contenders: &[(&str, Handle)], form: Form) -> Vec<Samples> {
    let rounds = form.pick(7, 11);
    let round = Duration::from_millis(form.pick(40, 150));
    let mut runs: Vec<_> = contenders
        .iter()
        .map(|(name, handle)| {
            let answer = || handle(black_box(&point.message));
            let first = answer();
            point.prove(name, first.as_deref());
            let length = first.map(|reply| reply.len());
            let run = move || {
                nanoseconds(round, || {
                    let reply = answer();
                    assert_eq!(reply.as_ref().map(Vec::len), length, "{name}");
                    reply
                })
            };
            (*name, run)
        })
        .collect();
    let mut table: Vec<(&str, &mut dyn FnMut() -> f64)> = Vec::new();
    for (name, run) in &mut runs {
        table.push((name, run));
    }
    interleaved(rounds, &mut table)
}

/// A row that the program `peak-memory` prints.
#[derive(Deserialize)]
struct Peak {
    curve: String,
    at: f64,
    contender: String,
    bytes: f64,
}

/// Runs the program `peak-memory`, which is next to this one and has a counting allocator.
fn peak_memory(form: Form, results: &mut Results) {
    let own = std::env::current_exe().expect("a program has a file");
    let output = Command::new(own.with_file_name("peak-memory"))
        .args(form.pick(&["--short"][..], &[]))
        .output()
        .expect("it is built together with this program");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "peak-memory: {errors}");
    let peaks: Vec<Peak> =
        serde_json::from_slice(&output.stdout).expect("it prints its rows as JSON");
    let metric = Metric::cost("peak memory", "bytes");
    for peak in peaks {
        results.count_at(
            &peak.curve,
            Some(peak.at),
            &metric,
            &peak.contender,
            peak.bytes,
        );
    }
}
