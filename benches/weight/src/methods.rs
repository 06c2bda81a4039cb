//! How long the compiler takes for a trait, by the number of its methods.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use measure::{BASELINE, Metric, OURS, Results, interleaved};

use crate::app::App;
use crate::cargo::{cargo, own_folder, scratch, seconds, touch};

/// A framework, and a function that writes a program with a trait of this many methods.
struct Written {
    app: App,
    program: fn(usize) -> String,
}

const WRITTEN: [Written; 2] = [
    Written {
        app: App::new(OURS, "rpc"),
        program: with_rpc,
    },
    Written {
        app: App::new(BASELINE, "jsonrpsee"),
        program: with_jsonrpsee,
    },
];

const CURVE: &str = "a trait, by methods";

/// Measures the curve, from 10 methods to 1,000.
pub fn grow(results: &mut Results) {
    for (methods, rounds) in [(10, 3), (100, 3), (1000, 1)] {
        let packages = WRITTEN
            .each_ref()
            .map(|written| Package::write(written, methods));
        for task in ["check", "build"] {
            let mut runs = packages
                .each_ref()
                .map(|package| (package.contender, || package.compile(task)));
            for (_, run) in &mut runs[..] {
                // The first run compiles the dependencies.
                if methods == 10 {
                    run();
                }
            }
            let mut turns: Vec<_> = runs
                .iter_mut()
                .map(|(contender, run)| (*contender, run as &mut dyn FnMut() -> f64))
                .collect();
            let samples = interleaved(rounds, &mut turns);
            let metric = Metric::cost(&format!("cargo {task}"), "s");
            results.record_at(CURVE, Some(methods as f64), &metric, &samples);
        }
    }
}

/// A generated program, with the same dependencies as the app.
struct Package {
    contender: &'static str,
    folder: PathBuf,
    target: PathBuf,
}

impl Package {
    fn write(Written { app, program }: &Written, methods: usize) -> Self {
        let name = app.folder();
        let name = name
            .file_name()
            .expect("an app has a folder")
            .display()
            .to_string();
        let folder = scratch(&format!("{name}-{methods}-methods"));
        fs::create_dir_all(folder.join("src")).expect("the folder can be made");
        let write = |file: &str, text: &str| {
            fs::write(folder.join(file), text).expect("the folder can be written to");
        };
        write("Cargo.toml", &manifest(&app.folder(), methods));
        let lock = fs::read_to_string(app.folder().join("Cargo.lock"));
        let lock = lock.expect("cargo fetch has written it");
        write("Cargo.lock", &lock);
        write("src/main.rs", &program(methods));
        Package {
            contender: app.contender,
            folder,
            target: scratch(&format!("{name}-methods")),
        }
    }

    /// Compiles the package, and returns how many seconds that takes.
    fn compile(&self, task: &str) -> f64 {
        touch(&self.folder.join("src/main.rs"));
        let mut cargo = cargo(&self.folder, task);
        cargo.arg("--offline").arg("--target-dir").arg(&self.target);
        seconds(cargo.env("CARGO_INCREMENTAL", "0"))
    }
}

/// The app's manifest with another name, and with absolute paths to the same crates.
fn manifest(app: &Path, methods: usize) -> String {
    let manifest = fs::read_to_string(app.join("Cargo.toml")).expect("an app has a manifest");
    let root = own_folder().join("../..").canonicalize();
    let root = root.expect("the folder exists").display().to_string();
    manifest
        .replace("../../../..", &root)
        .replace("name = \"weight-", &format!("name = \"methods-{methods}-"))
}

fn with_rpc(methods: usize) -> String {
    let signature = |nth| format!("async fn method_{nth}(&self, a: i64, b: i64) -> i64");
    let declared = lines(methods, |nth| format!("{};", signature(nth)));
    let implemented = lines(methods, |nth| format!("{} {{ a + b }}", signature(nth)));
    format!(
        "#[rpc_core::rpc]
trait Many {{
{declared}}}

struct Adds;

impl Many for Adds {{
{implemented}}}

#[tokio::main(flavor = \"current_thread\")]
async fn main() {{
    let listener = tokio::net::TcpListener::bind(\"127.0.0.1:0\").await.expect(\"a port is free\");
    let url = format!(\"http://{{}}/\", listener.local_addr().expect(\"it is bound\"));
    let endpoint = rpc_http::server::endpoint(ManyServer::new(Adds));
    tokio::spawn(async {{ rpc_http::server::serve(listener, endpoint).await }});
    let many = ManyClient::new(rpc_http::Client::new(&url).expect(\"the address is valid\"));
    println!(\"{{}}\", many.method_1(1, 2).await.expect(\"a sum\"));
}}
"
    )
}

fn with_jsonrpsee(methods: usize) -> String {
    let signature = |nth| {
        format!("async fn method_{nth}(&self, a: i64, b: i64) -> jsonrpsee::core::RpcResult<i64>")
    };
    let declared = lines(methods, |nth| {
        format!("#[method(name = \"method_{nth}\")] {};", signature(nth))
    });
    let implemented = lines(methods, |nth| format!("{} {{ Ok(a + b) }}", signature(nth)));
    format!(
        "#[jsonrpsee::proc_macros::rpc(server, client)]
trait Many {{
{declared}}}

struct Adds;

#[jsonrpsee::core::async_trait]
impl ManyServer for Adds {{
{implemented}}}

#[tokio::main(flavor = \"current_thread\")]
async fn main() {{
    let server = jsonrpsee::server::Server::builder().build(\"127.0.0.1:0\").await;
    let server = server.expect(\"a port is free\");
    let url = format!(\"http://{{}}/\", server.local_addr().expect(\"it is bound\"));
    let _running = server.start(Adds.into_rpc());
    let many = jsonrpsee_http_client::HttpClient::builder().build(&url).expect(\"the address is valid\");
    println!(\"{{}}\", many.method_1(1, 2).await.expect(\"a sum\"));
}}
"
    )
}

fn lines(methods: usize, line: impl Fn(usize) -> String) -> String {
    (1..=methods).fold(String::new(), |mut lines, nth| {
        writeln!(lines, "    {}", line(nth)).expect("a String takes it");
        lines
    })
}
