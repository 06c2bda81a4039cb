//! `cargo xtask bench`: measures side by side, and writes the report.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::command::{self, Error, Result, cargo, target};
use crate::peers;

/// Each is a program of the workspace in `benches`, and leaves a file of results.
const SUITES: &[&str] = &["in-process", "servers", "clients", "growth", "weight"];

/// Measures all suites, or those that are named. `--short` takes less than ten minutes.
pub(crate) fn run(arguments: &[String]) -> Result {
    let plan = Plan::of(arguments)?;
    let peers = peers::install()?;
    peers::valgrind()?;
    build()?;
    plan.forget_older_results()?;
    let start = Instant::now();
    for suite in &plan.suites {
        plan.run(suite, &peers)?;
    }
    let measured = start.elapsed();
    let reported = plan.report();
    println!("\nmeasured in {}", minutes(measured));
    reported
}

/// Into the folder of that workspace, wherever the main one builds.
fn build() -> Result {
    let mut build = cargo("build --release --manifest-path benches/Cargo.toml --workspace --bins");
    command::run(build.env_remove("CARGO_TARGET_DIR"))
}

/// What is to be measured.
struct Plan {
    suites: Vec<String>,
    is_short: bool,
}

impl Plan {
    fn of(arguments: &[String]) -> Result<Self> {
        let (options, named): (Vec<&String>, Vec<&String>) = arguments
            .iter()
            .partition(|argument| argument.starts_with("--"));
        if let Some(option) = options.iter().find(|option| **option != "--short") {
            return Err(Error::new(format!("there is no option {option}")));
        }
        if let Some(name) = named.iter().find(|name| !SUITES.contains(&name.as_str())) {
            let suites = SUITES.join(", ");
            return Err(Error::new(format!("{name} is not one of {suites}")));
        }
        let is_wanted = |suite: &&&str| named.is_empty() || named.iter().any(|name| name == *suite);
        let suites = SUITES.iter().filter(is_wanted);
        Ok(Plan {
            suites: suites.map(ToString::to_string).collect(),
            is_short: !options.is_empty(),
        })
    }

    fn has_all_suites(&self) -> bool {
        self.suites.len() == SUITES.len()
    }

    /// Where the suites leave what they have found. The two forms are kept apart, so that no report mixes them.
    fn results(&self) -> PathBuf {
        let form = if self.is_short { "short" } else { "full" };
        target().join("bench").join(form)
    }

    /// Only of a run of all suites, so that what is kept in the repository comes from one.
    fn report_folder(&self) -> PathBuf {
        if self.has_all_suites() {
            command::root().join("benches/results")
        } else {
            self.results()
        }
    }

    /// So that nothing older is taken for what a suite that fails would have found.
    fn forget_older_results(&self) -> Result {
        for suite in &self.suites {
            let file = self.results().join(format!("{suite}.json"));
            if file.exists() {
                std::fs::remove_file(&file)
                    .map_err(|error| Error::new(format!("{}: {error}", file.display())))?;
            }
        }
        Ok(())
    }

    fn run(&self, suite: &str, peers: &Path) -> Result {
        let start = Instant::now();
        command::run(self.program(suite).env("RPC_PEERS", peers))?;
        println!("{suite}: {}", minutes(start.elapsed()));
        Ok(())
    }

    fn report(&self) -> Result {
        let mut report = self.program("report");
        report.env("BENCH_REPORT", self.report_folder());
        if self.has_all_suites() {
            report.arg("--strict");
        }
        command::run(&mut report)
    }

    /// One of the programs of the workspace in `benches`.
    fn program(&self, name: &str) -> std::process::Command {
        let folder = command::root().join("benches/target/release");
        let mut program = command::program(folder.join(name));
        program.env("BENCH_OUT", self.results());
        if self.is_short {
            program.arg("--short");
        }
        program
    }
}

fn minutes(duration: Duration) -> String {
    let seconds = duration.as_secs();
    format!("{} min {} s", seconds / 60, seconds % 60)
}
