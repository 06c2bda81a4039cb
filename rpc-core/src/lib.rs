//! JSON-RPC 2.0 from one annotated trait.
//!
//! A trait with [`#[rpc]`](macro@rpc) is a contract. The macro turns it into a typed client, a server that dispatches
//! to your implementation, and a description of the contract as data. This crate does everything except move bytes.
//! That is a transport's job: `rpc-http` for HTTP, `rpc-zmq` for ZeroMQ, and [`memory`] for tests.
//!
//! This page is the guide: [contracts](#contracts), [servers](#servers), [clients](#clients), [errors](#errors),
//! [batches](#batches), [limits](#limits), [introspection](#introspection), [logs](#logs), [old peers](#old-peers),
//! [testing](#testing), [transports](#transports), [features](#features).
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
//!     /// Returns the latest orders. A method that can't fail returns no `Result`.
//!     #[rpc(idempotent, alias = "orders.all")]
//!     async fn list(&self, #[rpc(default = 20)] limit: u32) -> Vec<Order>;
//!
//!     /// A notification: the client does not wait for a reply.
//!     #[rpc(notification)]
//!     async fn seen(&self, parcel: &str);
//!
//!     /// Returns the caller's name. The context is not sent over the wire.
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
//! Parameters may be owned or borrowed: `&str`, `&[T]`, `&T`, `Option<&str>`, `Cow<str>` and `&RawValue` all work. A
//! client passes them by reference, and the server borrows them from the message where it can.
//!
//! Params may be sent by position or by name. A missing `Option` is `None`, and a missing parameter with a `default`
//! takes that value. A call with too many parameters is refused. So is one with an unknown parameter, and the error
//! names it: a misspelt optional parameter is not mistaken for a missing one.
//!
//! [`#[rpc]`](macro@rpc) documents all options.
//!
//! # Servers
//!
//! Implement the trait with plain `async fn`s, and wrap the implementation in the generated `…Server`. The result is a
//! [`Service`]. A [`Dispatcher`] serves several of them from one endpoint, together with plain functions.
//! [`Middleware`] runs around every call.
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
//! With `rpc-http`, mount `endpoint(service)` in an axum `Router`, or serve it on its own with
//! `serve(listener, endpoint(service))`. A method learns more about its call from the [`Context`]: the headers, the
//! id, and whatever layers and middleware put there.
//!
//! Middleware sees every call, including calls of unknown methods and calls with wrong params. To refuse one, it
//! returns `ErrorObject::new(…).into()` instead of running `next`.
//!
//! A method written as a plain `fn` runs in place, so it should be quick. Mark one that blocks with
//! `#[rpc(blocking)]`, and it runs off the async threads. If a method panics, its caller gets error -32603 and no
//! other call is affected.
//!
//! # Clients
//!
//! `OrdersClient::new(client)` makes a stub from a [`Client`]. Each method of the stub returns a [`Call`]. Await it,
//! or first give it a timeout, a header or an id, or turn it into a notification. A `Call` is a future, so
//! `tokio::spawn`, `join_all` and `select!` take it as it is. Without a contract, use [`Client::call`],
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
//! A stub's type parameter is its transport. `OrdersClient` without one means `OrdersClient<BoxTransport>`, which is
//! the easiest type to store in a struct; make it from [`client.boxed()`](Client::boxed). You can also name the
//! transport (`OrdersClient<rpc_http::client::Http>`) or be generic over it (`C: Transport`).
//!
//! # Errors
//!
//! An [`ErrorObject`] is what travels over the wire: a code, a message, and optional data. A method declares its own
//! error type with [`#[derive(RpcError)]`](macro@RpcError), and the client gets the same variant back. Use
//! [`Internal`] when callers can do nothing about a failure. The `?` operator converts any error into it, its detail
//! is logged, and the caller sees only "Internal error". The log is `tracing`'s, so you need a subscriber to see it.
//!
//! A failed call returns a [`CallError`]:
//!
//! | variant | what happened | did the method run? |
//! | --- | --- | --- |
//! | [`Method`](CallError::Method) | the method returned this error | yes |
//! | [`Object`](CallError::Object) | any other error object: wrong params, no such method, an internal error | perhaps |
//! | [`Timeout`](CallError::Timeout) | no reply came in time | unknown |
//! | [`Transport`](CallError::Transport) | the message or its reply was lost | unknown |
//! | [`Protocol`](CallError::Protocol) | the reply is not a valid answer; the error says why | unknown |
//! | [`Encode`](CallError::Encode) | the call could not be turned into a message | no |
//!
//! # Batches
//!
//! [`Client::batch`] sends several calls as one message. Pass a tuple to keep the type of each result, or a `Vec` if
//! all results have one type. You can mix notifications and the calls of different stubs. The outer `Result` has an
//! error if the whole batch failed, and each call has a `Result` of its own.
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
//! A client can also batch calls automatically. With [`Batched`], an option of the transports' builders
//! (`rpc_http::Builder::batching`), it collects concurrent calls into one message, and the calling code stays the
//! same. This pays off when many small calls are in flight. A message is answered only when its slowest call is, so
//! send a slow call with [`.unbatched()`](Call::unbatched).
//!
//! A server runs the entries of a batch concurrently, up to a limit, and answers in order. Nothing runs until the
//! whole message has been read. A bad entry gets an error of its own and does not affect the others.
//!
//! # Limits
//!
//! Everything a peer can send is bounded. [`Limits`] covers what a message may cost: the length of batches, how many
//! of their entries run at the same time, and how deep JSON nests. Set them on the [`Server`], for example with
//! [`max_batch`](Server::max_batch). Transports have limits of their own for sizes, calls in flight and times. Each
//! limit has a default that suits production, a setting to change it, and an error that names it.
//!
//! # Introspection
//!
//! A server can list and describe its methods. It answers `rpc.methods`, `rpc.help` and `rpc.signature` from the
//! metadata that contracts have anyway. [`Server::introspection`] turns this off. The [`introspection`] module has a
//! client for these methods, and another that looks up the methods of a server and calls them by name.
//!
//! # Logs
//!
//! All logging goes through `tracing`. The server logs its own faults at level `ERROR` and those of its clients at
//! `DEBUG`. [`Server::disclose`] sends the detail of internal errors to callers, if they may know it. The [message
//! log](message_log) records every message on both sides, without the parameters that the contract marks
//! `#[rpc(secret)]`.
//!
//! # Old peers
//!
//! [`Server::version_1`] accepts JSON-RPC 1.0 as well as 2.0, and [`Client::version_1`] speaks 1.0.
//!
//! # Testing
//!
//! [`memory::connect`] makes a client for a service, or for a [`Server`], in the same process. Messages go all the way
//! from bytes to bytes, with no socket and no runtime:
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
//! A call with a timeout needs a clock, which comes from a runtime:
//! `memory::connect(Server::new(service).runtime(rpc_tokio::Tokio))`.
//!
//! # Transports
//!
//! A transport moves bytes. Its client side implements [`Transport`], and its server side calls [`Server::handle`]. It
//! knows nothing about JSON-RPC, and this crate does no I/O. The [`transport`] module has the types for writing one.
//!
//! # Features
//!
//! - `macros` (on by default): [`#[rpc]`](macro@rpc) and [`#[derive(RpcError)]`](macro@RpcError).
//! - `lines`: the [message log](message_log) as lines of text.

mod bounds;
pub mod client;
pub mod contract;
pub mod dispatcher;
pub mod error;
pub mod introspection;
mod json;
pub mod limits;
pub mod lookup;
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

pub use client::{Batching, BoxTransport, Call, Client, Notification, Transport, ids};
pub use contract::{Contract, ErrorCode, Method, Parameter};
pub use dispatcher::{Dispatcher, function};
pub use error::{
    CallError, EncodeError, ErrorObject, Internal, MethodError, ProtocolError, TransportError, code,
};
pub use json::id::{Id, InvalidId};
pub use limits::Limits;
pub use runtime::Runtime;
pub use server::{IntoServer, Server};
pub use service::{Context, Middleware, Next, Outcome, RequestMetadata, Service};

/// The types for writing a transport.
///
/// The client side implements [`Transport`]. The server side accepts an [`IntoServer`], passes each message to
/// [`Server::handle`], and sends back the [`Reply`].
pub mod transport {
    pub use crate::client::{
        Batched, Connect, Transport, TransportFailure, TransportReply, TransportRequest,
    };
    pub use crate::runtime::Runtime;
    pub use crate::server::{IntoServer, Reply, Server};
    pub use crate::service::RequestMetadata;
}

/// The names that code generated by the macros uses. This module is not part of the public interface.
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
