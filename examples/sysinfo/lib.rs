//! What the `sysinfo` server tells of its machine: see `main.rs`, beside this file, for how it is run and called.
//!
//! All of it only looks. There is no shell behind it, and nothing that holds secrets is told: no environment, no command
//! lines.

use std::collections::BTreeMap;

use rpc_core::rpc;
use serde::{Deserialize, Serialize};

/// Tells how a machine is doing.
///
/// Every method is `idempotent`, so that each can be called with GET, and `blocking`, since the system is asked through
/// files.
#[rpc]
pub trait Machine {
    /// Answers `pong`.
    #[rpc(idempotent)]
    fn ping(&self) -> String;

    /// How long the machine has been up, and how much there is to do.
    #[rpc(idempotent, blocking)]
    fn uptime(&self) -> Uptime;

    /// What machine and what system it is.
    #[rpc(idempotent, blocking)]
    fn uname(&self) -> Uname;

    /// The processors, and how busy they have been since this was last asked.
    #[rpc(idempotent, blocking)]
    fn cpuinfo(&self) -> Cpus;

    /// The memory and the swap space, in bytes.
    #[rpc(idempotent, blocking)]
    fn meminfo(&self) -> Memory;

    /// How full the disks are, in bytes, by where they are mounted.
    #[rpc(idempotent, blocking)]
    fn disk_usage(&self) -> BTreeMap<String, DiskUsage>;

    /// Where which disks are mounted. Those that are none, such as `/proc`, are left out.
    #[rpc(idempotent, blocking)]
    fn mounts(&self) -> Vec<Mount>;

    /// The network's interfaces by name, and what has gone through them.
    #[rpc(idempotent, blocking)]
    fn network_interfaces(&self) -> BTreeMap<String, Interface>;

    /// All processes, by their ids.
    #[rpc(idempotent, blocking)]
    fn running_processes(&self) -> Vec<Process>;

    /// The processes whose name or program is this, whole and to the letter. That there are none is no error.
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
    /// How many processes wanted to run, over the last 1, 5 and 15 minutes.
    pub load_average: [f64; 3],
}

/// What machine it is.
#[derive(Debug, Serialize, Deserialize)]
pub struct Uname {
    /// The operating system, such as `Debian GNU/Linux`.
    pub system: Option<String>,
    /// Its version, such as `12`.
    pub version: Option<String>,
    /// The kernel's version, such as `6.1.0`.
    pub kernel: Option<String>,
    /// The machine's name in the network.
    pub node: Option<String>,
    /// The hardware, such as `x86_64`.
    pub machine: String,
}

/// All processors.
#[derive(Debug, Serialize, Deserialize)]
pub struct Cpus {
    /// How many cores there are, where that is known.
    pub physical_cores: Option<usize>,
    /// How busy they are together, in percent.
    pub usage: f32,
    /// Each of them.
    pub cpus: Vec<Cpu>,
}

/// A processor, or a thread of one.
#[derive(Debug, Serialize, Deserialize)]
pub struct Cpu {
    /// The system's name for it.
    pub name: String,
    /// The maker's name for it.
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
    /// What a program could get, with what caches would give up.
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
    /// Left for those who may use it.
    pub available: u64,
}

/// A disk that is mounted.
#[derive(Debug, Serialize, Deserialize)]
pub struct Mount {
    /// What is mounted.
    pub device: String,
    /// Where.
    pub mount_point: String,
    /// Of what kind it is, such as `ext4`.
    pub file_system: String,
    /// Whether it can't be written to.
    pub read_only: bool,
}

/// An interface of the network. The counts are from the machine's start.
#[derive(Debug, Serialize, Deserialize)]
pub struct Interface {
    /// The hardware's address.
    pub mac: String,
    /// The addresses with the lengths of their networks' prefixes, such as `192.0.2.7/24`.
    pub addresses: Vec<String>,
    /// The longest packet, in bytes.
    pub mtu: u64,
    /// Bytes received.
    pub received: u64,
    /// Bytes sent.
    pub transmitted: u64,
    /// Packets that could not be received.
    pub errors_received: u64,
    /// Packets that could not be sent.
    pub errors_transmitted: u64,
}

/// A process, without its arguments, which may hold secrets.
#[derive(Debug, Serialize, Deserialize)]
pub struct Process {
    /// Its id.
    pub pid: u32,
    /// The id of the process that started it.
    pub parent: Option<u32>,
    /// The name that it goes by. Linux keeps 15 bytes of it.
    pub name: String,
    /// The name of its program's file, unless that is hidden from the server.
    pub program: Option<String>,
    /// What it does, such as `Run` or `Sleep`.
    pub status: String,
    /// In bytes.
    pub memory: u64,
    /// How much of one processor it has used since this was last asked, in percent.
    pub cpu: f32,
    /// When it was started, in seconds since the start of 1970, UTC.
    pub started: u64,
}
