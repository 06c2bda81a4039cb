//! OpenRPC documents as data: read them, check them, generate clients from them.
//!
//! ```
//! use rpc_codegen::{Document, Model, lint, typescript};
//!
//! let document = Document::parse(
//!     r##"{
//!         "openrpc": "1.4.1",
//!         "info": {"title": "Shop", "version": "2.0.0"},
//!         "methods": [{
//!             "name": "orders.place",
//!             "params": [{"name": "item", "required": true, "schema": {"type": "string"}}],
//!             "result": {"name": "number", "schema": {"type": "integer", "format": "uint64"}}
//!         }]
//!     }"##,
//! )?;
//! assert_eq!(lint(&document), []);
//!
//! let model = Model::read(&document)?;
//! let files = typescript::generate(&model, &typescript::Options::default()).expect("nothing here is beyond TypeScript");
//! assert!(files[1].text.contains("): Call<bigint, never>;"));
//! # Ok::<(), rpc_codegen::ReadError>(())
//! ```
//!
//! # Documents
//!
//! [`Document`] takes OpenRPC 1.x as JSON or YAML, of any server: nothing in it needs rpc-core. [`Document::open`] also reads the
//! files that it refers to, and [`Document::bundled`] makes one of them. A document is bounded in depth and size, and no input makes this crate panic.
//!
//! # The model
//!
//! [`Model`] says what a document means, in no language's words. References are followed, `allOf` is merged, unions know how to
//! tell their variants, and everything knows its [`Place`] in the document. The generators read it and nothing else.
//!
//! - A schema that a `$ref` leads to is a named type, wherever it is. The others are part of the type that they are in.
//! - Draft-07 ignores what stands beside a `$ref`. Documents mean it, so it counts. The linter tells.
//! - Two errors of a method with one code are one error, with the data of both.
//! - Keywords that types can't say, such as `not`, are listed in [`Type::unmodelled`](model::Type::unmodelled).
//!
//! # Our extensions
//!
//! | member | of | what it says |
//! | --- | --- | --- |
//! | `x-stream` | a method | it returns a stream: the schema of an `item`, that of the `end`, the `notification` that carries the items; also the params `cursor` and `token`, or the method `unsubscribe` |
//! | `x-aliases` | a method | its other names |
//! | `x-idempotent`, `x-read-only` | a method | it may be called twice; it changes nothing |
//! | `x-lenient` | a method | it ignores unknown params |
//! | `x-deprecated-note` | a method or a parameter | what to use instead |
//! | `x-since` | a method | the version that added it |
//! | `x-error-kinds`, `x-error-docs` | a method | what kinds of failures its errors are, and what they mean, by code |
//! | `x-secret` | a parameter | logs must not show it |
//! | `x-extensible` | an enum | newer servers may have more values |
//! | `x-aliases` | a member of an object | other names under which readers also take it |
//! | `x-client-methods` | the document | the methods that the server may call on its client, in the form of `methods` |
//! | `x-undescribed` | the document | what it leaves out |
//!
//! # The linter
//!
//! [`lint()`] finds what is wrong, also where the official meta-schema sees nothing. It has a table of its rules.
//!
//! # The gate
//!
//! [`diff::diff`] compares two versions of a document: what breaks for old clients of a new server, and for new clients of an old one.
//! [`gate::assert_compatible`] does so in a test, with a document in your repository.
//!
//! # Generators
//!
//! [`typescript`], [`python`] and [`rust`] generate clients.
//!
//! # Mocks
//!
//! With the feature `mock`, the module `mock` has a service that answers the calls of a document: with its examples, or with values
//! that it makes up. The feature adds rpc-core.

mod bundle;
mod check;
pub mod diff;
mod document;
mod error;
pub mod gate;
mod generated;
mod integers;
mod lines;
mod lint;
#[cfg(feature = "mock")]
pub mod mock;
pub mod model;
mod naming;
mod place;
pub mod python;
mod read;
pub mod rust;
mod secrets;
mod text;
pub mod typescript;
mod value;
mod yaml;

pub use check::Mismatch;
pub use document::Document;
pub use error::ReadError;
pub use generated::{File, Inexpressible};
pub use lines::Lines;
pub use lint::{Finding, lint};
pub use model::Model;
pub use place::Place;
pub use secrets::SecretSchemas;
pub use value::{Object, Value};
