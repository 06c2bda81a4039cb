//! docs/clients.md, followed step by step.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use super::{SLOW, folder};
use crate::cli::{rpc, run};
use crate::examples::{LIMIT, output_within, path};
use crate::peers::installed;

const GUIDE: &str = include_str!("../../../docs/clients.md");

/// The options of Vite's template for TypeScript, apart from the types of Vite itself.
const TSCONFIG: &str = r#"{
    "compilerOptions": {
        "target": "es2023",
        "module": "esnext",
        "lib": ["ES2023", "DOM"],
        "types": [],
        "allowArbitraryExtensions": true,
        "skipLibCheck": true,
        "moduleResolution": "bundler",
        "allowImportingTsExtensions": true,
        "verbatimModuleSyntax": true,
        "moduleDetection": "force",
        "noEmit": true,
        "noUnusedLocals": true,
        "noUnusedParameters": true,
        "erasableSyntaxOnly": true,
        "noFallthroughCasesInSwitch": true
    },
    "include": ["src"]
}"#;

/// The guide's server, and its URL.
async fn served() -> (Child, String) {
    let mut server = Command::new(path("web"))
        .arg("127.0.0.1:0")
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
    let first = tokio::time::timeout(LIMIT, lines.next_line()).await;
    (server, first.unwrap().unwrap().unwrap())
}

/// The files of the guide whose first line is a comment with their name, such as `// src/main.ts`.
fn files(language: &str, comment: &str) -> Vec<(String, &'static str)> {
    let start = format!("```{language}\n{comment} ");
    let blocks = GUIDE.split(&*start).skip(1);
    let files = blocks.map(|block| {
        let (name, rest) = block.split_once('\n').unwrap();
        let (text, _) = rest.split_once("\n```").unwrap();
        (name.to_owned(), text)
    });
    files.collect()
}

#[test]
fn its_server_is_the_example() {
    let example = include_str!("../../../examples/web.rs");
    let (_, code) = example.split_once("#![allow(missing_docs)]\n\n").unwrap();
    assert!(
        GUIDE.contains(code.trim_end()),
        "the guide has another server"
    );
}

#[tokio::test]
async fn its_typescript_compiles() {
    let (_server, url) = served().await;
    let project = folder("vite");
    let client = project.join("src/rpc");
    let client = client.to_str().unwrap();
    let generate = ["generate", "typescript", &url, "-o", client];
    assert_eq!(run(rpc(&generate)).await.printed(), "");
    let check = run(rpc(&[&generate[..], &["--check"]].concat())).await;
    assert_eq!(check.printed(), "");

    fs::write(project.join("tsconfig.json"), TSCONFIG).unwrap();
    let files: Vec<_> = files("ts", "//")
        .into_iter()
        .filter(|(name, _)| name.starts_with("src/"))
        .collect();
    assert!(files.len() >= 2, "{files:?}");
    for (name, text) in &files {
        fs::write(project.join(name), text).unwrap();
    }
    compile(&project).await;

    // What the guide says the compiler notices.
    let (name, text) = &files[0];
    let wrong = text.replace("quantity: 2", "quantity: \"two\"");
    assert_ne!(wrong, *text);
    fs::write(project.join(name), wrong).unwrap();
    let output = compiler(&project).output().await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        said.contains("'string' is not assignable to type 'number'"),
        "{said}"
    );
}

fn compiler(project: &Path) -> Command {
    let mut compiler = Command::new("node");
    let program = installed().join("node/node_modules/typescript/bin/tsc");
    compiler
        .arg(program)
        .arg("-p")
        .arg(project)
        .kill_on_drop(true);
    compiler
}

async fn compile(project: &Path) {
    output_within(SLOW, &mut compiler(project)).await;
}
