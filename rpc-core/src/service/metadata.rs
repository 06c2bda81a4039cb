//! [`RequestMetadata`]: what came with a message besides its bytes.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, LazyLock};

use http::{Extensions, HeaderMap};

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
