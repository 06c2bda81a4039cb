//! cargo, in another folder and for no more than so long.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Instant, SystemTime};

/// No single build here takes that many seconds.
const LIMIT: &str = "900";

/// cargo in a package's folder, with nothing set that would change how it builds.
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

/// Runs it to its end, and returns what it has printed.
///
/// # Panics
///
/// When it fails.
pub fn output(command: &mut Command) -> String {
    let output = command.output();
    let output = output.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {errors}");
    String::from_utf8(output.stdout).expect("it prints text")
}

/// How many seconds it takes.
pub fn seconds(command: &mut Command) -> f64 {
    let start = Instant::now();
    output(command);
    start.elapsed().as_secs_f64()
}

/// Lets a file look as if it had just been changed.
pub fn touch(file: &Path) {
    let opened = File::options().append(true).open(file);
    let touched = opened.and_then(|file| file.set_modified(SystemTime::now()));
    touched.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
}

/// A folder in which things may be built.
pub fn scratch(name: &str) -> PathBuf {
    let scratch = own_folder().join("../target/weight");
    fs::create_dir_all(&scratch).expect("the folder can be made");
    // Without the dots, since cargo shows it.
    let scratch = scratch.canonicalize().expect("it is there");
    scratch.join(name)
}

/// This package's.
pub fn own_folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
