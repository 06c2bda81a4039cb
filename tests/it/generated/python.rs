//! The generated Python package calls the mirror.

use std::fs;
use std::path::Path;

use tokio::process::Command;

use super::server::{Served, document};
use super::{SLOW, folder};
use crate::cli::{rpc, run};
use crate::examples::output_within;
use crate::peers::installed;

/// The checks.
const SCRIPT: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../rpc-codegen/tests/python/mirror.py"
);

#[tokio::test]
async fn python() {
    let served = Served::start().await;
    let project = folder("python");
    let path = |name: &str| project.join(name).to_str().unwrap().to_owned();
    fs::write(path("openrpc.json"), document().to_string()).unwrap();
    let package = path("mirror");
    let generate = ["generate", "python", &path("openrpc.json"), "-o", &package];
    assert_eq!(run(rpc(&generate)).await.printed(), "");

    let mut python = Command::new(installed().join("venv/bin/python"));
    let python = python
        .arg("-B")
        .arg(Path::new(SCRIPT))
        .arg(package)
        .arg(served.addresses().to_string());
    let output = output_within(SLOW, python).await;
    assert_eq!(output.trim(), "passed");
}
