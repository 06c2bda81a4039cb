//! How costs grow with connections.

use measure::{Form, Results};

pub fn run(_form: Form, _results: &mut Results) {}
