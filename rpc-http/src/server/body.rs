//! [`Body`]: the body of a response.

use std::fmt;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use http_body_util::Full;

use super::events::Events;

/// The body of an [`Endpoint`](super::Endpoint)'s response. It is read as any [`http_body::Body`].
///
/// Dropping the body of a stream stops the stream.
pub struct Body(Kind);

enum Kind {
    Whole(Full<Bytes>),
    /// In a mutex, which is never locked for long, so that a body is `Sync`, as some layers need.
    Events(Box<Mutex<Events>>),
}

/// Why a [`Body`] was cut off. At present, this never happens.
#[derive(Debug)]
pub struct BodyError(());

impl Body {
    pub(super) fn events(events: Events) -> Self {
        Body(Kind::Events(Box::new(Mutex::new(events))))
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = BodyError;

    #[inline]
    fn poll_frame(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        match &mut self.0 {
            Kind::Whole(whole) => Pin::new(whole)
                .poll_frame(task)
                .map_err(|never| match never {}),
            Kind::Events(events) => {
                let events = events.get_mut().unwrap_or_else(PoisonError::into_inner);
                let next = events.poll_next(task);
                next.map(|events| events.map(|events| Ok(Frame::data(events))))
            }
        }
    }

    #[inline]
    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Kind::Whole(whole) => whole.is_end_stream(),
            Kind::Events(events) => events.lock().is_ok_and(|events| events.is_ended()),
        }
    }

    #[inline]
    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Kind::Whole(whole) => whole.size_hint(),
            Kind::Events(_) => SizeHint::default(),
        }
    }
}

impl Default for Body {
    fn default() -> Self {
        Body(Kind::Whole(Full::default()))
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Whole(whole) => f.debug_tuple("Body").field(whole).finish(),
            Kind::Events(_) => f.debug_struct("Body").finish_non_exhaustive(),
        }
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Body(Kind::Whole(Full::from(bytes)))
    }
}

#[cfg(feature = "explorer")]
impl From<&'static [u8]> for Body {
    fn from(bytes: &'static [u8]) -> Self {
        Body(Kind::Whole(Full::from(bytes)))
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Body(Kind::Whole(Full::from(text)))
    }
}

impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the response broke off")
    }
}

impl std::error::Error for BodyError {}
