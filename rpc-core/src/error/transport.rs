//! [`TransportError`]: the message or its reply was lost, or something in front of the server refused it.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::execution::{Execution, Judge, Verdict};
use crate::excerpt::Excerpt;
use crate::limits::ERROR_TEXT;

/// A transport's error: the message or its reply was lost, or the message was refused.
///
/// The transport knows best what this says about the call. Unless it says otherwise, the method may have run, and another
/// attempt may succeed.
///
/// [`source`](Error::source) is the transport's own error. Downcast it if its kind matters.
///
/// ```
/// use rpc_core::{Execution, TransportError};
///
/// let error = TransportError::message("the server is full").not_run();
/// assert_eq!(error.execution(), Execution::NotRun);
/// assert!(error.is_retryable());
/// ```
#[derive(Clone)]
pub struct TransportError(Box<Fields>);

#[derive(Clone)]
struct Fields {
    context: String,
    /// Shared, since a message may contain several calls.
    source: Option<Arc<dyn Error + Send + Sync>>,
    verdict: Verdict,
}

impl TransportError {
    /// An error with its cause.
    pub fn new(
        context: impl Into<String>,
        source: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        let mut error = TransportError::message(context);
        error.0.source = Some(source.into().into());
        error
    }

    /// An error without a cause.
    pub fn message(context: impl Into<String>) -> Self {
        TransportError(Box::new(Fields {
            context: context.into(),
            source: None,
            verdict: Verdict::new(Execution::MaybeRun, true),
        }))
    }

    /// Says that the method certainly did not run.
    #[must_use]
    pub fn not_run(self) -> Self {
        self.with_execution(Execution::NotRun)
    }

    /// Says whether the method ran.
    #[must_use]
    pub fn with_execution(mut self, execution: Execution) -> Self {
        self.0.verdict.execution = execution;
        self
    }

    /// Says whether the same message may succeed if it is sent again.
    #[must_use]
    pub fn with_retryable(mut self, is_retryable: bool) -> Self {
        self.0.verdict.is_retryable = is_retryable;
        self
    }

    /// Says how long to wait before another attempt.
    #[must_use]
    pub fn with_retry_after(mut self, wait: Duration) -> Self {
        self.0.verdict.retry_after = Some(wait);
        self
    }

    /// Whether the method ran.
    pub fn execution(&self) -> Execution {
        self.0.verdict.execution
    }

    /// Whether the same message may succeed if it is sent again.
    pub fn is_retryable(&self) -> bool {
        self.0.verdict.is_retryable
    }

    /// How long to wait before another attempt, if the server said so.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.verdict.retry_after
    }

    /// The cause, if it is a `T`.
    pub fn downcast_ref<T: Error + 'static>(&self) -> Option<&T> {
        self.0.source.as_ref()?.downcast_ref()
    }
}

impl Judge for TransportError {
    fn verdict(&self) -> Verdict {
        self.0.verdict
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Excerpt::new(&self.0.context, ERROR_TEXT).fmt(f)
    }
}

impl fmt::Debug for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let source = self.0.source.as_ref();
        f.debug_struct("TransportError")
            .field("context", &Excerpt::new(&self.0.context, ERROR_TEXT))
            .field("source", &source.map(|it| Excerpt::new(it, ERROR_TEXT)))
            .field("verdict", &self.0.verdict)
            .finish()
    }
}

impl Error for TransportError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source.as_ref().map(|source| &**source as _)
    }
}
