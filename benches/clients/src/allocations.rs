//! Allocations per call. A separate program counts them, because a counting allocator would slow this one down.

use std::process::Command;

/// Allocations per call by contender, as the counting program writes them and this suite reads them.
pub type Allocations = Vec<(String, f64)>;

/// Runs `client-allocations`, which is next to the running program.
///
/// # Panics
///
/// If it fails.
pub fn counted() -> Allocations {
    let own = std::env::current_exe().expect("Linux knows the program's path");
    let counting = Command::new(own.with_file_name("client-allocations")).output();
    let counting = counting.expect("it is built together with this program");
    let errors = String::from_utf8_lossy(&counting.stderr);
    assert!(counting.status.success(), "{errors}");
    serde_json::from_slice(&counting.stdout).expect("it writes the same type as JSON")
}
