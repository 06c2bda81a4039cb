//! One source of items, and many streams of them.
//!
//! Methods that tell all their clients the same, such as prices or new blocks, share a [`Publisher`]. Each item is kept once
//! and written as JSON once, however many clients it goes to.
//!
//! ```
//! use rpc_core::publish::{Lagged, Published, Publisher};
//! use rpc_core::{Stream, rpc};
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Debug, Serialize, Deserialize)]
//! struct Trade {
//!     symbol: String,
//!     price: f64,
//! }
//!
//! #[rpc(namespace = "market")]
//! trait Market {
//!     /// Every trade from now on.
//!     fn trades(&self) -> impl Stream<Item = Result<Published<Trade>, Lagged>>;
//!
//!     /// The last trade, and then the newest one whenever the client has room for it.
//!     fn ticker(&self) -> impl Stream<Item = Published<Trade>>;
//! }
//!
//! struct Exchange {
//!     trades: Publisher<Trade>,
//! }
//!
//! impl Market for Exchange {
//!     fn trades(&self) -> impl Stream<Item = Result<Published<Trade>, Lagged>> {
//!         self.trades.subscribe()
//!     }
//!
//!     fn ticker(&self) -> impl Stream<Item = Published<Trade>> {
//!         self.trades.latest()
//!     }
//! }
//!
//! // Keeps 1,000 items for clients that are slow. Clones publish to the same streams.
//! let trades = Publisher::new(1_000);
//! let exchange = Exchange { trades: trades.clone() };
//! trades.publish(Trade { symbol: "tea".to_owned(), price: 4.5 });
//! # drop(exchange);
//! ```
//!
//! On the client, a [`Published<T>`](Published) dereferences to the `T`.
//!
//! # Clients that are slow
//!
//! A publisher never waits. A stream is read only while its connection has room, so a client that reads slowly falls behind.
//! What happens then depends on the stream:
//!
//! - [`Publisher::latest`] skips to the newest item. It suits states, where an old one is worth nothing.
//! - [`Publisher::subscribe`] misses nothing while the client is at most the publisher's capacity behind. Beyond that, it gives
//!   [`Lagged`], with the number of items that were missed. As a method's error this ends the stream, and the client sees it.
//!
//! Either way, a slow client costs no more than the publisher's own items and the buffers of its connection.

mod channel;
mod lagged;
mod published;
mod publisher;
mod subscription;

pub use lagged::Lagged;
pub use published::Published;
pub use publisher::Publisher;
pub use subscription::{Latest, Subscription};
