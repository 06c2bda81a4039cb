//! [`App`]: a tower service that answers HTTP requests and never fails.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use futures_util::future::Either;
use http::{Request, Response};
use hyper::body::Incoming;

use super::request::BoxError;

/// A tower service that answers HTTP requests and never fails.
pub(super) trait App: Clone + Send + 'static {
    type Body: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static;

    fn answer(
        &self,
        request: Request<Incoming>,
    ) -> impl Future<Output = Result<Response<Self::Body>, Infallible>> + Send + use<Self>;
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
    ) -> impl Future<Output = Result<Response<B>, Infallible>> + Send + use<A, B> {
        let mut app = self.clone();
        // An app that is ready, as most always are, takes the request right here, which saves one move of it.
        match app.poll_ready(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Ok(())) => Either::Left(app.call(request)),
            Poll::Ready(Err(never)) => match never {},
            Poll::Pending => Either::Right(Box::pin(when_ready(app, request))),
        }
    }
}

async fn when_ready<A, R>(mut app: A, request: R) -> Result<A::Response, A::Error>
where
    A: tower_service::Service<R>,
{
    poll_fn(|task| app.poll_ready(task)).await?;
    app.call(request).await
}
