//! The settings for a server: what can be set, where, and which source wins.
//!
//! [`PartialSettings`] is what one source sets. [`layers`] stacks the sources: the command line overrides the environment,
//! which overrides the endpoint in the configuration file, which overrides the file's defaults. [`Settings`] is the result,
//! in which each value remembers its source.
//!
//! The names are those of `rpc_http::Config`, so a table of the configuration file can be read as one. The merging is not
//! shared with it, because `rpc config` shows the source of each value.

mod count;
mod credentials;
mod endpoint;
pub(crate) mod environment;
pub(crate) mod file;
mod header;
mod ids;
mod json_rpc;
mod layers;
mod partial;
mod resolved;
mod scheme;
mod secret;
mod size;
mod source;
mod timeout;
mod url;

pub(crate) use count::Count;
pub(crate) use credentials::{Credentials, PlainCredentials, SecretSource};
pub(crate) use endpoint::URL_FORMS;
pub(crate) use file::ConfigFile;
pub(crate) use json_rpc::JsonRpc;
pub(crate) use partial::PartialSettings;
pub(crate) use resolved::{Settings, TlsSettings};
pub(crate) use scheme::{Scheme, is_local};
pub(crate) use source::{Setting, Source};
pub(crate) use timeout::Timeout;
pub(crate) use url::{redacted_url, without_user};
