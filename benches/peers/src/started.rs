//! [`Started`]: a server in a child process, killed on drop.

use std::io::{BufRead, BufReader, Read};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

/// A running server that has printed its port.
#[derive(Debug)]
pub struct Started {
    child: Child,
    output: BufReader<ChildStdout>,
    port: u16,
}

impl Started {
    /// Starts a kind of the program `server`, which is next to the running program, or one of [`SCRIPTS`].
    ///
    /// # Panics
    ///
    /// If it can't be started.
    pub fn kind(kind: &str) -> Self {
        match SCRIPTS.iter().find(|script| script.kind == kind) {
            Some(script) => Started::command(script.command()),
            None => Started::command(server(kind)),
        }
    }

    /// Starts a kind of the program `server` on this many threads.
    ///
    /// # Panics
    ///
    /// If it can't be started.
    pub fn on_threads(kind: &str, threads: usize) -> Self {
        let mut command = server(kind);
        command.arg(threads.to_string());
        Started::command(command)
    }

    /// Starts any command that prints its port and serves until its standard input ends.
    ///
    /// # Panics
    ///
    /// If it can't be started.
    pub fn command(mut command: Command) -> Self {
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = child.unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let output = child.stdout.take().expect("the output is a pipe");
        let mut output = BufReader::new(output);
        let mut line = String::new();
        output.read_line(&mut line).expect("the pipe can be read");
        let port = line.trim().parse();
        let port =
            port.unwrap_or_else(|_| panic!("{command:?} printed {line:?} instead of its port"));
        Started {
            child,
            output,
            port,
        }
    }

    /// The address that the server listens on.
    pub fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// The URL for HTTP clients.
    pub fn url(&self) -> String {
        format!("http://{}/", self.address())
    }

    /// The process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Asks the server to end, waits for it, and returns what it has printed since its port.
    ///
    /// # Panics
    ///
    /// If the server fails.
    pub fn end(mut self) -> String {
        drop(self.child.stdin.take());
        let mut printed = String::new();
        let read = self.output.read_to_string(&mut printed);
        read.expect("the pipe can be read");
        let status = self.child.wait().expect("a child can be waited for");
        assert!(status.success(), "a server ended with {status}");
        printed
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The command for a kind of the program `server`.
pub fn server(kind: &str) -> Command {
    let mut command = Command::new(program(kind));
    command.arg(kind);
    command
}

/// The path of the program that has this kind of server. It is next to the running program.
pub fn program(kind: &str) -> PathBuf {
    next_to_this_program(match kind {
        "rpc-middleware" => "server-middleware",
        "rpc-dispatcher" => "server-dispatcher",
        "rpc-trace" => "server-trace",
        _ => "server",
    })
}

/// The program `server` with a counting allocator.
pub fn counting_allocations(kind: &str) -> Command {
    let mut command = Command::new(next_to_this_program("server-allocations"));
    command.arg(kind);
    command
}

/// A program of this workspace, which is next to the running program.
pub fn next_to_this_program(name: &str) -> PathBuf {
    let own = std::env::current_exe().expect("Linux knows the program's path");
    own.with_file_name(name)
}

/// A server in another language.
#[derive(Debug)]
pub struct Script {
    pub kind: &'static str,
    interpreter: &'static str,
    file: &'static str,
}

/// Servers in other languages. `cargo xtask peers` installs their packages into the folder that `RPC_PEERS` names.
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
    /// Whether the packages are installed.
    pub fn is_installed() -> bool {
        std::env::var_os("RPC_PEERS").is_some()
    }

    fn command(&self) -> Command {
        let peers = std::env::var_os("RPC_PEERS").expect("scripts are used only if it is set");
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
