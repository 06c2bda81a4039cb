//! Feeds any bytes to `Server::handle`. The answer must match the slow reference implementation in the tests.

#![no_main]

#[path = "../../tests/it/wire/reference.rs"]
mod reference;
#[path = "../../tests/it/wire/service.rs"]
mod service;
#[path = "../../tests/it/wire/validity.rs"]
mod validity;

libfuzzer_sys::fuzz_target!(|message: &[u8]| validity::check(message));
