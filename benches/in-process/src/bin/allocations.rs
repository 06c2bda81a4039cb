//! Counts what a message allocates, with an allocator that no program that is timed should have.
//!
//! Writes rows for the suite `in-process`, which starts it. To grow what was allocated counts as allocating anew.

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
            // What is made once and kept is not the message's.
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
