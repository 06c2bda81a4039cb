//! `cargo xtask bench`: measures this project and other frameworks side by side, and writes the report.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::command::{self, Error, Result, cargo, target};
use crate::peers;

/// The suites. Each is a program in the `benches` workspace and writes a file of results.
const SUITES: &[&str] = &[
    "in-process",
    "servers",
    "clients",
    "streams",
    "nats",
    "growth",
    "weight",
];

/// Runs all suites, or only those named in the arguments. `--short` takes less than ten minutes.
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

/// Builds the suites into the target folder of their own workspace, even if `CARGO_TARGET_DIR` is set.
fn build() -> Result {
    let mut build = cargo("build --release --manifest-path benches/Cargo.toml --workspace --bins");
    command::run(build.env_remove("CARGO_TARGET_DIR"))
}

/// What to measure.
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
            return Err(Error::new(format!("unknown option `{option}`")));
        }
        if let Some(name) = named.iter().find(|name| !SUITES.contains(&name.as_str())) {
            let suites = SUITES.join(", ");
            return Err(Error::new(format!(
                "unknown suite `{name}`; the suites are {suites}"
            )));
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

    /// Where the suites write their results. The short and the full form have separate folders, so that no report mixes
    /// them.
    fn results(&self) -> PathBuf {
        let form = if self.is_short { "short" } else { "full" };
        target().join("bench").join(form)
    }

    /// Where to write the report. Only a run of all suites writes to the repository, so that the report there comes
    /// from one run.
    fn report_folder(&self) -> PathBuf {
        if self.has_all_suites() {
            command::root().join("benches/results")
        } else {
            self.results()
        }
    }

    /// Deletes older results of these suites. If a suite fails, the report must not show old results in their place.
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

    /// A program of the `benches` workspace.
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
