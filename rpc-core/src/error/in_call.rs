//! [`InCall`]: an error, and the call that it happened to.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use super::execution::{Judge, Verdict};
use super::transport::TransportError;
use crate::excerpt::Excerpt;
use crate::limits::{ERROR_METHOD, ERROR_METHODS, ERROR_TEXT};

/// An error, and the call that it happened to: which method was called, on which server.
///
/// It dereferences to the error, so you can use it like the error itself.
///
/// ```
/// use rpc_core::{CallError, TransportError};
///
/// fn failed(error: CallError) -> String {
///     match error {
///         CallError::Transport(error) => {
///             let method = error.target().and_then(|target| target.method());
///             format!("{} failed: {error}", method.unwrap_or("a call"))
///         }
///         other => other.to_string(),
///     }
/// }
/// # let error = TransportError::message("no network");
/// # assert_eq!(failed(CallError::Transport(error.into())), "a call failed: no network");
/// ```
pub struct InCall<T>(Box<Fields<T>>);

struct Fields<T> {
    error: T,
    target: Option<CallTarget>,
    verdict: Verdict,
    /// What the transport says about the same reply, such as HTTP's status.
    transport: Option<TransportError>,
}

impl<T> InCall<T> {
    pub(crate) fn new(error: T, verdict: Verdict, transport: Option<TransportError>) -> Self {
        InCall(Box::new(Fields {
            error,
            target: None,
            verdict,
            transport,
        }))
    }

    /// The error by itself.
    pub fn into_inner(self) -> T {
        self.0.error
    }

    /// What was called. `None` if the error does not come from a call.
    pub fn target(&self) -> Option<&CallTarget> {
        self.0.target.as_ref()
    }

    pub(crate) fn set_target(&mut self, target: impl FnOnce() -> CallTarget) {
        self.0.target.get_or_insert_with(target);
    }

    pub(crate) fn verdict(&self) -> Verdict {
        self.0.verdict
    }

    pub(crate) fn transport(&self) -> Option<&TransportError> {
        self.0.transport.as_ref()
    }
}

impl<T: Judge> From<T> for InCall<T> {
    fn from(error: T) -> Self {
        let verdict = error.verdict();
        InCall::new(error, verdict, None)
    }
}

impl<T> Deref for InCall<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0.error
    }
}

impl<T> AsRef<T> for InCall<T> {
    fn as_ref(&self) -> &T {
        self
    }
}

impl<T: PartialEq> PartialEq<T> for InCall<T> {
    fn eq(&self, other: &T) -> bool {
        **self == *other
    }
}

impl<T: fmt::Display> fmt::Display for InCall<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let error = Excerpt::new(&self.0.error, ERROR_TEXT);
        match &self.0.target {
            Some(target) => write!(f, "{target}: {error}"),
            None => error.fmt(f),
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for InCall<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let error = Excerpt::new(&self.0.error, ERROR_TEXT);
        let Some(target) = &self.0.target else {
            return error.fmt(f);
        };
        f.debug_struct("InCall")
            .field("error", &error)
            .field("target", target)
            .field("execution", &self.0.verdict.execution)
            .finish()
    }
}

/// What was called: which method, or methods, on which server.
#[derive(Clone, PartialEq, Eq)]
pub struct CallTarget {
    /// For a batch, the first few different ones.
    methods: Vec<String>,
    /// Whether there are more.
    has_more: bool,
    /// How many calls and notifications a batch has.
    batch: Option<usize>,
    destination: Option<Destination>,
}

impl CallTarget {
    pub(crate) fn call(method: impl Into<String>, destination: Option<Destination>) -> Self {
        CallTarget {
            methods: vec![method.into()],
            has_more: false,
            batch: None,
            destination,
        }
    }

    /// The target of a message. `batch` is the number of entries, if the message is a batch.
    pub(crate) fn message<M: Into<String>>(
        methods: impl IntoIterator<Item = M>,
        batch: Option<usize>,
        destination: Option<Destination>,
    ) -> Self {
        let mut target = CallTarget {
            methods: Vec::new(),
            has_more: false,
            batch,
            destination,
        };
        for method in methods.into_iter().map(Into::into) {
            if target.methods.contains(&method) {
                continue;
            }
            if target.methods.len() == ERROR_METHODS {
                target.has_more = true;
                break;
            }
            target.methods.push(method);
        }
        target
    }

    /// The method. `None` for a batch as a whole.
    pub fn method(&self) -> Option<&str> {
        match &*self.methods {
            [method] if self.batch.is_none() => Some(method),
            _ => None,
        }
    }

    /// The methods. For a batch, each method once, and at most [`ERROR_METHODS`] of them.
    pub fn methods(&self) -> impl Iterator<Item = &str> {
        self.methods.iter().map(String::as_str)
    }

    /// The server's address, without credentials and query. `None` if the transport doesn't know it.
    pub fn server(&self) -> Option<&str> {
        Some(&self.destination.as_ref()?.server)
    }

    /// The address of the proxy that messages go through, without credentials. `None` if there is none, or the transport
    /// doesn't know it.
    pub fn proxy(&self) -> Option<&str> {
        self.destination.as_ref()?.proxy.as_deref()
    }
}

impl CallTarget {
    /// `a batch of 6 calls (orders.place, orders.get, stock.left, …)`
    fn fmt_batch(&self, f: &mut fmt::Formatter<'_>, entries: usize) -> fmt::Result {
        let noun = if entries == 1 { "call" } else { "calls" };
        write!(f, "a batch of {entries} {noun}")?;
        let mut separator = " (";
        for method in &self.methods {
            write!(f, "{separator}{}", shown(method))?;
            separator = ", ";
        }
        match (&*self.methods, self.has_more) {
            ([], _) => Ok(()),
            (_, true) => f.write_str(", …)"),
            (_, false) => f.write_str(")"),
        }
    }
}

/// `orders.place at http://shop.example/rpc`
impl fmt::Display for CallTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.batch, &*self.methods) {
            (Some(entries), _) => self.fmt_batch(f, entries)?,
            (None, [method, ..]) => shown(method).fmt(f)?,
            (None, []) => f.write_str("a message")?,
        }
        match &self.destination {
            Some(destination) => write!(f, " at {destination}"),
            None => Ok(()),
        }
    }
}

fn shown(method: &str) -> Excerpt<&str> {
    Excerpt::new(method, ERROR_METHOD)
}

impl fmt::Debug for CallTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CallTarget({self})")
    }
}

/// Where a transport sends its messages, for use in errors: without credentials, and without a query.
///
/// ```
/// use rpc_core::transport::Destination;
///
/// let destination = Destination::new("http://shop.internal/rpc").through("http://proxy.internal:3128");
/// assert_eq!(destination.to_string(), "http://shop.internal/rpc through the proxy http://proxy.internal:3128");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    server: Cow<'static, str>,
    proxy: Option<String>,
}

impl Destination {
    /// A server's address. It must not contain secrets.
    pub fn new(server: impl Into<Cow<'static, str>>) -> Self {
        Destination {
            server: server.into(),
            proxy: None,
        }
    }

    /// Says that messages go through a proxy. Its address must not contain secrets.
    #[must_use]
    pub fn through(mut self, proxy: impl Into<String>) -> Self {
        self.proxy = Some(proxy.into());
        self
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Excerpt::new(&self.server, ERROR_METHOD).fmt(f)?;
        match &self.proxy {
            Some(proxy) => write!(
                f,
                " through the proxy {}",
                Excerpt::new(proxy, ERROR_METHOD)
            ),
            None => Ok(()),
        }
    }
}
