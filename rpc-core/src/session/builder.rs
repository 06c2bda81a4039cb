//! [`SessionBuilder`]: sets a session up.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::FuturesUnordered;
use http::{Extensions, HeaderMap};

use super::Session;
use super::handler::Handler;
use crate::duplex::{Duplex, Totals};
use crate::limits::{DuplexLimits, InFlight};
use crate::runtime::{DynRuntime, Runtime};
use crate::server::IntoServer;
use crate::service::{Attachment, RequestMetadata};

/// Sets a [`Session`] up. A clone sets up another one, with the same service.
#[derive(Clone)]
pub struct SessionBuilder {
    limits: DuplexLimits,
    totals: Totals,
    runtime: Option<DynRuntime>,
    handler: Option<Arc<dyn Handler>>,
    endpoint: Arc<str>,
    timeout: Option<Duration>,
    is_one_way: bool,
    passes_over_not_json: bool,
}

impl SessionBuilder {
    /// A session with the default limits, without a clock, and with no service for the other end.
    pub fn new() -> Self {
        SessionBuilder {
            limits: DuplexLimits::default(),
            totals: Totals::default(),
            runtime: None,
            handler: None,
            endpoint: "".into(),
            timeout: None,
            is_one_way: false,
            passes_over_not_json: false,
        }
    }

    /// What the connection may cost.
    #[must_use]
    pub fn limits(mut self, limits: DuplexLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Bounds the calls that wait, and the streams, over all connections that share these. Without them, each connection is
    /// bounded for itself only. Calls beyond the bound get error -32009, and streams error -32006.
    #[must_use]
    pub fn totals(mut self, calls: InFlight, streams: InFlight) -> Self {
        self.totals = Totals {
            calls: Some(calls),
            streams: Some(streams),
        };
        self
    }

    /// The clock for timeouts, and the tasks of calls that have to wait. Without one, they are polled with the session.
    #[must_use]
    pub fn runtime(mut self, runtime: impl Runtime) -> Self {
        self.runtime = Some(DynRuntime::new(runtime));
        self
    }

    /// The clock of a server in the same process.
    pub(crate) fn clock(mut self, clock: Option<DynRuntime>) -> Self {
        self.runtime = clock;
        self
    }

    /// What the other end may call. Otherwise, its calls get error -32601.
    #[must_use]
    pub fn serve(mut self, service: impl IntoServer) -> Self {
        self.handler = Some(Arc::new(service.into_server().on_session()));
        self
    }

    /// The name of the connection in the message log: on a server, where its clients connect to, and on a client, the server. It
    /// must not contain a secret. Without a name, the connection's messages are not logged.
    #[must_use]
    pub fn endpoint(mut self, name: &str) -> Self {
        self.endpoint = name.into();
        self
    }

    /// The time of calls to the other end that have none of their own; by default they have as long as they need.
    #[must_use]
    pub fn call_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Says that the other end can't be called, as over server-sent events. Methods with a `#[rpc(peer)]` parameter get error
    /// -33000.
    #[must_use]
    pub fn one_way(mut self) -> Self {
        self.is_one_way = true;
        self
    }

    /// Gives messages that are not JSON no answer, as a client does: some programs write other things to their stdout as well.
    #[must_use]
    pub fn pass_over_not_json(mut self) -> Self {
        self.passes_over_not_json = true;
        self
    }

    /// What the connection may cost, as it is set.
    pub fn duplex_limits(&self) -> DuplexLimits {
        self.limits
    }

    /// The session.
    pub fn build(self) -> Session {
        self.build_with(HeaderMap::new(), Extensions::new(), ())
    }

    /// The session of a connection that began with these headers and values. The [attachment](Attachment) is held until the
    /// connection and all of its calls have ended.
    pub fn build_with(
        self,
        headers: HeaderMap,
        extensions: Extensions,
        attachment: impl Attachment,
    ) -> Session {
        let duplex = Duplex::new(
            self.endpoint,
            self.limits,
            self.totals,
            self.runtime,
            self.is_one_way,
        );
        let metadata =
            RequestMetadata::of_connection(headers, extensions, Arc::clone(&duplex), attachment);
        Session {
            duplex,
            handler: self.handler,
            metadata,
            running: FuturesUnordered::new(),
            timeout: self.timeout,
            is_stopping: false,
            passes_over_not_json: self.passes_over_not_json,
            received: 0,
            not_json: 0,
            wakers: Vec::new(),
        }
    }
}

impl Default for SessionBuilder {
    fn default() -> Self {
        SessionBuilder::new()
    }
}

impl fmt::Debug for SessionBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionBuilder")
            .field("limits", &self.limits)
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}
