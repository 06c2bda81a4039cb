//! [`refuses_batch`]: the errors by which servers refuse batches.

use rpc_core::{ErrorObject, code};

/// Whether an error that answers a whole batch says that none of it has run.
///
/// These are the specification's own errors -32600 and -32700, and jsonrpsee's -32005 (no batches) and -32010 (batch too
/// large) with its own messages. Others use these two codes for conditions that may pass, such as -32005 for a rate limit
/// (EIP-1474).
pub fn refuses_batch(error: &ErrorObject) -> bool {
    const JSONRPSEE: [(i64, &str); 2] = [
        (-32005, "Batched requests are not supported"),
        (-32010, "The batch request was too large"),
    ];

    let is = |(code, message)| error.code() == code && error.message().starts_with(message);
    matches!(error.code(), code::INVALID_REQUEST | code::PARSE_ERROR)
        || JSONRPSEE.into_iter().any(is)
}
