//! Rust: a crate with the contract of somebody else's service, as if it had been written by hand.
//!
//! [`generate`] returns these files:
//!
//! | file | what it has |
//! | --- | --- |
//! | `Cargo.toml` | the dependencies: rpc-core, serde, serde_json, and thiserror if methods declare errors |
//! | `src/methods.rs` | a trait with `#[rpc(schema)]` for each namespace. The macro makes the client of it, and a server |
//! | `src/types.rs` | the types |
//! | `src/errors.rs` | an enum with `#[derive(RpcError)]` for the errors of each method |
//! | `src/lib.rs` | exports all of them |
//!
//! ```text
//! let eth = EthClient::new(rpc_http::Client::new("https://node.example/")?);
//! let gas = eth.estimate_gas(&transaction, None).await?;
//! ```
//!
//! The files are formatted as rustfmt does it. The texts of the document become doc comments, in which nothing is a test or a link by
//! accident.
//!
//! - Names become identifiers, and serde and `#[rpc]` know the names on the wire. `type` becomes `r#type`. A name that is taken gets a
//!   suffix.
//! - Params are borrowed if they are large. Params that go by name only become a struct, such as `OrdersFindParams`.
//! - A member that may be left out is an `Option`, which is left out if it is `None`. One that may be null as well is an
//!   `Option<Option<T>>` in what programs send, since null may mean something else than nothing. Documents that are made of types of
//!   Rust have one `Option` there, because serde reads both alike. The generator knows them by integers such as `uint32`, and knows
//!   those of rpc-core by types that are described as they are read, under names that end in `Input`.
//! - Two descriptions of one type, `Order` and `OrderInput`, become one type again.
//! - Integers have the size of their format. Without one they have 64 bits, and the contract says so, or 128 if their bounds say so.
//! - Unions become enums, in the form of serde that they have. In one without names for its variants, the
//!   first that fits counts. Those that say more go first: enums before strings, integers before floats, and objects before those that have
//!   only some of their members.
//! - An enum with `x-extensible` has a variant `Unknown`.
//! - Dates, times and UUIDs are strings. Base64 is a `rpc_core::Base64`. A type that contains itself has a `Box`.
//! - Lengths, ranges and patterns are in the schemas, and nothing checks them.
//! - Methods that begin with `rpc.` are left out, since rpc-core has them. So are methods that end a subscription, which its contract has,
//!   and tags with spaces.
//! - Errors whose codes JSON-RPC or rpc-core reserve can't be variants. They arrive as `CallError::Object`, and the docs of the method
//!   name them.
//! - The document does not say which methods call the client. Its `x-client-methods` become traits, which programs implement and
//!   give to their transport.
//!
//! # What can't be expressed
//!
//! - a stream that ends with a result, or with a token and anything but the list of its items; a stream whose items arrive as another
//!   notification than `$/progress`, unless it is a subscription;
//! - a tuple (an array whose elements have types of their own) whose last elements may be missing, that may have further elements,
//!   or that has more than 16 elements; an array that is always empty;
//! - a constant beyond 64 bits, and integers of 128 bits in such unions, in unions with a tag, and beside members of other names: serde
//!   can't read them there;
//! - a union of objects that each may have members that another doesn't know, while nothing that they must have tells them apart;
//! - names of methods with spaces or invisible characters.
//!
//! # What a document that is made of the contract does not have
//!
//! - limits of parameters, results and items that are not in a named type, such as a pattern;
//! - a null that one parameter allows and another does not: an optional parameter is an `Option`, so its schema allows null, and one
//!   that may be null may be missing. By position, one that is left out before another that is given goes as null;
//! - errors with reserved codes; messages of errors that are not the name of a variant;
//! - examples; components that only stand for others; that params only go by position.
//!
//! # Why not typify
//!
//! typify 0.8 makes types of JSON Schema, and we tried it. It panics on two of our documents: on Ethereum's, whose references lead into
//! other schemas, and on Forest's, whose enum has the values `=`, `+`, `-` and `*`. Its texts become tests of rustdoc that fail. It
//! takes schemas of schemars 0.8, so the model would have to become a schema again. What it writes has no schemas, which
//! `#[rpc(schema)]` needs. It brings 74 crates. What is left to do on top of the model is less than what would have to be put around it.

mod buffered;
mod case;
mod convert;
mod defaults;
mod docs;
mod enums;
mod errors;
mod flow;
mod form;
mod inexpressible;
mod item;
mod limits;
mod literal;
mod methods;
mod names;
mod order;
mod package;
mod params;
mod part;
mod pretty;
mod renames;
mod same;
mod structs;
mod twins;
mod unions;

use crate::generated::{File, Inexpressible};
use crate::model::{Method, Model};
use crate::text::origin;

/// How to generate.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Options {
    /// Methods that become untyped: JSON goes in and comes out.
    pub opaque: Vec<String>,
    /// The name of the package. By default, the document's title.
    pub crate_name: Option<String>,
    /// Where Cargo finds rpc-core.
    pub rpc_core: Dependency,
}

/// Where Cargo finds a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dependency {
    /// The registry, with this requirement.
    Version(String),
    /// A folder, seen from that of the crate.
    Path(String),
    /// A repository.
    Git(String),
}

impl Default for Dependency {
    /// The version of this crate, which is that of rpc-core.
    fn default() -> Self {
        Dependency::Version(env!("CARGO_PKG_VERSION").to_owned())
    }
}

impl Dependency {
    fn as_toml(&self) -> String {
        let (key, value) = match self {
            Dependency::Version(version) => ("version", version),
            Dependency::Path(path) => ("path", path),
            Dependency::Git(url) => ("git", url),
        };
        format!("{key} = {}", package::toml_string(value))
    }
}

/// Generates a crate. The same model and options give the same bytes.
///
/// # Errors
///
/// Everything that can't be expressed, so that nothing is dropped.
pub fn generate(model: &Model, options: &Options) -> Result<Vec<File>, Vec<Inexpressible>> {
    let writer = Writer { model, options };
    let wrong = writer.inexpressible();
    match wrong.is_empty() {
        true => Ok(package::files(writer)),
        false => Err(wrong),
    }
}

#[derive(Clone, Copy)]
struct Writer<'a> {
    model: &'a Model,
    options: &'a Options,
}

impl<'a> Writer<'a> {
    /// The first line of each file.
    fn header(&self) -> String {
        format!("// {}\n", origin(self.model))
    }

    fn is_opaque(&self, method: &Method) -> bool {
        self.options.opaque.contains(&method.name)
    }
}
