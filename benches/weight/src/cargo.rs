//! Runs cargo in another folder, with a timeout.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Instant, SystemTime};

/// The timeout in seconds, which no single build here reaches.
const LIMIT: &str = "900";

/// A cargo command in a package's folder, without environment variables that would change how it builds.
pub fn cargo(package: &Path, arguments: &str) -> Command {
    let mut command = Command::new("timeout");
    command
        .arg(LIMIT)
        .arg(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(arguments.split_whitespace())
        .current_dir(package);
    for changes_builds in ["CARGO_TARGET_DIR", "RUSTC_WRAPPER", "RUSTFLAGS"] {
        command.env_remove(changes_builds);
    }
    command
}

/// Runs a command to its end, and returns what it printed.
///
/// # Panics
///
/// If it fails.
pub fn output(command: &mut Command) -> String {
    let output = command.output();
    let output = output.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {errors}");
    String::from_utf8(output.stdout).expect("it prints text")
}

/// Runs a command to its end, and returns how many seconds that took.
pub fn seconds(command: &mut Command) -> f64 {
    let start = Instant::now();
    output(command);
    start.elapsed().as_secs_f64()
}

/// Makes a file look as if it had just been changed.
pub fn touch(file: &Path) {
    let opened = File::options().append(true).open(file);
    let touched = opened.and_then(|file| file.set_modified(SystemTime::now()));
    touched.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
}

/// The path of a scratch folder for builds.
pub fn scratch(name: &str) -> PathBuf {
    let scratch = own_folder().join("../target/weight");
    fs::create_dir_all(&scratch).expect("the folder can be made");
    // Without `..`, because cargo prints the path.
    let scratch = scratch.canonicalize().expect("the folder exists");
    scratch.join(name)
}

/// The folder of this package.
pub fn own_folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
