//! JSON-RPC 2.0 from one annotated trait.
//!

mod blocking;
mod bounds;
mod client;
mod context;
mod contract;
mod dispatcher;
mod error;
mod lookup;
pub mod memory;
mod middleware;
mod outcome;
mod params;
mod server;
mod service;
mod wire;

pub use blocking::Blocking;
pub use client::{
    Batch, BatchCall, BatchEntry, BoxTransport, Call, CallBuilder, Client, Connect, IdSource,
    Incoming, Notification, Outgoing, RawMessage, Transport, TransportFailure, ids,
};
pub use context::{Context, Origin, SpawnBlocking};
pub use contract::{Contract, Method, Parameter, ParamsStyle};
pub use dispatcher::{Dispatcher, DispatcherCall, DuplicateMethod, Function, FunctionResult};
pub use error::{
    CallError, EncodeError, ErrorCode, ErrorData, ErrorObject, Internal, MethodError,
    ProtocolError, TransportError, code,
};
pub use lookup::{Lookup, lookup_slots};
pub use middleware::{Middleware, Next, WithMiddleware};
pub use outcome::{Outcome, Responder};
pub use params::{InvalidParams, Lend, LendCow, Params, Slot, Slots, Strictness, Text};
pub use server::{Limits, Reply, Server};
pub use service::{Found, Service};
pub use wire::id::{Id, InvalidId};

/// What `#[rpc]` expands to names this module, and nothing else. It is no part of the public interface.
#[doc(hidden)]
pub mod __private {
    pub use crate::bounds::{MethodResult, checks};
    pub use crate::error::Chain;
    pub use crate::*;
}

#[cfg(feature = "macros")]
pub use rpc_macros::{RpcError, rpc};
