//! [`Context`]: what a method can know about the call that it answers.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, LazyLock, OnceLock};

use http::{Extensions, HeaderMap};

use crate::dispatcher::Target;
use crate::service::ResolvedMethod;
use crate::{Id, Method};

/// What came with a message besides its bytes: the transport's headers, and values that layers of the application put
/// beside them.
///
/// The types are those of the `http` crate, since that is what every tower layer fills; a transport that is not HTTP
/// uses them as the maps that they are.
/// A clone shares them. Without any, it costs nothing.
#[derive(Clone, Default)]
pub struct RequestMetadata(Option<Arc<Carried<dyn Any + Send + Sync>>>);

/// One allocation for all that comes with a message.
struct Carried<H: ?Sized> {
    headers: HeaderMap,
    extensions: Extensions,
    #[expect(dead_code, reason = "it is there to be dropped")]
    held: H,
}

impl RequestMetadata {
    /// What came with a message: the transport's headers, and values by type, such as an identity that a layer has checked.
    pub fn new(headers: HeaderMap, extensions: Extensions) -> Self {
        if headers.is_empty() && extensions.is_empty() {
            return RequestMetadata::default();
        }
        RequestMetadata::holding(headers, extensions, ())
    }

    /// The same, and keeps a value until all that the message asks for is done or given up, such as a permit that counts it
    /// in.
    ///
    /// A blocking method whose caller has gone is only done when it returns.
    pub fn holding(
        headers: HeaderMap,
        extensions: Extensions,
        held: impl Any + Send + Sync,
    ) -> Self {
        RequestMetadata(Some(Arc::new(Carried {
            headers,
            extensions,
            held,
        })))
    }

    /// The transport's headers.
    pub fn headers(&self) -> &HeaderMap {
        static NONE: LazyLock<HeaderMap> = LazyLock::new(HeaderMap::new);
        self.0.as_ref().map_or(&NONE, |carried| &carried.headers)
    }

    /// A value that a layer has put beside the message.
    pub fn get<T: Send + Sync + 'static>(&self) -> Option<&T> {
        self.0.as_ref()?.extensions.get()
    }
}

impl fmt::Debug for RequestMetadata {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("RequestMetadata")
            .field("headers", &crate::shown::Headers(self.headers()))
            .finish_non_exhaustive()
    }
}

/// What a method can know about the call that it answers. It is not on the wire.
///
/// A method asks for it with a parameter `#[rpc(context)] cx: &Context`.
///
/// ```
/// use rpc_core::{Context, rpc};
///
/// #[derive(Clone)]
/// struct User(String);
///
/// #[rpc]
/// trait Accounts {
///     /// Who is asking.
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
#[derive(Clone)]
pub struct Context {
    pub(crate) id: Option<Id>,
    pub(crate) found: Option<ResolvedMethod>,
    /// As it was sent, where it is no method's name.
    pub(crate) unknown_method: Option<Box<str>>,
    /// It is a call of JSON-RPC 1.0.
    pub(crate) version_1: bool,
    pub(crate) metadata: RequestMetadata,
    pub(crate) spawn_blocking: Option<SpawnBlocking>,
    pub(crate) values: Values,
}

/// Runs a job on a thread where it may block, such as `|job| drop(tokio::task::spawn_blocking(job))`.
pub type SpawnBlocking = fn(Box<dyn FnOnce() + Send>);

impl Context {
    pub(crate) fn new(metadata: RequestMetadata, spawn_blocking: Option<SpawnBlocking>) -> Self {
        Context {
            id: None,
            found: None,
            unknown_method: None,
            version_1: false,
            metadata,
            spawn_blocking,
            values: Values::default(),
        }
    }

    /// Where a dispatcher has sent the call.
    pub(crate) fn target(&self) -> Option<&Target> {
        self.found.as_ref()?.target.as_ref()
    }

    /// The request's id; `None` for a notification.
    #[inline]
    pub fn id(&self) -> Option<&Id> {
        self.id.as_ref()
    }

    /// Is this a notification, so that nobody will see what the method returns?
    #[inline]
    pub fn is_notification(&self) -> bool {
        self.id.is_none()
    }

    /// The method's metadata; `None` where there is no such method, which middleware gets to see. Where a dispatcher has a
    /// fallback, that is the method, under the name that was called.
    pub fn method(&self) -> Option<&Method> {
        self.found.as_ref().map(ResolvedMethod::method)
    }

    /// The method's name; for a call by an alias, the name that the alias stands for.
    pub fn method_name(&self) -> &str {
        match (self.method(), &self.unknown_method) {
            (Some(method), _) => &method.name,
            (None, Some(name)) => name,
            (None, None) => "",
        }
    }

    /// The headers of the transport's message; for a transport without headers, none.
    pub fn headers(&self) -> &HeaderMap {
        self.metadata.headers()
    }

    /// A header's value, where it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers().get(name)?.to_str().ok()
    }

    /// A value that middleware [inserted](Self::insert), or that a layer around the endpoint put into the request's
    /// extensions.
    pub fn get<T: Send + Sync + 'static>(&self) -> Option<&T> {
        self.values.get().or_else(|| self.metadata.get())
    }

    /// Adds a value for whatever comes after, up to the method. The latest of a type is the one that is found.
    pub fn insert<T: Send + Sync + 'static>(&self, value: T) {
        self.values.insert(value);
    }
}

impl From<RequestMetadata> for Context {
    /// A context of no call, for tests that call a method directly.
    fn from(metadata: RequestMetadata) -> Self {
        Context::new(metadata, None)
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Context")
            .field("id", &self.id)
            .field("method", &self.method_name())
            .field("metadata", &self.metadata)
            .finish_non_exhaustive()
    }
}

/// Values by type, to which a shared reference can add: a list that only grows.
#[derive(Clone, Default)]
pub(crate) struct Values {
    first: OnceLock<Arc<Value>>,
}

struct Value {
    value: Box<dyn Any + Send + Sync>,
    next: Values,
}

impl Values {
    fn insert<T: Send + Sync + 'static>(&self, value: T) {
        let mut entry = Arc::new(Value {
            value: Box::new(value),
            next: Values::default(),
        });
        let mut list = self;
        while let Err(refused) = list.first.set(entry) {
            entry = refused;
            match list.first.get() {
                Some(taken) => list = &taken.next,
                None => return, // a cell that refuses a value has one
            }
        }
    }

    fn get<T: 'static>(&self) -> Option<&T> {
        let mut found = None;
        let mut list = self;
        while let Some(entry) = list.first.get() {
            found = entry.value.downcast_ref().or(found);
            list = &entry.next;
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_value_of_a_type_is_found() {
        let mut extensions = Extensions::new();
        extensions.insert(1_u8);
        let metadata = RequestMetadata::new(HeaderMap::new(), extensions);
        let cx = Context::new(metadata, None);
        assert_eq!(cx.get::<u8>(), Some(&1));
        cx.insert(2_u8);
        cx.insert("text");
        cx.insert(3_u8);
        assert_eq!(cx.get::<u8>(), Some(&3));
        assert_eq!(cx.clone().get::<&str>(), Some(&"text"));
        assert_eq!(cx.get::<u16>(), None);
    }
}
