//! The `rpc` command, run as a process: what it prints, how it exits, and what the server receives.

mod attempts;
mod batch;
mod call;
mod compatibility;
mod completion;
mod config;
mod documents;
mod encoding;
mod failures;
mod headers;
mod introspection;
mod manual;
mod mock;
mod mocking_guide;
mod nats;
mod record;
mod resume;
mod screen;
mod served;
mod server;
mod sizes;
mod streams;
mod terminal;
mod tls;
mod tolerant;
mod version_1;
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

/// The path of `rpc`. The first call builds it from the current sources, next to the binary of these tests.
pub fn program() -> &'static Path {
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
            .args([
                "build",
                "--quiet",
                "--manifest-path",
                "../rpc-cli/Cargo.toml",
                "--target-dir",
            ])
            .arg(folder.parent().unwrap())
            .current_dir(env!("CARGO_MANIFEST_DIR"));
        if folder.ends_with("release") {
            build.arg("--release");
        }
        assert!(build.status().unwrap().success(), "rpc-cli does not build");
        program
    })
}

/// A folder for one test. Deleted on drop.
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

/// An environment that does not depend on the machine.
fn environment() -> Vec<(&'static str, String)> {
    vec![
        ("PATH", std::env::var("PATH").unwrap()),
        ("HOME", "/nonexistent".to_owned()),
        ("NO_PROXY", "*".to_owned()),
        ("TERM", "xterm".to_owned()),
    ]
}

/// `rpc` with these arguments, and without any settings in the environment.
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
    /// The stdout of a run that succeeded with an empty stderr.
    #[track_caller]
    pub fn printed(&self) -> &str {
        assert_eq!((self.code, &*self.err), (Some(0), ""), "{self:?}");
        self.out.strip_suffix('\n').unwrap_or(&self.out)
    }

    /// The stderr of a run that failed with this exit code and an empty stdout.
    #[track_caller]
    pub fn failed(&self, code: i32) -> &str {
        assert_eq!((self.code, &*self.out), (Some(code), ""), "{self:?}");
        self.err.trim_end()
    }
}

pub async fn run(mut command: Command) -> Ran {
    let output = tokio::time::timeout(LIMIT, command.output());
    ran(output.await.expect("it hangs").expect("it does not start"))
}

/// Runs a command with this text on stdin.
pub async fn run_with(command: Command, input: &str) -> Ran {
    run_with_bytes(command, input.as_bytes()).await
}

/// Runs a command with these bytes on stdin.
pub async fn run_with_bytes(mut command: Command, input: &[u8]) -> Ran {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    let write = tokio::spawn(async move {
        // The process may exit before it has read everything.
        let _ = stdin.write_all(&input).await;
    });
    let ran = end_of(child).await;
    write.await.unwrap();
    ran
}

/// Waits until a process writes something to its piped stderr. The task returns its whole stderr at the end.
pub async fn until_reported(child: &mut Child, what: &str) -> tokio::task::JoinHandle<String> {
    let stderr = child.stderr.take().unwrap();
    let mut lines = BufReader::new(stderr).lines();
    let mut text = String::new();
    let until = async {
        while !text.contains(what) {
            let line = lines.next_line().await.unwrap();
            text += &line.unwrap_or_else(|| panic!("it never appears: {text}"));
            text.push('\n');
        }
    };
    let in_time = tokio::time::timeout(LIMIT, until).await;
    in_time.expect("it does not appear");
    tokio::spawn(async move {
        while let Ok(Some(line)) = lines.next_line().await {
            text += &line;
            text.push('\n');
        }
        text
    })
}

/// Waits for the end of a process with piped output.
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

/// Runs `rpc call` with the URL of a server.
pub async fn call(server: &Server, words: &[&str]) -> Ran {
    run(rpc(&[&["call", &server.url], words].concat())).await
}
