//! What a reply says about its call, beside its body.

use std::time::Duration;

use async_nats::{Message, PublishErrorKind, StatusCode};
use bytes::Bytes;
use rpc_core::TransportError;
use rpc_core::transport::{TransportFailure, TransportReply};

use super::error::NatsError;
use crate::headers::REFUSED;

/// How a JetStream stream says that it has stored a message.
const STORED: &[u8] = br#"{"stream":"#;

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
    let is_stored = message.payload.starts_with(STORED);
    let reply = TransportReply::new(message.payload);
    Ok(match is_stored {
        false => reply,
        true => reply.error_if_invalid(NatsError::Captured.into_failure()),
    })
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
