//! [`ServeError`]: why a worker could not go on.

use std::error::Error;
use std::fmt;

use async_nats::SubscribeError;

use crate::subject::InvalidSubject;

/// Why a worker could not go on.
#[derive(Debug)]
#[non_exhaustive]
pub enum ServeError {
    /// The subject can't be that of a service.
    Subject(InvalidSubject),
    /// NATS could not be asked for messages.
    Subscribe(SubscribeError),
    /// The client of NATS has been drained or closed, so no more messages come. Calls that ran then have been finished, within the
    /// deadline.
    Closed,
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ServeError::Subject(error) => error.fmt(f),
            ServeError::Subscribe(_) => f.write_str("could not subscribe"),
            ServeError::Closed => f.write_str("the connection to NATS has been closed"),
        }
    }
}

impl Error for ServeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            ServeError::Subscribe(error) => Some(error),
            ServeError::Subject(_) | ServeError::Closed => None,
        }
    }
}
