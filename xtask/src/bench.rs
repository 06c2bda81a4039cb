//! `cargo xtask bench`: measures side by side, and writes the report.

use std::path::PathBuf;

use crate::command::{self, Result, cargo, target};
use crate::peers;

/// Each is a program of the workspace in `benches`, and leaves a file of results.
const SUITES: &[&str] = &["in-process", "servers", "clients", "growth", "weight"];

/// Measures all suites, or those that are named. `--short` takes less than ten minutes.
pub(crate) fn run(arguments: &[String]) -> Result {
    let named: Vec<&str> = arguments
        .iter()
        .map(String::as_str)
        .filter(|argument| !argument.starts_with("--"))
        .collect();
    let results = results();
    let peers = peers::install()?;
    command::run(&mut cargo(
        "build --release --manifest-path benches/Cargo.toml --workspace --bins",
    ))?;
    for suite in SUITES {
        if !named.is_empty() && !named.contains(suite) {
            continue;
        }
        command::run(
            program(suite)
                .args(arguments)
                .env("RPC_PEERS", &peers)
                .env("BENCH_OUT", &results),
        )?;
    }
    command::run(program("report").args(arguments).env("BENCH_OUT", &results))
}

/// Where the suites leave what they have found.
fn results() -> PathBuf {
    target().join("bench")
}

fn program(name: &str) -> std::process::Command {
    let folder = command::root().join("benches/target/release");
    command::program(folder.join(name))
}
