//! The machine that this runs on, and the versions of the contenders.

use std::fs;
use std::process::Command;

/// Describes the processor, memory, system and compiler in one line.
pub fn description() -> String {
    let cpu = first_value("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown".into());
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let memory = first_value("/proc/meminfo", "MemTotal")
        .and_then(|text| text.trim_end_matches(" kB").trim().parse::<u64>().ok())
        .map_or(0, |kibibytes| kibibytes.div_ceil(1024 * 1024));
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let rustc = Command::new("rustc").arg("--version").output();
    let rustc = rustc.map_or_else(
        |_| "rustc unknown".to_owned(),
        |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    );
    format!(
        "{cpu}, {cores} cores, {memory} GiB; Linux {}; {rustc}",
        kernel.trim()
    )
}

fn first_value(file: &str, key: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(key))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// The versions of the other frameworks and of libraries, from the lock file.
pub fn versions() -> String {
    const PEERS: [&str; 11] = [
        "jsonrpsee",
        "yerpc",
        "axum",
        "hyper",
        "reqwest",
        "tarpc",
        "tonic",
        "rmcp",
        "tokio-websockets",
        "tokio-tungstenite",
        "serde_json",
    ];
    let version = |name: &str| {
        let lock = include_str!("../../Cargo.lock");
        let (_, after) = lock.split_once(&format!("name = \"{name}\"\nversion = \""))?;
        let (version, _) = after.split_once('"')?;
        Some(format!("{name} {version}"))
    };
    let versions: Vec<String> = PEERS.iter().filter_map(|name| version(name)).collect();
    versions.join(", ")
}
