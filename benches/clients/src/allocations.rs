//! Allocations a call, which a program of its own counts: its allocator would cost time in this one.

use std::process::Command;

/// Each contender's. The program that counts writes them, and the suite reads them.
pub type Allocations = Vec<(String, f64)>;

/// Runs `client-allocations`, which lies beside the running program.
///
/// # Panics
///
/// When it fails.
pub fn counted() -> Allocations {
    let own = std::env::current_exe().expect("Linux knows it");
    let counting = Command::new(own.with_file_name("client-allocations")).output();
    let counting = counting.expect("it is built with this program");
    let errors = String::from_utf8_lossy(&counting.stderr);
    assert!(counting.status.success(), "{errors}");
    serde_json::from_slice(&counting.stdout).expect("it writes what is read here")
}
