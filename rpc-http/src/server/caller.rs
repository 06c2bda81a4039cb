//! [`Caller`]: calls the app for one client.

use std::convert::Infallible;
use std::future::Future;

use http::{Request, Response};
use hyper::body::Incoming;
use rpc_tokio::server::Peer;
#[cfg(feature = "tls")]
use rpc_tokio::server::PeerCertificates;

use super::app::App;
use super::calling;

#[cfg(feature = "tls")]
type Certificates = PeerCertificates;
#[cfg(not(feature = "tls"))]
type Certificates = Infallible;

/// Calls the app for the client of one connection, and tells it who that is.
pub(super) struct Caller<A> {
    pub(super) app: A,
    /// Whether the app is an endpoint, and is told the peer as one.
    pub(super) is_endpoint: bool,
    pub(super) peer: Peer,
    /// What the client has shown over TLS.
    pub(super) certificates: Option<Certificates>,
}

impl<A: App + Sync> Caller<A> {
    pub(super) fn call(
        &self,
        mut request: Request<Incoming>,
    ) -> impl Future<Output = Result<Response<A::Body>, Infallible>> + Send + use<A> {
        #[cfg(feature = "tls")]
        if let Some(certificates) = &self.certificates {
            request.extensions_mut().insert(certificates.clone());
        }
        #[cfg(not(feature = "tls"))]
        let _none = &self.certificates;
        match self.is_endpoint {
            true => calling::call_for(self.peer, || self.app.answer(request)),
            false => {
                request.extensions_mut().insert(self.peer);
                self.app.answer(request)
            }
        }
    }
}
