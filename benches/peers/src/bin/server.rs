//! `server <kind> [threads]`: prints its port and serves until its standard input ends.

use peers::serve::{Kind, run};
use peers::{axum_server, hyper_server, jsonrpsee, rpc_server, tarpc, tonic, yerpc_server};

/// All kinds of server: a name, and a function that serves on a listener.
const KINDS: &[Kind] = &[
    ("rpc", |listener| Box::pin(rpc_server::bare(listener))),
    ("rpc-axum", |listener| {
        Box::pin(rpc_server::in_axum(listener))
    }),
    ("jsonrpsee", |listener| Box::pin(jsonrpsee::serve(listener))),
    ("yerpc", |listener| Box::pin(yerpc_server::serve(listener))),
    ("axum-value", |listener| {
        Box::pin(axum_server::value(listener))
    }),
    ("axum-typed", |listener| {
        Box::pin(axum_server::typed(listener))
    }),
    ("hyper-typed", |listener| {
        Box::pin(hyper_server::typed(listener))
    }),
    ("hyper-constant", |listener| {
        Box::pin(hyper_server::constant(listener))
    }),
    ("tarpc", |listener| Box::pin(tarpc::serve(listener))),
    ("tonic", |listener| Box::pin(tonic::serve(listener))),
];

fn main() {
    run(KINDS);
}
