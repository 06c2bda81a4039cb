//! `stream-server-allocations <kind>`: like `stream-server`, but prints how many allocations it has made when its standard
//! input ends, and how many bytes of them are still in use. It has a counting allocator, which would slow down a server that
//! is timed.

use allocation_counter::measure;
use peers::serve::run_to_the_end;
use streams::servers::KINDS;

fn main() {
    let mut runtime = None;
    let counted = measure(|| runtime = Some(run_to_the_end(KINDS)));
    println!("{} {}", counted.count_total, counted.bytes_current);
}
