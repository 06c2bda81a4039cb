//! `server <kind> [threads]`: prints its port, and serves until its standard input ends.

use peers::rpc_server;
use peers::serve::{Kind, run};

/// All that can be served: a name, and what serves it on a listener.
const KINDS: &[Kind] = &[("rpc", |listener| Box::pin(rpc_server::bare(listener)))];

fn main() {
    run(KINDS);
}
