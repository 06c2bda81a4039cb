//! [`Tracked`]: a request's body that tells whether it was taken.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use rpc_core::transport::Progress;

/// A body in one piece. As long as it was not taken to be written, no method can have run, whatever else failed.
pub(super) struct Tracked {
    body: Option<Bytes>,
    progress: Progress,
}

impl Tracked {
    /// A body that tells `progress` when it is taken.
    pub(super) fn new(body: impl Into<Bytes>, progress: Progress) -> Self {
        progress.connecting();
        let body = Some(body.into()).filter(|body| !body.is_empty());
        Tracked { body, progress }
    }
}

impl Body for Tracked {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let body = self.get_mut();
        body.progress.sending();
        Poll::Ready(body.body.take().map(|body| Ok(Frame::data(body))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.body.as_ref().map_or(0, Bytes::len) as u64)
    }
}
