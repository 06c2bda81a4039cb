//! Compiler messages. `ui/fail` has one file for each mistake, with the expected message next to it. `ui/pass` has code
//! that must compile without warnings.
//!
//! The expected messages are from Rust 1.95. Another compiler may word its own part differently. To update them, run
//! `TRYBUILD=overwrite cargo test -p rpc-tests --test it ui::`, then read each change as the user who made the mistake.

#[test]
fn mistakes_are_explained() {
    trybuild::TestCases::new().compile_fail("ui/fail/*.rs");
}

#[test]
fn contracts_compile_without_warnings() {
    trybuild::TestCases::new().pass("ui/pass/*.rs");
}
