//! `server-middleware rpc-middleware`: our server with middleware that does nothing.

use peers::rpc_server::{bench, of};
use peers::serve::run;
use rpc_core::Service;
use work::additions::PassOn;

fn main() {
    run(&[("rpc-middleware", |listener| {
        Box::pin(of(listener, bench().middleware(PassOn)))
    })]);
}
