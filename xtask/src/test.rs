//! `cargo xtask test`: every check that a change has to pass.

use std::time::Instant;

use crate::command::{self, Result, cargo};
use crate::{instructions, peers};

/// The combinations of features to check, in addition to those of the workspace's own build.
const FEATURES: &[(&str, &[&str])] = &[
    (
        "rpc-core",
        &["", "macros", "lines", "schema", "macros,schema"],
    ),
    (
        "rpc-http",
        &[
            "",
            "client",
            "client,gzip",
            "client,tls",
            "lean",
            "lean,tls",
            "client,lean",
            "server",
            "server,tls",
            "axum",
            "client,server",
            "client,server,tls",
            "lean,server",
            "lean,server,tls",
            "ws",
            "ws,tls",
            "server,ws",
            "server,explorer",
            "http2",
            "client,http2",
            "client,http2,tls",
            "lean,http2",
            "lean,http2,tls",
            "server,http2",
            "server,http2,tls",
            "client,lean,server,tls,gzip,axum",
            "client,lean,server,tls,gzip,axum,explorer,http2,ws",
        ],
    ),
    (
        "rpc-tokio",
        &[
            "",
            "client",
            "server",
            "client,tls",
            "server,tls",
            "client,server",
        ],
    ),
    ("rpc-zmq", &["", "client", "server"]),
    (
        "rpc-stream",
        &["", "client", "child", "server", "server,tls", "client,tls"],
    ),
    ("rpc-nats", &["", "client", "server", "client,server,nkeys"]),
    ("rpc-codegen", &["", "mock"]),
    ("rpc-explorer", &[""]),
    ("rpc-cli", &[""]),
];

/// Separate workspaces, which must compile as well.
const APART: &[&str] = &[
    "benches/Cargo.toml",
    "fuzz/Cargo.toml",
    "tests/peers/jsonrpsee/Cargo.toml",
];

/// Runs all checks. Returns what could not be checked on this machine, if anything.
fn check() -> Result<Option<String>> {
    let peers = peers::install()?;
    command::run(&mut cargo("fmt --all -- --check"))?;
    command::run(&mut cargo(
        "clippy --workspace --all-targets -- --deny warnings",
    ))?;
    for (folder, combinations) in FEATURES {
        for features in *combinations {
            let check = format!("clippy --manifest-path {folder}/Cargo.toml --no-default-features");
            let mut check = cargo(&check);
            if !features.is_empty() {
                check.args(["--features", features]);
            }
            command::run(check.args(["--", "--deny", "warnings"]))?;
        }
    }
    command::run(
        cargo("doc --workspace --all-features --no-deps --document-private-items")
            .env("RUSTDOCFLAGS", "--deny warnings"),
    )?;
    peers::compiler()?;
    for manifest in APART {
        command::run(&mut cargo(&format!(
            "fmt --all --manifest-path {manifest} -- --check"
        )))?;
        command::run(&mut cargo(&format!(
            "clippy --manifest-path {manifest} --all-targets --target-dir target/apart -- --deny warnings"
        )))?;
    }
    command::run(&mut cargo(
        "test --manifest-path benches/Cargo.toml --package measure --package peers --package servers --lib --target-dir target/apart",
    ))?;
    let not_compared = instructions::check()?;
    // The tests run the examples and `rpc` as programs. Building everything at once, with the features that the tests
    // use, avoids building a dependency twice.
    command::run(&mut cargo("build --workspace --all-targets"))?;
    command::run(cargo("test --workspace --no-fail-fast").env("RPC_PEERS", peers))?;
    // Tests of what happens without a feature that the workspace's own build always has.
    command::run(&mut cargo(
        "test --manifest-path rpc-http/Cargo.toml --no-default-features --features lean --lib",
    ))?;
    Ok(not_compared)
}

pub(crate) fn run() -> Result {
    let start = Instant::now();
    let not_checked = check()?;
    let seconds = start.elapsed().as_secs();
    match not_checked {
        None => println!("\nall checks passed ({seconds} s)"),
        Some(what) => println!("\nall other checks passed ({seconds} s), but {what}"),
    }
    Ok(())
}
