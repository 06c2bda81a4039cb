//! The generated TypeScript client calls the mirror, in Node 20 and 24 and in Chromium.

use std::fs;
use std::path::{Path, PathBuf};

use tokio::process::Command;
use tokio::sync::OnceCell;

use super::server::{Served, document};
use super::{SLOW, folder, newer_node};
use crate::cli::{rpc, run};
use crate::examples::output_within;
use crate::peers::installed;

/// The client, and what checks it.
const SOURCES: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../rpc-codegen/tests/typescript"
);

fn modules() -> PathBuf {
    installed().join("node/node_modules")
}

/// A folder with the compiled client and its checks. All tests use the same.
async fn compiled() -> &'static Path {
    static COMPILED: OnceCell<PathBuf> = OnceCell::const_new();
    COMPILED.get_or_init(compile).await
}

async fn compile() -> PathBuf {
    let project = folder("mirror-in-typescript");
    fs::write(project.join("openrpc.json"), document().to_string()).unwrap();
    let path = |name: &str| project.join(name).to_str().unwrap().to_owned();
    let generate = [
        "generate",
        "typescript",
        &path("openrpc.json"),
        "-o",
        &path("mirror"),
    ];
    assert_eq!(run(rpc(&generate)).await.printed(), "");
    for file in ["tsconfig.json", "mirror.ts"] {
        fs::copy(Path::new(SOURCES).join(file), project.join(file)).unwrap();
    }
    fs::write(project.join("package.json"), "{\"type\": \"module\"}").unwrap();
    let mut compiler = Command::new("node");
    compiler.arg(modules().join("typescript/bin/tsc"));
    output_within(SLOW, compiler.arg("-p").arg(&project)).await;
    project.join("out")
}

/// Runs the checks with a program that runs JavaScript.
async fn passes(mut node: Command, script: &str, client: &Path, served: &Served) {
    node.env("NODE_PATH", modules())
        .arg(Path::new(SOURCES).join(script))
        .arg(client)
        .arg(served.addresses().to_string());
    let output = output_within(SLOW, &mut node).await;
    assert!(output.trim().ends_with(" passed"), "{output}");
}

#[tokio::test]
async fn node_20() {
    let served = Served::start().await;
    let client = compiled().await;
    passes(Command::new("node"), "mirror.mjs", client, &served).await;
}

#[tokio::test]
async fn node_24() {
    let served = Served::start().await;
    let client = compiled().await;
    passes(Command::new(newer_node()), "mirror.mjs", client, &served).await;
}

#[tokio::test]
async fn chromium() {
    let served = Served::start().await;
    let client = compiled().await;
    passes(Command::new("node"), "page.mjs", client, &served).await;
}
