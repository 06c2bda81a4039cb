//! Frameworks in other languages. Each runs in its own process and times its own repetitions.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

/// A running process, killed on drop.
pub struct Foreign {
    pub name: &'static str,
    process: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

#[derive(Deserialize)]
pub struct Answer {
    /// The time of one repetition.
    pub nanoseconds: f64,
    pub reply: Option<String>,
}

/// Starts json-rpc for Python and jayson for Node.js.
///
/// # Panics
///
/// If they are not installed in the folder that `RPC_PEERS` names.
pub fn start() -> Vec<Foreign> {
    let peers = std::env::var_os("RPC_PEERS").map(PathBuf::from);
    let peers = peers.expect("RPC_PEERS names the folder that `cargo xtask peers` installs into");
    let python = Command::new(peers.join("venv/bin/python"));
    let mut node = Command::new("node");
    node.env("NODE_PATH", peers.join("node/node_modules"));
    vec![
        Foreign::start("json-rpc (Python)", python, "json_rpc.py"),
        Foreign::start("jayson (Node.js)", node, "jayson.js"),
    ]
}

impl Foreign {
    fn start(name: &'static str, mut command: Command, script: &str) -> Self {
        let scripts = concat!(env!("CARGO_MANIFEST_DIR"), "/../peers/scripts");
        let mut process = command
            .arg(format!("{scripts}/{script}"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("could not start {name}: {error}; {MISSING}"));
        let questions = process.stdin.take().expect("it is piped");
        let answers = process.stdout.take().expect("it is piped");
        Foreign {
            name,
            process,
            questions,
            answers: BufReader::new(answers),
        }
    }

    /// Has the process reply to the message this many times.
    pub fn ask(&mut self, message: &str, repetitions: u32) -> Answer {
        let question = json!({ "message": message, "repetitions": repetitions });
        let mut line = String::new();
        let asked = writeln!(self.questions, "{question}");
        let answered = asked.and_then(|()| self.answers.read_line(&mut line));
        let name = self.name;
        assert!(
            matches!(answered, Ok(1..)),
            "{name} ended early; see its output above; {MISSING}"
        );
        serde_json::from_str(&line).expect("the scripts write JSON")
    }

    /// Estimates how many replies it makes in about that time, once it is warm.
    pub fn repetitions(&mut self, message: &str, about: Duration) -> u32 {
        let mut repetitions = 1;
        loop {
            let one = self.ask(message, repetitions).nanoseconds;
            let all = one * f64::from(repetitions);
            if all * 4.0 > about.as_nanos() as f64 {
                return (about.as_nanos() as f64 / one).max(1.0) as u32;
            }
            repetitions *= 4;
        }
    }
}

impl Drop for Foreign {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

const MISSING: &str = "is it installed? `cargo xtask peers` does that";
