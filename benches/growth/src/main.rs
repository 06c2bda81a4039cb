//! The suite `growth`: how costs grow with the number of methods, the payload, the length of a batch and the number of
//! connections.

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
