//! What the compiler says: one file of `ui/fail` a mistake, with the message beside it, and `ui/pass` for code that
//! compiles without a warning.
//!
//! The messages are those of one compiler, 1.95: another may word its part of them differently, and then each change is
//! to be judged as the user who made the mistake. `TRYBUILD=overwrite cargo test -p rpc-tests --test it ui` writes them
//! anew.

#[test]
fn mistakes_are_explained() {
    trybuild::TestCases::new().compile_fail("ui/fail/*.rs");
}

#[test]
fn contracts_compile_without_warnings() {
    trybuild::TestCases::new().pass("ui/pass/*.rs");
}
