//! `server-allocations <kind>`: like `server`, but prints how many allocations the server has made when its standard
//! input ends. It has a counting allocator, which would slow down a server that is timed.

use peers::kinds::KINDS;
use peers::serve::run_to_the_end;

fn main() {
    let counted = allocation_counter::measure(|| drop(run_to_the_end(KINDS)));
    println!("{}", counted.count_total);
}
