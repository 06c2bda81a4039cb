//! JSON-RPC 2.0 over NATS.
//!
//! A thin transport for [`rpc_core`]: [`serve()`] makes a process one of the workers of a service, [`Client`] calls them. NATS
//! gives each call to one of the workers, on whatever machine it is. Any client of NATS can call them. This project's tests do so
//! with nats-py and npm's `@nats-io/transport-node`. This crate moves bytes, and rpc-core handles JSON-RPC. The connection is
//! that of the official client, [`async_nats`], so every kind of authentication works.
//!
//! ```no_run
//! # #[cfg(all(feature = "client", feature = "server"))]
//! # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use rpc_core::Dispatcher;
//! use rpc_nats::async_nats;
//!
//! // It serves any `Service`: what `#[rpc]` generates, or functions by name.
//! let service = Dispatcher::new().method("add", |a: i64, b: i64| async move { a + b });
//! let nats = async_nats::connect("127.0.0.1:4222").await?;
//! tokio::spawn(rpc_nats::serve(nats, "shop", service).into_future());
//!
//! let client = rpc_nats::Client::new("nats://127.0.0.1:4222/shop")?;
//! let sum: i64 = client.call("add", (1, 2)).await?;
//! assert_eq!(sum, 3);
//! # Ok(())
//! # }
//! # #[cfg(not(all(feature = "client", feature = "server")))] fn main() {}
//! ```
//!
//! # Features
//!
//! | feature | what it adds | default |
//! | --- | --- | --- |
//! | `client` | [`Client`] | yes |
//! | `server` | [`serve()`] | yes |
//! | `nkeys` | authentication by nkeys and credentials files, in async-nats | no |
//!
//! Other features of async-nats are turned on by depending on it too, at the same version.
//!
//! # The wire
//!
//! A service has a subject, such as `shop`. A call of the method `orders.place` is a request to `shop.orders.place`, so that
//! permissions for subjects are permissions for methods: a message to `shop.add` may call only `add`; anything else is refused.
//! Everything else goes to `shop` itself: batches, and methods whose name does not fit into a subject. A name fits if it has up to
//! 200 printable ASCII characters without `*` and `>`, and no dot at its start, at its end, or after another dot. Workers
//! subscribe to `shop` and `shop.>` in the queue group `q`.
//!
//! A message is the payload, and the reply goes to the reply subject. A notification is a request too: its empty reply says that
//! it has run. A client can [publish](client::Builder::publish_notifications) notifications instead. Headers are passed on in both
//! directions, with their names in lower case.
//!
//! A reply may be lost when a connection breaks. So a worker sends a reply again that nobody took, several times within a second, and
//! it repeats its last replies after it has reconnected. A reply may therefore come twice. It has a reply subject itself, at which
//! NATS says that nobody took it.
//!
//! | header | of | what it says |
//! | --- | --- | --- |
//! | `rpc-timeout-ms` | a message | the time that was left for the call when it was sent, up to ten digits |
//! | `rpc-stream` | a call | the client can take a stream, and says something on it at least every so many milliseconds |
//! | `rpc-stream` | the first messages of a stream, until the client has said something | it is one, and the worker says something on it at least every so many milliseconds |
//! | `rpc-window` | a call | how many bytes of its stream may be under way, until a `$/window` allows more |
//! | `rpc-call` | a `$/cancelRequest` | the reply subject of the call that is cancelled |
//! | `rpc-refused` | a reply | nothing of the message has run, and why: `busy`, `crowded`, `expired`, `other-method` |
//! | `Nats-Service-Error`, `Nats-Service-Error-Code` | a reply | it is an error: its code and message, and the HTTP status that stands for it |
//!
//! ## Streams
//!
//! The messages of a stream are those of any other connection of this framework: `$/progress` with the items, and the response at
//! the end. They come to the reply subject of the call. Each has a reply subject itself, which ends with a dot and the message's number,
//! from 1. To this subject, with numbers of its own, the client sends `$/window` when it has room for more, and
//! `$/cancelRequest` when it has had enough. It sends an empty message as soon as the stream is open.
//!
//! A message whose number is not the next one means that others are lost, and ends the stream with an error: NATS drops messages
//! where a connection breaks, or where a subscriber is too slow. The end that notices leaves a number out itself, so that the other
//! end stops too. An end that has nothing to say sends an empty message from time to time. The
//! stream is lost if the other end says nothing for three times as long as it has promised, or if NATS answers that nobody is
//! there. A stream with `stream(resume)` then goes on at another worker. Up to 256 KiB of a stream are under way to a client that
//! does not read.
//!
//! ## Cancellation
//!
//! A call that is dropped before its time is over is cancelled: its client sends `$/cancelRequest` to the subject of that name, such as
//! `shop.$/cancelRequest`. All workers read that subject, since a client does not know which of them has its call. The worker that
//! has it drops the method at its next `await`, and answers with error -32800. Batches and notifications run to their end. A
//! call whose time is over is not cancelled: its worker knows the time too.
//!
//! # What is known of a call that failed
//!
//! | what happened | error | did it run? |
//! | --- | --- | --- |
//! | nobody serves the subject | [`NatsError::NoResponders`], at once. It may succeed soon: workers reconnect later than clients | no |
//! | there is no connection to NATS | a timeout. The call is handed over only when there is one | no |
//! | the connection to NATS was lost, and a [`Policy`](rpc_core::Policy) has another server | [`NatsError::NotConnected`], at once | no |
//! | a worker is at its [limit](server::Serve::max_in_flight) | error -32009, and [`NatsError::Refused`] | no |
//! | the call's time was over when it arrived | error -33004, and [`NatsError::Refused`] | no |
//! | the call's time was over while it ran: the worker [drops it](rpc_core::Server::deadlines) | error -33005, or a timeout | perhaps |
//! | the message is larger than NATS accepts | [`NatsError::TooLarge`] | no |
//! | the reply is larger than NATS accepts | error -32008, which names the limit | yes |
//! | the client's connection is lost while the call is in flight | [`NatsError::Lost`], unless the reply comes [within a second](client::Builder::loss_timeout) | perhaps |
//! | the worker's connection is lost | the reply, or a timeout | perhaps |
//! | the worker dies | a timeout | perhaps |
//! | the worker of an open stream dies, or a message of the stream is lost | [`NatsError::StreamLost`] | perhaps |
//! | a worker has [as many streams](server::Serve::max_streams) as it may have | error -32006, and [`NatsError::Refused`] | no |
//! | the caller may not publish to the subject | a timeout: NATS tells only async-nats's event callback | no, but the client can't know |
//! | a JetStream stream captures the subject | [`NatsError::Captured`] | perhaps |
//! | something else than a worker answers a notification | [`NatsError::NotJsonRpc`] | perhaps |
//!
//! A message that async-nats has taken just as the connection is lost may be sent when it is back. Such a call counts as one that
//! may have run. Its time travels with it, but does not shrink while it waits there. A connection that dies silently counts as
//! lost when it has not answered two pings of async-nats: within 45 s if the client was made by address, or else within three
//! times the `ping_interval` of its options, which is 60 s by default.
//!
//! # Gateway
//!
//! Programs that don't speak NATS call a gateway: [`rpc_core::relay()`] makes a service of a client, which any transport serves. With
//! rpc-http, that is HTTP, server-sent events and WebSockets in front of all workers:
//!
//! ```no_run
//! # #[cfg(feature = "client")]
//! # mod gateway {
//! use rpc_core::{Policy, Service, relay};
//! use rpc_nats::{AddressError, Client};
//!
//! /// `rpc_http::server::serve(listener, rpc_http::server::endpoint(gateway()?)).await?` serves it.
//! pub fn gateway() -> Result<impl Service, AddressError> {
//!     let workers = Client::new("nats://127.0.0.1:4222/shop")?;
//!     // A call that nobody serves for the moment, or that a worker at its limit refuses, is tried again.
//!     Ok(relay(Policy::new().over(workers)))
//! }
//! # }
//! ```
//!
//! Each call goes to the subject of its method, also each entry of a batch. So calls of a batch spread over the workers, and
//! the permissions of the gateway for subjects are those of its callers for methods.
//!
//! # Load
//!
//! Queue groups are blind: NATS chooses a worker at random, however busy it is. So a worker takes every message at once, runs as
//! many as it may, and refuses the rest, whose callers can try another worker. It also refuses what has expired. Nothing waits in
//! a queue for callers that have gone.
//!
//! Between a worker and its connection, async-nats keeps up to 65,536 messages for each subscription, the
//! `subscription_capacity` of its options. It drops any more, and their callers get timeouts. The same goes for refusals that the
//! connection does not take.
//!
//! # Stopping
//!
//! A worker that is told to stop loses nothing while it is connected: NATS gives it no more messages, and it answers those that it
//! has, and those that were on their way. For up to a second, it also sends replies again that nobody took. Without a connection,
//! the replies to its last calls are lost, and their callers get timeouts.
//!
//! To know that nothing more is on its way, it sends a message to its own inbox. Where it may not do so, it waits for two seconds
//! instead, and for one more at the end.
//!
//! If the program drains or closes the worker's client, the calls that run go on as after the signal to stop, but their replies
//! can't be sent. So stop the worker first.
//!
//! # Discovery
//!
//! Workers answer `$SRV.PING`, `$SRV.INFO` and `$SRV.STATS` as NATS's own services do (ADR-32), with an endpoint for each method of
//! the contract that has a subject of its own. Counters are of messages per subject: the endpoint `batch` counts everything that
//! comes to the subject of the service. `nats micro ls` and other tools show them.
//!
//! # Security
//!
//! Who may call what is up to NATS: its accounts and permissions, and TLS between it and its clients. For a service at `shop`:
//!
//! | who | needs to | or else |
//! | --- | --- | --- |
//! | a worker | subscribe to `shop` and `shop.>` | it gets no calls |
//! | | publish to reply subjects (`allow_responses`) | nothing is answered. With the default of one response, no reply is sent again, and a stream is lost after its first message |
//! | | subscribe and publish to its own inbox | no reply is sent again, a stop takes longer, and streams are lost when their client says something, within 15 s |
//! | | subscribe to `$SRV.>` | NATS's tools don't see it |
//! | a client | publish to the subjects of its methods | its calls time out |
//! | | publish to `shop` | its batches time out |
//! | | publish to `shop.$/cancelRequest` | calls that it drops run to their end |
//! | | publish to the inboxes of workers | its streams are lost |
//! | | subscribe to its own inbox | its calls time out |
//!
//! Inboxes are `_INBOX.>`, or begin with the `custom_inbox_prefix` of the options of async-nats. A client that may publish to the
//! inboxes of workers can't call anything there, and can't guess the names of other clients' streams.
//!
//! # Not supported
//!
//! Subscriptions in the form of jsonrpsee and Ethereum, and calls of the client by the server. A method that needs one is refused
//! before it runs, with error -33000.

// Code that server and client share is compiled for each, even without the other.
#![cfg_attr(not(all(feature = "client", feature = "server")), allow(dead_code))]

#[cfg(any(feature = "client", feature = "server"))]
mod cancel;
#[cfg(feature = "client")]
pub mod client;
#[cfg(any(feature = "client", feature = "server"))]
mod defaults;
#[cfg(any(feature = "client", feature = "server"))]
mod headers;
#[cfg(any(feature = "client", feature = "server"))]
mod line;
#[cfg(any(feature = "client", feature = "server"))]
mod lines;
#[cfg(feature = "server")]
pub mod server;
mod subject;

pub use async_nats;
#[cfg(feature = "client")]
pub use client::{AddressError, Builder, Client, Nats, NatsError, client};
#[cfg(feature = "server")]
pub use server::{Serve, ServeError, serve};
pub use subject::InvalidSubject;
