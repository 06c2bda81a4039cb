//! JSON-RPC 2.0 from one annotated trait.
//!
//! A trait with [`#[rpc]`](macro@rpc) is called a *contract*. From the trait, the macro generates a typed client (the
//! *stub*), a server that calls your implementation, and a description of the contract as data. This crate does
//! everything except moving bytes. A *transport* moves the bytes: `rpc-http` for HTTP, `rpc-zmq` for ZeroMQ, `rpc-nats` for
//! NATS, `rpc-stream` for TCP, Unix sockets and stdio, and [`memory`] for tests.
//!
//! This page is the guide: [contracts](#contracts), [servers](#servers), [clients](#clients), [errors](#errors),
//! [batches](#batches), [streams](#streams), [subscriptions](#subscriptions), [calling back](#calling-back),
//! [cancelling](#cancelling), [deadlines](#deadlines), [when servers fail](#when-servers-fail), [many machines](#many-machines),
//! [limits](#limits), [introspection](#introspection), [logs](#logs), [JSON-RPC 1.0](#json-rpc-10),
//! [servers that break the rules](#servers-that-break-the-rules), [testing](#testing),
//! [choosing a transport](#choosing-a-transport), [transports](#transports), [features](#features). A separate chapter covers
//! [changing a contract](evolving) that programs already use.
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
//!     /// A notification: the server sends no reply.
//!     #[rpc(notification)]
//!     async fn seen(&self, parcel: &str);
//!
//!     /// Returns the caller's name. The client does not send the context; the server adds it.
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
//! Parameters may be owned or borrowed: `&str`, `&[T]`, `&T`, `Option<&str>`, `Cow<str>`, `&RawValue`, and also
//! `&[&str]`, `(&str, u32)` and `HashMap<&str, &str>` all work. A client passes borrowed parameters by reference. The server
//! borrows them from the message where it can. A string with escapes has to be copied. `&[u8]` and `Vec<u8>` travel as
//! arrays of numbers. For bytes, take a [`Base64`]: it travels as base64 text.
//!
//! A client may send params by position or by name. If a parameter is missing and its type is `Option`, the method gets
//! `None`. If a parameter is missing and has a `default`, the method gets the default. The server refuses a call with
//! too many parameters. It also refuses a call with an unknown parameter, and the error names the parameter. So a
//! client that misspells an optional parameter gets an error, and the method does not run with the default. The server
//! ignores a surplus parameter only if it is `null`.
//!
//! A default is for callers without a stub. In Rust, a parameter with a default is an argument like any other, so a stub always
//! sends it. If callers with a stub should be able to leave a parameter out too, take an `Option<u32>`, and write
//! `limit.unwrap_or(20)` in the method.
//!
//! A stub leaves out parameters that are `None`: by name all of them, by position only those at the end. So you can
//! add an optional parameter at the end without breaking anybody. [Evolving a contract](evolving) says what other
//! changes do.
//!
//! The documentation of [`#[rpc]`](macro@rpc) lists all options.
//!
//! # Servers
//!
//! Implement the trait with plain `async fn`s, and wrap the implementation in the generated `…Server`. The result is a
//! [`Service`]. A [`Dispatcher`] combines several services and plain functions into one service. [`Middleware`] runs
//! code before and after every call.
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
//! With `rpc-http`, mount `endpoint(service)` in an axum `Router`, or serve it without axum:
//! `serve(listener, endpoint(service))`. The [`Context`] tells a method more about its call: the headers, the id, and
//! the values that layers and middleware added. [`Context::method`] describes the method, with the tags that the
//! contract gives it: `#[rpc(tag = "public")]` can tell middleware who may call it.
//!
//! Middleware sees every call, including calls of unknown methods and calls with wrong params. To refuse a call, middleware
//! returns `ErrorObject::new(…).into()` instead of running `next`. If a method panics, middleware sees error -32603.
//! Middleware that needs the params sets [`WANTS_PARAMS`](Middleware::WANTS_PARAMS), and reads [`Context::params`].
//!
//! JSON has neither NaN nor infinities. A call with such a parameter fails before it is sent, and such a result
//! becomes an internal error.
//!
//! A method written as a plain `fn` runs on the async thread, so it should be quick. If a method blocks, mark it with
//! `#[rpc(blocking)]`. It then runs outside the async threads, if the server has a runtime. Network transports provide one. In
//! a [`Dispatcher`], [`blocking()`] does the same for a function. If a method panics, its caller gets error -32603, and other
//! calls are not affected.
//!
//! A call that has reached the server runs to its end, even if its client disconnects. If the work is then of no use, mark the
//! method with `#[rpc(cancel_on_disconnect)]`. The server then drops the method's future at whichever `.await` it has reached.
//! [`Server::cancel_on_disconnect`] does the same for all methods. Notifications always run to their end.
//!
//! # Clients
//!
//! `OrdersClient::new(client)` makes a stub from a [`Client`]. Each method of the stub returns a [`Call`]. Before you
//! await the call, you can give it a timeout, headers or an id, or turn it into a notification. A `Call` is a future,
//! so you can pass it directly to `tokio::spawn`, `join_all` and `select!`. Without a contract, use [`Client::call`],
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
//! A stub has its transport as a type parameter. `OrdersClient` without a type parameter means
//! `OrdersClient<BoxTransport>`. This type is the easiest to store in a struct. To make such a stub, pass
//! [`client.boxed()`](Client::boxed) to `OrdersClient::new`. Your code can also name the transport
//! (`OrdersClient<rpc_http::client::Http>`), or be generic over the transport (`C: Transport`).
//!
//! # Errors
//!
//! When a call fails, the server sends an [`ErrorObject`]: a code, a message, and optional data. A method can have its
//! own error type, with [`#[derive(RpcError)]`](macro@RpcError). The client gets back the variant that the method
//! returned. Variants marked `#[rpc(internal)]` are an exception: the client gets [`CallError::Object`] with code
//! -32603 instead.
//!
//! If callers can do nothing about a failure, return [`Internal`]. The `?` operator converts any error into an
//! `Internal`. The server logs the detail of the error with the method and the id of the call, and the caller sees only
//! "Internal error". The server logs with `tracing`; install a subscriber to see the log.
//!
//! Inside a method with an error type of its own, `?` works too. Contracts can share errors, and can give each error a
//! [kind](ErrorKind):
//!
//! ```
//! use rpc_core::{Internal, RpcError};
//!
//! /// Shared by all contracts of the shop.
//! #[derive(Debug, thiserror::Error, RpcError)]
//! pub enum AuthError {
//!     #[error("not signed in")]
//!     #[rpc(code = 900, kind = "unauthenticated")]
//!     NotSignedIn,
//! }
//!
//! #[derive(Debug, thiserror::Error, RpcError)]
//! pub enum OrderError {
//!     #[error("only {left} left")]
//!     #[rpc(code = 1001, kind = "conflict")]
//!     SoldOut { left: u32 },
//!     /// Has the codes and the kinds of the other type.
//!     #[error(transparent)]
//!     #[rpc(transparent)]
//!     Auth(#[rpc(from)] AuthError),
//!     /// Any other error that `?` converts.
//!     #[error(transparent)]
//!     #[rpc(internal)]
//!     Internal(#[rpc(from)] Internal),
//! }
//!
//! fn check(name: &str) -> Result<(), AuthError> {
//!     if name.is_empty() { Err(AuthError::NotSignedIn) } else { Ok(()) }
//! }
//!
//! fn place(name: &str) -> Result<u32, OrderError> {
//!     check(name)?; // becomes `OrderError::Auth`
//!     let stock = std::fs::read_to_string("/no/such/file")?; // becomes `OrderError::Internal`
//!     Ok(stock.parse()?)
//! }
//! # assert!(matches!(place(""), Err(OrderError::Auth(_))));
//! # assert!(matches!(place("ann"), Err(OrderError::Internal(_))));
//! ```
//!
//! The kind decides what [`CallError::is_conflict`], [`CallError::is_not_found`] and so on return. It also decides the HTTP
//! status, if the endpoint has `error_statuses` on. A method or a middleware adds headers to the reply of its call with
//! [`Context::add_reply_header`], for example `Retry-After`.
//!
//! A failed call returns a [`CallError`]:
//!
//! | variant | what happened |
//! | --- | --- |
//! | [`Method`](CallError::Method) | the method returned this error |
//! | [`Object`](CallError::Object) | the server sent any other error object: wrong params, no such method, an internal error |
//! | [`Timeout`](CallError::Timeout) | no reply arrived in time, or no connection was made in time |
//! | [`Transport`](CallError::Transport) | the message or its reply was lost, or the message was refused: no connection, an HTTP status |
//! | [`Protocol`](CallError::Protocol) | the reply is not a valid response to this call; the error says why |
//! | [`Encode`](CallError::Encode) | the call could not be turned into a message |
//! | [`Overflow`](CallError::Overflow) | the items of a stream came faster than they were read |
//!
//! Each variant says whether the method ran ([`CallError::execution`]), whether another attempt may succeed
//! ([`CallError::is_retryable`]), and when ([`CallError::retry_after`]). All except the method's own error name the method,
//! the server and the proxy. They quote only a bounded part of a reply, with control characters escaped. `Display` shows one
//! line without the cause of a lost connection; that is in the chain of [sources](std::error::Error::source).
//!
//! A method that can't fail has [`CallError`] as its error, without a type parameter. In a function that returns a
//! `CallError<OrderError>`, convert it with [`widen`](CallError::widen):
//!
//! ```
//! # use rpc_core::{CallError, ErrorObject as OrderError, Transport, rpc};
//! # #[rpc]
//! # trait Orders {
//! #     async fn place(&self, item: &str) -> Result<u64, OrderError>;
//! #     async fn list(&self) -> Vec<String>;
//! # }
//! async fn order_again<C: Transport>(orders: &OrdersClient<C>) -> Result<(), CallError<OrderError>> {
//!     for item in orders.list().await.map_err(CallError::widen)? {
//!         orders.place(&item).await?;
//!     }
//!     Ok(())
//! }
//! ```
//!
//! # Batches
//!
//! [`Client::batch`] sends several calls as one message. Pass a tuple if the results have different types, or a `Vec`
//! if all results have the same type. A batch may contain notifications, and calls of different stubs. `batch` returns
//! an error if the batch as a whole failed. Otherwise it returns one `Result` for each call. A malformed entry of the reply costs
//! only the call whose id it has.
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
//! A client can also batch calls automatically: it collects concurrent calls into one message, and your code makes each
//! call as before. Automatic batching is off by default. To turn it on, pass a [`Batching`] to the transport's builder
//! (`rpc_http::Builder::batching`). If you write your own transport, wrap it in [`transport::Batched`]. Automatic
//! batching pays off when many small calls wait for their results at the same time. The server answers a message only
//! when the slowest call in it has finished, so send a slow call with [`.unbatched()`](Call::unbatched). A server that refuses
//! batches gets single calls for a while: see [`Batching::pause`].
//!
//! A server runs the entries of a batch concurrently, up to a limit. The responses are in the same order as the
//! entries. The server reads the whole message before it runs any entry. If an entry is invalid, only that entry gets
//! an error.
//!
//! # Streams
//!
//! A method can return a stream. The client reads its items one by one:
//!
//! ```
//! use futures_util::{StreamExt, stream};
//! use rpc_core::{CallError, RpcError, Stream, memory, rpc};
//!
//! #[rpc(namespace = "prices")]
//! pub trait Prices {
//!     /// Every price from now on.
//!     fn watch(&self, symbol: &str) -> impl Stream<Item = u64>;
//!
//!     /// Opening it can fail, and so can the stream later on.
//!     async fn fills(&self, account: &str) -> Result<impl Stream<Item = Result<u64, FillError>>, FillError>;
//! }
//! # #[derive(Debug, thiserror::Error, RpcError)]
//! # pub enum FillError {
//! #     #[error("no such account")]
//! #     #[rpc(code = 1001)]
//! #     NoAccount,
//! # }
//!
//! struct Exchange;
//!
//! impl Prices for Exchange {
//!     fn watch(&self, symbol: &str) -> impl Stream<Item = u64> {
//!         stream::iter([1, 2, symbol.len() as u64])
//!     }
//!
//!     async fn fills(&self, account: &str) -> Result<impl Stream<Item = Result<u64, FillError>>, FillError> {
//!         match account {
//!             "ann" => Ok(stream::iter([Ok(7)])),
//!             _ => Err(FillError::NoAccount),
//!         }
//!     }
//! }
//!
//! # futures_util::FutureExt::now_or_never(async {
//! let prices = PricesClient::new(memory::connect(PricesServer::new(Exchange)));
//! let mut watched = prices.watch("tea").await?; // open, or refused
//! while let Some(price) = watched.next().await {
//!     println!("{}", price?); // an error is the last that comes
//! } // `None`: the stream has come to its end, and nothing is missing
//! # assert!(prices.fills("bob").await.is_err());
//! # Ok::<(), CallError>(())
//! # }).unwrap().unwrap();
//! ```
//!
//! `&self` and borrowed parameters live as long as the stream. [`Stream`] is the trait of futures-core. An item has the type
//! `T`, or `Result<T, E>`; the first `Err` ends the stream.
//!
//! A clean end, an error of the method and a lost connection are three different things: `None`, [`CallError::Method`] and
//! [`CallError::Transport`]. A [`timeout`](StreamCall::timeout) is the time until the stream is open, and an
//! [`idle_timeout`](StreamCall::idle_timeout) the time between two items.
//!
//! On the wire, a stream is a call that reports before it answers. Its items are notifications that carry the id of the call,
//! and the response is the end:
//!
//! ```text
//! → {"jsonrpc":"2.0","id":7,"method":"prices.watch","params":["tea"]}
//! ← {"jsonrpc":"2.0","method":"$/progress","params":{"token":7,"value":1}}
//! ← {"jsonrpc":"2.0","id":7,"result":null}
//! ```
//!
//! The server polls a stream only while less than 64 KiB wait to be written to its connection. With all buffers, a slow reader
//! costs at most some 300 KiB. Our clients also tell the server how much room they have (`$/window`), and it sends no more than
//! that. If another
//! server sends more than a client can keep, the stream ends with [`CallError::Overflow`], unless the call says otherwise:
//! [`slow_reader`](StreamCall::slow_reader). [`DuplexLimits`] has the numbers.
//!
//! A stream can resume after its connection was lost. Its items are [`Tracked`]: each has a cursor. The client reopens the stream
//! after the last item that was read, over any transport that connects again. The loop stays as simple as it was, and
//! [`Streaming::resumed`] counts the reconnections:
//!
//! ```
//! use futures_util::StreamExt;
//! use rpc_core::{CallError, CannotResume, Stream, Tracked, Transport, rpc};
//!
//! #[rpc(namespace = "journal")]
//! pub trait Journal {
//!     #[rpc(stream(resume))]
//!     async fn log(
//!         &self,
//!         #[rpc(cursor)] after: Option<u64>,
//!     ) -> Result<impl Stream<Item = Tracked<u64, String>>, CannotResume>;
//! }
//!
//! async fn follow<C: Transport>(journal: JournalClient<C>) -> Result<(), CallError<CannotResume>> {
//!     let mut log = journal.log(None).await?;
//!     while let Some(line) = log.next().await {
//!         let Tracked { cursor, value } = line?;
//!         println!("{cursor}: {value}");
//!     }
//!     Ok(())
//! }
//! ```
//!
//! The pauses between attempts grow from 50 ms to 30 s. An [`idle_timeout`](StreamCall::idle_timeout) also bounds the gap;
//! without one, the client tries until the stream is dropped. An error of the method itself ends the stream: [`CannotResume`],
//! for example. The cursor is on the wire beside the value: `{"token":7,"value":…,"cursor":…}`. Other streams end with an
//! error when their connection is lost, and are never opened again.
//!
//! A client that does not know the ids of its calls names the stream in a parameter: see
//! [`stream(token = …)`](macro@rpc#streams-with-a-token).
//!
//! If many clients are told the same, let their streams share a [`Publisher`](publish::Publisher). It writes each item as JSON
//! once, and a client that is too slow either skips to the newest item or learns how many it has missed.
//!
//! # Subscriptions
//!
//! jsonrpsee, and the nodes of Ethereum, Polkadot and Solana, have another form of stream: the server chooses an id, and answers
//! the call with it. Choose that form if such clients call your server, or if your client calls such servers. Otherwise leave it:
//! a subscription has no message for a clean end, and it needs a second method to close it.
//!
//! ```
//! use rpc_core::{Stream, rpc};
//! # use serde::{Deserialize, Serialize};
//! # #[derive(Serialize, Deserialize)]
//! # pub struct Head { number: String }
//! # #[derive(Serialize, Deserialize)]
//! # pub struct Log { address: String }
//! # #[derive(Serialize, Deserialize)]
//! # pub struct Filter { address: String }
//!
//! /// As in jsonrpsee.
//! #[rpc(namespace = "chain", separator = "_")]
//! pub trait Chain {
//!     #[rpc(name = "subscribeHeads", subscription(unsubscribe = "unsubscribeHeads", item = "head"))]
//!     fn heads(&self) -> impl Stream<Item = Head>;
//! }
//!
//! /// As in Ethereum's nodes.
//! #[rpc(namespace = "eth", rename_all = "camelCase", subscriptions = "ethereum")]
//! pub trait Eth {
//!     /// `eth_blockNumber`
//!     async fn block_number(&self) -> String;
//!
//!     /// `eth_subscribe ["newHeads"]`
//!     fn new_heads(&self) -> impl Stream<Item = Head>;
//!
//!     /// `eth_subscribe ["logs", {…}]`
//!     fn logs(&self, filter: &Filter) -> impl Stream<Item = Log>;
//! }
//! ```
//!
//! ```text
//! → {"jsonrpc":"2.0","id":7,"method":"chain_subscribeHeads"}
//! ← {"jsonrpc":"2.0","id":7,"result":1957341827495102}
//! ← {"jsonrpc":"2.0","method":"chain_head","params":{"subscription":1957341827495102,"result":{"number":"0x1"}}}
//! → {"jsonrpc":"2.0","id":8,"method":"chain_unsubscribeHeads","params":[1957341827495102]}
//! ← {"jsonrpc":"2.0","id":8,"result":true}
//! ```
//!
//! Servers and stubs are written as for any other stream. Three things differ:
//!
//! - A failure comes as a notification with an `error` in place of the `result`. The server does not report a clean end, so
//!   `None` comes only after [`Streaming::close`], which asks the server to unsubscribe.
//! - A subscription needs a connection in both directions: a WebSocket, TCP, a Unix socket, stdio, or memory.
//! - Foreign servers don't wait for slow readers: see [`slow_reader`](StreamCall::slow_reader).
//!
//! Without a contract, a client uses [`Client::subscribe`].
//!
//! # Calling back
//!
//! Over a connection on which both ends talk, a method can call its client. The client's own contract says what there is to call,
//! and the parameter is not on the wire:
//!
//! ```
//! use rpc_core::{Peer, rpc};
//!
//! /// What the server may ask its client.
//! #[rpc]
//! pub trait Ui {
//!     async fn confirm(&self, question: &str) -> bool;
//! }
//!
//! #[rpc]
//! pub trait Files {
//!     async fn remove(&self, name: &str, #[rpc(peer)] ui: &UiClient<Peer>) -> bool;
//! }
//! ```
//!
//! A client that answers such calls is given a service: `ws::Client::builder().service(UiServer::new(…))` in `rpc-http`, or
//! [`Memory::client_service`](memory::Memory::client_service) in tests. A [`Peer`] can be kept: a chat server calls the clients of
//! everybody in the room. Calls in both directions may nest, since the connection is read on while methods run.
//!
//! # Cancelling
//!
//! Dropping a call, or a stream, tells the server to stop, if the connection can carry that. The server drops the method at its
//! next `await`, and its answer is ignored. A `blocking` method can't be dropped; it can ask [`Context::is_cancelled`]. If the
//! message has not been written yet, it never is. Over plain HTTP a call runs to its end, unless its method says
//! `cancel_on_disconnect` or its [deadline](#deadlines) passes. A stream over plain HTTP is stopped by closing its response, which
//! dropping it does.
//!
//! If a connection over which both ends talk is closed, its calls and streams are dropped. Notifications always run to their end.
//!
//! # Deadlines
//!
//! A call's [timeout](Call::timeout) goes with it, over transports that have headers: `rpc-timeout-ms` says how much time is left.
//! The server does not run a call whose time is over already (error -33004), and drops one whose time passes while it runs (error
//! -33005), since nobody waits for it any more. Notifications run to their end, and so do streams once they are open.
//! [`Server::deadlines`] sets a minimum, a maximum and a default.
//!
//! A method asks [`Context::remaining`] how much time it has. For a call to another server, [`Call::within`] passes on what is left,
//! with the trace context and the request id:
//!
//! ```
//! use rpc_core::{CallError, Context, rpc};
//!
//! #[rpc(namespace = "stock")]
//! trait Stock {
//!     async fn left(&self, item: &str) -> u32;
//! }
//!
//! async fn can_order(stock: &StockClient, item: &str, cx: &Context) -> Result<bool, CallError> {
//!     Ok(stock.left(item).within(cx).await? > 0)
//! }
//! ```
//!
//! # When servers fail
//!
//! A [`Policy`] makes a client that tries calls again, over one server or over [several](Endpoints):
//!
//! ```
//! # use rpc_core::{Dispatcher, memory};
//! use rpc_core::{Endpoints, Policy};
//!
//! # let (north, south) = (Dispatcher::new(), Dispatcher::new());
//! let servers = Endpoints::of([memory::connect(north), memory::connect(south)]);
//! let client = Policy::new().attempts(3).over(servers);
//! # drop(client.call::<_, ()>("", ()));
//! ```
//!
//! A call is tried again only if it certainly did not run, or if its contract says `#[rpc(idempotent)]`. Calls, notifications and
//! messages without a contract make that promise by `idempotent()`. All attempts share the call's timeout, and a [`Budget`] bounds
//! them, so that an outage is not made worse. A call whose connection was lost before it was sent goes to another server at once.
//! [`Endpoints::replace`] changes the list of servers. Over HTTP, `rpc_http::resolve` makes one from a name with several addresses,
//! and looks the name up again.
//!
//! # Many machines
//!
//! When one machine is not enough, several run the same service: its *workers*. Over NATS (`rpc-nats`), a caller needs no list of
//! them, and workers come and go. Callers outside, such as browsers and curl, call a *gateway*: an endpoint whose service is a
//! [`relay()`]. It passes each call on to a client, and so to one of the workers, whatever carries the messages on either side:
//!
//! ```
//! # use rpc_core::{Dispatcher, memory};
//! use rpc_core::{Client, Policy, Service, Transport, relay};
//!
//! /// The service of the gateway. `rpc_http::server::endpoint(gateway(…))` serves it over HTTP and WebSockets.
//! fn gateway<T: Transport>(workers: Client<T>) -> impl Service {
//!     relay(Policy::new().over(workers))
//! }
//!
//! # futures_util::FutureExt::now_or_never(async {
//! # let workers = memory::connect(Dispatcher::new().method("add", |a: i64, b: i64| async move { a + b }));
//! let client = memory::connect(gateway(workers));
//! let sum: i64 = client.call("add", (2, 3)).await?;
//! assert_eq!(sum, 5);
//! # Ok::<(), rpc_core::CallError>(())
//! # }).unwrap().unwrap();
//! ```
//!
//! The gateway does not need the workers' contract, so it need not be replaced when they are. With the
//! [contract](relay::Relay::contract) it does more, such as repeating idempotent calls. What is known of a failed call reaches the
//! caller: a call that certainly did not run gets an error that says so. [`Relay`](relay::Relay) has the details, and the example
//! `fleet` kills workers under load and counts.
//!
//! # Limits
//!
//! Everything that a client or a server can send is limited. [`Limits`] has the limits that apply to a message: the number of
//! entries in a batch, how many entries run at the same time, and how deep JSON may nest. Set these limits on the [`Server`],
//! for example with [`max_batch`](Server::max_batch). [`max_reply`](Server::max_reply) and
//! [`max_batch_reply`](Server::max_batch_reply) limit what a server sends: a reply that is too long is replaced by error
//! -32008, which says that the method ran and names the limit. Each transport also limits the size of a message, the number of
//! calls at the same time, and how long a call may take. Each limit has a default that suits production, and a setting that
//! changes it. The error for a batch that is too long names the limit. The error for nesting that is too deep names its limit
//! only if [`Server::explain`] is on.
//!
//! # Introspection
//!
//! A server can list and describe its methods. It answers the methods `rpc.methods`, `rpc.help` and `rpc.signature`
//! with the description that every contract contains. Introspection is on by default; [`Server::introspection`] can
//! turn it off. The [`introspection`] module has a client for these methods. It also has a client that fetches
//! the list of a server's methods, and calls them by name.
//!
//! # Documents
//!
//! With the feature `schema`, a contract can describe itself to people and programs that don't read Rust: with `#[rpc(schema)]`,
//! its table has the JSON Schemas of its types, the values of its defaults, and examples. The types derive
//! `schemars::JsonSchema`, and an error type takes `#[rpc(schema)]`, too:
//!
//! ```text
//! #[rpc(namespace = "orders", schema)]
//! pub trait Orders {
//!     /// Places an order.
//!     #[rpc(since = "1.2", example("two teas", item = "tea", quantity = 2 => 1002))]
//!     async fn place(
//!         &self,
//!         /// What to order.
//!         item: &str,
//!         #[rpc(default = 1)] quantity: u32,
//!     ) -> Result<u64, OrderError>;
//! }
//! ```
//!
//! A server then answers `rpc.discover` with a document in the form of [OpenRPC](https://open-rpc.org) 1.4.1, and
//! `rpc openrpc URL` prints it. `Server::openrpc` sets its title, `Server::discovery` turns it off. The module `openrpc` makes a
//! document without a server, and says what is in it. `examples::check` runs the examples against an implementation, so that they
//! stay true.
//!
//! A contract without `#[rpc(schema)]` needs no schemas, whatever other crates of the program turn on. Documents list it as not
//! described.
//!
//! # Logs
//!
//! All logging goes through `tracing`. The server logs its own failures at level `ERROR`, and the mistakes of its clients at
//! level `DEBUG`. Each failure is logged once, in the span of its call, with the method and the id. Text that may come from a
//! peer is cut and escaped, so that it can't forge an entry. A `blocking` method keeps the span of its call. Callers do not
//! see the detail of internal errors unless you turn on [`Server::disclose`]. Over a network, the [message log](message_log)
//! records every message, in the client and in the server. It hides the parameters that are marked `#[rpc(secret)]`.
//!
//! # JSON-RPC 1.0
//!
//! With [`Server::version_1`], a server accepts JSON-RPC 1.0 as well as 2.0. With [`Client::version_1`], a client sends
//! JSON-RPC 1.0 messages to an old server.
//!
//! # Servers that break the rules
//!
//! Every client takes `"error": null` beside a result, and `"result": null` beside an error. A client made by
//! [`Client::tolerant`], or by `tolerant()` on a transport's builder, forgives more, such as an id that comes back as a string, a
//! missing `jsonrpc`, or an error that is a string. It logs what it forgives.
//!
//! # Testing
//!
//! [`memory::connect`] makes a client for a service, or for a [`Server`], in the same process. Client and server
//! exchange the same bytes as over a network, but without a socket and without a runtime:
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
//! A call with a timeout needs a clock. The in-process transport takes its clock from the server's runtime, so give the server
//! one: `memory::connect(Server::new(service).runtime(rpc_tokio::Tokio))`. Without a runtime, a call with a timeout is an
//! error.
//!
//! # Choosing a transport
//!
//! | | plain calls | batches | streams | calls of the server | cancelled when dropped |
//! | --- | --- | --- | --- | --- | --- |
//! | HTTP (`rpc_http::Client`, `rpc_http::lean::Client`) | yes | yes | yes, as server-sent events | no | streams are |
//! | WebSocket (`rpc_http::ws::Client`) | yes | yes | yes | yes | yes |
//! | TCP, Unix sockets, stdio (`rpc_stream::Client`, `rpc_stream::Child`) | yes | yes | yes | yes | yes |
//! | ZeroMQ (`rpc_zmq::Client`) | yes | yes | no | no | no |
//! | NATS (`rpc_nats::Client`) | yes | yes | yes, as messages | no | yes, unless in a batch |
//! | [in process](memory) | yes | yes | yes | yes | streams are; calls go on if there is a runtime |
//!
//! The contract is the same over all of them. A method that needs more than its transport has is refused before it runs, with
//! error -33000 ([`code::NEEDS_DUPLEX`]). Over HTTP, calls pass every proxy, and each is on its own. A WebSocket, a socket and a pipe
//! are one connection for everything. That costs less per call, but when it is lost, it is lost for all calls at once: those that
//! were written by then may have run. NATS stands between clients and any number of servers, and gives each call to one of them.
//!
//! HTTP, WebSockets and TCP can be encrypted: `https://`, `wss://` and, with the feature `tls` of `rpc-stream`, `tls://`. ZeroMQ
//! can't. NATS can, between its servers and their clients. From a terminal, the command `rpc` reaches a server over any of them: `rpc call ws://localhost:8080/ prices.watch tea`
//! prints a stream's items as they come. In its URLs, `tcp://` is ZeroMQ. TCP and TLS of `rpc-stream` are `tcp+lines://` and
//! `tls+lines://`. A Unix socket is `unix:/path`, and a program that it starts is `stdio:COMMAND`.
//!
//! # Transports
//!
//! A transport moves bytes. Its client side implements [`Transport`], and its server side calls [`Server::handle`]. A
//! transport knows nothing about JSON-RPC, and this crate does no I/O. To write a transport, use the types in the
//! [`transport`] module. A connection over which both ends talk is a [`session`]: the transport moves its messages.
//!
//! # Features
//!
//! - `macros` (on by default): [`#[rpc]`](macro@rpc) and [`#[derive(RpcError)]`](macro@RpcError).
//! - `lines`: writes the [message log](message_log) as lines of text.
//! - `schema`: `#[rpc(schema)]`, and [documents](#documents) of contracts. It adds the crate schemars.

mod binary;
mod bounds;
pub mod client;
pub mod contract;
mod deadline;
pub mod dispatcher;
mod duplex;
pub mod error;
pub mod evolving;
#[cfg(feature = "schema")]
pub mod examples;
mod excerpt;
mod in_flight;
pub mod introspection;
mod json;
mod kind;
pub mod limits;
pub mod lookup;
pub mod memory;
pub mod message_log;
#[cfg(feature = "schema")]
pub mod openrpc;
pub mod params;
mod peer;
mod probe;
pub mod publish;
mod reflection;
pub mod relay;
mod runtime;
#[cfg(feature = "schema")]
pub mod schema;
mod secret;
mod server;
pub mod service;
pub mod session;
mod shown;
mod tracked;
pub mod wire;

pub use binary::Base64;
pub use client::{
    Batching, BoxTransport, Budget, Call, Client, Endpoints, Notification, Policy, Resilient,
    StreamCall, Streaming, Transport, ids,
};
pub use contract::{Contract, ErrorCode, Method, Parameter};
pub use dispatcher::{Dispatcher, blocking, function};
pub use error::{
    CallError, CallTarget, CannotResume, EncodeError, ErrorObject, Execution, InCall, Internal,
    MalformedEntry, MethodError, Overflow, ProtocolError, ResultExt, TimeoutError, TransportError,
    code,
};
pub use excerpt::Excerpt;
/// The trait of streams, for methods that return one. The crates futures-core and futures-util have the same trait.
#[doc(no_inline)]
pub use futures_util::Stream;
pub use json::id::{Id, InvalidId};
pub use kind::ErrorKind;
pub use limits::{DuplexLimits, Limits, SlowReader};
pub use peer::Peer;
pub use relay::relay;
pub use runtime::Runtime;
/// The crate whose `JsonSchema` the types of a contract with `#[rpc(schema)]` derive.
#[cfg(feature = "schema")]
#[doc(no_inline)]
pub use schemars;
/// JSON that is passed on as it came, for parameters and results that nobody needs to read.
#[doc(no_inline)]
pub use serde_json::value::RawValue;
pub use server::{IntoServer, Server};
pub use service::{Context, Middleware, Next, Outcome, RequestMetadata, Service};
pub use tracked::Tracked;

/// The types for writing a transport.
///
/// The client side implements [`Transport`]. The server side accepts an [`IntoServer`], passes each message to
/// [`Server::handle`], and sends back the [`Reply`](transport::Reply).
pub mod transport {
    pub use crate::client::{
        Batched, Connect, Progress, StreamItem, StreamLog, StreamMessage, Transport,
        TransportFailure, TransportReply, TransportRequest, TransportStream,
    };
    pub use crate::deadline::{TIMEOUT_HEADER, read_timeout, timeout_milliseconds, timeout_value};
    pub use crate::error::Destination;
    pub use crate::runtime::Runtime;
    pub use crate::server::{IntoServer, Reply, Server};
    pub use crate::service::{Attachment, RequestMetadata};
}

/// The names that code generated by the macros uses. This module is not part of the public interface.
#[doc(hidden)]
pub mod __private {
    pub use crate::bounds::{
        ErrorMessage, MethodResult, ReadableOwned, Shareable, Writable, check_errors,
        check_parameter, check_params, check_value,
    };
    pub use crate::client::{
        BoxTransport, Call, Client, CursorParameter, Notification, StreamCall, Transport,
    };
    pub use crate::contract::{
        Case, Contract, ErrorCode, Flattened, Method, Parameter, ParamsStyle, Subscription,
    };
    pub use crate::error::{
        Chain, ErrorData, ErrorObject, FromInternal, IntoInternal, MethodError, Never, codes,
    };
    pub use crate::kind::ErrorKind;
    pub use crate::lookup::{Lookup, lookup_slots};
    pub use crate::params::{
        BorrowedParam, CowParam, FieldsOf, InvalidParams, Leaf, NestedParam, Params, ProgressToken,
        Slot, Strictness, SubscriptionId, Topic, UnknownFields,
    };
    pub use crate::peer::peer;
    pub use crate::probe::{Probe, Unprobed};
    #[cfg(feature = "schema")]
    pub use crate::schema::{
        DataSchema, Described, Example, ExampleCall, MethodSchema, ParameterSchema, TypeSchema,
        to_json,
    };
    pub use crate::secret::Secret;
    pub use crate::service::{
        Context, ImplementedBy, IntoShared, Outcome, ResolvedMethod, Responder, Service, Shared,
    };
}

#[cfg(feature = "macros")]
pub use rpc_macros::{RpcError, rpc};
