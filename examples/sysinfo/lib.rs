//! The contract of the `sysinfo` server. See `main.rs`, next to this file, for how to run and call it.
//!
//! All methods are read-only and none runs a shell. They leave out what may contain secrets: environment variables and
//! command lines.

use std::collections::BTreeMap;

use rpc_core::rpc;
use serde::{Deserialize, Serialize};

/// Reports a machine's status.
///
/// Every method is `idempotent`, so that it can be called with GET. All but `ping` are `blocking`, because they read
/// files to query the system.
#[rpc]
pub trait Machine {
    /// Returns `pong`.
    #[rpc(idempotent)]
    fn ping(&self) -> String;

    /// Returns how long the machine has been up, and how busy it is.
    #[rpc(idempotent, blocking)]
    fn uptime(&self) -> Uptime;

    /// Returns the machine's type and its operating system.
    #[rpc(idempotent, blocking)]
    fn uname(&self) -> Uname;

    /// Returns the processors, and how busy they have been since the last call.
    #[rpc(idempotent, blocking)]
    fn cpuinfo(&self) -> Cpus;

    /// Returns the memory and swap space, in bytes.
    #[rpc(idempotent, blocking)]
    fn meminfo(&self) -> Memory;

    /// Returns how full each disk is, in bytes, by mount point.
    #[rpc(idempotent, blocking)]
    fn disk_usage(&self) -> BTreeMap<String, DiskUsage>;

    /// Lists the mounted disks. File systems that are not on a disk, such as `/proc`, are left out.
    #[rpc(idempotent, blocking)]
    fn mounts(&self) -> Vec<Mount>;

    /// Returns the network interfaces by name, with their traffic.
    #[rpc(idempotent, blocking)]
    fn network_interfaces(&self) -> BTreeMap<String, Interface>;

    /// Lists all processes, sorted by id.
    #[rpc(idempotent, blocking)]
    fn running_processes(&self) -> Vec<Process>;

    /// Lists the processes whose name or program is exactly `process`. The list may be empty.
    #[rpc(idempotent, blocking)]
    fn check_process(&self, process: &str) -> Vec<Process>;
}

/// How long the machine has been up.
#[derive(Debug, Serialize, Deserialize)]
pub struct Uptime {
    /// In seconds.
    pub uptime: u64,
    /// In seconds since the start of 1970, UTC.
    pub boot_time: u64,
    /// The average number of processes that wanted to run, over the last 1, 5 and 15 minutes.
    pub load_average: [f64; 3],
}

/// A machine and its operating system.
#[derive(Debug, Serialize, Deserialize)]
pub struct Uname {
    /// The operating system, such as `Debian GNU/Linux`.
    pub system: Option<String>,
    /// The operating system's version, such as `12`.
    pub version: Option<String>,
    /// The kernel's version, such as `6.1.0`.
    pub kernel: Option<String>,
    /// The machine's name on the network.
    pub node: Option<String>,
    /// The hardware, such as `x86_64`.
    pub machine: String,
}

/// All processors.
#[derive(Debug, Serialize, Deserialize)]
pub struct Cpus {
    /// The number of cores, if known.
    pub physical_cores: Option<usize>,
    /// How busy they are on average, in percent.
    pub usage: f32,
    /// Each processor.
    pub cpus: Vec<Cpu>,
}

/// A processor, or one hardware thread of it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Cpu {
    /// The system's name for it.
    pub name: String,
    /// The manufacturer's name for it.
    pub brand: String,
    /// In MHz.
    pub frequency: u64,
    /// How busy it is, in percent.
    pub usage: f32,
}

/// Memory and swap space, in bytes.
#[derive(Debug, Serialize, Deserialize)]
pub struct Memory {
    /// All memory.
    pub total: u64,
    /// In use.
    pub used: u64,
    /// Not used for anything.
    pub free: u64,
    /// What a program could get, including memory that caches would give up.
    pub available: u64,
    /// All swap space.
    pub swap_total: u64,
    /// In use.
    pub swap_used: u64,
}

/// How full a disk is, in bytes.
#[derive(Debug, Serialize, Deserialize)]
pub struct DiskUsage {
    /// All space.
    pub total: u64,
    /// In use.
    pub used: u64,
    /// Free for ordinary users.
    pub available: u64,
}

/// A mounted disk.
#[derive(Debug, Serialize, Deserialize)]
pub struct Mount {
    /// The device.
    pub device: String,
    /// Where it is mounted.
    pub mount_point: String,
    /// The kind of file system, such as `ext4`.
    pub file_system: String,
    /// Whether it can't be written to.
    pub read_only: bool,
}

/// A network interface. The counts start at zero when the machine starts.
#[derive(Debug, Serialize, Deserialize)]
pub struct Interface {
    /// The hardware's address.
    pub mac: String,
    /// The addresses with their prefix lengths, such as `192.0.2.7/24`.
    pub addresses: Vec<String>,
    /// The largest packet, in bytes.
    pub mtu: u64,
    /// Bytes received.
    pub received: u64,
    /// Bytes sent.
    pub transmitted: u64,
    /// Packets that failed to be received.
    pub errors_received: u64,
    /// Packets that failed to be sent.
    pub errors_transmitted: u64,
}

/// A process. Its arguments are left out, because they may contain secrets.
#[derive(Debug, Serialize, Deserialize)]
pub struct Process {
    /// Its id.
    pub pid: u32,
    /// The id of the process that started it.
    pub parent: Option<u32>,
    /// Its name. Linux keeps only the first 15 bytes.
    pub name: String,
    /// The file name of its program, unless the server may not see it.
    pub program: Option<String>,
    /// Its state, such as `Run` or `Sleep`.
    pub status: String,
    /// The memory it uses, in bytes.
    pub memory: u64,
    /// How much of one processor it has used since the last call, in percent.
    pub cpu: f32,
    /// When it started, in seconds since the start of 1970, UTC.
    pub started: u64,
}
