//! The suite `in-process`: from the bytes of a message to the bytes of its reply, on one thread and without a socket.

mod deadline;
mod instructions;
mod other_languages;
mod times;

use std::process::Command;

use in_process::cases;
use measure::{Form, Metric, Results};
use serde::Deserialize;

fn main() {
    if instructions::repeat_if_asked_to() {
        return;
    }
    let form = Form::from_arguments();
    let mut results = Results::new("in-process");
    for note in cases::NOTES {
        results.note(*note);
    }
    times::take(form, &mut results);
    deadline::take(form, &mut results);
    count_allocations(&mut results);
    if form == Form::Full {
        instructions::count(&mut results);
    }
    results.write();
}

/// A row that the program `allocations` prints.
#[derive(Deserialize)]
struct Allocations {
    case: String,
    contender: String,
    count: u64,
    bytes: u64,
}

/// Runs the program `allocations`, which is next to this one and has a counting allocator. This program uses the
/// ordinary one, so that its times are what users get.
fn count_allocations(results: &mut Results) {
    let own = std::env::current_exe().expect("a program has a file");
    let output = Command::new(own.with_file_name("allocations"))
        .output()
        .expect("it is built together with this program");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "allocations: {errors}");
    let rows: Vec<Allocations> =
        serde_json::from_slice(&output.stdout).expect("it prints its rows as JSON");
    let count = Metric::cost("allocations", "per message");
    let bytes = Metric::cost("allocated", "bytes per message");
    for row in rows {
        results.count(&row.case, &count, &row.contender, row.count as f64);
        results.count(&row.case, &bytes, &row.contender, row.bytes as f64);
    }
}
