//! The processor time and memory of a process, as Linux counts them.

use std::fs::{self, DirEntry};
use std::io;
use std::time::Duration;

/// The processor time so far of all threads of a process, including those that have ended.
///
/// Its resolution is a clock tick, a hundredth of a second, so measure over many of them.
pub fn cpu_time(pid: u32) -> Duration {
    const TICKS_A_SECOND: f64 = 100.0;
    let stat = read(pid, "stat");
    // The second field is the program's name, which may contain anything.
    let after_name = stat.rsplit_once(')').expect("the name is in brackets").1;
    let field = |index: usize| -> f64 {
        let text = after_name.split_whitespace().nth(index);
        text.and_then(|text| text.parse().ok())
            .expect("stat has 52 fields")
    };
    let (user, system) = (field(11), field(12));
    Duration::from_secs_f64((user + system) / TICKS_A_SECOND)
}

/// The processor time so far of the living threads of a process, exact to the nanosecond while they sleep.
pub fn cpu_time_of_threads(pid: u32) -> Duration {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).expect("the process runs");
    let time_of = |thread: io::Result<DirEntry>| {
        let folder = thread.expect("the process runs").path();
        // A thread that has just ended has no such file.
        let stat = fs::read_to_string(folder.join("schedstat")).unwrap_or("0".into());
        time_in_schedstat(&stat)
    };
    threads.map(time_of).sum()
}

/// The processor time of the calling thread so far, exact to the nanosecond.
pub fn cpu_time_of_this_thread() -> Duration {
    let stat = fs::read_to_string("/proc/thread-self/schedstat").expect("Linux has this file");
    time_in_schedstat(&stat)
}

fn time_in_schedstat(stat: &str) -> Duration {
    let nanoseconds = stat.split_whitespace().next();
    Duration::from_nanos(
        nanoseconds
            .and_then(|text| text.parse().ok())
            .expect("schedstat starts with the time"),
    )
}

/// The most memory that a process has held so far, in bytes (`VmHWM`).
pub fn peak_memory(pid: u32) -> u64 {
    status(pid, "VmHWM:")
}

/// The memory that a process holds now, in bytes (`VmRSS`).
pub fn memory(pid: u32) -> u64 {
    status(pid, "VmRSS:")
}

/// Resets [`peak_memory`].
pub fn forget_peak_memory(pid: u32) {
    fs::write(format!("/proc/{pid}/clear_refs"), "5").expect("the process is ours");
}

fn status(pid: u32, field: &str) -> u64 {
    let status = read(pid, "status");
    let line = status.lines().find_map(|line| line.strip_prefix(field));
    let kibibytes: u64 = line
        .and_then(|line| line.trim().trim_end_matches(" kB").parse().ok())
        .expect("a running process has memory");
    kibibytes * 1024
}

fn read(pid: u32, file: &str) -> String {
    fs::read_to_string(format!("/proc/{pid}/{file}")).expect("the process runs")
}
