//! [`Settings`]: what holds for every connection of a server.

use http::{Extensions, HeaderMap};
use rpc_core::IntoServer;
use rpc_core::session::{Session, SessionBuilder};
use rpc_tokio::Tokio;
use rpc_tokio::server::{Origin, Peer, Values};

use crate::defaults::MAX_MESSAGE;
use crate::run::Bounds;

/// What holds for every connection of a server.
#[derive(Clone)]
pub(super) struct Settings {
    pub(super) session: SessionBuilder,
    pub(super) values: Values,
    pub(super) bounds: Bounds,
}

impl Settings {
    pub(super) fn new(service: impl IntoServer) -> Self {
        let server = service.into_server().or_runtime(Tokio);
        Settings {
            session: SessionBuilder::new().runtime(Tokio).serve(server),
            values: Values::default(),
            bounds: Bounds::new(MAX_MESSAGE),
        }
    }

    /// The session of a connection. Methods find these values in their context.
    pub(super) fn session(&self, peer: Option<Peer>, extensions: Extensions) -> Session {
        let origin = Origin::new(()).peer(peer).values(self.values.clone());
        self.session
            .clone()
            .build_with(HeaderMap::new(), extensions, origin)
    }
}
