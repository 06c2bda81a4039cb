//! [`ReplyHead`]: reading a reply's body, and judging its status.

use std::future::Future;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, StatusCode};
use rpc_core::TransportError;
use rpc_core::transport::{TransportFailure, TransportReply};

use super::log::Logged;
use super::status_error::StatusError;
use crate::body::Capped;

/// A reply's body, as it comes.
pub(crate) trait Pieces: Send {
    /// The length of the whole in bytes, if it is known.
    fn announced(&self) -> Option<u64>;

    /// The next piece; `None` after the last one.
    fn next(&mut self) -> impl Future<Output = Result<Option<Bytes>, TransportFailure>> + Send;
}

/// What is needed of a response to judge its body.
pub(crate) struct ReplyHead {
    status: StatusCode,
    /// Only for a reply that is not a success.
    content_type: Option<HeaderValue>,
}

impl ReplyHead {
    pub(crate) fn new(status: StatusCode, headers: &HeaderMap, log: &mut Logged) -> Self {
        log.head(status, headers);
        let content_type = match status.is_success() {
            true => None,
            false => headers.get(CONTENT_TYPE).cloned(),
        };
        ReplyHead {
            status,
            content_type,
        }
    }

    /// Reads the reply. With a status other than 2xx, the body may still be a reply, or it may be a page.
    pub(crate) async fn read(
        self,
        body: &mut impl Pieces,
        max_reply: usize,
    ) -> Result<TransportReply, TransportFailure> {
        let (body, read) = read_body(body, max_reply).await;
        if self.status.is_success() {
            return read.map(|()| TransportReply::new(body).status_code(self.status.as_u16()));
        }
        match read {
            // The status says more than an incomplete page.
            Ok(()) | Err(TransportFailure::Error(_)) => {}
            Err(timeout) => return Err(timeout),
        }
        let what = format!("the server answered with HTTP status {}", self.status);
        let error = StatusError::new(self.status, self.content_type, body.clone());
        let reply = TransportReply::new(body)
            .error_if_invalid(TransportError::new(what, error))
            .status_code(self.status.as_u16());
        Ok(match is_refusal(self.status) {
            true => reply.refused(),
            false => reply,
        })
    }
}

/// Whether this status means that the request was refused before the message was read. Others, such as 500 and 503, may come
/// after a part of it has run, and so may 400 and 422 from a server that runs the entries one by one.
fn is_refusal(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::PAYLOAD_TOO_LARGE
            | StatusCode::UNSUPPORTED_MEDIA_TYPE
            | StatusCode::NOT_IMPLEMENTED
    )
}

/// Reads a reply's body. If it breaks off, what has come before is returned with the error.
async fn read_body(
    pieces: &mut impl Pieces,
    max_reply: usize,
) -> (Bytes, Result<(), TransportFailure>) {
    let too_large = |_| {
        let text = format!("the reply is larger than {max_reply} bytes");
        TransportFailure::from(TransportError::message(text))
    };
    let mut body = match Capped::new(max_reply, pieces.announced()) {
        Ok(body) => body,
        Err(error) => return (Bytes::new(), Err(too_large(error))),
    };
    let read = loop {
        match pieces.next().await {
            Ok(Some(piece)) => {
                if let Err(error) = body.push(piece) {
                    break Err(too_large(error));
                }
            }
            Ok(None) => break Ok(()),
            Err(failure) => break Err(failure),
        }
    };
    (body.into_bytes(), read)
}
