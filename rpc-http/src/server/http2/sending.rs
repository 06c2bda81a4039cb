//! [`Sending`]: whether a response waits for its client. hyper does not say.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use super::super::defaults::{HTTP2_PIECE, HTTP2_SMALL};

tokio::task_local! {
    /// The response of the stream whose task this is.
    pub(super) static SENDING: Arc<Sending>;
}

/// Whether a response waits for its client to take more of it. hyper asks for the next piece of a body once the client has room
/// for the last one.
#[derive(Debug, Default)]
pub(super) struct Sending(AtomicUsize);

/// The response is being made: its head, or the next piece of its body.
const MAKING: usize = 0;

impl Sending {
    /// The number of the piece that waits for the client; `None` if it is the client that waits.
    pub(super) fn waiting(&self) -> Option<usize> {
        Some(self.0.load(Ordering::Relaxed)).filter(|piece| *piece != MAKING)
    }
}

/// The body of a response, in pieces, so that it notices how far the client has taken it.
pub(super) struct Pieces<B, O> {
    body: Pin<Box<B>>,
    /// What is left of a part of the body.
    rest: Bytes,
    pieces: usize,
    sending: Option<Arc<Sending>>,
    /// Dropped with the body: the stream is open until then.
    _open: O,
}

impl<B, O> Pieces<B, O> {
    /// In the task of the body's stream.
    pub(super) fn new(body: B, open: O) -> Self {
        Pieces {
            body: Box::pin(body),
            rest: Bytes::new(),
            pieces: 0,
            sending: SENDING.try_with(Arc::clone).ok(),
            _open: open,
        }
    }

    fn note(&self, state: usize) {
        if let Some(sending) = &self.sending {
            sending.0.store(state, Ordering::Relaxed);
        }
    }

    fn next(&mut self) -> Frame<Bytes>
    where
        B: Body,
    {
        let mut length = self.rest.len().min(HTTP2_PIECE);
        // hyper hands a piece to h2 when the client has room for some of it. So the last byte is a piece of its own: when there
        // is room for that, there is room for all. Small bodies are spared the second frame.
        let is_last = length == self.rest.len() && self.body.is_end_stream();
        if is_last && length > HTTP2_SMALL {
            length -= 1;
        }
        self.pieces += 1;
        self.note(self.pieces);
        Frame::data(self.rest.split_to(length))
    }
}

impl<B: Body<Data = Bytes>, O: Unpin> Body for Pieces<B, O> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let this = &mut *self;
        if !this.rest.is_empty() {
            return Poll::Ready(Some(Ok(this.next())));
        }
        this.note(MAKING);
        let frame = match ready!(this.body.as_mut().poll_frame(task)) {
            Some(Ok(frame)) => frame,
            end => return Poll::Ready(end),
        };
        match frame.into_data() {
            Ok(data) => this.rest = data,
            Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
        }
        Poll::Ready(Some(Ok(this.next())))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        // hyper asks before it takes the first piece.
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use http_body_util::Full;

    use super::*;

    #[tokio::test]
    async fn a_large_body_is_in_pieces_that_are_counted() {
        const LENGTH: usize = 2 * HTTP2_PIECE;
        let sending = Arc::new(Sending::default());
        let body = Full::new(Bytes::from(vec![b'x'; LENGTH]));
        let body = SENDING.sync_scope(Arc::clone(&sending), || Pieces::new(body, ()));
        let mut body = std::pin::pin!(body);
        assert_eq!(body.size_hint().exact(), Some(LENGTH as u64));
        assert_eq!(sending.waiting(), None);
        for (number, length) in [(1, HTTP2_PIECE), (2, HTTP2_PIECE - 1), (3, 1)] {
            let frame = body
                .as_mut()
                .poll_frame(&mut Context::from_waker(Waker::noop()));
            let Poll::Ready(Some(Ok(frame))) = frame else {
                panic!("it is there")
            };
            assert_eq!(frame.into_data().expect("data").len(), length);
            assert_eq!(sending.waiting(), Some(number));
            assert_eq!(body.is_end_stream(), number == 3);
        }
    }
}
