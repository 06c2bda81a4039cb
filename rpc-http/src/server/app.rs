//! [`App`]: a tower service that answers HTTP requests and never fails.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http::{Request, Response};
use hyper::body::Incoming;

use super::request::BoxError;

/// A tower service that answers HTTP requests and never fails.
pub(super) trait App: Clone + Send + 'static {
    type Body: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static;

    fn answer(
        &self,
        request: Request<Incoming>,
    ) -> impl Future<Output = Response<Self::Body>> + Send + use<Self>;
}

impl<A, B> App for A
where
    A: tower_service::Service<Request<Incoming>, Response = Response<B>, Error = Infallible>
        + Clone
        + Send
        + Sync
        + 'static,
    A::Future: Send,
    B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    type Body = B;

    fn answer(
        &self,
        request: Request<Incoming>,
    ) -> impl Future<Output = Response<B>> + Send + use<A, B> {
        let mut app = self.clone();
        // An app that is ready, as most always are, takes the request right here, which saves one move of it.
        let ready = app.poll_ready(&mut Context::from_waker(Waker::noop()));
        let begun = match ready {
            Poll::Ready(Ok(())) => Begun::Answering(app.call(request)),
            Poll::Ready(Err(never)) => match never {},
            Poll::Pending => Begun::Waiting(Box::new((app, request))),
        };
        async {
            let answer = match begun {
                Begun::Answering(answer) => answer,
                Begun::Waiting(waiting) => {
                    let (mut app, request) = *waiting;
                    match poll_fn(|task| app.poll_ready(task)).await {
                        Ok(()) => app.call(request),
                        Err(never) => match never {},
                    }
                }
            };
            match answer.await {
                Ok(response) => response,
                Err(never) => match never {},
            }
        }
    }
}

enum Begun<A, F> {
    Answering(F),
    /// The app was not ready.
    Waiting(Box<(A, Request<Incoming>)>),
}
