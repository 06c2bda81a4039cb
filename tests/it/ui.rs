//! What the compiler says. `ui/fail` has one file for each mistake, with the expected message beside it. `ui/pass` has code
//! that must compile without a warning.
//!
//! The messages are those of Rust 1.95. Another compiler may word its part differently: then read each change as the user
//! who made the mistake. `TRYBUILD=overwrite cargo test -p rpc-tests --test it ui::` rewrites them.

#[test]
fn mistakes_are_explained() {
    trybuild::TestCases::new().compile_fail("ui/fail/*.rs");
}

#[test]
fn contracts_compile_without_warnings() {
    trybuild::TestCases::new().pass("ui/pass/*.rs");
}
