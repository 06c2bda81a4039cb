//! What a reply says about its call, beside its body.

use std::time::Duration;

use async_nats::{Message, PublishErrorKind, StatusCode};
use bytes::Bytes;
use rpc_core::TransportError;
use rpc_core::transport::{TransportFailure, TransportReply};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::error::NatsError;
use crate::headers::REFUSED;

/// The members of a reply by which one that is not JSON-RPC is recognised.
#[derive(Deserialize)]
struct Members {
    jsonrpc: Option<IgnoredAny>,
    /// A JetStream stream says by this that it has stored a message, or could not.
    stream: Option<IgnoredAny>,
}

/// Reads a reply.
pub(super) fn read(
    message: Message,
    expects_reply: bool,
    max_reply: usize,
) -> Result<TransportReply, TransportFailure> {
    match message.status {
        None => {}
        Some(StatusCode::NO_RESPONDERS) => return Err(failure(NatsError::NoResponders)),
        Some(status) => return Err(failure(NatsError::Status(status.as_u16()))),
    }
    if message.payload.len() > max_reply {
        return Err(failure(NatsError::ReplyTooLarge { limit: max_reply }));
    }
    if let Some(reason) = header(&message, REFUSED) {
        return refused(reason.to_owned(), message, expects_reply);
    }
    match foreign(&message.payload, expects_reply) {
        None => Ok(TransportReply::new(message.payload)),
        Some(error) => Err(failure(error)),
    }
}

/// What is wrong with a reply that does not come from a worker. The core says itself what is wrong with the reply to a call, but
/// does not look at the one to a notification.
fn foreign(body: &[u8], expects_reply: bool) -> Option<NatsError> {
    // So does nearly every reply begin.
    if body.starts_with(br#"{"jsonrpc":"#) {
        return None;
    }
    // An object only: an array would be read as the members in order.
    let is_object = body.trim_ascii_start().starts_with(b"{");
    let members = is_object
        .then(|| serde_json::from_slice(body).ok())
        .flatten();
    match members {
        Some(Members {
            jsonrpc: Some(_), ..
        }) => None,
        Some(Members {
            stream: Some(_), ..
        }) => Some(NatsError::Captured),
        _ if expects_reply || body.is_empty() => None,
        _ => Some(NatsError::NotJsonRpc),
    }
}

/// A worker has refused a message before anything of it had run.
#[cold]
fn refused(
    reason: String,
    message: Message,
    expects_reply: bool,
) -> Result<TransportReply, TransportFailure> {
    let is_too_large = reason == "too-large";
    let may_pass = matches!(&*reason, "busy" | "crowded" | "draining" | "expired");
    let wait = header(&message, "retry-after-ms").and_then(|it| it.parse().ok());
    let wait = wait.map(Duration::from_millis);
    let error = NatsError::Refused(reason).into_failure();
    let error = after(error.with_retryable(may_pass), wait);
    if !expects_reply || message.payload.is_empty() {
        return Err(error.into());
    }
    let mut reply = TransportReply::new(message.payload).not_run();
    reply.refused = is_too_large;
    reply.retry_after = wait;
    Ok(reply.error_if_invalid(error))
}

fn after(error: TransportError, wait: Option<Duration>) -> TransportError {
    match wait {
        Some(wait) => error.with_retry_after(wait),
        None => error,
    }
}

/// A message that async-nats has not taken. A batch that is too large counts as refused, so that its calls can be sent one by
/// one.
#[cold]
pub(super) fn not_sent(
    kind: PublishErrorKind,
    limit: usize,
    is_batch: bool,
) -> Result<TransportReply, TransportFailure> {
    let error = match kind {
        PublishErrorKind::MaxPayloadExceeded => NatsError::TooLarge { limit },
        PublishErrorKind::Send | PublishErrorKind::InvalidSubject => NatsError::Closed,
    };
    let is_too_large = matches!(error, NatsError::TooLarge { .. });
    let error = error.into_failure();
    if !(is_batch && is_too_large) {
        return Err(error.into());
    }
    let reply = TransportReply::new(Bytes::new()).refused().not_run();
    Ok(reply.error_if_invalid(error))
}

fn failure(error: NatsError) -> TransportFailure {
    error.into_failure().into()
}

/// A header, whatever the case of its name.
fn header<'a>(message: &'a Message, name: &str) -> Option<&'a str> {
    let headers = message.headers.as_ref()?;
    let mut headers = headers.iter();
    let (_, values) = headers.find(|(key, _)| {
        let key: &str = key.as_ref();
        key.eq_ignore_ascii_case(name)
    })?;
    values.first().map(|value| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_that_are_not_of_a_worker_are_recognised() {
        let captured = |body: &str, expects_reply| {
            matches!(
                foreign(body.as_bytes(), expects_reply),
                Some(NatsError::Captured)
            )
        };
        for expects_reply in [true, false] {
            for stored in [
                r#"{"stream":"S", "seq":1}"#,
                r#"{"error":{"code":400,"description":"full"},"stream":"S","seq":0}"#,
            ] {
                assert!(captured(stored, expects_reply), "{stored}");
            }
            for of_worker in [
                "",
                r#"{"jsonrpc":"2.0","result":1,"id":1}"#,
                r#" {"stream":1,"jsonrpc":"2.0","error":{"code":1,"message":""},"id":null}"#,
            ] {
                let error = foreign(of_worker.as_bytes(), expects_reply);
                assert!(error.is_none(), "{of_worker}: {error:?}");
            }
        }
        for odd in ["ok", "{}", "[]", r#"["2.0","x"]"#] {
            let error = foreign(odd.as_bytes(), false);
            assert!(
                matches!(error, Some(NatsError::NotJsonRpc)),
                "{odd}: {error:?}"
            );
            let error = foreign(odd.as_bytes(), true);
            assert!(error.is_none(), "the core tells: {odd}: {error:?}");
        }
    }
}
