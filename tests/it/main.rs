//! One binary for all integration tests: it links once.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub, reason = "tests")]

mod peers;
mod shop;
mod smoke;
