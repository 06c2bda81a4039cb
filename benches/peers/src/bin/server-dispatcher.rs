//! `server-dispatcher rpc-dispatcher`: our server with the service in a `Dispatcher`.

use peers::rpc_server::{bench, of};
use peers::serve::run;
use rpc_core::Dispatcher;

fn main() {
    run(&[("rpc-dispatcher", |listener| {
        Box::pin(of(listener, Dispatcher::new().service(bench())))
    })]);
}
