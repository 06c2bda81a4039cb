//! The project's own tasks. `cargo xtask test` is what CI runs, and all that a newcomer runs.

mod bench;
mod command;
mod instructions;
mod peers;
mod test;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask <task>

  test     formatting, lints, documentation, all tests, each combination of features, interop with other
           people's programs (which it installs, pinned, into target/peers)
  peers    installs those programs, and nothing else
  instructions
           counts what a call costs, and records it: the tests fail where that has moved by more than 5 %
  bench    measures side by side with other frameworks, and writes benches/results; `--short` takes less than ten
           minutes; suites may be named: in-process, servers, clients, growth, weight
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.first().map(String::as_str) {
        Some("test") => test::run(),
        Some("peers") => peers::install().map(drop),
        Some("instructions") => instructions::record(),
        Some("bench") => bench::run(&arguments[1..]),
        _ => {
            eprint!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error}");
            ExitCode::FAILURE
        }
    }
}
