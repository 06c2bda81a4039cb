//! The project's own tasks. `cargo xtask test` is what CI runs, and all that a newcomer needs to run.

mod bench;
mod command;
mod instructions;
mod peers;
mod test;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask <task>

  test          check formatting, lints, documentation and combinations of features, and run all tests,
                including interop with other JSON-RPC programs, which it installs into target/peers
  peers         only install those programs
  instructions  count the instructions per call and record them; `test` fails if they move by more than 5 %
  bench [--short] [SUITE]...
                measure side by side with other frameworks; a run of all suites writes benches/results;
                `--short` takes less than ten minutes;
                suites: in-process, servers, clients, growth, weight
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
