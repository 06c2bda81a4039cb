//! `dispatcher COUNT` makes COUNT calls in process, to the service in a `Dispatcher`.

use instructions::{add, bench, count, in_process};
use rpc_core::Dispatcher;

fn main() {
    let count = count(std::env::args().nth(1));
    in_process(Dispatcher::new().service(bench()), &add(), count);
}
