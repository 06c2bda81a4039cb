//! Lets two sessions talk while a script from the fuzzer interferes. Calls must end, answers must be right unless messages were
//! spoiled, and nothing may outlive its connection.

#![no_main]

#[path = "../../tests/it/streams/talk.rs"]
mod talk;

libfuzzer_sys::fuzz_target!(|script: &[u8]| talk::check(script));
