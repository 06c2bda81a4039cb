//! The project's own tasks. `cargo xtask test` is what CI runs, and all that a newcomer runs.

mod bench;
mod command;
mod peers;
mod test;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask <task>

  test     formatting, lints, documentation, all tests, each combination of features, interop with other
           people's programs (which it installs, pinned, into target/peers)
  peers    installs those programs, and nothing else
  bench    measures dispatch: times and allocations
";

fn main() -> ExitCode {
    let task = std::env::args().nth(1);
    let result = match task.as_deref() {
        Some("test") => test::run(),
        Some("peers") => peers::install().map(drop),
        Some("bench") => bench::run(),
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
