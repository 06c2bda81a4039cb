//! `cargo xtask bench`: measures, and prints.

use crate::command::{self, Result, cargo};

pub(crate) fn run() -> Result {
    command::run(&mut cargo(
        "run --release --manifest-path benches/Cargo.toml --bin dispatch",
    ))
}
