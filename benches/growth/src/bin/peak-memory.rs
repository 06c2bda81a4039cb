//! Measures how much memory is allocated at once while a message is handled. It has a counting allocator, which would
//! slow down a program that is timed.
//!
//! The suite `growth` starts it and reads the rows that it prints.

use std::hint::black_box;

use growth::{batches, contenders, payloads};
use measure::Form;
use serde_json::{Value, json};

fn main() {
    let contenders = contenders();
    let mut rows = Vec::new();
    for point in payloads(Form::from_arguments()).chain(batches()) {
        for (name, handle) in &contenders {
            let answer = || handle(black_box(&point.message));
            // The first message may allocate things that are kept for all messages. Those are not counted.
            point.prove(name, answer().as_deref());
            let counted = allocation_counter::measure(|| drop(black_box(answer())));
            rows.push(json!({
                "curve": point.curve,
                "at": point.at,
                "contender": name,
                "bytes": counted.bytes_max,
            }));
        }
    }
    println!("{}", Value::Array(rows));
}
