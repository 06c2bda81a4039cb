//! [`RequestMetadata`]: what came with a message besides its bytes.

use std::any::{Any, TypeId};
use std::fmt;
use std::sync::{Arc, LazyLock};
use std::time::Instant;

use http::{Extensions, HeaderMap};

use super::panics::Contained;
use super::reply_headers::ReplyHeaders;
use crate::duplex::Duplex;
use crate::runtime::BoxFuture;

/// What came with a message besides its bytes: the transport's headers, and values that the application's layers
/// added.
///
/// The types are those of the `http` crate, since every tower layer fills those. Other transports use them as plain
/// maps. Clones share the contents, and empty metadata costs nothing.
#[derive(Clone, Default)]
pub struct RequestMetadata(Contained<Arc<Carried<dyn Attachment>>>);

/// One allocation for everything that comes with a message.
struct Carried<A: ?Sized> {
    headers: HeaderMap,
    extensions: Extensions,
    reply_headers: ReplyHeaders,
    /// The connection, if both of its ends can talk.
    duplex: Option<Arc<Duplex>>,
    /// That of the attachment, which is asked only once.
    deadline: Option<Instant>,
    attachment: A,
}

/// What a transport attaches to a message, such as a permit. It is dropped when everything that the message asks for is done
/// or abandoned. A blocking method whose caller has gone is done only when it returns.
///
/// ```
/// use std::any::{Any, TypeId};
///
/// use rpc_core::transport::Attachment;
///
/// struct Peer(&'static str);
///
/// impl Attachment for Peer {
///     fn value(&self, of: TypeId) -> Option<&(dyn Any + Send + Sync)> {
///         (of == TypeId::of::<Peer>()).then_some(self)
///     }
/// }
/// ```
pub trait Attachment: Any + Send + Sync {
    /// A value of this type, which methods find in their [`Context`](super::Context). A value of the same type in the
    /// message's extensions takes precedence.
    fn value(&self, _of: TypeId) -> Option<&(dyn Any + Send + Sync)> {
        None
    }

    /// Makes a future that completes when the call's client has gone, or `None` if the transport can't tell. It is made only
    /// for calls that are [cancelled then](crate::Server::cancel_on_disconnect). The call itself polls it.
    fn client_gone(&self) -> Option<BoxFuture<'static, ()>> {
        None
    }

    /// Until when the caller waits for the answer, if it says so: the time at which its message came, and
    /// [what was left](crate::transport::read_timeout) then.
    fn deadline(&self) -> Option<Instant> {
        None
    }

    /// How a client asks for a stream, if the transport carries streams only for those that ask. It is a part of the error for
    /// the others, such as "send `Accept: text/event-stream`".
    fn stream_hint(&self) -> Option<&'static str> {
        None
    }
}

/// Holds a value that methods can't see.
struct Held<T>(T);

impl<T: Send + Sync + 'static> Attachment for Held<T> {}

/// Nothing.
impl Attachment for () {}

impl RequestMetadata {
    /// Metadata from the transport's headers and from values by type, such as an identity that a layer has verified.
    pub fn new(headers: HeaderMap, extensions: Extensions) -> Self {
        if headers.is_empty() && extensions.is_empty() {
            return RequestMetadata::default();
        }
        RequestMetadata::holding(headers, extensions, ())
    }

    /// Like [`new`](Self::new), but also holds a value, such as a permit, until everything the message asks for is
    /// done or abandoned.
    ///
    /// A blocking method whose caller has gone is done only when it returns.
    ///
    /// Such metadata also collects the headers that a call [adds](super::Context::add_reply_header) to its reply. Empty
    /// metadata drops them.
    pub fn holding(
        headers: HeaderMap,
        extensions: Extensions,
        held: impl Any + Send + Sync,
    ) -> Self {
        RequestMetadata::attached(headers, extensions, Held(held))
    }

    /// Metadata with what the transport [attaches](Attachment), which may offer values to methods and tell when the client has
    /// gone.
    ///
    /// Like [`holding`](Self::holding), it collects the headers that calls add to their replies.
    #[inline]
    pub fn attached(
        headers: HeaderMap,
        extensions: Extensions,
        attachment: impl Attachment,
    ) -> Self {
        RequestMetadata::carrying(headers, extensions, None, attachment)
    }

    /// The metadata of all messages of a connection over which both ends talk.
    pub(crate) fn of_connection(
        headers: HeaderMap,
        extensions: Extensions,
        duplex: Arc<Duplex>,
        attachment: impl Attachment,
    ) -> Self {
        RequestMetadata::carrying(headers, extensions, Some(duplex), attachment)
    }

    // Always, since headers are large and would be moved.
    #[inline(always)]
    fn carrying(
        headers: HeaderMap,
        extensions: Extensions,
        duplex: Option<Arc<Duplex>>,
        attachment: impl Attachment,
    ) -> Self {
        RequestMetadata(Contained::new(Arc::new(Carried {
            headers,
            extensions,
            reply_headers: ReplyHeaders::default(),
            duplex,
            deadline: attachment.deadline(),
            attachment,
        })))
    }

    /// The connection that the message came over, if both of its ends can talk.
    #[inline]
    pub(crate) fn duplex(&self) -> Option<&Arc<Duplex>> {
        self.carried()?.duplex.as_ref()
    }

    /// What the transport attached, if it is of this type.
    #[inline]
    pub fn attachment<A: Attachment>(&self) -> Option<&A> {
        let attachment: &dyn Any = &self.carried()?.attachment;
        attachment.downcast_ref()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.carried().is_none()
    }

    /// Completes when the client has gone. `None` if the transport can't tell.
    pub(crate) fn client_gone(&self) -> Option<BoxFuture<'static, ()>> {
        self.carried()?.attachment.client_gone()
    }

    /// Until when the caller waits, if it says so.
    #[inline]
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.carried()?.deadline
    }

    /// How a client asks for a stream over this transport.
    pub(crate) fn stream_hint(&self) -> Option<&'static str> {
        self.carried()?.attachment.stream_hint()
    }

    /// The transport's headers.
    pub fn headers(&self) -> &HeaderMap {
        static NONE: LazyLock<HeaderMap> = LazyLock::new(HeaderMap::new);
        self.carried().map_or(&NONE, |carried| &carried.headers)
    }

    /// Takes the headers that a call has [added](super::Context::add_reply_header) to its reply, if there are any.
    ///
    /// For transports that call methods without a message. The reply to a message [has the headers
    /// itself](crate::transport::Reply::take_headers).
    #[inline]
    pub fn take_reply_headers(&self) -> Option<Box<HeaderMap>> {
        self.carried()?.reply_headers.take()
    }

    pub(super) fn change_reply_headers(&self, change: impl FnOnce(&mut HeaderMap)) {
        // All messages of a connection in both directions share its metadata, and none of their replies has headers.
        let is_single = |duplex: &Arc<Duplex>| duplex.is_one_way();
        let carried = self.carried();
        if let Some(carried) = carried.filter(|it| it.duplex.as_ref().is_none_or(is_single)) {
            carried.reply_headers.change(change);
        }
    }

    /// A value that a layer added to the message, or else one that the transport [attached](Attachment::value).
    pub fn get<T: Send + Sync + 'static>(&self) -> Option<&T> {
        let carried = self.carried()?;
        let attached = || carried.attachment.value(TypeId::of::<T>())?.downcast_ref();
        carried.extensions.get().or_else(attached)
    }

    #[inline]
    fn carried(&self) -> Option<&Carried<dyn Attachment>> {
        self.0.get().map(|carried| &**carried)
    }
}

impl fmt::Debug for RequestMetadata {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("RequestMetadata")
            .field("headers", &crate::shown::Headers(self.headers()))
            .finish_non_exhaustive()
    }
}
