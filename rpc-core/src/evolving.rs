//! Evolving a contract: what each kind of change means to programs that still have the other version.
//!
//! When you deploy a new version of a contract, old clients call the new server for a while, or new clients call the old
//! server. Each table below says what they see. This module contains no code; it is a chapter of the
//! [guide](crate).
//!
//! # The short version
//!
//! - **Add parameters at the end, as an `Option`. Remove them from the end.** Then the order of deployment does not matter, as
//!   long as clients pass `None` until every server has the parameter.
//! - Deploy servers before clients if you add anything that clients will use: a method, a parameter, a variant of a parameter's
//!   type. Deploy clients before servers if you remove something, or if servers will send something new: a variant of a
//!   result's type, a wider number.
//! - To rename a method, keep the old name as an `alias`. An alias is the full old name, since the namespace is not put in front
//!   of it: `#[rpc(alias = "shop.place")]`. To rename a method in Rust only, keep its name on the wire: `#[rpc(name = "place")]`.
//! - To rename a parameter or a field, keep the old name on the wire: `#[rpc(name = "…")]`, `#[serde(rename = "…")]`.
//! - Give a new field of a result `#[serde(default)]`, or make it an `Option`.
//! - If a change can't be made this way, serve both versions: see [two versions side by side](#two-versions-side-by-side).
//!
//! # Why the end
//!
//! A stub leaves out parameters that are `None`: by name all of them, by position only those at the end. So a new client that
//! does not use a new parameter sends the same message as an old client. A server doesn't refuse a surplus `null`, so a client
//! in another language may always send `null`.
//!
//! By position, only its place says which parameter a value belongs to. If you insert an `Option` before another parameter of
//! the same type, `[5]` is still a valid call, but 5 is now the value of another parameter. Nothing notices: not the compiler,
//! not the server, not the client. The same happens if you remove such a parameter from the middle, or if you reorder. A
//! change at the end moves no value. `#[rpc(params = "named")]` avoids the problem, since every value then carries the name of
//! its parameter.
//!
//! # Reading the tables
//!
//! | word | meaning |
//! | --- | --- |
//! | works | The method gets what the caller means, and the caller gets what the method means. |
//! | refused | Error -32602. The method does not run, and the error names the parameter, or says that there are too many. |
//! | unknown | Error -32601. The method does not run, since the server does not have it. |
//! | mistaken | The call succeeds, but one side reads something that the other does not mean. **Nothing reports it.** |
//! | unreadable | The method has run, but the client can't read the result: [`CallError::Protocol`](crate::CallError::Protocol). |
//! | object | The method has failed. The client gets [`CallError::Object`](crate::CallError::Object), not its own error type. |
//! | timed out | The client's time is over. The method may have run: [`CallError::Timeout`](crate::CallError::Timeout). |
//!
//! The tables assume this project's client and server on both sides, and contracts made by `#[rpc]` without `lenient`. Each
//! cell is a test with two versions of a contract.
//!
//! # Parameters
//!
//! "Old client" is an old client with a new server, "new client" a new client with an old server. "By position" and "by name"
//! say how the client sends its params.
//!
//! | change | old client, by position | old client, by name | new client, by position | new client, by name |
//! | --- | --- | --- | --- | --- |
//! | `Option` added at the end, passed as `None` | works | works | works | works |
//! | `Option` added at the end, passed as `Some` | works | works | refused | refused |
//! | parameter with a default added at the end | works | works | refused | refused |
//! | required parameter added at the end | refused | refused | refused | refused |
//! | `Option` inserted before another of its type | mistaken | works | mistaken | refused |
//! | `Option` inserted before one of another type | refused | works | refused | works |
//! | `Option` removed from the end, passed as `None` | works | works | works | works |
//! | `Option` removed from the end, passed as `Some` | refused | refused | works | works |
//! | parameter with a default removed from the end | refused | refused | works | works |
//! | required parameter removed from the end | refused | refused | refused | refused |
//! | `Option` removed before another of its type | mistaken | refused | mistaken | works |
//! | required parameter renamed | works | refused | works | refused |
//! | `Option` renamed, passed as `None` | works | works | works | works |
//! | `Option` renamed, passed as `Some` | works | refused | works | refused |
//! | parameter renamed in Rust, same name on the wire | works | works | works | works |
//! | made optional, passed as `Some` | works | works | works | works |
//! | made optional, passed as `None` | works | works | refused | refused |
//! | made optional with a default | works | works | works | works |
//! | made required, was passed as `Some` | works | works | works | works |
//! | made required, was passed as `None` | refused | refused | works | works |
//! | made required, had a default | works | works | works | works |
//! | reordered, of the same type | mistaken | works | mistaken | works |
//! | reordered, of different types | refused | works | refused | works |
//! | default changed | works | works | works | works |
//! | default added to an `Option`, passed as `None` | mistaken | mistaken | works | works |
//! | default removed from an `Option`, passed as `None` | works | works | mistaken | mistaken |
//! | number widened, the value fits both types | works | works | works | works |
//! | number widened, the value fits the wider type only | works | works | refused | refused |
//! | number narrowed, the value fits both types | works | works | works | works |
//! | number narrowed, the value fits the wider type only | refused | refused | works | works |
//! | number changed to a string | refused | refused | refused | refused |
//! | variant added to an enum, the call uses it | works | works | refused | refused |
//! | variant removed from an enum, the call uses it | refused | refused | works | works |
//!
//! A stub always sends a parameter that has a default. So a changed default does not matter to stubs: each sends the value
//! that its caller passed. A client that leaves the parameter out, for example one in another language, gets the default of
//! the server. For the same reason, old servers refuse a new parameter with a default, but not a new `Option`.
//!
//! The fields of a [`flatten`](macro@crate::rpc) struct are parameters by name. A stub can't see serde's default for a field.
//! So it leaves out a field that is `None`, even if the default is something else.
//!
//! # Results, errors and methods
//!
//! It makes no difference whether params are sent by position or by name.
//!
//! | change | old client, new server | new client, old server |
//! | --- | --- | --- |
//! | required field added to a result | works | unreadable |
//! | `Option` or default field added to a result | works | works |
//! | required field removed from a result | unreadable | works |
//! | `Option` or default field removed from a result | works | works |
//! | required field of a result renamed | unreadable | unreadable |
//! | `Option` field of a result renamed | mistaken | mistaken |
//! | result made optional, `Some` returned | works | works |
//! | result made optional, `None` returned | unreadable | works |
//! | nothing returned before, now a value | unreadable | unreadable |
//! | variant added to a result's enum and returned | unreadable | works |
//! | variant added to a result's enum and returned, the old one has `#[serde(other)]` | mistaken | works |
//! | variant removed from a result's enum | works | unreadable |
//! | result's number widened, the value fits both types | works | works |
//! | result's number widened, the value fits the wider type only | unreadable | works |
//! | result's number narrowed, the value fits the wider type only | works | unreadable |
//! | method can fail now, and succeeds | works | works |
//! | method can fail now, and fails | object | works |
//! | method can't fail any more | works | object |
//! | required field added to an error | works | object |
//! | `Option` field added to an error | works | works |
//! | first field added to an error, an `Option` | works | works |
//! | required field removed from an error | object | works |
//! | `Option` field removed from an error | works | works |
//! | variant added to an error | object | works |
//! | variant removed from an error | works | object |
//! | variant of an error renamed, same code | works | works |
//! | code of an error changed | object | object |
//! | method added | works | unknown |
//! | method removed | unknown | works |
//! | method renamed, without an alias | unknown | unknown |
//! | method renamed, with its old name as an alias | works | unknown |
//! | method turned into a notification | works | works |
//! | contract served under a prefix in addition, with `nest` | works | unknown |
//!
//! Only a client that has an added, removed or renamed method can call it. For the other client, the cell is about the methods
//! that both sides have.
//!
//! An [`ErrorObject`](crate::ErrorObject) still has the code and the message, so a client can show even an error that it
//! doesn't know.
//!
//! # Streams
//!
//! An item changes as a result does, and an error that ends a stream as any other error. The method itself can change in these
//! ways:
//!
//! | change | old client, new server | new client, old server |
//! | --- | --- | --- |
//! | stream can fail now, and does not | works | works |
//! | stream can be refused now, and is | object | works |
//! | stream can fail now, and does | object | works |
//! | stream made resumable with `stream(resume)` | works | unreadable |
//! | list turned into a stream | object | unreadable |
//! | list turned into a stream with `stream(token = "…")` | works | refused |
//! | stream turned into a list | unreadable | object |
//! | stream turned into a subscription | unreadable | unreadable |
//!
//! Over WebSockets and sockets, a stub that expects a list gets the stream's end instead, and can't read it. Over transports
//! that can't carry a stream, it gets error -33000, and the method does not run.
//!
//! # Deadlines and policies
//!
//! How long a caller waits, and the number of an attempt, travel in the headers `rpc-timeout-ms` and `rpc-attempt`, and never in the
//! message. A server that does not know them ignores them. "Old client" is one that does not send them, and "old server" one that does
//! not read them.
//!
//! | change | old client, new server | new client, old server |
//! | --- | --- | --- |
//! | client says how long it waits, and gets its answer in time | works | works |
//! | client says how long it waits, and that is not enough | timed out | timed out |
//! | server limits the time of calls, and one takes less | works | works |
//! | server limits the time of calls, and one takes more | object | timed out |
//! | client tries again what certainly did not run | works | works |
//! | method marked as idempotent, and the client tries again what may have run | works | works |
//!
//! If a client's time is over and its server was not told, or can't read it, the method runs to its end, although nobody waits. A
//! client without a deadline is never refused for being late, unless the server sets one for it
//! ([`Deadlines`](crate::limits::Deadlines)).
//!
//! To an old client, the errors -33004 (the time was over before the method ran) and -33005 (the time was over while it ran) are error
//! objects like any other. It can show them, but does not know that -33004 means that the method did not run, and does not try again
//! by itself.
//!
//! An old server takes a repeated call for a new one: it knows of no attempts. So a method may only be marked as idempotent if it is
//! so on every server that is still deployed. The promise is the client's: it repeats the calls, whatever the server's contract says.
//!
//! # Two versions side by side
//!
//! [`Dispatcher::nest`](crate::Dispatcher::nest) puts a prefix in front of a service, and
//! [`Client::nested`](crate::Client::nested) puts the same prefix in front of a stub. So both versions can use the same names
//! in their traits:
//!
//! ```
//! # use rpc_core::{Dispatcher, memory};
//! mod v1 {
//!     #[rpc_core::rpc(namespace = "orders")]
//!     pub trait Orders {
//!         async fn place(&self, item: &str) -> u64;
//!     }
//! }
//!
//! mod v2 {
//!     #[rpc_core::rpc(namespace = "orders")]
//!     pub trait Orders {
//!         async fn place(&self, items: &[String]) -> Vec<u64>;
//!     }
//! }
//!
//! struct Shop;
//!
//! impl v1::Orders for Shop {
//!     async fn place(&self, _: &str) -> u64 {
//!         17
//!     }
//! }
//!
//! impl v2::Orders for Shop {
//!     async fn place(&self, items: &[String]) -> Vec<u64> {
//!         vec![17; items.len()]
//!     }
//! }
//!
//! # futures_util::FutureExt::now_or_never(async {
//! let service = Dispatcher::new()
//!     .service(v1::OrdersServer::new(Shop)) // orders.place
//!     .nest("v2.", v2::OrdersServer::new(Shop)); // v2.orders.place
//! let client = memory::connect(service);
//!
//! let old = v1::OrdersClient::new(client.clone());
//! let new = v2::OrdersClient::new(client.nested("v2."));
//! assert_eq!(old.place("tea").await?, 17);
//! assert_eq!(new.place(&["tea".to_owned(), "milk".to_owned()]).await?, [17, 17]);
//! # Ok::<(), rpc_core::CallError>(())
//! # }).unwrap().unwrap();
//! ```
