//! OpenRPC: a document that says what a server's methods take and return, for people and generators that don't read Rust. With
//! the feature `schema` only.
//!
//! A trait with `#[rpc(schema)]` knows the schemas of its types, which derive `schemars::JsonSchema`:
//!
//! ```
//! use rpc_core::openrpc::OpenRpc;
//! use rpc_core::rpc;
//! # use rpc_core::schemars;
//! use schemars::JsonSchema;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Serialize, Deserialize, JsonSchema)]
//! pub struct Order {
//!     pub item: String,
//!     pub quantity: u32,
//! }
//!
//! /// Orders tea.
//! #[rpc(namespace = "orders", schema)]
//! pub trait Orders {
//!     /// Places an order.
//!     #[rpc(example("two teas", item = "tea", quantity = 2 => 1002))]
//!     async fn place(
//!         &self,
//!         /// What to order.
//!         item: &str,
//!         #[rpc(default = 1)] quantity: u32,
//!     ) -> u64;
//!
//!     #[rpc(read_only)]
//!     async fn find(&self, id: u64) -> Option<Order>;
//! }
//!
//! let document = OpenRpc::new().title("Tea shop").of_contracts(&[OrdersClient::<rpc_core::BoxTransport>::CONTRACT.clone()])?;
//! assert!(document.to_string().starts_with("{\n  \"openrpc\": \"1.4.1\""));
//! # Ok::<(), rpc_core::openrpc::DocumentError>(())
//! ```
//!
//! A [`Server`](crate::Server) answers `rpc.discover` with the document of its service.
//!
//! # What is described
//!
//! Params are described as they are read, everything else as it is written. Methods that the server calls on its clients, through a
//! `#[rpc(peer)]` parameter, are in `x-client-methods`, and there it is the other way round. For a type where that differs, the schema that is read
//! is named `OrderInput`. Defaults are values. The docs of methods, parameters, fields and errors come along.
//!
//! Two types with one name, a default that is not JSON, and a reference to nothing are [errors](DocumentError). Methods without
//! schemas, data of errors without one, and what OpenRPC has no form for are listed in `x-undescribed`. With
//! [`complete`](OpenRpc::complete), they are errors too. A type is described as anything only if it is: a `serde_json::Value`, a
//! `RawValue`, or one whose own `JsonSchema` says so.
//!
//! # Extensions
//!
//! | member | of | what it says | who reads it |
//! | --- | --- | --- | --- |
//! | `x-aliases` | methods | other names | gates, explorers |
//! | `x-idempotent` | methods | calling it twice does no harm | generated clients, which may then try again |
//! | `x-read-only` | methods | calling it changes nothing | explorers, tools for agents |
//! | `x-deprecated-note` | methods | what to use instead | generators |
//! | `x-since` | methods | the version that added it | people |
//! | `x-lenient` | methods | params that it does not have are ignored | gates, mocks |
//! | `x-error-kinds` | methods | the [kind](crate::ErrorKind) of each error, by code | generated clients |
//! | `x-error-docs` | methods | the docs of each error, by code. Its `message` is the name of its variant | generators, explorers |
//! | `x-stream` | methods | the schema of each `item`, that of the response at the `end`, and the `notification` that brings the items. A subscription has `unsubscribe` and no `end`, a stream that can be resumed has the name of its `cursor` param, one with a token that of its `token` | generated clients |
//! | `x-secret` | params | the value is a secret | explorers, which don't show it |
//! | `x-extensible` | enums | newer servers may send other values: `#[schemars(extend("x-extensible" = true))]` | generators, gates |
//! | `x-aliases` | members of objects | other names under which readers also take the member. serde's `alias` is invisible to schemas, so write it twice: `#[serde(alias = "old")]` and `#[schemars(extend("x-aliases" = ["old"]))]` | gates |
//! | `x-client-methods` | the document | the methods that the server may call on its client, over a connection on which both ends talk. They have the form of `methods` | generated clients |
//! | `x-undescribed` | the document | what it leaves out, and why | people, gates |
//!
//! Recursive types are described by references, as draft-07 has them. Some official tools of OpenRPC try to replace all references
//! by what they refer to, and don't end on such a document.

mod collisions;
mod discovery;
mod document;
mod error;
mod method;
mod node;
mod params;
mod references;
mod schemas;

use std::borrow::Cow;

pub(crate) use self::discovery::Discovery;
pub use self::document::Document;
pub use self::error::{DocumentError, Undescribed};
use self::method::Contents;
use self::node::Object;
use self::schemas::{Directions, Schemas};
use crate::contract::{Contract, Method};
use crate::schema::{DataSchema, TypeSchema};
use crate::service::Service;

/// The version of OpenRPC.
const VERSION: &str = "1.4.1";

/// What a document says about a server besides its methods.
///
/// By default, the title is the name of the trait, and the version that of the crate which has the trait. For several
/// contracts, set both.
#[derive(Debug, Clone, Default)]
pub struct OpenRpc {
    title: Option<Cow<'static, str>>,
    version: Option<Cow<'static, str>>,
    description: Option<Cow<'static, str>>,
    servers: Vec<(Cow<'static, str>, Cow<'static, str>)>,
    complete: bool,
}

impl OpenRpc {
    /// The defaults.
    pub fn new() -> Self {
        OpenRpc::default()
    }

    /// Sets the title.
    #[must_use]
    pub fn title(mut self, title: impl Into<Cow<'static, str>>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// Sets the version of the server's interface.
    #[must_use]
    pub fn version(mut self, version: impl Into<Cow<'static, str>>) -> Self {
        self.version = Some(version.into());
        self
    }

    /// Sets the description, in Markdown. By default, it is the doc comment of the trait, if there is one trait.
    #[must_use]
    pub fn description(mut self, description: impl Into<Cow<'static, str>>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Adds a server with a name and an absolute URL.
    #[must_use]
    pub fn server(
        mut self,
        name: impl Into<Cow<'static, str>>,
        url: impl Into<Cow<'static, str>>,
    ) -> Self {
        self.servers.push((name.into(), url.into()));
        self
    }

    /// Makes it an error if the document would leave something out. Otherwise it lists that in `x-undescribed`.
    #[must_use]
    pub fn complete(mut self) -> Self {
        self.complete = true;
        self
    }

    /// The document of a service.
    pub fn of(&self, service: &impl Service) -> Result<Document, DocumentError> {
        self.of_contracts(&service.contracts())
    }

    /// The document of several contracts.
    pub fn of_contracts(&self, contracts: &[Contract]) -> Result<Document, DocumentError> {
        let served: Vec<&Contract> = contracts.iter().collect();
        let called = called(&served);
        let mut contents = Contents {
            schemas: Schemas::of(&types(served.iter().chain(&called).copied()))?,
            directions: Directions::SERVED,
            undescribed: Vec::new(),
        };
        let methods = contents.methods(&served)?;
        contents.directions = Directions::CALLED;
        let client_methods = contents.methods(&called)?;
        let Contents {
            schemas,
            undescribed,
            ..
        } = contents;
        if self.complete && !undescribed.is_empty() {
            return Err(DocumentError::Incomplete(undescribed));
        }
        let components = schemas.into_components().into_iter();
        let components = components.fold(Object::new(), |all, (name, it)| all.with(name, it));
        let components = Object::new().with_object("schemas", components);
        let root = Object::new()
            .with("openrpc", VERSION)
            .with("info", self.info(contracts))
            .with_list("servers", self.servers()?)
            .with("methods", methods)
            .with_object("components", components)
            .with_list("x-client-methods", client_methods)
            .with_list("x-undescribed", undescribed.iter().map(left_out).collect());
        Document::new(root, undescribed)
            .map_err(|error| DocumentError::in_method("", error.to_string()))
    }

    fn info(&self, contracts: &[Contract]) -> Object {
        let only = match contracts {
            [only] => Some(only),
            _ => None,
        };
        let of_only = |set: &Option<Cow<'static, str>>, value: fn(&Contract) -> &str| {
            let value = only.map(value).filter(|value| !value.is_empty());
            set.as_deref().or(value).map(str::to_owned)
        };
        let title = of_only(&self.title, |it| &it.name);
        let version = of_only(&self.version, |it| it.version);
        let description = of_only(&self.description, |it| &it.docs);
        Object::new()
            .with("title", title.as_deref().unwrap_or("JSON-RPC"))
            .with("version", version.as_deref().unwrap_or("0.0.0"))
            .with_text("description", description.as_deref().unwrap_or_default())
    }

    fn servers(&self) -> Result<Vec<Object>, DocumentError> {
        let servers = self.servers.iter().map(|(name, url)| {
            let is_absolute = url
                .parse::<http::Uri>()
                .is_ok_and(|url| url.scheme().is_some());
            match is_absolute {
                true => Ok(Object::new().with("name", &**name).with("url", &**url)),
                false => Err(DocumentError::Server {
                    url: url.to_string(),
                }),
            }
        });
        servers.collect()
    }
}

/// The contracts through which the methods call their clients, each once.
fn called(contracts: &[&Contract]) -> Vec<&'static Contract> {
    let methods = contracts.iter().flat_map(|contract| &*contract.methods);
    let mut called: Vec<&'static Contract> = Vec::new();
    for contract in methods.filter_map(|method| Some(method.calls?())) {
        let is_same = |other: &&Contract| {
            (&other.name, other.namespace) == (&contract.name, contract.namespace)
        };
        if !called.iter().any(is_same) {
            called.push(contract);
        }
    }
    called
}

/// All types of the methods with schemas.
fn types<'c>(contracts: impl Iterator<Item = &'c Contract>) -> Vec<TypeSchema> {
    let methods = contracts.flat_map(|contract| &*contract.methods);
    methods.flat_map(types_of).collect()
}

fn types_of(method: &Method) -> Vec<TypeSchema> {
    let Some(schema) = &method.schema else {
        return Vec::new();
    };
    let params = schema.params.iter().map(|param| param.ty);
    let mut types: Vec<TypeSchema> = params.collect();
    types.push(schema.result);
    types.extend(schema.items);
    for error in method.errors {
        match error.data {
            Some(DataSchema::Value(ty)) => types.push(ty),
            Some(DataSchema::List(list)) => types.extend(list),
            Some(DataSchema::Object(fields)) => types.extend(fields.iter().map(|(_, ty)| *ty)),
            None => {}
        }
    }
    types
}

fn left_out(what: &Undescribed) -> Object {
    Object::new()
        .with("method", &*what.method)
        .with_some("error", what.error.map(serde_json::Value::from))
        .with("reason", &*what.reason)
}
