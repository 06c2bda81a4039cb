//! The settings of a [`Server`]. They apply to every transport.

use super::Server;
use crate::deadline::Deadlines;
use crate::limits::Limits;
#[cfg(feature = "schema")]
use crate::openrpc::{Discovery, OpenRpc};
use crate::runtime::{DynRuntime, Runtime};
use crate::service::Service;

impl<S: Service> Server<S> {
    /// Sets the limits.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets the maximum number of entries in a batch. See [`Limits::max_batch`].
    #[must_use]
    pub fn max_batch(mut self, entries: usize) -> Self {
        self.limits.max_batch = entries;
        self
    }

    /// Sets how many entries of a batch run at the same time. See [`Limits::batch_concurrency`].
    #[must_use]
    pub fn batch_concurrency(mut self, entries: usize) -> Self {
        self.limits.batch_concurrency = entries;
        self
    }

    /// Sets how deep a message may nest. See [`Limits::max_nesting`].
    #[must_use]
    pub fn max_nesting(mut self, levels: usize) -> Self {
        self.limits.max_nesting = levels;
        self
    }

    /// Sets how long the reply to one call may be, in bytes. See [`Limits::max_reply`].
    #[must_use]
    pub fn max_reply(mut self, bytes: usize) -> Self {
        self.limits.max_reply = bytes;
        self
    }

    /// Sets how long the reply to a batch may be, in bytes. See [`Limits::max_batch_reply`].
    #[must_use]
    pub fn max_batch_reply(mut self, bytes: usize) -> Self {
        self.limits.max_batch_reply = bytes;
        self
    }

    /// Lowers [`Limits::max_reply`] and [`Limits::max_batch_reply`] to what a transport can carry, in bytes. Lower limits stay as
    /// they are. Transports call this.
    #[must_use]
    pub fn cap_replies(mut self, bytes: usize) -> Self {
        let limits = &mut self.limits;
        limits.max_reply = limits.max_reply.min(bytes);
        limits.max_batch_reply = limits.max_batch_reply.min(bytes);
        self
    }

    /// Sets the runtime whose threads run `blocking` methods. A transport sets its own if the server has none. Without
    /// a runtime, these methods run in place.
    #[must_use]
    pub fn runtime(mut self, runtime: impl Runtime) -> Self {
        self.runtime = Some(DynRuntime::new(runtime));
        self
    }

    /// Sets the runtime if the server has none yet. Transports call this.
    #[must_use]
    pub fn or_runtime(self, runtime: impl Runtime) -> Self {
        match self.runtime {
            Some(_) => self,
            None => self.runtime(runtime),
        }
    }

    /// Explains in the data of errors -32700 and -32600 what is wrong with a malformed message; default off. The
    /// explanation is logged in any case. The specification's own examples of these errors have no data.
    #[must_use]
    pub fn explain(mut self, on: bool) -> Self {
        self.explain = on;
        self
    }

    /// Sends the detail of internal errors (-32603) as their data: what [`ErrorObject::internal`](crate::ErrorObject::internal) and
    /// [`Internal`](crate::Internal) were made from, or the message of a panic. Default off, since the detail may
    /// contain any secret. Turn it on for development, or for servers whose callers may know everything.
    ///
    /// The detail is logged in any case. Rust's panic hook also writes the message of a panic to standard error.
    #[must_use]
    pub fn disclose(mut self, on: bool) -> Self {
        self.disclose = on;
        self
    }

    /// Cancels every call whose client disconnects before the answer. Default off: only calls of methods that are marked
    /// `#[rpc(cancel_on_disconnect)]` are cancelled, and all others run to their end.
    ///
    /// The default is off because half-done work is often worse than work that nobody waits for. Also, over TCP the server
    /// can't tell a client that has only closed its own side from one that is gone. With this on, both count as gone. The
    /// call's future is dropped wherever it waits, so each method must cope with that. Notifications run to their end in any
    /// case, and so do `blocking` methods once they have begun.
    #[must_use]
    pub fn cancel_on_disconnect(mut self, on: bool) -> Self {
        self.cancel_on_disconnect = on;
        self.runs_apart |= on;
        self
    }

    /// Bounds the time of calls. Without this, a call has the time that its caller says, if the transport tells, and else as much
    /// as it needs.
    ///
    /// A caller says how long it waits in a header, over transports that have headers. When that time is over, nobody waits any
    /// more:
    ///
    /// - A call that is late before it begins does not run. It gets error [-33004](crate::code::EXPIRED).
    /// - A call that takes longer is dropped wherever it waits, as if its client had disconnected, and gets error
    ///   [-33005](crate::code::DEADLINE_EXCEEDED). A `blocking` method that has begun runs to its end, and sees it in
    ///   [`Context::is_cancelled`](crate::Context::is_cancelled).
    /// - Notifications always run to their end. So do streams that have been opened.
    ///
    /// A method that must not be dropped half-way does its work in a task of its own. The clock is that of the
    /// [runtime](Self::runtime). Without one, calls that are late are refused, and no call is dropped.
    #[must_use]
    pub fn deadlines(mut self, deadlines: Deadlines) -> Self {
        self.deadlines = deadlines.are_set().then_some(deadlines);
        self
    }

    /// Answers `rpc.methods`, `rpc.help` and `rpc.signature`; default on. See [introspection](crate::introspection).
    ///
    /// Anyone who may call these methods learns about every method, including those that middleware would refuse them.
    /// If the service has a method with one of these names, that method answers. A fallback answers them only if this
    /// is off.
    #[must_use]
    pub fn introspection(mut self, on: bool) -> Self {
        self.dialect.introspection = on;
        self
    }

    /// Answers `rpc.discover` with an OpenRPC document that has these settings. Without this call, the document has the default
    /// settings, and the method is unknown if no method of the service has schemas.
    ///
    /// The document is made when somebody asks for it first, and kept until the service has other methods. If it can't be made,
    /// the caller gets an internal error, and the log says why. A test that calls [`OpenRpc::of`] finds that sooner.
    ///
    /// Anyone who may call `rpc.discover` learns about every method, as with [`introspection`](Self::introspection). Turning
    /// introspection off turns this off too.
    #[cfg(feature = "schema")]
    #[must_use]
    pub fn openrpc(mut self, settings: OpenRpc) -> Self {
        self.discovery = Discovery::new(settings);
        self.discovery(true)
    }

    /// Answers `rpc.discover`; default on with the feature `schema`. See [`openrpc`](Self::openrpc).
    #[cfg(feature = "schema")]
    #[must_use]
    pub fn discovery(mut self, on: bool) -> Self {
        self.dialect.discovery = on;
        self
    }

    /// Accepts JSON-RPC 1.0 as well as 2.0; default off.
    ///
    /// A request without `jsonrpc` is one of 1.0. So is a request with `"jsonrpc": "1.0"`, which some programs send,
    /// such as those written for Bitcoin Core. A request of the 1.1 draft (`"version": "1.1"`) is treated as one of
    /// 1.0.
    ///
    /// A request of 1.0 has params by position. Its id can be any JSON, and null makes it a notification. The response
    /// has both `result` and `error`, and one of them is null. Batches work as in 2.0, and each entry may be of either
    /// version. Malformed JSON, and a request without `method`, belong to no version and get the answer of 2.0.
    ///
    /// ```
    /// # use rpc_core::{Dispatcher, Server};
    /// # futures_util::FutureExt::now_or_never(async {
    /// let echo = Dispatcher::new().method("echo", |text: String| async { text });
    /// let server = Server::new(echo).version_1(true);
    ///
    /// let reply = server.handle(br#"{"method":"echo","params":["hi"],"id":1}"#, Default::default()).await;
    /// assert_eq!(reply.unwrap().body(), br#"{"result":"hi","error":null,"id":1}"#);
    /// # }).unwrap();
    /// ```
    #[must_use]
    pub fn version_1(mut self, on: bool) -> Self {
        self.dialect.version_1 = on;
        self
    }

    /// Whether the server accepts JSON-RPC 1.0.
    pub fn understands_version_1(&self) -> bool {
        self.dialect.version_1
    }
}
