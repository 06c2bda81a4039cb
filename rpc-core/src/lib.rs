//! JSON-RPC 2.0 from one annotated trait.
//!
//! A trait with [`#[rpc]`](macro@rpc) is a contract. From it come a typed client, a server that dispatches to an
//! implementation, and the contract as data. This crate has all of that but the carrying of bytes, which is a transport's:
//! `rpc-http` for HTTP, `rpc-zmq` for ZeroMQ, [`memory`] for tests.
//!
//! This page is the guide: [contracts](#contracts), [servers](#servers), [clients](#clients), [errors](#errors),
//! [batches](#batches), [limits](#limits), [introspection](#introspection), [logs](#logs), [old peers](#old-peers),
//! [testing](#testing).
//!
//! # Contracts
//!
//! ```
//! use rpc_core::{Context, RpcError, rpc};
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Debug, Serialize, Deserialize)]
//! pub struct Order {
//!     item: String,
//!     quantity: u32,
//! }
//!
//! /// Orders placed with the shop.
//! #[rpc(namespace = "orders")]
//! pub trait Orders {
//!     /// Places an order and returns its number.
//!     async fn place(&self, item: &str, quantity: u32) -> Result<u64, OrderError>;
//!
//!     /// The latest orders. No `Result`: a method that can't fail says so.
//!     #[rpc(idempotent, alias = "orders.all")]
//!     async fn list(&self, #[rpc(default = 20)] limit: u32) -> Vec<Order>;
//!
//!     /// Nobody waits for an answer.
//!     #[rpc(notification)]
//!     async fn seen(&self, parcel: &str);
//!
//!     /// Who is asking. The context is not on the wire.
//!     async fn whoami(&self, #[rpc(context)] cx: &Context) -> String;
//! }
//!
//! #[derive(Debug, thiserror::Error, RpcError)]
//! pub enum OrderError {
//!     #[error("only {left} left")]
//!     #[rpc(code = 1001)]
//!     SoldOut { left: u32 },
//! }
//! ```
//!
//! A parameter is owned or borrowed: `&str`, `&[T]`, `&T`, `Option<&str>`, `Cow<str>`, `&RawValue`. The client lends it, and the
//! server borrows it from the message where it can. Parameters come by position or by name; one that the method does not
//! have, or one too many, is refused with its name, so that a misspelt option does not pass for a missing one. A missing
//! `Option` is `None`, and a missing parameter with a `default` is that.
//!
//! All options stand at [`#[rpc]`](macro@rpc).
//!
//! # Servers
//!
//! Implement the trait with plain `async fn`s, and wrap the implementation into the generated `…Server`: a [`Service`].
//! [`Dispatcher`] puts several of them behind one endpoint, and functions beside them. [`Middleware`] sees every call.
//!
//! ```
//! use rpc_core::{Context, Dispatcher, Middleware, Next, Outcome, Service, rpc};
//!
//! #[rpc]
//! trait Adder {
//!     async fn add(&self, a: i64, b: i64) -> i64;
//! }
//!
//! struct Plain;
//!
//! impl Adder for Plain {
//!     async fn add(&self, a: i64, b: i64) -> i64 {
//!         a + b
//!     }
//! }
//!
//! struct Timing;
//!
//! impl Middleware for Timing {
//!     async fn call(&self, cx: &Context, next: Next<'_>) -> Outcome {
//!         let start = std::time::Instant::now();
//!         let outcome = next.run().await;
//!         println!("{} took {:?}, ok: {}", cx.method_name(), start.elapsed(), outcome.is_ok());
//!         outcome
//!     }
//! }
//!
//! let service = Dispatcher::new()
//!     .service(AdderServer::new(Plain))
//!     .method("echo", |text: String| async move { text })
//!     .middleware(Timing);
//! # drop(service);
//! ```
//!
//! With `rpc-http`, `endpoint(service)` mounts in an axum `Router`, and `serve(listener, endpoint(service))` serves it bare.
//! What else a method can know is in its [`Context`]: headers, the id, and whatever layers and middleware put there.
//!
//! The implementation is written with plain `async fn`s, whatever the contract's expansion looks like. Middleware refuses a
//! call by returning an [`ErrorObject`] `.into()` instead of going on; it sees every call, also those of unknown methods and
//! with wrong params.
//!
//! A plain `fn` runs in place, and should be quick. One that blocks is marked `#[rpc(blocking)]`, and leaves the async
//! threads. A method that panics costs its caller error -32603, and nobody else anything.
//!
//! # Clients
//!
//! `OrdersClient::new(client)` makes a stub over a [`Client`]. Its methods return a [`Call`], which is awaited, or first
//! given a timeout, a header or an id, or turned into a notification. Without a contract there are [`Client::call`],
//! [`Client::notify`] and [`Client::send`].
//!
//! ```
//! # use rpc_core::{CallError, memory, rpc};
//! # #[rpc]
//! # trait Adder {
//! #     async fn add(&self, a: i64, b: i64) -> i64;
//! # }
//! # struct Plain;
//! # impl Adder for Plain {
//! #     async fn add(&self, a: i64, b: i64) -> i64 {
//! #         a + b
//! #     }
//! # }
//! # futures_util::FutureExt::now_or_never(async {
//! # let client = memory::connect(AdderServer::new(Plain));
//! let adder = AdderClient::new(client.clone());
//!
//! assert_eq!(adder.add(1, 2).await?, 3);
//! assert_eq!(adder.add(1, 2).header("x-request", "17").id("my-id").await?, 3);
//! adder.add(1, 2).notify().await?;
//! let sum: i64 = client.call("add", (1, 2)).await?;
//! # assert_eq!(sum, 3);
//! # Ok::<(), CallError>(())
//! # }).unwrap().unwrap();
//! ```
//!
//! A stub's type parameter is the transport. To keep one in a struct, name it (`OrdersClient<rpc_http::client::Http>`), be
//! generic over it (`C: Transport`), or leave it out: `OrdersClient` alone is a stub over
//! [`client.boxed()`](Client::boxed). A call is a future that sends its message when it is first polled.
//!
//! # Errors
//!
//! What travels is an [`ErrorObject`]: a code, a message, perhaps data. A method declares its own type of errors with
//! [`#[derive(RpcError)]`](macro@RpcError), and the client gets the same variant back. [`Internal`] is for methods whose
//! callers can do nothing about a failure: `?` makes one of any error, its detail is logged, and the caller sees "Internal
//! error". The log is `tracing`'s: without a subscriber nobody reads it.
//!
//! What the caller matches on is a [`CallError`]:
//!
//! | variant | what happened | did the method run? |
//! | --- | --- | --- |
//! | [`Method`](CallError::Method) | it returned this error | yes |
//! | [`Object`](CallError::Object) | any other error object: wrong params, no such method, an internal error | perhaps |
//! | [`Timeout`](CallError::Timeout) | no reply came in time | unknown |
//! | [`Transport`](CallError::Transport) | the message or its reply got lost | unknown |
//! | [`Protocol`](CallError::Protocol) | the reply is no valid answer, and this is what is wrong with it | unknown |
//! | [`Encode`](CallError::Encode) | the call could not be made a message | no |
//!
//! # Batches
//!
//! [`Client::batch`] sends several calls as one message. A tuple keeps the type of each result, a `Vec` has one type for all;
//! notifications and calls of different stubs mix. The outer error is one of the whole batch, and each call has its own
//! beside it.
//!
//! ```
//! # use rpc_core::{CallError, Dispatcher, memory};
//! # futures_util::FutureExt::now_or_never(async {
//! # let client = memory::connect(
//! #     Dispatcher::new().method("add", |a: i64, b: i64| async move { a + b }).method("echo", |text: String| async { text }),
//! # );
//! let sum = client.call::<_, i64>("add", (1, 2));
//! let echo = client.call::<_, String>("echo", ("hi",));
//! let (sum, echo) = client.batch((sum, echo)).await?;
//! assert_eq!((sum?, echo?.as_str()), (3, "hi"));
//! # Ok::<(), CallError>(())
//! # }).unwrap().unwrap();
//! ```
//!
//! A client can also gather the calls that are made at the same time by itself: [`Batched`], an option of the transports'
//! builders (`rpc_http::Builder::batching`). Its callers know nothing of it. It pays where many small calls are under way;
//! a message is answered when its slowest call is, so that one which takes long is better sent [`alone`](Call::unbatched).
//!
//! A server runs a batch's entries concurrently, up to a bound, and answers in order. Nothing of a message runs before all
//! of it has been read; one bad entry costs that entry alone.
//!
//! # Limits
//!
//! Nothing that arrives can take more than is stated. [`Limits`] has what a message may cost: the length of batches, how many
//! of their entries run at the same time, how deep JSON nests. The transports have their own: sizes, calls in flight, times.
//! Each has a default that holds in production, a setting, and an error that says which one it was.
//!
//! # Introspection
//!
//! A server says which methods it has: `rpc.methods`, `rpc.help` and `rpc.signature`, from the metadata that the contracts
//! have anyway. [`Server::introspection`] switches that off. [`introspection`] has the client for it, and one that calls what
//! it finds there by name.
//!
//! # Logs
//!
//! The log is `tracing`'s. What goes wrong on the server is logged at level `ERROR`, where it is the server's fault, or
//! `DEBUG`, where it is the client's; [`Server::disclose`] sends the detail of internal errors to callers who may know it. All
//! messages, of both sides, are in the [message log](message_log), without the parameters that the contract marks
//! `#[rpc(secret)]`.
//!
//! # Old peers
//!
//! [`Server::version_1`] understands JSON-RPC 1.0 beside 2.0, and [`Client::version_1`] speaks it.
//!
//! # Testing
//!
//! [`memory::connect`] makes a client of a service in the same process. Messages take the whole way, from bytes to bytes,
//! with no socket and no runtime:
//!
//! ```
//! # use rpc_core::{CallError, RpcError, memory, rpc};
//! # #[rpc]
//! # trait Orders {
//! #     async fn place(&self, item: &str, quantity: u32) -> Result<u64, OrderError>;
//! # }
//! # #[derive(Debug, thiserror::Error, RpcError)]
//! # enum OrderError {
//! #     #[error("only {left} left")]
//! #     #[rpc(code = 1001)]
//! #     SoldOut { left: u32 },
//! # }
//! # struct Shop;
//! # impl Orders for Shop {
//! #     async fn place(&self, _: &str, _: u32) -> Result<u64, OrderError> {
//! #         Err(OrderError::SoldOut { left: 3 })
//! #     }
//! # }
//! # futures_util::FutureExt::now_or_never(async {
//! let orders = OrdersClient::new(memory::connect(OrdersServer::new(Shop)));
//! let refused = orders.place("tea", 9).await;
//! assert!(matches!(refused, Err(CallError::Method(OrderError::SoldOut { left: 3 }))));
//! # }).unwrap();
//! ```
//!
//! A call with a timeout needs a clock. It comes from a runtime:
//! `memory::connect(Server::new(service).runtime(rpc_tokio::Tokio))`.
//!
//! # Transports
//!
//! A transport moves bytes: on the client it implements [`Transport`], on the server it calls [`Server::handle`]. It knows
//! nothing of JSON-RPC, and this crate does no I/O.
//!
//! # Features
//!
//! `macros`, on by default: [`#[rpc]`](macro@rpc) and [`#[derive(RpcError)]`](macro@RpcError). `lines`: the
//! [message log](message_log) as lines of text.

mod bounds;
mod client;
pub mod contract;
mod dispatcher;
mod error;
pub mod introspection;
mod json;
pub mod limits;
mod lookup;
pub mod memory;
pub mod message_log;
pub mod params;
mod reflection;
mod runtime;
mod secret;
mod server;
pub mod service;
mod shown;
pub mod wire;

pub use client::{
    Batch, BatchCall, BatchEntry, Batched, Batching, BoxTransport, Call, CallBuilder, Client,
    Connect, IdSource, Notification, RawCall, RawMessage, Transport, TransportFailure,
    TransportReply, TransportRequest, Version1, ids,
};
pub use contract::{Contract, ErrorCode, Method, Parameter, ParamsStyle};
pub use dispatcher::{
    AliasError, Described, Dispatcher, DispatcherCall, DuplicateMethod, Function, FunctionResult,
    function,
};
pub use error::{
    CallError, EncodeError, ErrorData, ErrorObject, Internal, MethodError, ProtocolError,
    TransportError, code,
};
pub use json::id::{Id, InvalidId};
pub use limits::Limits;
pub use lookup::{Lookup, lookup_slots};
pub use params::{BorrowedParam, CowParam, InvalidParams, Params, Slot, Slots, Strictness, Text};
pub use runtime::Runtime;
pub use server::{IntoServer, Reply, Server};
pub use service::{
    Blocking, Context, Middleware, Next, Outcome, RequestMetadata, ResolvedMethod, Responder,
    Service, ShortCircuit, WithMiddleware,
};

/// For those who write a transport: what moves a client's messages, and what a server makes of them.
///
/// A client's side implements [`Transport`]. A server's side takes an [`IntoServer`], hands each message to
/// [`Server::handle`], and sends the [`Reply`](transport::Reply) back.
pub mod transport {
    pub use crate::client::{
        Batched, Connect, Transport, TransportFailure, TransportReply, TransportRequest,
    };
    pub use crate::runtime::Runtime;
    pub use crate::server::{IntoServer, Reply, Server};
    pub use crate::service::RequestMetadata;
}

/// What the macros expand to names this module, and nothing else. It is not part of the public interface.
#[doc(hidden)]
pub mod __private {
    pub use crate::bounds::{Message, MethodResult, ReadableOwned, Writable};
    pub use crate::client::{BoxTransport, Call, Client, Notification, Transport};
    pub use crate::contract::{Contract, ErrorCode, Method, Parameter, ParamsStyle};
    pub use crate::error::{Chain, ErrorData, ErrorObject, MethodError};
    pub use crate::lookup::{Lookup, lookup_slots};
    pub use crate::params::{BorrowedParam, CowParam, InvalidParams, Params, Slot, Strictness};
    pub use crate::secret::Secret;
    pub use crate::service::{Context, Outcome, ResolvedMethod, Responder, Service};
}

#[cfg(feature = "macros")]
pub use rpc_macros::{RpcError, rpc};
