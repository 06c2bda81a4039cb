//! Counts how much is allocated at once while a message is handled, with an allocator that no program that is timed
//! should have.
//!
//! Writes rows for the suite `growth`, which starts it.

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
            // What is made once and kept is not the message's.
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
