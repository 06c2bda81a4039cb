//! The suite `growth`: how costs grow with methods, payload, batch length and connections.

mod connections;
mod in_process_curves;

use measure::{Form, Results};

fn main() {
    let form = Form::from_arguments();
    let mut results = Results::new("growth");
    in_process_curves::run(form, &mut results);
    connections::run(form, &mut results);
    results.write();
}
