//! Errors, typed on both ends.
//!
//! An [`ErrorObject`] is what travels over the wire (section 5.1 of the specification). A method's own error type
//! becomes one through [`MethodError`], usually derived with `#[derive(RpcError)]`. A [`CallError`] is what a caller
//! matches on: either the method's own error, or the reason why the call got no answer.

mod call;
mod cannot_resume;
pub mod code;
#[doc(hidden)]
pub mod codes;
mod data;
mod encode;
mod execution;
mod in_call;
mod kind;
mod method;
mod object;
mod overflow;
mod protocol;
mod timeout;
mod transport;

pub use call::CallError;
pub(crate) use call::{Addressed, Said, Shared};
pub use cannot_resume::CannotResume;
pub use data::ErrorData;
pub use encode::EncodeError;
pub use execution::Execution;
pub(crate) use execution::{Judge, Verdict};
pub use in_call::{CallTarget, Destination, InCall};
pub use method::{Chain, FromInternal, Internal, IntoInternal, MethodError, Never, ResultExt};
pub use object::ErrorObject;
pub use overflow::Overflow;
pub use protocol::{MalformedEntry, ProtocolError};
pub use timeout::TimeoutError;
pub use transport::TransportError;
