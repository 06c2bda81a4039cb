//! Counts the instructions of a call with callgrind. Unlike a time, the figure does not depend on how busy the machine
//! is.
//!
//! The recorded figures are kept next to the program that is measured, together with the compiler and the host that
//! they were measured with. A change that is meant to move them records new ones. A case that moves by more than
//! [`TOLERANCE`] fails the run, in either direction: a call that has become cheaper should be recorded as well. On a
//! host of another kind the instructions differ, so nothing is compared.

use std::path::PathBuf;
use std::process::Command;
use std::{fmt, fs};

use crate::command::{self, Error, Result, cargo, root, target};
use crate::peers;

/// How far a figure may move, in percent.
const TOLERANCE: f64 = 5.0;

/// The same with a compiler other than the recorded one, which may generate quite different code.
const TOLERANCE_OF_ANOTHER_COMPILER: f64 = 30.0;

/// Each case, with two numbers of calls. Comparing the two runs leaves out what the process itself costs.
const CASES: &[(&str, u32, u32)] = &[
    ("add", 100, 2_100),
    ("add-by-name", 100, 2_100),
    ("echo", 100, 2_100),
    ("orders-in", 20, 220),
    ("orders-out", 20, 220),
    ("batch-of-100", 20, 120),
    ("error", 100, 2_100),
    ("dispatcher", 100, 2_100),
    ("http", 200, 1_200),
    ("middleware", 200, 1_200),
    ("log", 200, 1_200),
];

/// The cases that have a program of their own.
const PROGRAMS: &[&str] = &["dispatcher", "middleware"];

/// Counts every case and compares it with the recorded figure. Returns the reason if they could not be compared.
pub(crate) fn check() -> Result<Option<String>> {
    let recorded = Recorded::read()?;
    let here = Toolchain::here()?;
    match recorded.toolchain.tolerance(&here) {
        Some(tolerance) => recorded.compare(&count()?, tolerance).map(|()| None),
        None => show(&recorded.toolchain.host, &here.host).map(Some),
    }
}

/// Counts every case and records the figures.
pub(crate) fn record() -> Result {
    let recorded = Recorded {
        toolchain: Toolchain::here()?,
        figures: count()?,
    };
    for (case, counted) in &recorded.figures {
        println!("{case:>12}: {counted:>8} instructions per call");
    }
    fs::write(file(), recorded.to_string()).map_err(|error| Error::new(error.to_string()))
}

/// Prints what a call costs on this host, and returns why it was not compared.
///
/// It doesn't fail without valgrind, which does not support every host.
fn show(recorded: &str, here: &str) -> Result<String> {
    let not_compared = format!(
        "instructions per call were NOT compared: the recorded figures are for {recorded}, and this is {here}"
    );
    println!("\n{not_compared}");
    if let Err(error) = peers::valgrind() {
        return Ok(format!("{not_compared}; nor were they counted: {error}"));
    }
    for (case, counted) in count()? {
        println!("{case:>12}: {counted:>8} instructions per call");
    }
    Ok(not_compared)
}

/// The compiler and host that figures were measured with.
#[derive(Debug, PartialEq)]
struct Toolchain {
    /// As `rustc --version` prints it.
    compiler: String,
    /// The target triple of the machine that it runs on and builds for.
    host: String,
}

impl Toolchain {
    fn here() -> Result<Self> {
        let output = command::program("rustc")
            .args(["--version", "--verbose"])
            .output();
        let output =
            output.map_err(|error| Error::new(format!("could not start rustc: {error}")))?;
        let text = String::from_utf8_lossy(&output.stdout);
        Toolchain::parse(&text)
            .ok_or_else(|| Error::new(format!("rustc did not print its host: {text}")))
    }

    /// Parses the output of `rustc --version --verbose`: the compiler on the first line, then one detail per line.
    fn parse(text: &str) -> Option<Self> {
        let compiler = text.lines().next()?;
        let host = text.lines().find_map(|line| line.strip_prefix(HOST))?;
        Some(Toolchain {
            compiler: compiler.to_owned(),
            host: host.to_owned(),
        })
    }

    /// How far figures of the other toolchain may differ from these, in percent. `None` if they can't be compared.
    fn tolerance(&self, other: &Toolchain) -> Option<f64> {
        if self.host != other.host {
            return None;
        }
        if self.compiler == other.compiler {
            return Some(TOLERANCE);
        }
        println!(
            "the figures were recorded with {}, so this compiler may differ by {TOLERANCE_OF_ANOTHER_COMPILER} %",
            self.compiler
        );
        Some(TOLERANCE_OF_ANOTHER_COMPILER)
    }
}

/// The start of the line with the host, in rustc's output and in our file.
const HOST: &str = "host: ";

/// The content of our file: the compiler, the host, and the instructions per call for each case.
struct Recorded {
    toolchain: Toolchain,
    figures: Vec<(String, u64)>,
}

impl Recorded {
    fn read() -> Result<Self> {
        let unreadable = |what: &str| Error::new(format!("{}: {what}", file().display()));
        let text = fs::read_to_string(file()).map_err(|error| unreadable(&error.to_string()))?;
        Recorded::parse(&text).ok_or_else(|| {
            unreadable("expected lines with the compiler, the host, and a figure for each case")
        })
    }

    fn parse(text: &str) -> Option<Self> {
        let figure = |line: &str| {
            let (case, figure) = line.split_once(' ')?;
            Some((case.to_owned(), figure.parse().ok()?))
        };
        let figures: Option<Vec<_>> = text.lines().skip(2).map(figure).collect();
        Some(Recorded {
            toolchain: Toolchain::parse(text)?,
            figures: figures?,
        })
    }

    fn compare(&self, counted: &[(String, u64)], tolerance: f64) -> Result {
        let mut moved = Vec::new();
        for (case, counted) in counted {
            let recorded = self.figures.iter().find(|(recorded, _)| recorded == case);
            let (_, before) =
                recorded.ok_or_else(|| Error::new(format!("no recorded figure for `{case}`")))?;
            let change = (*counted as f64 / *before as f64 - 1.0) * 100.0;
            println!("{case:>12}: {counted:>8} instructions per call, {change:+.1} %");
            if change.abs() > tolerance {
                moved.push(format!("{case} by {change:+.1} %"));
            }
        }
        if moved.is_empty() {
            return Ok(());
        }
        Err(Error::new(format!(
            "the instructions per call moved by more than {tolerance} %: {}; if that is intended, record them with \
             `cargo xtask instructions`",
            moved.join(", ")
        )))
    }
}

impl fmt::Display for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Toolchain { compiler, host } = &self.toolchain;
        writeln!(f, "{compiler}\n{HOST}{host}")?;
        for (case, figure) in &self.figures {
            writeln!(f, "{case} {figure}")?;
        }
        Ok(())
    }
}

fn file() -> PathBuf {
    root().join("benches/instructions/recorded.txt")
}

/// Counts the instructions per call for each case.
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

/// Runs a process that makes `calls` calls, and returns how many instructions it took.
fn collected(case: &str, calls: u32) -> Result<u64> {
    let programs = root().join("target/apart/release");
    let mut counted = callgrind();
    if PROGRAMS.contains(&case) {
        counted.arg(programs.join(case));
    } else {
        counted.arg(programs.join("instructions")).arg(case);
    }
    let output = counted
        .arg(calls.to_string())
        .output()
        .map_err(|error| Error::new(format!("could not start valgrind: {error}")))?;
    let text = String::from_utf8_lossy(&output.stderr);
    let figure = text
        .lines()
        .find_map(|line| line.split_once("Collected : "))
        .and_then(|(_, figure)| figure.trim().parse().ok());
    figure
        .filter(|_| output.status.success())
        .ok_or_else(|| Error::new(format!("valgrind could not count `{case}`: {text}")))
}

fn callgrind() -> Command {
    let mut valgrind = command::program("valgrind");
    let file = target().join("callgrind.out");
    valgrind
        .arg("--tool=callgrind")
        .arg(format!("--callgrind-out-file={}", file.display()));
    valgrind
}

#[cfg(test)]
mod tests {
    use super::*;

    fn toolchain(compiler: &str, host: &str) -> Toolchain {
        Toolchain {
            compiler: compiler.to_owned(),
            host: host.to_owned(),
        }
    }

    #[test]
    fn compiler_and_host_are_read_from_rustc() {
        let text = "rustc 1.95.0 (59807616e 2026-04-14)\nbinary: rustc\nhost: aarch64-apple-darwin\nrelease: 1.95.0\n";
        let expected = toolchain(
            "rustc 1.95.0 (59807616e 2026-04-14)",
            "aarch64-apple-darwin",
        );
        assert_eq!(Toolchain::parse(text), Some(expected));
        assert_eq!(Toolchain::parse("rustc 1.95.0\n"), None);
    }

    #[test]
    fn figures_of_another_host_are_not_compared() {
        let recorded = toolchain("rustc 1", "x86_64-unknown-linux-gnu");
        for (compiler, host, expected) in [
            ("rustc 1", "x86_64-unknown-linux-gnu", Some(TOLERANCE)),
            (
                "rustc 2",
                "x86_64-unknown-linux-gnu",
                Some(TOLERANCE_OF_ANOTHER_COMPILER),
            ),
            ("rustc 1", "aarch64-unknown-linux-gnu", None),
            ("rustc 1", "x86_64-unknown-linux-musl", None),
        ] {
            let here = toolchain(compiler, host);
            assert_eq!(recorded.tolerance(&here), expected, "{here:?}");
        }
    }

    #[test]
    fn a_figure_may_move_within_the_tolerance_either_way() {
        let recorded = Recorded::parse("rustc 1\nhost: here\nadd 1000\n").expect("it is complete");
        for (counted, is_right) in [(951, true), (1049, true), (949, false), (1051, false)] {
            let counted = [("add".to_owned(), counted)];
            assert_eq!(
                recorded.compare(&counted, 5.0).is_ok(),
                is_right,
                "{counted:?}"
            );
        }
        let unknown = [("echo".to_owned(), 1)];
        assert!(recorded.compare(&unknown, 5.0).is_err());
    }

    #[test]
    fn the_recorded_file_has_a_host_and_all_cases() {
        let text = include_str!("../../benches/instructions/recorded.txt");
        let recorded = Recorded::parse(text).expect("it is complete");
        assert_eq!(recorded.to_string(), text);
        let recorded = recorded.figures.iter().map(|(case, _)| case.as_str());
        assert!(recorded.eq(CASES.iter().map(|(case, ..)| *case)));
    }
}
