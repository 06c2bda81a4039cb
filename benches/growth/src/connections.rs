//! How costs grow with the number of connections, both busy (one call in flight on each) and idle.

use std::process::Command;
use std::time::Duration;

use measure::{BASELINE, FLOOR, Form, Metric, OURS, Results, Samples};
use servers::cases;
use servers::contender::{Contender, take_turns};
use servers::throughput::FASTEST;

const CONTENDERS: [&str; 4] = [OURS, BASELINE, FASTEST, FLOOR];

const BUSY: &str = "busy connections";
const IDLE: &str = "idle connections";

/// Measures the curves, from one connection to 5,000.
pub fn run(form: Form, results: &mut Results) {
    results.note(
        "Connections: `add` over HTTP, servers on one thread. Every busy connection has one call in flight; every idle one \
         has had one reply. Memory is that of the server's process, which is new for each number of connections. Limits \
         are the defaults, except that jsonrpsee's limit of 100 connections is raised.",
    );
    let mut one = Vec::new();
    for connections in form.pick(&[1, 100, 1_000][..], &[1, 10, 100, 1_000, 5_000]) {
        if allow_files(connections + 100) {
            let idle = at(form, results, *connections);
            match connections {
                1 => one = idle.to_vec(),
                1_000 => record_slope(results, &one, &idle),
                _ => {}
            }
        } else {
            results.note(format!(
                "{connections} connections were left out: the system does not allow that many open files."
            ));
        }
    }
}

/// What each idle connection adds to the memory of a server, from its memory with one and with a thousand.
fn record_slope(results: &mut Results, one: &[Samples], thousand: &[Samples]) {
    let metric = Metric::cost("memory per idle connection", "KiB");
    for (one, thousand) in one.iter().zip(thousand) {
        let added = (thousand.values[0] - one.values[0]) * 1024.0 / 999.0;
        results.count("add", &metric, &one.contender, added);
    }
}

/// Measures with this many connections, and returns the memory while they were idle, in MiB.
fn at(form: Form, results: &mut Results, connections: usize) -> [Samples; CONTENDERS.len()] {
    let asked = cases::add();
    let contenders = CONTENDERS.map(|kind| Contender::start(kind, 1, &asked));
    let mut record = |curve, metric, samples: &[_]| {
        results.record_at(curve, Some(connections as f64), &metric, samples);
    };
    let memory = || Metric::cost("memory", "MiB");
    let idle = contenders
        .each_ref()
        .map(|one| one.memory_when_idle(connections));
    record(IDLE, memory(), &idle);
    let about = Duration::from_millis(form.pick(300, 600));
    let [requests, time, ..] = take_turns(form.pick(5, 7), about, connections, &contenders);
    record(BUSY, Metric::gain("requests", "1/s"), &requests);
    record(
        BUSY,
        Metric::cost("processor time", "µs per request"),
        &time,
    );
    let peak = contenders.each_ref().map(Contender::peak_memory);
    record(BUSY, memory(), &peak);
    idle
}

/// Raises the limit of open files for this process and those that it starts. Returns `false` if that is not allowed.
fn allow_files(files: usize) -> bool {
    let limits = std::fs::read_to_string("/proc/self/limits").expect("Linux has this file");
    let allowed = limits.lines().find_map(|line| {
        let values = line.strip_prefix("Max open files")?;
        values.split_whitespace().next()?.parse().ok()
    });
    if allowed.is_none_or(|allowed: usize| allowed >= files) {
        return true;
    }
    let own = std::process::id();
    let raised = Command::new("prlimit")
        .args(["--pid", &own.to_string(), &format!("--nofile={files}:")])
        .status();
    raised.is_ok_and(|status| status.success())
}
