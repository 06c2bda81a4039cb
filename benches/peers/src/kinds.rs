//! The kinds of the program `server`.

use crate::serve::Kind;
use crate::{axum_server, hyper_server, jsonrpsee, rpc_server, tarpc, tonic, yerpc_server};

/// All kinds of server: a name, and a function that serves on a listener. A static is compiled once, with this crate; a
/// constant would be compiled with each program that uses it.
pub static KINDS: &[Kind] = &[
    ("rpc", |listener| Box::pin(rpc_server::plain(listener))),
    ("rpc-extension", |listener| {
        Box::pin(rpc_server::with_extension(listener))
    }),
    ("rpc-hosts", |listener| {
        Box::pin(rpc_server::with_hosts(listener))
    }),
    ("rpc-nesting", |listener| {
        Box::pin(rpc_server::with_nesting(listener))
    }),
    ("rpc-statuses", |listener| {
        Box::pin(rpc_server::with_statuses(listener))
    }),
    ("rpc-shorthand", |listener| {
        Box::pin(rpc_server::with_shorthand(listener))
    }),
    ("rpc-cancelling", |listener| {
        Box::pin(rpc_server::with_cancelling(listener))
    }),
    ("rpc-log", |listener| {
        Box::pin(rpc_server::with_log(listener))
    }),
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
    ("hyper-fastest", |listener| {
        Box::pin(hyper_server::fastest(listener))
    }),
    ("hyper-constant", |listener| {
        Box::pin(hyper_server::constant(listener))
    }),
    ("tarpc", |listener| Box::pin(tarpc::serve(listener))),
    ("tonic", |listener| Box::pin(tonic::serve(listener))),
];
