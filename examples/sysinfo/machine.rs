//! [`ThisMachine`]: implements the contract with the `sysinfo` crate.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use rpc_example_sysinfo::{
    Cpu, Cpus, DiskUsage, Interface, Machine, Memory, Mount, Process, Uname, Uptime,
};
use sysinfo::{
    Disk, DiskRefreshKind, Disks, MINIMUM_CPU_UPDATE_INTERVAL, Networks, ProcessRefreshKind,
    ProcessesToUpdate, System, UpdateKind,
};

/// The machine that the server runs on.
///
/// It keeps its last readings, because processor usage is measured between two of them.
pub(crate) struct ThisMachine(Mutex<System>);

impl ThisMachine {
    /// Takes two readings a moment apart, so that the first call already has a usage to report.
    pub(crate) fn new() -> Self {
        let mut system = System::new();
        system.refresh_cpu_all();
        thread::sleep(MINIMUM_CPU_UPDATE_INTERVAL);
        system.refresh_cpu_all();
        ThisMachine(Mutex::new(system))
    }

    fn system(&self) -> MutexGuard<'_, System> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn processes(&self) -> Vec<Process> {
        let mut system = self.system();
        let what = ProcessRefreshKind::nothing()
            .with_cpu()
            .with_exe(UpdateKind::OnlyIfNotSet)
            .with_memory()
            .without_tasks();
        system.refresh_processes_specifics(ProcessesToUpdate::All, true, what);
        let mut processes: Vec<Process> = system.processes().values().map(describe).collect();
        processes.sort_unstable_by_key(|process| process.pid);
        processes
    }
}

fn describe(process: &sysinfo::Process) -> Process {
    let program = process.exe().and_then(Path::file_name);
    Process {
        pid: process.pid().as_u32(),
        parent: process.parent().map(|parent| parent.as_u32()),
        name: process.name().to_string_lossy().into_owned(),
        program: program.map(|name| name.to_string_lossy().into_owned()),
        status: process.status().to_string(),
        memory: process.memory(),
        cpu: process.cpu_usage(),
        started: process.start_time(),
    }
}

fn disks(what: DiskRefreshKind) -> Disks {
    Disks::new_with_refreshed_list_specifics(what)
}

fn mount_point(disk: &Disk) -> String {
    disk.mount_point().to_string_lossy().into_owned()
}

impl Machine for ThisMachine {
    fn ping(&self) -> String {
        "pong".to_owned()
    }

    fn uptime(&self) -> Uptime {
        let load = System::load_average();
        Uptime {
            uptime: System::uptime(),
            boot_time: System::boot_time(),
            load_average: [load.one, load.five, load.fifteen],
        }
    }

    fn uname(&self) -> Uname {
        Uname {
            system: System::name(),
            version: System::os_version(),
            kernel: System::kernel_version(),
            node: System::host_name(),
            machine: System::cpu_arch(),
        }
    }

    fn cpuinfo(&self) -> Cpus {
        let mut system = self.system();
        system.refresh_cpu_all();
        let cpus = system.cpus().iter().map(|cpu| Cpu {
            name: cpu.name().to_owned(),
            brand: cpu.brand().to_owned(),
            frequency: cpu.frequency(),
            usage: cpu.cpu_usage(),
        });
        Cpus {
            physical_cores: System::physical_core_count(),
            usage: system.global_cpu_usage(),
            cpus: cpus.collect(),
        }
    }

    fn meminfo(&self) -> Memory {
        let mut system = self.system();
        system.refresh_memory();
        Memory {
            total: system.total_memory(),
            used: system.used_memory(),
            free: system.free_memory(),
            available: system.available_memory(),
            swap_total: system.total_swap(),
            swap_used: system.used_swap(),
        }
    }

    fn disk_usage(&self) -> BTreeMap<String, DiskUsage> {
        let disks = disks(DiskRefreshKind::nothing().with_storage());
        let usages = disks.iter().map(|disk| {
            let (total, available) = (disk.total_space(), disk.available_space());
            let used = total.saturating_sub(available);
            (
                mount_point(disk),
                DiskUsage {
                    total,
                    used,
                    available,
                },
            )
        });
        usages.collect()
    }

    fn mounts(&self) -> Vec<Mount> {
        // Whether a disk is read-only comes with its size.
        let disks = disks(DiskRefreshKind::nothing().with_storage());
        let mounts = disks.iter().map(|disk| Mount {
            device: disk.name().to_string_lossy().into_owned(),
            mount_point: mount_point(disk),
            file_system: disk.file_system().to_string_lossy().into_owned(),
            read_only: disk.is_read_only(),
        });
        mounts.collect()
    }

    fn network_interfaces(&self) -> BTreeMap<String, Interface> {
        let networks = Networks::new_with_refreshed_list();
        let interfaces = networks.iter().map(|(name, data)| {
            let addresses = data.ip_networks().iter().map(ToString::to_string);
            let interface = Interface {
                mac: data.mac_address().to_string(),
                addresses: addresses.collect(),
                mtu: data.mtu(),
                received: data.total_received(),
                transmitted: data.total_transmitted(),
                errors_received: data.total_errors_on_received(),
                errors_transmitted: data.total_errors_on_transmitted(),
            };
            (name.clone(), interface)
        });
        interfaces.collect()
    }

    fn running_processes(&self) -> Vec<Process> {
        self.processes()
    }

    fn check_process(&self, process: &str) -> Vec<Process> {
        let mut processes = self.processes();
        processes.retain(|running| {
            running.name == process || running.program.as_deref() == Some(process)
        });
        processes
    }
}
