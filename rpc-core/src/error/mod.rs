//! Errors, typed on both ends.
//!
//! Two readers, two types. [`ErrorObject`] is what travels (section 5.1 of the specification); a method's own error
//! type becomes one through [`MethodError`], mostly by `#[derive(RpcError)]`. [`CallError`] is what a caller matches
//! on: the method's own error again, or what kept the call from being answered.

mod call;
pub mod code;
mod data;
mod method;
mod object;

pub use call::{CallError, EncodeError, ProtocolError, TransportError};
pub use data::ErrorData;
pub use method::{Chain, Internal, MethodError};
pub use object::ErrorObject;
