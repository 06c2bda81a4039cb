//! [`ErrorKind`]: what kind of failure an error is, whatever the transport.

use std::fmt;

/// What kind of failure an error is, in categories known from HTTP and gRPC.
///
/// A variant of an error type names its kind: `#[rpc(code = 1001, kind = "conflict")]`. The kind is part of the contract,
/// and is not sent: both sides know it from the code. The codes of the specification have kinds as well.
///
/// | kind | meaning | HTTP status | gRPC code |
/// | --- | --- | --- | --- |
/// | `invalid` | the arguments are wrong, whatever the state of the server | 400 | `INVALID_ARGUMENT` |
/// | `unauthenticated` | the server does not know who is calling | 401 | `UNAUTHENTICATED` |
/// | `forbidden` | the caller may not do this | 403 | `PERMISSION_DENIED` |
/// | `not_found` | the thing that the call refers to does not exist | 404 | `NOT_FOUND` |
/// | `timeout` | the server gave up waiting for something | 504 | `DEADLINE_EXCEEDED` |
/// | `conflict` | the thing exists already, or somebody else changed it at the same time | 409 | `ABORTED` |
/// | `gone` | the thing existed once, and will not come back | 410 | `NOT_FOUND` |
/// | `failed_precondition` | the state of the server does not allow the call; something else has to happen first | 400 | `FAILED_PRECONDITION` |
/// | `too_large` | the call asks for too much at once | 413 | `OUT_OF_RANGE` |
/// | `too_many` | the caller called too often, or has used up a quota | 429 | `RESOURCE_EXHAUSTED` |
/// | `cancelled` | somebody cancelled the call | 499 | `CANCELLED` |
/// | `unimplemented` | the server can't do this | 501 | `UNIMPLEMENTED` |
/// | `unavailable` | the server can't do this now; later it may | 503 | `UNAVAILABLE` |
/// | `internal` | the server failed | 500 | `INTERNAL` |
///
/// Over HTTP the kind decides the status if
/// [`error_statuses`](https://docs.rs/rpc-http/latest/rpc_http/server/struct.Endpoint.html#method.error_statuses) is on. 499
/// is not a registered status, but proxies use it with this meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The arguments are wrong, whatever the state of the server.
    Invalid,
    /// The server does not know who is calling.
    Unauthenticated,
    /// The caller may not do this.
    Forbidden,
    /// The thing that the call refers to does not exist.
    NotFound,
    /// The server gave up waiting for something.
    Timeout,
    /// The thing exists already, or somebody else changed it at the same time.
    Conflict,
    /// The thing existed once, and will not come back.
    Gone,
    /// The state of the server does not allow the call; something else has to happen first.
    FailedPrecondition,
    /// The call asks for too much at once.
    TooLarge,
    /// The caller called too often, or has used up a quota.
    TooMany,
    /// Somebody cancelled the call.
    Cancelled,
    /// The server can't do this.
    Unimplemented,
    /// The server can't do this now; later it may.
    Unavailable,
    /// The server failed.
    Internal,
}

impl ErrorKind {
    /// All kinds.
    pub const ALL: &'static [ErrorKind] = &[
        ErrorKind::Invalid,
        ErrorKind::Unauthenticated,
        ErrorKind::Forbidden,
        ErrorKind::NotFound,
        ErrorKind::Timeout,
        ErrorKind::Conflict,
        ErrorKind::Gone,
        ErrorKind::FailedPrecondition,
        ErrorKind::TooLarge,
        ErrorKind::TooMany,
        ErrorKind::Cancelled,
        ErrorKind::Unimplemented,
        ErrorKind::Unavailable,
        ErrorKind::Internal,
    ];

    /// The name, as contracts write it.
    ///
    /// ```
    /// use rpc_core::ErrorKind;
    ///
    /// assert_eq!(ErrorKind::NotFound.name(), "not_found");
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            ErrorKind::Invalid => "invalid",
            ErrorKind::Unauthenticated => "unauthenticated",
            ErrorKind::Forbidden => "forbidden",
            ErrorKind::NotFound => "not_found",
            ErrorKind::Timeout => "timeout",
            ErrorKind::Conflict => "conflict",
            ErrorKind::Gone => "gone",
            ErrorKind::FailedPrecondition => "failed_precondition",
            ErrorKind::TooLarge => "too_large",
            ErrorKind::TooMany => "too_many",
            ErrorKind::Cancelled => "cancelled",
            ErrorKind::Unimplemented => "unimplemented",
            ErrorKind::Unavailable => "unavailable",
            ErrorKind::Internal => "internal",
        }
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        let mut kinds = ErrorKind::ALL.iter().copied();
        kinds.find(|kind| kind.name() == name)
    }

    /// The HTTP status that stands for this kind.
    pub const fn http_status(self) -> u16 {
        match self {
            ErrorKind::Invalid | ErrorKind::FailedPrecondition => 400,
            ErrorKind::Unauthenticated => 401,
            ErrorKind::Forbidden => 403,
            ErrorKind::NotFound => 404,
            ErrorKind::Conflict => 409,
            ErrorKind::Gone => 410,
            ErrorKind::TooLarge => 413,
            ErrorKind::TooMany => 429,
            ErrorKind::Cancelled => 499,
            ErrorKind::Internal => 500,
            ErrorKind::Unimplemented => 501,
            ErrorKind::Unavailable => 503,
            ErrorKind::Timeout => 504,
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.name())
    }
}
