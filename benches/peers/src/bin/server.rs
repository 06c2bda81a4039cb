//! `server <kind> [threads]`: prints its port and serves until its standard input ends.

use peers::kinds::KINDS;
use peers::serve::run;

fn main() {
    run(KINDS);
}
