//! [`StreamLog`]: a stream in the message log.

use std::fmt::Display;

use super::{StreamMessage, TransportFailure};
use crate::message_log::ClientExchange;

/// Notes in the message log what becomes of a stream. A transport shows it each [message](StreamMessage) that it hands on.
#[derive(Debug, Default)]
pub struct StreamLog(Option<ClientExchange>);

impl StreamLog {
    /// Goes on with what was logged about the call; with `None`, nothing is logged.
    pub fn new(log: Option<ClientExchange>) -> Self {
        StreamLog(log)
    }

    /// Notes what the stream says. The last message is logged as the reply.
    pub fn note(&mut self, message: &Result<StreamMessage, TransportFailure>) {
        let Some(log) = &mut self.0 else {
            return;
        };
        let end: Result<&[u8], &dyn Display> = match message {
            Ok(StreamMessage::Opened) => return log.opened(),
            Ok(StreamMessage::Item(_)) => return log.item(),
            Ok(StreamMessage::Overflow(overflow)) if !overflow.has_ended() => return,
            Ok(StreamMessage::Overflow(overflow)) => Err(overflow),
            Ok(StreamMessage::Unsubscribed) => Err(&"unsubscribed"),
            Ok(StreamMessage::End(reply)) => Ok(reply.as_ref()),
            Err(failure) => Err(failure),
        };
        if let Some(log) = self.0.take() {
            log.end(&end, None);
        }
    }
}
