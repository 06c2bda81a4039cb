//! How many instructions a process takes outside the kernel, as callgrind counts them: unlike times, the same whatever else
//! the machine does.

use std::ffi::OsStr;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

/// Whether there is a valgrind, which callgrind is a part of.
pub fn is_installed() -> bool {
    let version = Command::new("valgrind").arg("--version").output();
    version.is_ok_and(|output| output.status.success())
}

/// Runs a program under callgrind, which takes some fifty times as long; and where the count will be. The program's own
/// arguments are still to be added.
pub fn command(program: impl AsRef<OsStr>) -> (Command, Count) {
    let count = Count::new();
    let mut command = Command::new("valgrind");
    command
        .args(["--quiet", "--tool=callgrind"])
        .arg(format!("--callgrind-out-file={}", count.file.display()))
        .arg(program);
    (command, count)
}

/// What callgrind writes when its program ends: a file, which goes with this.
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

    /// The instructions of the program's whole life.
    ///
    /// # Panics
    ///
    /// When the program has not run to its end.
    pub fn instructions(self) -> u64 {
        let written = fs::read_to_string(&self.file).expect("callgrind writes at the end");
        total(&written).expect("callgrind writes a total")
    }
}

impl Drop for Count {
    fn drop(&mut self) {
        // Where nothing was counted there is none.
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
    fn the_total_stands_behind_all_functions() {
        let written = "version: 1\nevents: Ir\nsummary: 7\n\nfn=(1) main\n3 7\n\ntotals: 4522995\n";
        assert_eq!(total(written), Some(4_522_995));
        assert_eq!(total("version: 1\nevents: Ir\n"), None);
    }

    #[test]
    fn counts_of_the_same_time_have_files_of_their_own() {
        let (_, one) = command("one");
        let (_, other) = command("other");
        assert_ne!(one.file, other.file);
    }
}
