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
/// Too many streams or subscriptions are open. Nothing has run. jsonrpsee uses it with the same meaning.
pub const TOO_MANY_STREAMS: i64 = -32006;
/// A subscription in Ethereum's form does not exist, or no longer. Ethereum nodes use it with the same meaning, among others.
pub const UNKNOWN_SUBSCRIPTION: i64 = -32000;
/// Too many calls are in flight. Nothing has run. jsonrpsee uses it with the same meaning.
pub const BUSY: i64 = -32009;
/// The caller has cancelled the call. The code is that of the Language Server Protocol.
pub const CANCELLED: i64 = -32800;
/// The server has ended the call, since it is shutting down. The code is that of the Language Server Protocol.
pub const SERVER_CANCELLED: i64 = -32802;
/// The method returns a stream or calls its client, and the transport can't carry that. It did not run.
pub const NEEDS_DUPLEX: i64 = -33000;
/// The method returns a stream, and was called in a batch. It did not run.
pub const STREAM_IN_BATCH: i64 = -33001;
/// A stream was too slow for its source, and has missed items: see [`Lagged`](crate::publish::Lagged).
pub const LAGGED: i64 = -33002;
/// The stream can't be opened again from this cursor, since it is too old. See [`CannotResume`](super::CannotResume).
pub const CANNOT_RESUME: i64 = -33003;
/// The call's deadline had passed before it began. It did not run. See [`Server::deadlines`](crate::Server::deadlines).
pub const EXPIRED: i64 = -33004;
/// The call's deadline passed while it ran, and it was dropped. See [`Server::deadlines`](crate::Server::deadlines).
pub const DEADLINE_EXCEEDED: i64 = -33005;
/// The first code that this framework keeps for itself outside the reserved range. Codes from here to [`FRAMEWORK_LAST`] are
/// not free for applications.
pub const FRAMEWORK_FIRST: i64 = -33099;
/// The last code that this framework keeps for itself.
pub const FRAMEWORK_LAST: i64 = -33000;
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

/// Whether this framework keeps this code for itself, outside the reserved range.
pub const fn is_framework(code: i64) -> bool {
    FRAMEWORK_FIRST <= code && code <= FRAMEWORK_LAST
}
