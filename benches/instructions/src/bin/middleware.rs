//! `middleware COUNT` makes COUNT calls over HTTP, to the service with middleware that does nothing.

use instructions::{add, bench, count, over_http};
use rpc_core::Service;
use work::additions::PassOn;

fn main() {
    let count = count(std::env::args().nth(1));
    over_http(bench().middleware(PassOn), &add(), count);
}
