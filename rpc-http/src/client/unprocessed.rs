//! [`is_in()`]: whether a server of HTTP/2 says that it has not looked at a request.

use std::error::Error;

use h2::Reason;
#[cfg(feature = "client")]
use rpc_core::TransportError;

/// Whether a server of HTTP/2 says that it has not looked at a request: it has refused its stream, or has announced the end of
/// the connection, after the last request that it will answer (RFC 9113, section 6.8).
pub(super) fn is_in(error: &(dyn Error + 'static)) -> bool {
    is_refused(error) || find(error).is_some_and(|error| error.is_remote() && error.is_go_away())
}

/// Whether it has refused the request's stream, and may take others (RFC 9113, section 8.7).
pub(super) fn is_refused(error: &(dyn Error + 'static)) -> bool {
    find(error).is_some_and(|error| {
        let is_refused = error.reason() == Some(Reason::REFUSED_STREAM);
        error.is_remote() && error.is_reset() && is_refused
    })
}

/// Whether only the request's stream has ended, and its connection goes on (RFC 9113, section 5.4.2).
#[cfg(feature = "lean")]
pub(super) fn is_of_stream(error: &(dyn Error + 'static)) -> bool {
    find(error).is_some_and(h2::Error::is_reset)
}

fn find<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a h2::Error> {
    std::iter::successors(Some(error), |error| (*error).source())
        .find_map(|error| error.downcast_ref())
}

/// The server has not looked at the request.
#[cfg(feature = "client")]
pub(super) fn failure(error: impl Error + Send + Sync + 'static) -> TransportError {
    TransportError::new("the server did not take the request", error).not_run()
}
