//! Counts what a message allocates. It has a counting allocator, which would slow down a program that is timed.
//!
//! The suite `in-process` starts it and reads the rows that it prints. Growing a buffer counts as another allocation.

use std::hint::black_box;

use in_process::{cases, contenders};
use serde_json::json;

fn main() {
    let mut rows = Vec::new();
    for case in cases::all() {
        for contender in contenders::of(case.served) {
            if case.without.contains(&contender.name) {
                continue;
            }
            let answer = || (contender.handle)(black_box(&case.message));
            // The first message may allocate things that are kept for all messages. Those are not counted.
            case.prove(contender.name, answer().as_deref());
            let counted = allocation_counter::measure(|| drop(black_box(answer())));
            rows.push(json!({
                "case": case.name,
                "contender": contender.name,
                "count": counted.count_total,
                "bytes": counted.bytes_total,
            }));
        }
    }
    println!("{}", serde_json::Value::Array(rows));
}
