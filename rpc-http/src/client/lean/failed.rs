//! What a call that failed says: whether any of it may have been sent.

use std::error::Error;
use std::{fmt, io};

use rpc_core::transport::TransportFailure;
use rpc_core::{TimeoutError, TransportError};

use super::super::error::BoxError;
use super::super::reply;

/// Nothing of a request was sent. Shows no secret of the URL: the pool knows only its scheme and authority.
pub(super) fn not_sent(what: &str, error: impl Error + Send + Sync + 'static) -> TransportFailure {
    match is_timeout(&error) {
        true => TimeoutError::Connect.into(),
        false => TransportError::new(what, error).not_run().into(),
    }
}

/// An exchange failed after a part of the request may have been sent. hyper's errors do not mention the request.
pub(super) fn lost(error: impl Error + Send + Sync + 'static) -> TransportFailure {
    match is_timeout(&error) {
        true => TimeoutError::Reply.into(),
        false => reply::lost(error),
    }
}

/// Whether connecting took too long, or the system no longer heard anything on a connection.
fn is_timeout(error: &(dyn Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| (*error).source()).any(|error| {
        let io = error.downcast_ref::<io::Error>();
        io.is_some_and(|error| error.kind() == io::ErrorKind::TimedOut)
    })
}

/// No connection could be made.
pub(super) fn not_connected(error: BoxError) -> TransportFailure {
    not_sent("could not connect", Failed("no connection was made", error))
}

pub(super) const NOT_SENT: &str = "the request was not sent";

pub(super) fn no_response(error: hyper::Error) -> impl Error + Send + Sync + 'static {
    Failed("no response came", error.into())
}

/// What failed, and why.
#[derive(Debug)]
struct Failed(&'static str, BoxError);

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Failed {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.1)
    }
}
