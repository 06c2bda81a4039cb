//! Error codes by name: those defined in section 5.1 of the specification, and the range that it reserves.

/// The message is not JSON.
pub const PARSE_ERROR: i64 = -32700;
/// The message is JSON, but not a valid request.
pub const INVALID_REQUEST: i64 = -32600;
/// The method does not exist.
pub const METHOD_NOT_FOUND: i64 = -32601;
/// The params don't fit the method.
pub const INVALID_PARAMS: i64 = -32602;
/// The server failed.
pub const INTERNAL_ERROR: i64 = -32603;
/// The method ran, but its reply would be longer than [`Limits::max_reply`](crate::Limits::max_reply) or
/// [`Limits::max_batch_reply`](crate::Limits::max_batch_reply) allows. The specification leaves this code to servers;
/// jsonrpsee uses it with the same meaning.
pub const REPLY_TOO_LARGE: i64 = -32008;
/// The first reserved code. Codes from here to [`RESERVED_LAST`] are for the specification and for servers.
pub const RESERVED_FIRST: i64 = -32768;
/// The last reserved code. All others are free for applications.
pub const RESERVED_LAST: i64 = -32000;

/// Whether the specification itself defines this code.
pub const fn is_standard(code: i64) -> bool {
    matches!(
        code,
        PARSE_ERROR | INVALID_REQUEST | METHOD_NOT_FOUND | INVALID_PARAMS | INTERNAL_ERROR
    )
}

/// Whether this code is reserved, so that an application may not define it.
pub const fn is_reserved(code: i64) -> bool {
    RESERVED_FIRST <= code && code <= RESERVED_LAST
}

/// The first code that the specification leaves to servers. [`RESERVED_LAST`] is the last one.
pub const SERVER_ERROR_FIRST: i64 = -32099;

/// Whether the specification leaves this code to servers. A contract may use it only with `server_error`, which is for
/// contracts that exist already, such as Ethereum's.
pub const fn is_server_error(code: i64) -> bool {
    SERVER_ERROR_FIRST <= code && code <= RESERVED_LAST
}
