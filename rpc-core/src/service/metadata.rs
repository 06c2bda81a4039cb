//! [`RequestMetadata`]: what came with a message besides its bytes.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, LazyLock};

use http::{Extensions, HeaderMap};

use super::panics::Contained;
use super::reply_headers::ReplyHeaders;
use crate::runtime::BoxFuture;

/// What came with a message besides its bytes: the transport's headers, and values that the application's layers
/// added.
///
/// The types are those of the `http` crate, since every tower layer fills those. Other transports use them as plain
/// maps. Clones share the contents, and empty metadata costs nothing.
#[derive(Clone, Default)]
pub struct RequestMetadata(Contained<Arc<Carried<dyn Any + Send + Sync>>>);

/// One allocation for everything that comes with a message.
struct Carried<H: ?Sized> {
    headers: HeaderMap,
    extensions: Extensions,
    client_gone: Option<ClientGone>,
    reply_headers: ReplyHeaders,
    #[expect(dead_code, reason = "held only to be dropped")]
    held: H,
}

/// Makes a future that completes when a call's client has gone. The call itself polls the future. The argument is the
/// extensions of the call's message.
pub type ClientGone = fn(&Extensions) -> BoxFuture<'static, ()>;

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
        RequestMetadata::carrying(headers, extensions, held, None)
    }

    /// Like [`holding`](Self::holding), for a transport that can tell when a client has gone. The future is made only for
    /// calls that are [cancelled then](crate::Server::cancel_on_disconnect).
    pub fn watching(
        headers: HeaderMap,
        extensions: Extensions,
        held: impl Any + Send + Sync,
        client_gone: ClientGone,
    ) -> Self {
        RequestMetadata::carrying(headers, extensions, held, Some(client_gone))
    }

    fn carrying(
        headers: HeaderMap,
        extensions: Extensions,
        held: impl Any + Send + Sync,
        client_gone: Option<ClientGone>,
    ) -> Self {
        RequestMetadata(Contained::new(Arc::new(Carried {
            headers,
            extensions,
            client_gone,
            reply_headers: ReplyHeaders::default(),
            held,
        })))
    }

    /// Completes when the client has gone. `None` if the transport can't tell.
    pub(crate) fn client_gone(&self) -> Option<BoxFuture<'static, ()>> {
        let carried = self.carried()?;
        let client_gone = carried.client_gone?;
        Some(client_gone(&carried.extensions))
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
        if let Some(carried) = self.carried() {
            carried.reply_headers.change(change);
        }
    }

    /// A value that a layer added to the message.
    pub fn get<T: Send + Sync + 'static>(&self) -> Option<&T> {
        self.carried()?.extensions.get()
    }

    fn carried(&self) -> Option<&Carried<dyn Any + Send + Sync>> {
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
