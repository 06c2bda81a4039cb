//! Any bytes, through `Server::handle`: the answer must be what the tests' slow reference says it is.

#![no_main]

#[path = "../../tests/it/wire/reference.rs"]
mod reference;
#[path = "../../tests/it/wire/service.rs"]
mod service;
#[path = "../../tests/it/wire/validity.rs"]
mod validity;

libfuzzer_sys::fuzz_target!(|message: &[u8]| validity::check(message));
