//! [`Mock`]: a service that answers the calls of a document.
//!
//! ```
//! use rpc_codegen::Document;
//! use rpc_codegen::mock::Mock;
//! use rpc_core::{CallError, memory};
//!
//! # futures_util::FutureExt::now_or_never(async {
//! let document = Document::parse(
//!     r#"{
//!         "openrpc": "1.4.1",
//!         "info": {"title": "Shop", "version": "2.0.0"},
//!         "methods": [{
//!             "name": "orders.place",
//!             "params": [{"name": "item", "required": true, "schema": {"type": "string"}}],
//!             "result": {"name": "number", "schema": {"type": "integer", "minimum": 1000}},
//!             "errors": [{"code": 1001, "message": "SoldOut"}]
//!         }]
//!     }"#,
//! )?;
//! let shop = memory::connect(Mock::of(&document)?.seed(7));
//! let number: u64 = shop.call("orders.place", ["tea"]).await?;
//! assert!(number >= 1000);
//!
//! let sold_out = Mock::of(&document)?.fail("orders.place", 1001, 1.0)?;
//! let refused: Result<u64, CallError> = memory::connect(sold_out).call("orders.place", ["tea"]).await;
//! assert_eq!(refused.unwrap_err().object().map(|error| error.code()), Some(1001));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # }).unwrap().unwrap();
//! ```
//!
//! A mock is a [`Service`](rpc_core::Service), so `rpc_http::server::endpoint` serves it, a generated client calls it through
//! `rpc_core::memory`, and middleware goes around it.
//!
//! # Answers
//!
//! - If the method has an example with the same params, its result is the answer. Otherwise it is the result of the first example.
//!   An example that does not fit the schemas is not served. [`Mock::warnings`] says so.
//! - Without an example, the answer is made up. It fits the schema, its patterns and its formats. Where a schema has `examples` of its own,
//!   one of them is taken.
//! - The same seed and the same call give the same answer, whatever is called before.
//! - A stream sends a few [items](Mock::items) and ends. A subscription stays open after them.
//! - Params are checked: their names, positions, types, patterns and formats. Wrong params get error -32602, which says what is wrong.
//! - `rpc.discover` answers with the document.
//!
//! # Limits
//!
//! The mock ignores keywords in [`Type::unmodelled`](crate::model::Type::unmodelled), such as `not` and `multipleOf`, and regular
//! expressions with lookahead or backreferences. It keeps no state: a call does not see what an earlier one has changed.

mod answers;
mod arguments;
mod ecma;
mod examples;
mod failures;
mod formats;
mod heights;
mod metadata;
mod pattern;
mod random;
mod service;
mod settings;
mod streams;
mod texts;
mod values;
mod warning;

pub use metadata::contract;
pub use service::{Mock, MockCall};
pub use settings::SettingError;
pub use warning::Warning;
