//! Counts the instructions that a message takes.

use std::hint::black_box;

use in_process::contenders::{FASTEST, SERVICE};
use in_process::{cases, contenders};
use measure::{BASELINE, Metric, OURS, Results, callgrind};

/// The cases, and how often each is repeated in the shorter run. They are small, because callgrind slows down
/// everything that the process does.
const CASES: &[(&str, u32)] = &[
    ("add", 1000),
    ("echo of 64 bytes", 1000),
    ("batch of 100 adds", 20),
];

/// The argument with which this program starts itself. The contender, the case and the number of repetitions follow.
const REPEAT: &str = "--repeat";

/// Counts a few cases for this project, jsonrpsee and the fastest hand-written server.
pub fn count(results: &mut Results) {
    let metric = Metric::cost("instructions", "per message");
    for (case, repetitions) in CASES {
        for contender in [OURS, BASELINE, SERVICE, FASTEST] {
            // The difference of two runs leaves out what starting the process costs.
            let [once, twice] =
                [1, 2].map(|times| instructions(contender, case, times * repetitions));
            let each = (twice - once) as f64 / f64::from(*repetitions);
            results.count(case, &metric, contender, each);
        }
    }
}

fn instructions(contender: &str, case: &str, repetitions: u32) -> u64 {
    let own = std::env::current_exe().expect("a program has a file");
    let (mut command, count) = callgrind::command(own);
    let output = command
        .args([REPEAT, contender, case, &repetitions.to_string()])
        .output()
        .expect("the full form needs valgrind");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "callgrind: {errors}");
    count.instructions()
}

/// Runs the repetitions if [`count`] started this process for them. Returns whether it did.
pub fn repeat_if_asked_to() -> bool {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [first, contender, case, repetitions] = &arguments[..] else {
        return false;
    };
    if first != REPEAT {
        return false;
    }
    let case = cases::small().into_iter().find(|other| other.name == *case);
    let case = case.expect("one of the small cases");
    let contenders = contenders::of(case.served);
    let contender = contenders.iter().find(|other| other.name == *contender);
    let handle = &contender.expect("one of the contenders").handle;
    for _ in 0..repetitions.parse().expect("a number") {
        black_box(handle(black_box(&case.message)));
    }
    true
}
