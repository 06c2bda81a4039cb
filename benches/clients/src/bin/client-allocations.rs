//! `client-allocations`: prints how many allocations a call of `add` makes with each client, as JSON.

use allocation_counter::measure;
use clients::allocations::Allocations;
use clients::client::Ask;
use clients::contenders::{Servers, connect, runtime};

/// Calls that are not counted, so that connections are open and buffers have grown.
const WARM_UP: usize = 200;
const COUNTED: usize = 1000;

fn main() {
    let servers = Servers::start();
    let runtime = runtime();
    let mut allocations = Allocations::new();
    for contender in connect(&runtime, &servers) {
        contender.repeat(&runtime, Ask::Add, WARM_UP);
        let counted = measure(|| contender.repeat(&runtime, Ask::Add, COUNTED));
        let a_call = counted.count_total as f64 / COUNTED as f64;
        allocations.push((contender.name().to_owned(), a_call));
    }
    let text = serde_json::to_string(&allocations).expect("numbers are JSON");
    println!("{text}");
}
