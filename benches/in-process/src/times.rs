//! Measures how long a message takes.

use std::hint::black_box;
use std::time::Duration;

use in_process::cases::{self, Case};
use in_process::contenders::{self, Contender, DECODING};
use measure::rounds::nanoseconds;
use measure::{Form, Metric, Results, interleaved};
use work::Order;

use crate::other_languages::{self, Foreign};

/// Measures all cases with all contenders.
pub fn take(form: Form, results: &mut Results) {
    let mut foreign = other_languages::start();
    for case in cases::all() {
        let foreign = if case.in_other_languages {
            &mut foreign[..]
        } else {
            &mut []
        };
        time(&case, foreign, form, results);
    }
}

fn time(case: &Case, foreign: &mut [Foreign], form: Form, results: &mut Results) {
    let rounds = form.pick(7, 13);
    let round = Duration::from_millis(form.pick(50, 150));
    let contenders = contenders::of(case.served);
    let mut runs: Vec<(&str, Run)> = contenders
        .iter()
        .filter(|contender| !case.without.contains(&contender.name))
        .map(|contender| (contender.name, run(case, contender, round)))
        .collect();
    if let Some(params) = &case.decoded_alone {
        runs.push((DECODING, decode_alone(params, round)));
    }
    for foreign in foreign {
        runs.push((foreign.name, run_foreign(case, foreign, round * 2)));
    }
    let mut table: Vec<(&str, &mut dyn FnMut() -> f64)> = Vec::new();
    for (name, run) in &mut runs {
        table.push((name, run));
    }
    let samples = interleaved(rounds, &mut table);
    results.record(&case.name, &Metric::cost("time", "ns"), &samples);
}

/// One round of one contender.
type Run<'a> = Box<dyn FnMut() -> f64 + 'a>;

fn run<'a>(case: &'a Case, contender: &'a Contender, round: Duration) -> Run<'a> {
    let answer = || (contender.handle)(black_box(&case.message));
    let first = answer();
    case.prove(contender.name, first.as_deref());
    let length = first.map(|reply| reply.len());
    Box::new(move || {
        nanoseconds(round, || {
            let reply = answer();
            assert_eq!(reply.as_ref().map(Vec::len), length, "{}", case.name);
            reply
        })
    })
}

fn decode_alone(params: &str, round: Duration) -> Run<'_> {
    let decode = || -> (Vec<Order>,) {
        serde_json::from_str(black_box(params)).expect("the params are orders")
    };
    Box::new(move || nanoseconds(round, decode))
}

fn run_foreign<'a>(case: &'a Case, foreign: &'a mut Foreign, round: Duration) -> Run<'a> {
    let message = str::from_utf8(&case.message).expect("messages are text");
    let first = foreign.ask(message, 1).reply;
    case.prove(foreign.name, first.as_ref().map(String::as_bytes));
    let repetitions = foreign.repetitions(message, round);
    Box::new(move || {
        let answer = foreign.ask(message, repetitions);
        assert!(answer.reply == first, "{}: {}", case.name, foreign.name);
        answer.nanoseconds
    })
}
