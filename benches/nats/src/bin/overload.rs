//! `overload [ROUNDS]`: ten times as many calls as a worker can do, from callers that give up. It prints a table.

use std::time::Duration;

use nats::overload::work::Kind;
use nats::overload::{Caller, Case, Measured, TIMES};
use nats::server::NatsServer;

const CASES: [Case; 4] = [
    Case {
        name: "computes for 2 ms, on one thread",
        threads: 1,
        max_in_flight: None,
        kind: Kind::Computes,
        method_takes: Duration::from_millis(2),
        caller: Caller::WaitsFor(Duration::from_millis(200)),
    },
    Case {
        name: "the same, and callers lose interest",
        threads: 1,
        max_in_flight: None,
        kind: Kind::Computes,
        method_takes: Duration::from_millis(2),
        caller: Caller::LosesInterestAfter(Duration::from_millis(200)),
    },
    Case {
        name: "computes for 2 ms, on two threads",
        threads: 2,
        max_in_flight: None,
        kind: Kind::Computes,
        method_takes: Duration::from_millis(2),
        caller: Caller::WaitsFor(Duration::from_millis(200)),
    },
    Case {
        name: "waits for 20 ms, at most 10 calls",
        threads: 1,
        max_in_flight: Some(10),
        kind: Kind::Waits,
        method_takes: Duration::from_millis(20),
        caller: Caller::WaitsFor(Duration::from_millis(200)),
    },
];

fn main() {
    let rounds = std::env::args().nth(1);
    let rounds = rounds.map_or(3, |it| it.parse().expect("usage: overload [ROUNDS]"));
    let server = NatsServer::start();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.expect("it starts no threads");
    println!(
        "A worker is offered {TIMES} times as many calls as it can do. Medians of {rounds} rounds, and the extremes.\n"
    );
    println!("| a method | calls per second | answered in time | run in vain | median time |");
    println!("| --- | --- | --- | --- | --- |");
    for case in CASES {
        let results: Vec<Measured> = (0..rounds)
            .map(|_| runtime.block_on(case.measure(server.port())))
            .collect();
        print_row(case.name, &results);
    }
}

fn print_row(name: &str, results: &[Measured]) {
    let capacity = spread(results, 0, "", |it| it.capacity);
    let in_time = spread(results, 1, " %", |it| it.in_time * 100.0);
    let in_vain = spread(results, 2, " %", |it| it.in_vain * 100.0);
    let median = spread(results, 0, " ms", |it| it.median.as_secs_f64() * 1000.0);
    println!("| {name} | {capacity} | {in_time} | {in_vain} | {median} |");
}

/// The median of a quantity, with its extremes if they differ.
fn spread(
    results: &[Measured],
    digits: usize,
    unit: &str,
    of: impl Fn(&Measured) -> f64,
) -> String {
    let mut values: Vec<f64> = results.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    let shown = |value: f64| format!("{value:.digits$}{unit}");
    let (least, most) = (shown(values[0]), shown(values[values.len() - 1]));
    match least == most {
        true => most,
        false => format!("{} ({least} to {most})", shown(values[values.len() / 2])),
    }
}
