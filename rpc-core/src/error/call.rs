//! [`CallError`]: why a call failed, as the caller sees it.

use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

use super::method::Internal;
use super::object::ErrorObject;
use crate::json::id::Id;
use crate::limits;

/// Why a call failed.
///
/// `E` is the error type that the method declares, or `Infallible` for a method that can't fail.
///
/// ```
/// use rpc_core::{CallError, ErrorObject};
///
/// fn advice(error: CallError<ErrorObject>) -> &'static str {
///     match error {
///         CallError::Method(_) => "the method refused",
///         error if error.is_timeout() => "try again later",
///         CallError::Transport(_) => "is the server up?",
///         _ => "a bug on one of the two sides",
///     }
/// }
/// # assert_eq!(advice(CallError::Timeout), "try again later");
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum CallError<E = Infallible> {
    /// The message or its reply was lost. Whether the method ran is unknown.
    Transport(TransportError),
    /// No reply came in time. Whether the method ran is unknown.
    Timeout,
    /// A reply came, but it is not a valid answer to this call.
    Protocol(ProtocolError),
    /// The method's own error.
    Method(E),
    /// Any other error object: a standard error, or an error that the contract does not declare.
    Object(ErrorObject),
    /// The call could not be turned into a message. Nothing was sent.
    Encode(EncodeError),
}

/// Why a call could not be turned into a message.
#[derive(Debug)]
#[non_exhaustive]
pub enum EncodeError {
    /// A parameter's `Serialize` failed.
    Params(serde_json::Error),
    /// The params are neither an array nor an object (section 4.2 of the specification). To pass one parameter by
    /// position, use a tuple: `("tea",)`.
    Shape,
    /// The name or the value of a header is invalid.
    Header(http::Error),
    /// Another call in the same batch has this id, so their answers could not be told apart.
    DuplicateId(Id),
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            EncodeError::Params(_) => f.write_str("the params could not be serialised"),
            EncodeError::Shape => f.write_str(
                "the params are neither an array nor an object; to pass one parameter by position, use a tuple: `(value,)`",
            ),
            EncodeError::Header(_) => f.write_str("invalid header name or value"),
            EncodeError::DuplicateId(id) => {
                write!(f, "another call in the batch has the id {id}")
            }
        }
    }
}

impl Error for EncodeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            EncodeError::Params(error) => Some(error),
            EncodeError::Shape | EncodeError::DuplicateId(_) => None,
            EncodeError::Header(error) => Some(error),
        }
    }
}

impl<E> CallError<E> {
    /// Whether no reply came in time.
    pub fn is_timeout(&self) -> bool {
        matches!(self, CallError::Timeout)
    }

    /// Whether the message or its reply was lost. A timeout does not count: see [`is_timeout`](Self::is_timeout).
    pub fn is_transport(&self) -> bool {
        matches!(self, CallError::Transport(_))
    }

    /// Whether the reply was not a valid answer.
    pub fn is_protocol(&self) -> bool {
        matches!(self, CallError::Protocol(_))
    }

    /// The method's own error, if it is one.
    pub fn method(&self) -> Option<&E> {
        match self {
            CallError::Method(error) => Some(error),
            _ => None,
        }
    }

    /// The error object that the server sent, if the method does not declare it.
    pub fn object(&self) -> Option<&ErrorObject> {
        match self {
            CallError::Object(object) => Some(object),
            _ => None,
        }
    }

    /// Converts the method's own error, and leaves other errors as they are.
    pub fn map_method<F>(self, map: impl FnOnce(E) -> F) -> CallError<F> {
        match self {
            CallError::Transport(error) => CallError::Transport(error),
            CallError::Timeout => CallError::Timeout,
            CallError::Protocol(error) => CallError::Protocol(error),
            CallError::Method(error) => CallError::Method(map(error)),
            CallError::Object(object) => CallError::Object(object),
            CallError::Encode(error) => CallError::Encode(error),
        }
    }
}

impl CallError<Infallible> {
    /// Converts to the error of a method that declares an error type.
    pub fn widen<E>(self) -> CallError<E> {
        self.map_method(|never| match never {})
    }
}

impl<E: fmt::Display> fmt::Display for CallError<E> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            CallError::Transport(error) => fmt::Display::fmt(error, f),
            CallError::Timeout => f.write_str("no reply in time"),
            CallError::Protocol(error) => fmt::Display::fmt(error, f),
            CallError::Method(error) => fmt::Display::fmt(error, f),
            CallError::Object(object) => fmt::Display::fmt(object, f),
            CallError::Encode(error) => fmt::Display::fmt(error, f),
        }
    }
}

impl<E: Error + 'static> Error for CallError<E> {
    /// Each variant displays the text of its inner error, so the chain continues with the inner error's source.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            CallError::Method(error) => error.source(),
            other => other.source_on_the_way(),
        }
    }
}

// Every error converts into `Internal`, so `Internal` can't be an error itself. A `CallError<Internal>` still is one.
impl Error for CallError<Internal> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source_on_the_way()
    }
}

impl<E> CallError<E> {
    /// The source of any error except the method's own.
    fn source_on_the_way(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            CallError::Transport(error) => error.source(),
            CallError::Encode(error) => error.source(),
            CallError::Timeout
            | CallError::Protocol(_)
            | CallError::Method(_)
            | CallError::Object(_) => None,
        }
    }
}

/// A transport's error: the message or its reply was lost.
///
/// [`source`](Error::source) is the transport's own error. Downcast it if its kind matters.
#[derive(Debug, Clone)]
pub struct TransportError {
    context: String,
    /// Shared, since a message may contain several calls.
    source: Option<Arc<dyn Error + Send + Sync>>,
}

impl TransportError {
    /// An error with its cause.
    pub fn new(
        context: impl Into<String>,
        source: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        TransportError {
            context: context.into(),
            source: Some(source.into().into()),
        }
    }

    /// An error without a cause.
    pub fn message(context: impl Into<String>) -> Self {
        TransportError {
            context: context.into(),
            source: None,
        }
    }

    /// The cause, if it is a `T`.
    pub fn downcast_ref<T: Error + 'static>(&self) -> Option<&T> {
        self.source.as_ref()?.downcast_ref()
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.context)
    }
}

impl Error for TransportError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_ref().map(|source| &**source as _)
    }
}

/// What is wrong with a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProtocolError {
    /// The reply is empty, although the call was not a notification.
    Empty,
    /// The reply is not UTF-8.
    NotUtf8,
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
    /// The call was made by a stub of a different client than the batch, so it was not sent.
    OtherClient,
    /// The call was polled before it was added to the batch. It was sent in its own message, and is not part of the
    /// batch.
    AlreadyPolled,
    /// The call has params by name, which JSON-RPC 1.0 does not support, so it was not sent. See
    /// [`Client::version_1`](crate::Client::version_1).
    NamedParams,
}

impl ProtocolError {
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
        match self {
            ProtocolError::Empty => f.write_str("the reply is empty"),
            ProtocolError::NotUtf8 => f.write_str("the reply is not UTF-8"),
            ProtocolError::Truncated { length } => {
                write!(
                    f,
                    "the reply is cut off: its JSON is incomplete after {length} bytes"
                )
            }
            ProtocolError::Html { excerpt } => {
                write!(f, "the reply is an HTML page, not JSON: {excerpt}")
            }
            ProtocolError::NotJson { excerpt } => write!(f, "the reply is not JSON: {excerpt}"),
            ProtocolError::NotResponse { reason, excerpt } => {
                write!(
                    f,
                    "the reply is not a JSON-RPC 2.0 response ({reason}): {excerpt}"
                )
            }
            ProtocolError::WrongId { expected, found } => {
                write!(
                    f,
                    "the reply answers the call with id {found}, not this one with id {expected}"
                )
            }
            ProtocolError::NoAnswer { id, foreign } => {
                write!(
                    f,
                    "the batch's reply has no answer to the call with id {id}"
                )?;
                let foreign: Vec<&str> = foreign.iter().map(Id::as_json).collect();
                if !foreign.is_empty() {
                    write!(
                        f,
                        "; it answers ids that nobody sent: {}",
                        foreign.join(", ")
                    )?;
                }
                Ok(())
            }
            ProtocolError::SeveralAnswers { id } => {
                write!(
                    f,
                    "the batch's reply has several answers to the call with id {id}"
                )
            }
            ProtocolError::Result { reason, excerpt } => {
                write!(f, "the result has the wrong type ({reason}): {excerpt}")
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
