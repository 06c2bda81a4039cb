//! [`discard`]: takes what a client still sends of a message that was refused.

use std::future::poll_fn;
use std::pin::pin;

use http::{Request, Version};
use http_body::Body;
use tokio::runtime::Handle;
use tokio::time::timeout;

use super::defaults::{LINGER, LINGER_IN_SILENCE};

/// Takes what a client still sends of a message that was refused, for as long as a connection is still read that was closed.
///
/// In HTTP/2, a body that nobody takes resets its stream. Some clients, such as curl, then miss the response. For HTTP/1.1 it is
/// the connection that reads on.
#[cold]
pub(super) fn discard<B>(request: Request<B>)
where
    B: Body<Data: Send> + Send + 'static,
{
    let is_unread = request.version() == Version::HTTP_2 && !request.body().is_end_stream();
    if let (true, Ok(runtime)) = (is_unread, Handle::try_current()) {
        runtime.spawn(timeout(LINGER, read_on(request.into_body())));
    }
}

async fn read_on<B: Body>(body: B) {
    let mut body = pin!(body);
    loop {
        let frame = poll_fn(|task| body.as_mut().poll_frame(task));
        match timeout(LINGER_IN_SILENCE, frame).await {
            Ok(Some(Ok(_))) => {}
            _ => return,
        }
    }
}
