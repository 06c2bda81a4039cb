//! JSON-RPC 2.0 over HTTP.
//!
//! This crate has three parts, each behind its own feature. [`server`] is a tower service: mount it in any axum `Router`, or
//! run it with [`server::serve`]. [`Client`] uses reqwest. [`lean`] is a client that uses only hyper. All three only move
//! bytes; rpc-core handles JSON-RPC.
//!
//! ```no_run
//! # #[cfg(all(feature = "client", feature = "server"))]
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! use rpc_core::Dispatcher;
//!
//! // It serves any `Service`: what `#[rpc]` generates, or functions by name.
//! let service = Dispatcher::new().method("add", |a: i64, b: i64| async move { a + b });
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
//! tokio::spawn(rpc_http::server::serve(listener, rpc_http::server::endpoint(service)).into_future());
//!
//! let client = rpc_http::Client::new("http://127.0.0.1:8080/")?;
//! let sum: i64 = client.call("add", (1, 2)).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! | feature | what it adds | default |
//! | --- | --- | --- |
//! | `client` | [`Client`], on reqwest | yes |
//! | `server` | [`server`], on hyper and tower | yes |
//! | `lean` | [`lean::Client`], on hyper | no |
//! | `tls` | HTTPS for both clients and `serve`, with rustls | yes |
//! | `axum` | `server::RouterExt`: `Router::rpc("/rpc", service)` in axum | no |
//! | `ws` | WebSockets: [`ws::Client`], and the endpoint accepts them | no |
//! | `http2` | [HTTP/2](#http2) for both clients and `serve` | no |
//! | `explorer` | [a page for browsers](#a-page-for-browsers) that shows the methods and calls them | no |
//! | `gzip` | the client on reqwest asks for compressed replies (gzip, deflate) and understands them | no |
//!
//! # Which client
//!
//! Both make the same calls, are set up by the same [`Builder`], trust the same certificates and fail with the same errors. To
//! switch, change the import, unless you use reqwest's own options.
//!
//! Both say that they are `rpc-http`, unless a [header](Builder::header) `user-agent` says otherwise, and ask for replies without
//! compression, unless they can decode it. A reply in another encoding is an error that names it.
//!
//! [`Client`] is for servers on the internet. It has what reqwest has: proxies (including the system's), compressed replies
//! (`gzip`), optional redirects, cookies and international host names. With
//! [`configure_http`](client::ClientBuilder::configure_http) and [`http_client`](client::ClientBuilder::http_client), an
//! application can set any other option of reqwest.
//!
//! [`lean::Client`] is for many small calls between your own services. For a small call, most of the work is in the HTTP
//! client. Compared with [`Client`], this one makes a quarter of the allocations and, with many calls in flight, takes at most
//! three quarters of the processor time. It speaks to the host that the URL names, over HTTP/1.1 or [HTTP/2](#http2), and has
//! only the options of [`Builder`]. A program with `lean` and without `client` compiles about thirty fewer crates.
//!
//! # HTTP/2
//!
//! With the feature `http2`, [`serve`](server::serve()) speaks HTTP/2 and HTTP/1.1 on the same port. A client chooses HTTP/2
//! over TLS (ALPN), or without TLS by how it begins (h2c with prior knowledge, as `curl --http2-prior-knowledge` does). The
//! client on reqwest speaks it over `https` if the server does. `Builder::http2_prior_knowledge` makes either client speak
//! nothing else.
//!
//! All calls of a client then share one connection. That makes small calls no faster: HTTP/1.1 divides them among connections,
//! so that several processors work on them, and one connection of HTTP/2 is mostly the work of one. HTTP/2 is for proxies and
//! meshes that want one connection, for calls that are given up often, since that closes nothing, and for pages with more than
//! six streams.
//!
//! - A client that gives up a call resets its stream. To the call, that is what the end of the connection is over HTTP/1.1:
//!   see [below](#clients-that-go-away). The other streams go on.
//! - The server takes 256 requests of a connection at once (`Serve::http2_max_streams`). A call that its client has given up, and
//!   that runs on, no longer counts there. It counts for [`max_in_flight`], so one connection may use up all of that. Calls of
//!   the lean client that are more than the server takes wait for their turn, and one that times out meanwhile may have run.
//! - A server that stops sends GOAWAY, and so does one whose connection has reached its age. It still answers requests already
//!   on their way, then closes the connection. Both clients open a new one, and resend what the server did not process;
//!   the lean client does so once.
//! - A tower layer that refuses a request without reading it resets the stream behind its response, as HTTP/2 allows. Some clients,
//!   such as curl 7.88, then report an error in place of the response. The endpoint's own refusals read the rest first.
//! - The limits of `serve` hold, each for a stream or for the connection: `header_timeout` for the preface and for each block of
//!   headers, `idle_timeout` for a connection without a stream, `write_timeout` for a client that makes no room,
//!   `max_header_size` for the list of headers, `max_connection_age`. The name that
//!   [`allowed_hosts`](server::Endpoint::allowed_hosts) looks at is the request's authority.
//! - The server asks a client for a sign of life after 30 s without a frame (`Serve::http2_ping_interval`). A client with open
//!   calls pings the server after 15 s of silence.
//! - A client takes 1 MiB of a reply or a stream before anybody reads it. One that nobody reads does not hold up the others.
//! - A client that only closes its own side of the connection gets no more answers.
//! - WebSockets are opened over HTTP/1.1 only.
//!
//! The feature adds seven crates: h2, and six that it depends on.
//!
//! # WebSockets
//!
//! With the feature `ws`, an endpoint also accepts a WebSocket at its path, under [`serve`](server::serve()) and in any axum
//! `Router`. [`ws::Client`] opens one. Over it go calls, [streams](rpc_core#streams) and
//! [calls of the server](rpc_core#calling-back), and dropping a call stops it.
//!
//! - Each message of the WebSocket is one JSON-RPC message, as text. Binary messages are read as if they were text.
//! - A page may open one only if it comes from the server's own host and port, or from one of the [allowed
//!   origins](server::Endpoint::allowed_origins). Other programs send no `Origin`.
//! - Both ends ask a silent peer for a sign of life after 30 s, and give it up after another 30 s.
//! - A message that is larger than [`max_message`](server::Endpoint::max_message) closes the connection, with code 1009.
//! - When `serve` stops, streams end with error -32802, new calls are refused with the same, calls that run finish, and then
//!   the connection is closed with code 1001. `axum::serve` does not wait for WebSockets.
//! - Methods find the headers of the request that opened the connection.
//! - [`DuplexLimits`](rpc_core::DuplexLimits) bounds the calls and streams of a connection.
//!
//! # A page for browsers
//!
//! With the feature `explorer`, `Endpoint::explorer` serves a page to browsers at the endpoint's own address: the methods by
//! namespace with their docs, a form for each with its examples filled in, replies and typed errors, streams, batches, and the
//! same call for curl, `rpc`, Rust, TypeScript and Python.
//!
//! - It is one file inside the program, of about 40 kB compressed. It loads nothing, and its content security policy allows no
//!   requests to other hosts.
//! - It sends the user's credentials with the calls, and keeps them in memory only. Params that the contract calls secret are
//!   neither in its history nor in its links.
//! - It reads the document from `rpc.discover`. Without one, it can still call methods by name.
//!
//! # When a call fails
//!
//! [`CallError::execution`](rpc_core::CallError::execution) says whether the method ran, and
//! [`is_retryable`](rpc_core::CallError::is_retryable) whether another attempt is worthwhile. A JSON-RPC error with the call's
//! id decides. Without one, the status decides:
//!
//! | reply | did the method run? | try again? |
//! | --- | --- | --- |
//! | no connection, no answer to a TLS handshake, a proxy that refuses `CONNECT` | no | yes |
//! | 3xx; 401, 403, 404, 405, 407, 411, 413, 415, 431, 501 | no | no |
//! | 425, 429 | no | yes |
//! | 408, 502, 503, 504, no reply in time, a lost connection | perhaps | yes |
//! | any other status, an invalid reply, a reply that is too large | perhaps | no |
//! | the header `rpc-refused`, whatever the status | no | if it is `busy`, or by the status |
//!
//! [`retry_after`](rpc_core::CallError::retry_after) is the header `Retry-After` or `retry-after-ms`. [`StatusError`] has the
//! response's headers and the start of its body. Errors name the server without user, password and query, and the proxy if there
//! is one.
//!
//! # Over a Unix socket
//!
//! [`server::serve`] takes a [`server::Listener::bind_unix`] or a tokio `UnixListener`, and `axum::serve` takes the latter
//! too. The clients connect to the socket with [`lean::ClientBuilder::unix_socket`], or with reqwest's option of the same name
//! through [`configure_http`](client::ClientBuilder::configure_http). The `Host` header and the path still come from the URL.
//! For such a call, [`Peer`](server::Peer) has the user and the process at the other end.
//!
//! # Several servers
//!
//! A [`Policy`](rpc_core::Policy) makes a client of several servers, which tries calls again. They are given by URL
//! ([`Endpoints`], [`lean::Endpoints`]), or are the addresses of one name: [`resolve()`] makes a client for each, and looks the name up
//! again every 30 s. It does not follow the times that a name server gives for its answers, since the system does not tell them.
//!
//! ```no_run
//! # #[cfg(feature = "lean")]
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! use rpc_core::Policy;
//! use rpc_http::{lean, resolve};
//!
//! let servers = resolve("http://shop.internal:8080/rpc", lean::Client::builder);
//! let client = Policy::new().over(servers.endpoints().await?);
//! # drop(client);
//! # Ok(())
//! # }
//! ```
//!
//! # Many small calls
//!
//! Either client can collect concurrent calls into one request. [`Builder::batching`] says when that pays, and what it costs.
//!
//! ```no_run
//! # #[cfg(feature = "client")]
//! # fn run() -> Result<(), rpc_http::BuildError> {
//! use rpc_core::Batching;
//!
//! let client = rpc_http::Client::builder().batching(Batching::default()).build("https://shop.example/rpc")?;
//! # Ok(())
//! # }
//! ```
//!
//! # The wire
//!
//! A message is the body of a POST. The server takes `application/json`, `application/json-rpc` and
//! `application/jsonrequest`, with parameters such as a charset. A request without a content type is accepted too, unless it
//! has an `Origin` or `Sec-Fetch-Site` header. These headers mean that a browser sent it, and another site's page may have made
//! the browser do so. The answers are
//!
//! | status | when |
//! | --- | --- |
//! | 200 | the body is the JSON-RPC reply, even if that is an error (unless [`error_statuses`] is on) |
//! | 200, empty | the message was a notification. [`notification_status`] changes this to 202 or 204 |
//! | 400 | an HTTP/1.1 request has no `Host`, several, or an invalid one; or the body was cut off |
//! | 403 | the request names a host that is not among [`allowed_hosts`], or a browser wants to open a WebSocket or a stream: for a page of another origin, or on a loopback address under another name |
//! | 405 | the HTTP method is not POST |
//! | 408 | the body took longer than [`body_timeout`] |
//! | 413 | the body is larger than [`max_message`] |
//! | 415 | the content type is not one of those above, or is missing from a browser's request, or the body is compressed |
//! | 426 | the handshake of a WebSocket is not of version 13 |
//! | 431 | under [`serve`](server::serve()), the head is larger than [`max_header_size`](server::Serve::max_header_size); over HTTP/2 the stream is also reset |
//! | 503 | [`max_in_flight`] messages are already being handled, [`max_streams`] streams are open, or [`max_receiving`] bytes of other messages are on their way |
//!
//! Each response with a status from 400 on has the header `rpc-refused`, except 431 and the statuses that [`error_statuses`]
//! sets. The header means that nothing of the message has run, and says why: `host`, `method`, `content-type`,
//! `content-encoding`, `too-large`, `slow`, `incomplete`, `busy`, `origin` or `websocket`, and in the shorthand also `other-site`. A proxy's refusal
//! does not have it. The reply to a single call that came too late (error -33004) has it as well, with `expired`.
//!
//! A request may say in the header `rpc-timeout-ms` how many milliseconds its client still waits: up to ten digits. Anything else
//! counts as if it were not there. Both clients send it ([`Builder::tell_timeout`]). See [`Endpoint::deadlines`].
//!
//! # Streams
//!
//! A call of a method that returns a stream needs the header `Accept: text/event-stream`, alone or among other types. Both clients
//! send it. The response is then a stream of server-sent events, each with one JSON-RPC message as its data: the items, and
//! last the response to the call.
//!
//! ```text
//! $ curl -N http://127.0.0.1:8080/ -H 'content-type: application/json' -H 'accept: text/event-stream' \
//!     -d '{"jsonrpc":"2.0","method":"prices.watch","params":["tea"],"id":7}'
//! data: {"jsonrpc":"2.0","method":"$/progress","params":{"token":7,"value":4.5}}
//!
//! data: {"jsonrpc":"2.0","result":null,"id":7}
//! ```
//!
//! - The response begins as soon as the method has opened the stream, before its first item. What fails before that, and
//!   every other message, is answered as without this header. Without it, a call that opens a stream gets error -33000.
//! - A client stops a stream by closing the connection, as both clients do when the stream is dropped. The server notices this
//!   when it writes, or about a second later if it has nothing to write. Over HTTP/2 it notices at once.
//! - A client that does not read brings its stream to a halt. Under [`serve`](server::serve()), it loses the connection after the
//!   [write timeout](server::Serve::write_timeout), or over HTTP/2 the stream. A silent stream is not idle, and sends a comment
//!   every 15 s ([`heartbeat_interval`]).
//! - If the body ends without a response, the stream was lost. The clients report this as a transport error.
//! - When [`serve`](server::serve()) stops, streams end with error -32802. Other servers, such as `axum::serve`, don't tell the
//!   endpoint that they stop.
//! - Methods can't call this client back.
//!
//! With the [shorthand](server::shorthand#streams), `EventSource` and `curl -N` read the items themselves.
//!
//! A page of another origin may open a stream only if that is one of the [allowed origins](server::Endpoint::allowed_origins).
//!
//! A client's `timeout` is for opening a stream. After that, only
//! [`idle_timeout`](rpc_core::StreamCall::idle_timeout) bounds it, for which comments don't count.
//!
//! # Clients that go away
//!
//! Once a whole message has arrived, its calls and notifications run to their end, even if the client goes away. Half-done
//! work would be the worse failure. Also, over TCP the server can't tell a client that has only closed its own side, as
//! `nc -N` does, from one that has gone. Under [`serve`](server::serve()), a client that has only closed its own side gets its
//! answer over HTTP/1.1. Over HTTP/2, a client that closes its side has gone. A server that stops waits until its deadline for
//! calls whose client has gone.
//!
//! `#[rpc(cancel_on_disconnect)]` on a method, or [`cancel_on_disconnect`] for an endpoint, cancels calls when their client
//! closes its side. Notifications are never cancelled.
//!
//! To the endpoint, a tower layer that drops the response's future, such as a timeout, looks the same. The client gets the
//! layer's answer, and the call runs on unless it is cancelled on disconnect. `axum::serve` reads ahead, and drops the future
//! when the client closes its side. The call then runs on, but nobody gets its answer. If the request and the close arrive
//! together, axum drops the request before this crate sees it. [`serve`](server::serve()) also serves an axum `Router`, and
//! loses nothing.
//!
//! With [`Endpoint::shorthand`](server::Endpoint::shorthand), the server also accepts `GET /add?a=2&b=40` and
//! `POST {"add": [2, 40]}`, for people who type calls by hand.
//!
//! # The log
//!
//! Clients and the server write the [message log](rpc_core::message_log) of rpc-core. It leaves out a contract's secrets and
//! headers that may hold credentials. A URL is shown without user, password and query. Path segments that may be keys are
//! shown as `***`: any that is longer than 16 bytes, or has characters other than letters, digits, `-`, `_` and `.`. For
//! example, the log and the clients' `Debug` output show `https://chain.example/v2/***`.
//!
//! [`allowed_hosts`]: server::Endpoint::allowed_hosts
//! [`cancel_on_disconnect`]: server::Endpoint::cancel_on_disconnect
//! [`max_receiving`]: server::Endpoint::max_receiving
//! [`error_statuses`]: server::Endpoint::error_statuses
//! [`notification_status`]: server::Endpoint::notification_status
//! [`body_timeout`]: server::Endpoint::body_timeout
//! [`max_message`]: server::Endpoint::max_message
//! [`Endpoint::deadlines`]: server::Endpoint::deadlines
//! [`max_in_flight`]: server::Endpoint::max_in_flight
//! [`max_streams`]: server::Endpoint::max_streams
//! [`heartbeat_interval`]: server::Endpoint::heartbeat_interval

#[cfg(any(feature = "client", feature = "lean", feature = "server"))]
mod body;
#[cfg(any(feature = "client", feature = "lean"))]
pub mod client;
#[cfg(any(feature = "client", feature = "lean", feature = "server"))]
mod refused;
#[cfg(feature = "server")]
pub mod server;
#[cfg(feature = "ws")]
mod websocket;

#[cfg(feature = "lean")]
pub use client::lean;
#[cfg(feature = "ws")]
pub use client::ws;
#[cfg(any(feature = "client", feature = "lean"))]
pub use client::{
    BuildError, Builder, Config, ConfigError, Connections, Ids, ReplyTooLarge, Resolve,
    ResolveError, StatusError, refuses_batch, resolve,
};
#[cfg(feature = "client")]
pub use client::{Client, Endpoints};
#[cfg(feature = "client")]
pub use reqwest;
#[cfg(feature = "tls")]
pub use rustls;
