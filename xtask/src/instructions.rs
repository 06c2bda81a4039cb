//! What a call costs in instructions, under callgrind: a figure that does not depend on how busy a machine is.
//!
//! The figures of the last change that was meant to move them are kept beside the program that is counted. A case that
//! has moved by more than [`TOLERANCE`] fails the run, in either direction: what has become cheaper is recorded, too.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::command::{self, Error, Result, cargo, root, target};
use crate::peers;

/// How far a figure may be off, in percent.
const TOLERANCE: f64 = 5.0;

/// The same with another compiler than the figures were recorded with, which may well make better or worse code of it.
const TOLERANCE_OF_ANOTHER_COMPILER: f64 = 30.0;

/// Each case, with the two counts of calls that are compared. What a process costs by itself drops out.
const CASES: &[(&str, u32, u32)] = &[
    ("add", 100, 2_100),
    ("add-by-name", 100, 2_100),
    ("echo", 100, 2_100),
    ("orders-in", 20, 220),
    ("orders-out", 20, 220),
    ("batch-of-100", 20, 120),
    ("error", 100, 2_100),
    ("http", 200, 1_200),
];

/// Counts every case, and compares it with the figure that is recorded.
pub(crate) fn check() -> Result {
    let recorded = Recorded::read()?;
    let tolerance = if recorded.compiler == compiler()? {
        TOLERANCE
    } else {
        println!(
            "the figures are of {}: with this compiler, {TOLERANCE_OF_ANOTHER_COMPILER} % are allowed",
            recorded.compiler
        );
        TOLERANCE_OF_ANOTHER_COMPILER
    };
    let mut moved = Vec::new();
    for (case, counted) in count()? {
        let before = *recorded
            .figures
            .get(&case)
            .ok_or_else(|| Error::new(format!("no figure is recorded for {case}")))?;
        let change = (counted as f64 / before as f64 - 1.0) * 100.0;
        println!("{case:>12}: {counted:>8} instructions a call, {change:+.1} %");
        if change.abs() > tolerance {
            moved.push(format!("{case} by {change:+.1} %"));
        }
    }
    if moved.is_empty() {
        return Ok(());
    }
    Err(Error::new(format!(
        "the cost of a call has moved by more than {tolerance} %: {}. Where that is meant: cargo xtask instructions",
        moved.join(", ")
    )))
}

/// Counts every case, and records it.
pub(crate) fn record() -> Result {
    let mut text = format!("{}\n", compiler()?);
    for (case, counted) in count()? {
        println!("{case:>12}: {counted:>8} instructions a call");
        writeln!(text, "{case} {counted}").map_err(|error| Error::new(error.to_string()))?;
    }
    fs::write(file(), text).map_err(|error| Error::new(error.to_string()))
}

struct Recorded {
    compiler: String,
    figures: BTreeMap<String, u64>,
}

impl Recorded {
    fn read() -> Result<Self> {
        let unreadable = |what: &str| Error::new(format!("{}: {what}", file().display()));
        let text = fs::read_to_string(file()).map_err(|error| unreadable(&error.to_string()))?;
        let mut lines = text.lines();
        let compiler = lines.next().ok_or_else(|| unreadable("it is empty"))?;
        let figure = |line: &str| {
            let (case, figure) = line.split_once(' ')?;
            Some((case.to_owned(), figure.parse().ok()?))
        };
        let figures: Option<BTreeMap<String, u64>> = lines.map(figure).collect();
        Ok(Recorded {
            compiler: compiler.to_owned(),
            figures: figures.ok_or_else(|| unreadable("a line is no case and its figure"))?,
        })
    }
}

fn file() -> PathBuf {
    root().join("benches/instructions/recorded.txt")
}

fn compiler() -> Result<String> {
    let output = command::program("rustc").arg("--version").output();
    let output = output.map_err(|error| Error::new(format!("could not start rustc: {error}")))?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Instructions a call, by case.
fn count() -> Result<Vec<(String, u64)>> {
    peers::valgrind()?;
    command::run(&mut cargo(
        "build --release --manifest-path benches/Cargo.toml --package instructions --target-dir target/apart",
    ))?;
    CASES
        .iter()
        .map(|(case, few, many)| {
            let difference = collected(case, *many)?.saturating_sub(collected(case, *few)?);
            Ok(((*case).to_owned(), difference / u64::from(many - few)))
        })
        .collect()
}

/// How many instructions a process takes for so many calls.
fn collected(case: &str, calls: u32) -> Result<u64> {
    let program = root().join("target/apart/release/instructions");
    let output = callgrind()
        .arg(program)
        .args([case, &calls.to_string()])
        .output()
        .map_err(|error| Error::new(format!("could not start valgrind: {error}")))?;
    let text = String::from_utf8_lossy(&output.stderr);
    let figure = text
        .lines()
        .find_map(|line| line.split_once("Collected : "))
        .and_then(|(_, figure)| figure.trim().parse().ok());
    figure
        .filter(|_| output.status.success())
        .ok_or_else(|| Error::new(format!("valgrind did not count {case}: {text}")))
}

fn callgrind() -> Command {
    let mut valgrind = command::program("valgrind");
    let file = target().join("callgrind.out");
    valgrind
        .arg("--tool=callgrind")
        .arg(format!("--callgrind-out-file={}", file.display()));
    valgrind
}
