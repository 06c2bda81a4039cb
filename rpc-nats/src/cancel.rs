//! How a client cancels a call: with a notification to all workers, which names the call by its reply subject.

/// The method of a cancellation, as over other connections. Its subject is that of a method with this name.
pub(crate) const CANCEL: &str = "$/cancelRequest";

/// The header of a cancellation with the reply subject of the call.
pub(crate) const CALL: &str = "rpc-call";
