//! [`Context`]: what a method can know about its call.

use std::any::Any;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use http::{HeaderMap, HeaderName, HeaderValue};

use super::metadata::RequestMetadata;
use super::origin::Origin;
use super::panics::Contained;
use super::reply_headers::{self, ReplyHeaderError};
use super::resolved::ResolvedMethod;
use crate::contract::Method;
use crate::json::id::Id;
use crate::runtime::DynRuntime;

/// What a method can know about its call, other than the params. It is not sent over the wire.
///
/// To get it, a method takes a parameter `#[rpc(context)] cx: &Context`.
///
/// ```
/// use rpc_core::{Context, rpc};
///
/// #[derive(Clone)]
/// struct User(String);
///
/// #[rpc]
/// trait Accounts {
///     /// Returns the caller's name.
///     async fn whoami(&self, #[rpc(context)] cx: &Context) -> Option<String>;
/// }
///
/// struct Service;
///
/// impl Accounts for Service {
///     async fn whoami(&self, cx: &Context) -> Option<String> {
///         cx.get::<User>().map(|user| user.0.clone())
///     }
/// }
/// ```
///
/// A context can't be made by hand. To test a method that takes one, call it through [`Memory`](crate::memory::Memory), which
/// sets the headers and the values of its calls.
#[derive(Clone)]
pub struct Context {
    pub(crate) id: Option<Id>,
    pub(crate) resolved: Option<ResolvedMethod>,
    /// The name as it was sent, if no method has it.
    pub(crate) unknown_method: Option<Box<str>>,
    /// Whether this is a call of JSON-RPC 1.0.
    pub(crate) version_1: bool,
    /// The params as text, if something wants them.
    pub(crate) params: Option<Arc<str>>,
    pub(crate) origin: Origin,
    /// Whether this is a notification, so that nothing is sent back whatever the outcome.
    pub(crate) is_notification: bool,
    values: Values,
}

impl Context {
    #[inline]
    pub(crate) fn new(origin: Origin) -> Self {
        Context {
            id: None,
            resolved: None,
            unknown_method: None,
            version_1: false,
            params: None,
            origin,
            is_notification: false,
            values: Values::default(),
        }
    }

    /// The request's id, or `None` for a notification and for a call without an envelope.
    #[inline]
    pub fn id(&self) -> Option<&Id> {
        self.id.as_ref()
    }

    /// Whether this is a notification: the caller never sees what the method returns.
    #[inline]
    pub fn is_notification(&self) -> bool {
        self.is_notification
    }

    /// How many items the call's stream has sent so far. `None` if the call has not opened a stream.
    ///
    /// Middleware that waits for the method's outcome finds out how many there were.
    pub fn items_sent(&self) -> Option<u64> {
        let count = self.values.get::<ItemCount>()?;
        Some(count.0.load(Ordering::Relaxed))
    }

    /// Begins to count the items of a stream. Only the calls that stream pay for it.
    pub(super) fn count_items(&self) -> Arc<AtomicU64> {
        let count = Arc::new(AtomicU64::new(0));
        self.insert(ItemCount(Arc::clone(&count)));
        count
    }

    /// The method's metadata, or `None` if the method does not exist (middleware sees such calls too). If a
    /// dispatcher's fallback answers, this describes the fallback under the name that was called.
    pub fn method(&self) -> Option<&Method> {
        self.resolved.as_ref().map(ResolvedMethod::method)
    }

    /// Whether the method may return a stream, although its metadata does not say so.
    pub(crate) fn may_stream(&self) -> bool {
        self.resolved
            .as_ref()
            .is_some_and(ResolvedMethod::may_stream)
    }

    /// The method's name. For a call by an alias, this is the name and not the alias.
    pub fn method_name(&self) -> &str {
        match (self.method(), &self.unknown_method) {
            (Some(method), _) => &method.name,
            (None, Some(name)) => name,
            (None, None) => "",
        }
    }

    /// The params as JSON, exactly as they were sent: an array or an object. `None` if the call has no params, or no
    /// middleware [wants them](super::Middleware::WANTS_PARAMS).
    ///
    /// They include secret parameters.
    pub fn params(&self) -> Option<&str> {
        self.params.as_deref()
    }

    /// Until when the call has to be done: what its caller says, within the server's [limits](crate::Server::deadlines). The call
    /// is dropped then, unless it is a notification or a stream that has been opened. `None` if it may take any time.
    #[inline]
    pub fn deadline(&self) -> Option<Instant> {
        self.origin.deadline()
    }

    /// How much time is left until the [deadline](Self::deadline), or nothing if it has passed. `None` if there is no deadline.
    ///
    /// Calls that the method makes should get no more: see [`Call::within`](crate::Call::within).
    pub fn remaining(&self) -> Option<Duration> {
        let deadline = self.deadline()?;
        Some(deadline.saturating_duration_since(self.now()))
    }

    /// The clock of the deadline, if it is not the system's.
    pub(crate) fn runtime(&self) -> Option<&DynRuntime> {
        self.origin.runtime()
    }

    /// The time on the clock of the deadline.
    pub(crate) fn now(&self) -> Instant {
        self.origin
            .runtime()
            .map_or_else(Instant::now, DynRuntime::now)
    }

    /// What came with the call's message.
    #[inline]
    pub(crate) fn metadata(&self) -> &RequestMetadata {
        self.origin.metadata()
    }

    /// The headers of the transport's message. A transport without headers has none.
    pub fn headers(&self) -> &HeaderMap {
        self.metadata().headers()
    }

    /// The value of a header, if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers().get(name)?.to_str().ok()
    }

    /// Adds a header to the reply. Only HTTP sends it: other transports have no headers. It is dropped for a notification,
    /// which has no reply, and in a batch, whose reply belongs to many calls. If you add several headers with one name, all
    /// are sent; [`set_reply_header`](Self::set_reply_header) replaces them instead.
    ///
    /// ```
    /// use rpc_core::{Context, ErrorKind, ErrorObject, Middleware, Next, Outcome};
    ///
    /// /// Lets nobody in for now.
    /// struct Closed;
    ///
    /// impl Middleware for Closed {
    ///     async fn call(&self, cx: &Context, _: Next<'_>) -> Outcome {
    ///         if let Err(error) = cx.add_reply_header("retry-after", 60) {
    ///             return ErrorObject::internal(error).into();
    ///         }
    ///         ErrorObject::new(1009, "closed").with_kind(ErrorKind::Unavailable).into()
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// If the name or the value is invalid, or if the transport sets the header itself: `content-type`, `content-length`,
    /// `content-encoding`, `rpc-refused`, and those about the connection.
    pub fn add_reply_header<N, V>(&self, name: N, value: V) -> Result<(), ReplyHeaderError>
    where
        N: TryInto<HeaderName, Error: Into<http::Error>>,
        V: TryInto<HeaderValue, Error: Into<http::Error>>,
    {
        let (name, value) = reply_headers::header(name, value)?;
        self.metadata().change_reply_headers(|headers| {
            headers.append(name, value);
        });
        Ok(())
    }

    /// Like [`add_reply_header`](Self::add_reply_header), but replaces headers of this name that were added before.
    ///
    /// # Errors
    ///
    /// Those of [`add_reply_header`](Self::add_reply_header).
    pub fn set_reply_header<N, V>(&self, name: N, value: V) -> Result<(), ReplyHeaderError>
    where
        N: TryInto<HeaderName, Error: Into<http::Error>>,
        V: TryInto<HeaderValue, Error: Into<http::Error>>,
    {
        let (name, value) = reply_headers::header(name, value)?;
        self.metadata().change_reply_headers(|headers| {
            headers.insert(name, value);
        });
        Ok(())
    }

    /// Whether the call has been given up: its caller has cancelled it, or the connection is closed. It is for `blocking` methods
    /// on a connection over which both ends talk, which look at it now and then. All others are simply dropped at their next
    /// `await`.
    pub fn is_cancelled(&self) -> bool {
        let cancelled = self.values.get::<Cancelled>();
        cancelled.is_some_and(|cancelled| cancelled.0.load(Ordering::Relaxed))
    }

    /// Stops another call of the same connection, like `$/cancelRequest`. It is for protocols that have their own message for this,
    /// such as `notifications/cancelled` in MCP. The call is answered with error -32800. An id that is not in flight is ignored.
    /// Over a transport that can't call the client back, this does nothing.
    pub fn cancel(&self, id: &Id) {
        if let Some(duplex) = self.metadata().duplex() {
            duplex.cancel(id);
        }
    }

    /// Whether the method runs on a thread that may block, and can't be dropped once it has begun.
    pub(crate) fn is_blocking(&self) -> bool {
        self.method().is_some_and(|method| method.blocking)
    }

    /// Lets a method that can't be dropped see that it is given up. That is so when the result is dropped before it is told
    /// otherwise.
    pub(crate) fn watch_cancelled(&self) -> CancelledOnDrop {
        let cancelled = Arc::new(AtomicBool::new(false));
        self.insert(Cancelled(Arc::clone(&cancelled)));
        CancelledOnDrop(cancelled)
    }

    /// A value that middleware [inserted](Self::insert), or that a layer around the endpoint put into the request's
    /// extensions.
    pub fn get<T: Send + Sync + 'static>(&self) -> Option<&T> {
        self.values.get().or_else(|| self.metadata().get())
    }

    /// Adds a value for everything that runs after this, up to the method. If there are several of a type,
    /// [`get`](Self::get) returns the latest.
    pub fn insert<T: Send + Sync + 'static>(&self, value: T) {
        self.values.insert(value);
    }
}

impl From<RequestMetadata> for Context {
    /// A context without a call, for tests that call a method directly.
    fn from(metadata: RequestMetadata) -> Self {
        let deadline = metadata.deadline();
        Context::new(Origin::of_call(metadata, None, deadline))
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Context")
            .field("id", &self.id)
            .field("method", &self.method_name())
            .field("metadata", self.metadata())
            .finish_non_exhaustive()
    }
}

/// How many items the call's stream has sent.
struct ItemCount(Arc<AtomicU64>);

/// The server has refused the call, so that nothing of it has run, and why.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Refused {
    /// The call's time was over.
    Expired,
    /// A relay could not pass it on at that time.
    Busy,
    /// A relay can't pass it on.
    NotRelayed,
}

impl Refused {
    /// The reason, for programs.
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Refused::Expired => "expired",
            Refused::Busy => "busy",
            Refused::NotRelayed => "not-relayed",
        }
    }
}

/// Whether the call has been given up.
struct Cancelled(Arc<AtomicBool>);

/// Says that the call has been given up when it is dropped.
pub(crate) struct CancelledOnDrop(Arc<AtomicBool>);

impl Drop for CancelledOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Values by type, kept in a list that only grows, so that a shared reference can add to it.
#[derive(Clone, Default)]
pub(crate) struct Values {
    first: OnceLock<Arc<Value>>,
}

struct Value {
    value: Contained<Box<dyn Any + Send + Sync>>,
    next: Values,
}

impl Drop for Values {
    #[inline]
    fn drop(&mut self) {
        if self.first.get().is_some() {
            self.clear();
        }
    }
}

impl Values {
    /// Drops one value after the other. Each would drop the next inside its own drop otherwise, and a long list would
    /// overflow the stack.
    #[cold]
    fn clear(&mut self) {
        let mut next = self.first.take();
        while let Some(mut value) = next.and_then(Arc::into_inner) {
            next = value.next.first.take();
        }
    }

    fn insert<T: Send + Sync + 'static>(&self, value: T) {
        let mut entry = Arc::new(Value {
            value: Contained::new(Box::new(value)),
            next: Values::default(),
        });
        let mut list = self;
        while let Err(refused) = list.first.set(entry) {
            entry = refused;
            match list.first.get() {
                Some(taken) => list = &taken.next,
                None => return, // never happens: a cell that refuses a value is full
            }
        }
    }

    fn get<T: 'static>(&self) -> Option<&T> {
        let mut found = None;
        let mut list = self;
        while let Some(entry) = list.first.get() {
            let value = entry.value.get().and_then(|value| value.downcast_ref());
            found = value.or(found);
            list = &entry.next;
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use http::Extensions;

    use super::*;

    #[test]
    fn the_latest_value_of_a_type_is_found() {
        let mut extensions = Extensions::new();
        extensions.insert(1_u8);
        let metadata = RequestMetadata::new(HeaderMap::new(), extensions);
        let cx = Context::from(metadata);
        assert_eq!(cx.get::<u8>(), Some(&1));
        cx.insert(2_u8);
        cx.insert("text");
        cx.insert(3_u8);
        assert_eq!(cx.get::<u8>(), Some(&3));
        assert_eq!(cx.clone().get::<&str>(), Some(&"text"));
        assert_eq!(cx.get::<u16>(), None);
    }
}
