//! [`ReplyTooLarge`]: a reply above the limit.

use std::fmt;

/// The reply is larger than [`Builder::max_reply`](super::Builder::max_reply). The method may have run.
///
/// It is the source of a [`TransportError`](rpc_core::TransportError).
///
/// ```
/// use rpc_core::CallError;
/// use rpc_http::ReplyTooLarge;
///
/// /// The limit that the reply exceeds, in bytes.
/// fn limit<E>(error: &CallError<E>) -> Option<usize> {
///     Some(error.downcast_ref::<ReplyTooLarge>()?.limit)
/// }
/// # let _: fn(&CallError) -> Option<usize> = limit;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReplyTooLarge {
    /// The limit, in bytes.
    pub limit: usize,
}

impl fmt::Display for ReplyTooLarge {
    /// The error above says that the reply is larger, and than what.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`max_reply` sets the limit")
    }
}

impl std::error::Error for ReplyTooLarge {}
