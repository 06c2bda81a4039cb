//! Counts the instructions of a process outside the kernel, with callgrind. Unlike times, they don't depend on what
//! else the machine is doing.

use std::ffi::OsStr;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

/// Whether valgrind is installed, which includes callgrind.
pub fn is_installed() -> bool {
    let version = Command::new("valgrind").arg("--version").output();
    version.is_ok_and(|output| output.status.success())
}

/// Returns a command that runs a program under callgrind, and the future count. The caller adds the program's
/// arguments. It runs about fifty times slower.
pub fn command(program: impl AsRef<OsStr>) -> (Command, Count) {
    let count = Count::new();
    let mut command = Command::new("valgrind");
    command
        .args(["--quiet", "--tool=callgrind"])
        .arg(format!("--callgrind-out-file={}", count.file.display()))
        .arg(program);
    (command, count)
}

/// The file that callgrind writes when the program ends. It is deleted on drop.
#[derive(Debug)]
pub struct Count {
    file: PathBuf,
}

impl Count {
    fn new() -> Self {
        static COUNTS: AtomicU32 = AtomicU32::new(0);
        let (process, number) = (std::process::id(), COUNTS.fetch_add(1, Ordering::Relaxed));
        let name = format!("callgrind.{process}.{number}");
        Count {
            file: std::env::temp_dir().join(name),
        }
    }

    /// The instructions of the whole run.
    ///
    /// # Panics
    ///
    /// If the program has not run to its end.
    pub fn instructions(self) -> u64 {
        let written = fs::read_to_string(&self.file).expect("callgrind writes at the end");
        total(&written).expect("callgrind writes a total")
    }
}

impl Drop for Count {
    fn drop(&mut self) {
        // There is no file if nothing was counted.
        drop(fs::remove_file(&self.file));
    }
}

fn total(written: &str) -> Option<u64> {
    let total = written
        .lines()
        .find_map(|line| line.strip_prefix("totals: "));
    total?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_total_is_read_from_the_end_of_the_file() {
        let written = "version: 1\nevents: Ir\nsummary: 7\n\nfn=(1) main\n3 7\n\ntotals: 4522995\n";
        assert_eq!(total(written), Some(4_522_995));
        assert_eq!(total("version: 1\nevents: Ir\n"), None);
    }

    #[test]
    fn concurrent_counts_have_separate_files() {
        let (_, one) = command("one");
        let (_, other) = command("other");
        assert_ne!(one.file, other.file);
    }
}
