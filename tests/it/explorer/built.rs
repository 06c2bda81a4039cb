//! The committed page is what its sources make, with the pinned tools, and it is as strict as its policy says.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::peers::installed;

const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../rpc-explorer/page");

/// The sources, beside the tools that build them.
fn copied() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("explorer-page");
    let _ = fs::remove_dir_all(&folder);
    run(Command::new("cp").arg("-R").arg(SOURCES).arg(&folder));
    let _ = fs::remove_dir_all(folder.join("node_modules"));
    let _ = fs::remove_dir_all(folder.join("built"));
    run(Command::new("cp")
        .arg("-R")
        .arg(installed().join("page/node_modules"))
        .arg(folder.join("node_modules")));
    folder
}

fn run(command: &mut Command) -> Vec<u8> {
    let output = command.output().unwrap();
    let said = [&*output.stdout, &*output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(output.status.success(), "{command:?}\n{said}");
    output.stdout
}

#[test]
fn the_committed_page_is_what_its_sources_make() {
    let folder = copied();
    run(Command::new("node")
        .arg(folder.join("node_modules/typescript/bin/tsc"))
        .arg("-p")
        .arg(&folder));
    run(Command::new("node").arg(folder.join("build.mjs")));
    for name in ["page.html", "policy.txt", "digest.txt"] {
        let read = |folder: &Path| fs::read_to_string(folder.join("built").join(name)).unwrap();
        let is_same = read(&folder) == read(Path::new(SOURCES));
        assert!(
            is_same,
            "{name} is out of date: run `npm ci` and `npm run build` in rpc-explorer/page"
        );
    }
    // Machines may compress in different ways.
    let mut unzip = Command::new("gzip");
    let unzipped = run(unzip
        .arg("-dc")
        .arg(Path::new(SOURCES).join("built/page.html.gz")));
    assert!(
        unzipped == rpc_explorer::PAGE,
        "page.html.gz is another page"
    );
}

#[test]
fn the_policy_has_the_hashes_of_the_only_script_and_style() {
    let page = std::str::from_utf8(rpc_explorer::PAGE).unwrap();
    let between = |begin: &str, end: &str| {
        assert_eq!(page.matches(begin).count(), 1, "{begin}");
        let (_, rest) = page.split_once(begin).unwrap();
        rest.split_once(end).unwrap().0.to_owned()
    };
    let script = hash(&between("<script>", "</script"));
    let style = hash(&between("<style>", "</style"));
    assert_eq!(
        rpc_explorer::CONTENT_SECURITY_POLICY,
        format!(
            "default-src 'none'; script-src 'sha256-{script}'; style-src 'sha256-{style}'; connect-src 'self'; img-src data:; \
             base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
        )
    );
    assert!(
        page.contains("Permission is hereby granted"),
        "Preact's licence"
    );
}

/// The SHA-256 of a text in base64, by another program than the one that wrote the policy.
fn hash(text: &str) -> String {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("hashed-{}", text.len()));
    fs::write(&path, text).unwrap();
    let script = "import base64, hashlib, sys; print(base64.b64encode(hashlib.sha256(open(sys.argv[1], 'rb').read()).digest()).decode())";
    let printed = run(Command::new("python3").arg("-c").arg(script).arg(path));
    String::from_utf8(printed).unwrap().trim().to_owned()
}

/// The sources are strict TypeScript in small files, without what the policy forbids.
#[test]
fn the_sources_keep_to_the_rules() {
    let mut files = Vec::new();
    collect(&Path::new(SOURCES).join("src"), &mut files);
    assert!(files.len() > 30);
    for (path, text) in files {
        let lines = text.lines().count();
        assert!(lines <= 300, "{}: {lines} lines", path.display());
        assert!(
            text.starts_with("// "),
            "{}: the first line says what it is",
            path.display()
        );
        for forbidden in [
            "innerHTML",
            "dangerouslySetInnerHTML",
            " as any",
            ": any",
            "@ts-",
            "eval(",
            "style=",
        ] {
            assert!(!text.contains(forbidden), "{}: {forbidden}", path.display());
        }
    }
}

fn collect(folder: &Path, files: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push((path.clone(), fs::read_to_string(path).unwrap()));
        }
    }
}
