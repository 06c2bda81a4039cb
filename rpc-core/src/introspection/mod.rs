//! Introspection: a server describes its methods.
//!
//! Every [`Server`](crate::Server) answers methods of its own, unless
//! [introspection](crate::Server::introspection) is turned off. They read the metadata that services have anyway:
//!
//! | method | params | result |
//! | --- | --- | --- |
//! | `rpc.methods` | none | the names of all methods, sorted |
//! | `rpc.help` | `method`: a name or an alias | the method's documentation |
//! | `rpc.signature` | `method`: a name or an alias | its [`Signature`] |
//! | `rpc.discover` | none | the OpenRPC document, with the feature `schema` only |
//!
//! Middleware around the server's service sees these calls like any other, and can refuse them. Middleware around one
//! of the services in a [`Dispatcher`](crate::Dispatcher) does not see them. Anyone who may make these calls learns
//! about every method.
//!
//! [`IntrospectionClient`] makes these calls. [`DynamicClient`] fetches the methods when it connects, and calls them
//! by name:
//!
//! ```
//! # use rpc_core::{Dispatcher, memory};
//! use rpc_core::introspection::DynamicClient;
//!
//! # futures_util::FutureExt::now_or_never(async {
//! let client = memory::connect(Dispatcher::new().method("add", |a: i64, b: i64| async move { a + b }));
//! let server = DynamicClient::connect(client).await?;
//! assert_eq!(server.methods(), ["add"]);
//! assert_eq!(server.call::<_, i64>("add", (1, 2))?.await?, 3);
//!
//! let unknown = server.call::<_, i64>("ad", (1, 2)).unwrap_err();
//! assert_eq!(unknown.to_string(), "no method `ad`; did you mean `add`?");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # }).unwrap().unwrap();
//! ```

mod client;
mod dynamic;

pub use self::client::IntrospectionClient;
pub use self::dynamic::DynamicClient;
pub use crate::reflection::table::CONTRACT;
pub use crate::reflection::{ErrorSignature, ParameterSignature, Signature, UnknownMethod};
