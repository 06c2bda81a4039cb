//! Instructions a request, counted by callgrind: a number that no noise reaches.

use std::path::PathBuf;
use std::process::Command;

use measure::{Metric, Results};
use peers::started::{Started, program};

use crate::cases::Asked;
use crate::load::{Exchange, Load};

/// The difference between two runs leaves out what starting and ending costs.
const FEW: usize = 300;
const MANY: usize = 1_300;

/// Counts for each of these servers.
pub fn count(results: &mut Results, contenders: &[&str], asked: &Asked) {
    if !Command::new("valgrind")
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success())
    {
        results.note("Instructions are not counted: valgrind is not installed.");
        return;
    }
    let metric = Metric::cost("instructions a request", "instructions");
    for contender in contenders {
        // Two at a time: what is counted does not depend on who else runs.
        let [few, many] = std::thread::scope(|scope| {
            let runs = [FEW, MANY]
                .map(|requests| scope.spawn(move || instructions(contender, asked, requests)));
            runs.map(|run| run.join().expect("a count that fails ends the suite"))
        });
        let one = (many - few) as f64 / (MANY - FEW) as f64;
        results.count(&asked.on(1), &metric, contender, one.round());
    }
}

/// Of a server's whole life, with so many requests in it.
fn instructions(kind: &str, asked: &Asked, requests: usize) -> u64 {
    let file = output_file(kind, requests);
    let mut command = Command::new("valgrind");
    command
        .args(["--quiet", "--tool=callgrind"])
        .arg(format!("--callgrind-out-file={}", file.display()))
        .arg(program())
        .arg(kind);
    let server = Started::command(command);
    let exchange = Exchange::prove(server.address(), &asked.message, &*asked.is_right);
    Load::connect(server.address(), 1).run_times(&exchange, requests);
    server.end();
    let counted = std::fs::read_to_string(&file).expect("callgrind writes when a program ends");
    drop(std::fs::remove_file(&file));
    let total = counted
        .lines()
        .find_map(|line| line.strip_prefix("totals: "));
    total
        .and_then(|total| total.trim().parse().ok())
        .expect("callgrind writes a total")
}

fn output_file(kind: &str, requests: usize) -> PathBuf {
    let own = std::process::id();
    std::env::temp_dir().join(format!("callgrind.{own}.{kind}.{requests}"))
}
