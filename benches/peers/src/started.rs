//! [`Started`]: a server as a process of its own, which is killed when this is dropped.

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A server that runs, and has said its port.
#[derive(Debug)]
pub struct Started {
    child: Child,
    port: u16,
}

impl Started {
    /// A kind of the program `server`, which lies beside the running one; or one of [`SCRIPTS`].
    ///
    /// # Panics
    ///
    /// When it can't be started.
    pub fn kind(kind: &str) -> Self {
        match SCRIPTS.iter().find(|script| script.kind == kind) {
            Some(script) => Started::command(script.command()),
            None => Started::command(server(kind)),
        }
    }

    /// A kind of the program `server`, on so many threads.
    ///
    /// # Panics
    ///
    /// When it can't be started.
    pub fn on_threads(kind: &str, threads: usize) -> Self {
        let mut command = server(kind);
        command.arg(threads.to_string());
        Started::command(command)
    }

    /// Whatever prints its port and serves until its standard input ends.
    ///
    /// # Panics
    ///
    /// When it can't be started.
    pub fn command(mut command: Command) -> Self {
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = child.unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let output = child.stdout.take().expect("the output is a pipe");
        let mut line = String::new();
        let read = BufReader::new(output).read_line(&mut line);
        read.expect("the pipe can be read");
        let port = line.trim().parse();
        let port = port.unwrap_or_else(|_| panic!("{command:?} said {line:?} instead of its port"));
        Started { child, port }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// For HTTP clients.
    pub fn url(&self) -> String {
        format!("http://{}/", self.address())
    }

    /// The process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to end, and waits until it has.
    ///
    /// # Panics
    ///
    /// When it has failed.
    pub fn end(mut self) {
        drop(self.child.stdin.take());
        let status = self.child.wait().expect("a child can be waited for");
        assert!(status.success(), "a server ended with {status}");
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// How the program `server` is started.
pub fn server(kind: &str) -> Command {
    let mut command = Command::new(program());
    command.arg(kind);
    command
}

/// The program `server`, built beside the one that runs.
pub fn program() -> PathBuf {
    let own = std::env::current_exe().expect("Linux knows it");
    own.with_file_name("server")
}

/// A server in another language.
#[derive(Debug)]
pub struct Script {
    pub kind: &'static str,
    interpreter: &'static str,
    file: &'static str,
}

/// Their packages are where `cargo xtask peers` installs them: in the folder that `RPC_PEERS` names.
pub const SCRIPTS: &[Script] = &[
    Script {
        kind: "json-rpc",
        interpreter: "venv/bin/python",
        file: "json_rpc_server.py",
    },
    Script {
        kind: "jayson",
        interpreter: "node",
        file: "jayson_server.js",
    },
];

impl Script {
    /// Whether its packages are there.
    pub fn is_installed() -> bool {
        std::env::var_os("RPC_PEERS").is_some()
    }

    fn command(&self) -> Command {
        let peers = std::env::var_os("RPC_PEERS").expect("asked for only where it is set");
        let peers = Path::new(&peers);
        let interpreter = match self.interpreter {
            "node" => PathBuf::from("node"),
            inside => peers.join(inside),
        };
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts");
        let mut command = Command::new(interpreter);
        command
            .arg(scripts.join(self.file))
            .env("NODE_PATH", peers.join("node/node_modules"));
        command
    }
}
