//! [`ProtocolError`]: why a reply is not a valid answer to its call.

use std::error::Error;
use std::fmt;
use std::str::Utf8Error;

use super::execution::{Execution, Judge, Verdict};
use crate::excerpt::Excerpt;
use crate::json::id::Id;
use crate::limits;

/// What is wrong with a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProtocolError {
    /// The reply is empty, although the call was not a notification.
    Empty,
    /// The reply is not UTF-8.
    NotUtf8 {
        /// Where it stops being UTF-8: how many bytes come before.
        offset: usize,
    },
    /// The reply ends in the middle of its JSON.
    Truncated {
        /// How many bytes were received.
        length: usize,
    },
    /// The reply is an HTML page, as proxies and error handlers send.
    Html {
        /// The start of the reply.
        excerpt: String,
    },
    /// The reply is not JSON.
    NotJson {
        /// The start of the reply.
        excerpt: String,
    },
    /// The reply is JSON, but not a JSON-RPC 2.0 response (section 5 of the specification).
    NotResponse {
        /// Which rule it breaks.
        reason: &'static str,
        /// The start of the reply.
        excerpt: String,
    },
    /// The reply answers another call.
    WrongId {
        /// The call's id.
        expected: Id,
        /// The reply's id.
        found: Id,
    },
    /// The batch's reply has no answer to this call.
    NoAnswer {
        /// The call's id.
        id: Id,
        /// Ids in the reply that do not belong to the batch: the first eight of those up to 200 bytes long.
        foreign: Vec<Id>,
        /// The first entry of the reply that is not a response, and whose id does not say which call it answers: perhaps this
        /// one.
        malformed: Option<MalformedEntry>,
    },
    /// The batch's reply has several answers to this call.
    SeveralAnswers {
        /// The call's id.
        id: Id,
    },
    /// The result does not have the type that the contract names.
    Result {
        /// The message from serde.
        reason: String,
        /// The start of the result.
        excerpt: String,
    },
    /// An item of a stream does not have the type that the contract names.
    Item {
        /// The message from serde.
        reason: String,
        /// The start of the item.
        excerpt: String,
    },
    /// A stream was cut off: no response has ended it.
    StreamCut,
    /// The call was made by a stub of a different client than the batch, so it was not sent.
    OtherClient,
    /// The call was polled before it was added to the batch. It was sent in its own message, and is not part of the
    /// batch.
    AlreadyPolled,
    /// The call has params by name, which JSON-RPC 1.0 does not support, so it was not sent. See
    /// [`Client::version_1`](crate::Client::version_1).
    NamedParams,
}

/// An entry of a batch's reply that is not a response, and does not say which call it answers.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MalformedEntry {
    /// Which rule it breaks.
    pub reason: &'static str,
    /// The start of the entry.
    pub excerpt: String,
}

impl fmt::Display for MalformedEntry {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(
            f,
            "an entry that is not a response ({}): {}",
            self.reason,
            Excerpt::new(&self.excerpt, limits::ERROR_EXCERPT)
        )
    }
}

impl ProtocolError {
    /// Whether the method ran.
    pub fn execution(&self) -> Execution {
        match self {
            ProtocolError::OtherClient | ProtocolError::NamedParams => Execution::NotRun,
            ProtocolError::Result { .. } | ProtocolError::Item { .. } => Execution::Ran,
            ProtocolError::Empty
            | ProtocolError::NotUtf8 { .. }
            | ProtocolError::Truncated { .. }
            | ProtocolError::Html { .. }
            | ProtocolError::NotJson { .. }
            | ProtocolError::NotResponse { .. }
            | ProtocolError::WrongId { .. }
            | ProtocolError::NoAnswer { .. }
            | ProtocolError::SeveralAnswers { .. }
            | ProtocolError::StreamCut
            | ProtocolError::AlreadyPolled => Execution::MaybeRun,
        }
    }

    pub(crate) fn not_utf8(error: Utf8Error) -> Self {
        ProtocolError::NotUtf8 {
            offset: error.valid_up_to(),
        }
    }

    /// As an entry of a batch's reply that belongs to no call. `None` if this is about something else.
    pub(crate) fn into_malformed_entry(self) -> Option<MalformedEntry> {
        match self {
            ProtocolError::NotResponse { reason, excerpt } => {
                Some(MalformedEntry { reason, excerpt })
            }
            _ => None,
        }
    }

    /// What serde says about a result. A long text loses its middle, because it may quote the result before it names the type.
    pub(crate) fn reason(text: &str) -> String {
        let characters = text.chars().count();
        if characters <= limits::ERROR_EXCERPT {
            return text.to_owned();
        }
        let half = limits::ERROR_EXCERPT / 2;
        let start = text.chars().take(half);
        let end = text.chars().skip(characters - half);
        start.chain(['…']).chain(end).collect()
    }

    pub(crate) fn excerpt(text: &str) -> String {
        if text.len() <= limits::ERROR_EXCERPT {
            return text.to_owned();
        }
        let end = (0..=limits::ERROR_EXCERPT)
            .rev()
            .find(|&end| text.is_char_boundary(end))
            .unwrap_or(0);
        format!("{}…", &text[..end])
    }
}

impl fmt::Display for ProtocolError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let shown = |text| Excerpt::new(text, limits::ERROR_EXCERPT);
        match self {
            ProtocolError::Empty => f.write_str("the reply is empty"),
            ProtocolError::NotUtf8 { offset } => {
                write!(f, "the reply is not UTF-8 at byte offset {offset}")
            }
            ProtocolError::Truncated { length } => {
                write!(
                    f,
                    "the reply is cut off: its JSON is incomplete after {length} bytes"
                )
            }
            ProtocolError::Html { excerpt: text } => {
                write!(f, "the reply is an HTML page, not JSON: {}", shown(text))
            }
            ProtocolError::NotJson { excerpt: text } => {
                write!(f, "the reply is not JSON: {}", shown(text))
            }
            ProtocolError::NotResponse {
                reason,
                excerpt: text,
            } => {
                write!(
                    f,
                    "the reply is not a JSON-RPC 2.0 response ({reason}): {}",
                    shown(text)
                )
            }
            ProtocolError::WrongId { expected, found } => {
                write!(
                    f,
                    "the reply answers the call with id {found}, not this one with id {expected}"
                )
            }
            ProtocolError::NoAnswer {
                id,
                foreign,
                malformed,
            } => {
                write!(
                    f,
                    "the batch's reply has no answer to the call with id {id}"
                )?;
                let mut separator = "; it answers ids that nobody sent: ";
                for id in foreign.iter().take(limits::FOREIGN_IDS) {
                    write!(f, "{separator}{id}")?;
                    separator = ", ";
                }
                match malformed {
                    Some(entry) => write!(f, "; it has {entry}"),
                    None => Ok(()),
                }
            }
            ProtocolError::SeveralAnswers { id } => {
                write!(
                    f,
                    "the batch's reply has several answers to the call with id {id}"
                )
            }
            ProtocolError::Item {
                reason,
                excerpt: text,
            } => {
                let reason = Excerpt::new(reason, 2 * limits::ERROR_EXCERPT);
                write!(f, "an item has the wrong type ({reason}): {}", shown(text))
            }
            ProtocolError::StreamCut => {
                f.write_str("the stream was cut off: no response has ended it")
            }
            ProtocolError::Result {
                reason,
                excerpt: text,
            } => {
                // It is cut already, and not at its end.
                let reason = Excerpt::new(reason, 2 * limits::ERROR_EXCERPT);
                write!(
                    f,
                    "the result has the wrong type ({reason}): {}",
                    shown(text)
                )
            }
            ProtocolError::NamedParams => f.write_str("JSON-RPC 1.0 only has params by position"),
            ProtocolError::OtherClient => {
                f.write_str("the call and the batch belong to different clients")
            }
            ProtocolError::AlreadyPolled => {
                f.write_str("the call was polled before it was added to the batch")
            }
        }
    }
}

impl Error for ProtocolError {}

impl Judge for ProtocolError {
    fn verdict(&self) -> Verdict {
        Verdict::new(self.execution(), false)
    }
}
