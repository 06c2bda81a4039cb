//! Makes the report of what the suites have found.

fn main() {}
