//! docs/clients.md, followed step by step.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use super::{SLOW, folder, newer_node};
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

/// Writes the files of the guide that are in this language and whose names pass the test, with the URL of the server.
fn write(
    project: &Path,
    language: &str,
    comment: &str,
    url: &str,
    is_wanted: fn(&str) -> bool,
) -> Vec<PathBuf> {
    let files = files(language, comment);
    let wanted = files.iter().filter(|(name, _)| is_wanted(name));
    let written = wanted.map(|(name, text)| {
        let path = project.join(name);
        fs::write(&path, text.replace("http://127.0.0.1:8080/", url)).unwrap();
        path
    });
    written.collect()
}

/// Generates a client of the server, and checks that it is up to date.
async fn generate(language: &str, url: &str, folder: &Path, options: &[&str]) {
    let folder = folder.to_str().unwrap();
    let generate = [&["generate", language, url, "-o", folder], options].concat();
    assert_eq!(run(rpc(&generate)).await.printed(), "");
    let check = run(rpc(&[&generate[..], &["--check"]].concat())).await;
    assert_eq!(check.printed(), "");
}

#[tokio::test]
async fn its_page_compiles() {
    let (_server, url) = served().await;
    let project = folder("vite");
    generate("typescript", &url, &project.join("src/rpc"), &[]).await;
    fs::write(project.join("tsconfig.json"), TSCONFIG).unwrap();
    let written = write(&project, "ts", "//", &url, |name| name.starts_with("src/"));
    assert_eq!(written.len(), 3, "{written:?}");
    output_within(SLOW, &mut compiler(&project)).await;

    // What the guide says the compiler notices.
    let main = project.join("src/main.ts");
    let text = fs::read_to_string(&main).unwrap();
    let wrong = text.replace("quantity: 2", "quantity: \"two\"");
    assert_ne!(wrong, text);
    fs::write(main, wrong).unwrap();
    let output = compiler(&project).output().await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let mistake = "'string' is not assignable to type 'number'";
    assert!(said.contains(mistake), "{said}");
}

fn compiler(project: &Path) -> Command {
    let mut compiler = Command::new("node");
    let program = installed().join("node/node_modules/typescript/bin/tsc");
    compiler.arg(program).arg("-p").arg(project);
    compiler
}

#[tokio::test]
async fn its_program_for_node_runs() {
    let (_server, url) = served().await;
    let project = folder("node-without-compiler");
    generate(
        "typescript",
        &url,
        &project.join("rpc"),
        &["--imports", "ts"],
    )
    .await;
    let written = write(&project, "ts", "//", &url, |name| name == "order.mts");
    let mut node = Command::new(newer_node());
    let output = output_within(SLOW, node.arg(&written[0])).await;
    assert_eq!(output, "order 1002\n");
}

#[tokio::test]
async fn its_python_runs() {
    let (_server, url) = served().await;
    let project = folder("python-guide");
    generate("python", &url, &project.join("shop"), &[]).await;
    let written = write(&project, "python", "#", &url, |_| true);
    let states = "packed\nsent\narrived\n";
    let all = format!("order 1002\nonly 3 left\ntea coffee\n{states}");
    for (program, expected) in written.iter().zip([&*all, states]) {
        let mut python = Command::new(installed().join("venv/bin/python"));
        let output = output_within(SLOW, python.arg("-B").arg(program)).await;
        assert_eq!(output, expected, "{}", program.display());
    }
    assert_eq!(written.len(), 2, "{written:?}");
    let mut mypy = Command::new(installed().join("venv/bin/mypy"));
    mypy.arg("--strict").args(&written).current_dir(&project);
    output_within(SLOW, &mut mypy).await;
}
