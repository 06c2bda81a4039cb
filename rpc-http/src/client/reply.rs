//! [`ReplyHead`]: reading a reply's body, and judging its head.

use std::error::Error;
use std::future::Future;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, LOCATION};
use http::{HeaderMap, HeaderValue, StatusCode, Uri};
use rpc_core::transport::{TransportFailure, TransportReply};
use rpc_core::{Execution, TransportError};

use super::log::{Logged, shown_url};
use super::reply_too_large::ReplyTooLarge;
use super::retry_after::retry_after;
use super::status_error::{StatusError, encoding, kept};
use super::verdict::{may_pass, of_status, refuses_batch};
use crate::body::Capped;
use crate::refused;

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
    /// `None` for a plain success, as nearly all replies are.
    advice: Option<Box<Advice>>,
}

/// What a head says about the call.
struct Advice {
    headers: HeaderMap,
    /// The server says that nothing of the message has run.
    refusal: Option<HeaderValue>,
    retry_after: Option<Duration>,
}

impl ReplyHead {
    pub(crate) fn new(status: StatusCode, headers: &HeaderMap, log: &mut Logged) -> Self {
        log.head(status, headers);
        // Both `retry-after` and `rpc-refused` begin with it. Cheaper than three look-ups, and mostly false.
        let is_notable =
            |name: &http::HeaderName| name.as_str().starts_with('r') || name == CONTENT_ENCODING;
        let advice = !status.is_success() || headers.keys().any(is_notable);
        ReplyHead {
            status,
            advice: advice.then(|| Box::new(Advice::read(headers))),
        }
    }

    /// Reads the reply. With a status other than 2xx, the body may still be a reply, or it may be a page.
    pub(crate) async fn read(
        self,
        body: &mut impl Pieces,
        max_reply: usize,
    ) -> Result<TransportReply, TransportFailure> {
        let (body, read) = read_body(body, max_reply).await;
        let is_whole = read.is_ok();
        match (read, self.status.is_success()) {
            (Ok(()), _) => {}
            // The status says more than an incomplete page.
            (Err(TransportFailure::Error(_)), false) => {}
            (Err(failure), _) => return Err(failure),
        }
        let reply = TransportReply::new(body).status_code(self.status.as_u16());
        Ok(match self.advice {
            None => reply,
            Some(advice) => advice.apply(reply, self.status, is_whole),
        })
    }
}

impl Advice {
    fn read(headers: &HeaderMap) -> Self {
        Advice {
            refusal: headers.get(refused::HEADER).cloned(),
            retry_after: retry_after(headers),
            headers: kept(headers),
        }
    }

    fn apply(
        self,
        mut reply: TransportReply,
        status: StatusCode,
        is_whole: bool,
    ) -> TransportReply {
        reply.not_run = self.refusal.is_some();
        reply.refused = match &self.refusal {
            Some(reason) => reason == "too-large" || refuses_batch(status),
            None => refuses_batch(status),
        };
        reply.retry_after = self.retry_after;
        if status.is_success() && self.refusal.is_none() {
            return match encoding(&self.headers).filter(|_| !is_plain(&reply.body)) {
                Some(encoding) => reply.error_if_invalid(unreadable(&encoding)),
                None => reply,
            };
        }
        let error = self.error(status, &reply.body, is_whole);
        reply.error_if_invalid(error)
    }

    fn error(self, status: StatusCode, body: &[u8], is_whole: bool) -> TransportError {
        let (execution, is_retryable) = match &self.refusal {
            Some(reason) => (Execution::NotRun, may_pass(reason.as_bytes(), status)),
            // What broke off may have been an answer.
            None if !is_whole && self.is_json() && !refuses_batch(status) => {
                (Execution::MaybeRun, of_status(status).1)
            }
            None => of_status(status),
        };
        let mut what = format!("the server answered with HTTP status {status}");
        if let Some(location) = self.location(status) {
            what += ", which points to ";
            what += &location;
        }
        let retry_after = self.retry_after;
        let error = TransportError::new(what, StatusError::new(status, self.headers, body))
            .with_execution(execution)
            .with_retryable(is_retryable);
        match retry_after {
            Some(wait) => error.with_retry_after(wait),
            None => error,
        }
    }

    fn is_json(&self) -> bool {
        let content_type = self.headers.get(CONTENT_TYPE).map(|it| it.as_bytes());
        content_type.is_some_and(|it| it.windows(4).any(|part| part.eq_ignore_ascii_case(b"json")))
    }

    /// Where a redirect points to, without what may be a secret.
    fn location(&self, status: StatusCode) -> Option<String> {
        let location = self
            .headers
            .get(LOCATION)
            .filter(|_| status.is_redirection())?;
        let location: Uri = location.to_str().ok()?.parse().ok()?;
        let host = location.authority().map(|it| it.as_str());
        let host = host.map(|it| it.rsplit_once('@').map_or(it, |(_user, host)| host));
        let origin = match (location.scheme_str(), host) {
            (Some(scheme), Some(host)) => format!("{scheme}://{host}"),
            (None, Some(host)) => host.to_owned(),
            (_, None) => String::new(),
        };
        Some(shown_url(&origin, location.path()))
    }
}

/// Whether a body is text, or nothing at all, whatever its encoding is said to be.
fn is_plain(body: &[u8]) -> bool {
    std::str::from_utf8(body).is_ok()
}

/// The reply came in an encoding that nobody has decoded. The method may have run.
fn unreadable(encoding: &str) -> TransportError {
    let text =
        format!("the reply has the content encoding {encoding}, which this client can't decode");
    TransportError::message(text).with_retryable(false)
}

/// The exchange failed after the request, or a part of it, may have been sent.
pub(crate) fn lost(error: impl Error + Send + Sync + 'static) -> TransportFailure {
    #[cfg(feature = "tls")]
    if super::refused_certificate::is_in(&error) {
        let refused = TransportError::new("the server refused the client's certificate", error);
        return refused.not_run().with_retryable(false).into();
    }
    TransportError::new("the HTTP exchange failed", error).into()
}

/// A reply, or a message of a stream, is larger than this limit.
#[cold]
pub(crate) fn too_large(limit: usize) -> TransportFailure {
    let text = format!("the reply is larger than {limit} bytes");
    let error = TransportError::new(text, ReplyTooLarge { limit });
    error.with_retryable(false).into()
}

/// Reads a reply's body. If it breaks off, what has come before is returned with the error.
async fn read_body(
    pieces: &mut impl Pieces,
    max_reply: usize,
) -> (Bytes, Result<(), TransportFailure>) {
    let too_large = |_| too_large(max_reply);
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
