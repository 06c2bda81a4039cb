//! The `rpc` command as a process: what it is given, what it prints, how it exits, and what arrives at the server.

mod batch;
mod call;
mod completion;
mod config;
mod failures;
mod manual;
mod resume;
mod screen;
mod server;
mod terminal;
mod tls;
mod zmq;

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};

use server::Server;

const LIMIT: Duration = Duration::from_secs(60);

/// The program, as its sources are now. It stands where this test's binary was built, and is built once a run.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let mut folder = std::env::current_exe().unwrap();
        folder.pop();
        folder.pop();
        let program = folder
            .join("rpc")
            .with_extension(std::env::consts::EXE_EXTENSION);
        // `cargo xtask test` has built everything.
        if std::env::var_os("RPC_PEERS").is_some() {
            return program;
        }
        let mut build = std::process::Command::new(env!("CARGO"));
        build
            .args(["build", "--quiet", "--package", "rpc-cli", "--target-dir"])
            .arg(folder.parent().unwrap())
            .current_dir(env!("CARGO_MANIFEST_DIR"));
        if folder.ends_with("release") {
            build.arg("--release");
        }
        assert!(build.status().unwrap().success(), "rpc-cli does not build");
        program
    })
}

/// A folder for one test, which goes when it is dropped.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!(
            "cli-{}-{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    pub fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    pub fn write(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        std::fs::create_dir_all(Path::new(&path).parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What nothing of the machine the tests run on can change.
fn environment() -> Vec<(&'static str, String)> {
    vec![
        ("PATH", std::env::var("PATH").unwrap()),
        ("HOME", "/nonexistent".to_owned()),
        ("NO_PROXY", "*".to_owned()),
        ("TERM", "xterm".to_owned()),
    ]
}

/// `rpc` with these arguments, and nothing in the environment that it reads.
pub fn rpc(arguments: &[&str]) -> Command {
    let mut command = Command::new(program());
    command
        .args(arguments)
        .env_clear()
        .envs(environment())
        .stdin(Stdio::null())
        .kill_on_drop(true);
    command
}

/// How a run ended.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// What was printed, of a run that went well and told nothing.
    #[track_caller]
    pub fn printed(&self) -> &str {
        assert_eq!((self.code, &*self.err), (Some(0), ""), "{self:?}");
        self.out.strip_suffix('\n').unwrap_or(&self.out)
    }

    /// What was told, of a run that ended with this code and printed nothing.
    #[track_caller]
    pub fn told(&self, code: i32) -> &str {
        assert_eq!((self.code, &*self.out), (Some(code), ""), "{self:?}");
        self.err.trim_end()
    }
}

pub async fn run(mut command: Command) -> Ran {
    let output = tokio::time::timeout(LIMIT, command.output());
    ran(output.await.expect("it hangs").expect("it does not start"))
}

/// The same, with a text on stdin.
pub async fn run_with(mut command: Command, input: &str) -> Ran {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    let write = tokio::spawn(async move {
        // It may end without having read all of it.
        let _ = stdin.write_all(input.as_bytes()).await;
    });
    let ran = end_of(child).await;
    write.await.unwrap();
    ran
}

/// Waits until a process whose stderr is piped has told something, and returns all that it tells in the end.
pub async fn until_told(child: &mut Child, what: &str) -> tokio::task::JoinHandle<String> {
    let stderr = child.stderr.take().unwrap();
    let mut lines = BufReader::new(stderr).lines();
    let mut told = String::new();
    let until = async {
        while !told.contains(what) {
            let line = lines.next_line().await.unwrap();
            told += &line.unwrap_or_else(|| panic!("it is never told: {told}"));
            told.push('\n');
        }
    };
    let in_time = tokio::time::timeout(LIMIT, until).await;
    in_time.expect("it is not told");
    tokio::spawn(async move {
        while let Ok(Some(line)) = lines.next_line().await {
            told += &line;
            told.push('\n');
        }
        told
    })
}

/// Waits for a process whose output is piped.
pub async fn end_of(child: Child) -> Ran {
    let output = tokio::time::timeout(LIMIT, child.wait_with_output());
    ran(output.await.expect("it hangs").unwrap())
}

fn ran(output: std::process::Output) -> Ran {
    Ran {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs `rpc call` at a server.
pub async fn call(server: &Server, words: &[&str]) -> Ran {
    run(rpc(&[&["call", &server.url], words].concat())).await
}
