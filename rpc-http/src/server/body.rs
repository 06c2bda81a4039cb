//! [`Body`]: the body of a response.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use http_body_util::Full;

/// The body of an [`Endpoint`](super::Endpoint)'s response. It is read as any [`http_body::Body`].
#[derive(Debug, Clone, Default)]
pub struct Body(Full<Bytes>);

/// Why a [`Body`] was cut off. At present, this never happens.
#[derive(Debug)]
pub struct BodyError(());

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = BodyError;

    #[inline]
    fn poll_frame(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        Pin::new(&mut self.0)
            .poll_frame(task)
            .map_err(|never| match never {})
    }

    #[inline]
    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    #[inline]
    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Body(Full::from(bytes))
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Body(Full::from(text))
    }
}

impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the response broke off")
    }
}

impl std::error::Error for BodyError {}
