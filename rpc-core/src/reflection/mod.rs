//! The server's own methods, which describe the service's: `rpc.methods`, `rpc.help` and `rpc.signature`.
//!
//! The public side is [`introspection`](crate::introspection), which has their clients.

mod answers;
mod nearest;
mod signature;
pub(crate) mod table;
mod unknown_method;

pub(crate) use self::answers::answer;
#[cfg(feature = "schema")]
pub(crate) use self::answers::discover;
pub use self::signature::{ErrorSignature, ParameterSignature, Signature};
pub(crate) use self::table::find;
pub use self::unknown_method::UnknownMethod;
