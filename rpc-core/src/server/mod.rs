//! [`Server`]: from the bytes of a message to the bytes of its reply.
//!
//! This module decides how a batch runs, which error a request gets, and which messages get no reply. It does no I/O and
//! starts no tasks: a transport calls [`Server::handle`] and moves the bytes.

mod answers;
mod batch;
mod cancel;
mod deadline;
mod into_server;
mod lookup;
mod plan;
mod reply;
mod run;
mod running;
mod settings;
mod topic;

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use serde_json::value::RawValue;

pub use self::into_server::IntoServer;
use self::plan::{Dialect, Plan, Planned};
pub use self::reply::Reply;
use self::reply::ReplyRules;
use crate::deadline::Deadlines;
use crate::error::ErrorObject;
use crate::json::cursor::{Cursor, describe_syntax_error, nests_deeper_than};
use crate::json::text;
use crate::limits::{Limits, MAX_NESTING};
#[cfg(feature = "schema")]
use crate::openrpc::Discovery;
use crate::params::InvalidParams;
use crate::reflection;
use crate::runtime::DynRuntime;
use crate::secret::SecretParams;
use crate::service::room::Room;
use crate::service::{
    Context, Origin, RequestMetadata, ResolvedMethod, Responder, Service, panics,
};
use crate::wire::{Kind, Message};

/// A service with its limits, ready to handle messages.
///
/// An application needs it to change settings, or to write a transport of its own.
///
/// ```
/// # use rpc_core::{Dispatcher, Server};
/// # let runtime = futures_util::future::pending::<()>();
/// # futures_util::FutureExt::now_or_never(async {
/// let server = Server::new(Dispatcher::new().method("echo", |text: String| async { text }));
///
/// let reply = server.handle(br#"{"jsonrpc":"2.0","method":"echo","params":["hi"],"id":1}"#, Default::default()).await;
/// assert_eq!(reply.unwrap().body(), br#"{"jsonrpc":"2.0","result":"hi","id":1}"#);
/// # }).unwrap();
/// ```
pub struct Server<S> {
    service: Arc<S>,
    limits: Limits,
    runtime: Option<DynRuntime>,
    dialect: Dialect,
    explain: bool,
    disclose: bool,
    cancel_on_disconnect: bool,
    /// Whether no call is simply run to its end: see [`runs_apart`](Self::runs_apart).
    runs_apart: bool,
    /// `None` if they are not set.
    deadlines: Option<Deadlines>,
    #[cfg(feature = "schema")]
    discovery: Discovery,
}

impl<S> fmt::Debug for Server<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("service", &std::any::type_name::<S>())
            .field("limits", &self.limits)
            .field("dialect", &self.dialect)
            .field("explain", &self.explain)
            .field("disclose", &self.disclose)
            .field("cancel_on_disconnect", &self.cancel_on_disconnect)
            .field("deadlines", &self.deadlines)
            .finish_non_exhaustive()
    }
}

impl<S> Clone for Server<S> {
    fn clone(&self) -> Self {
        Server {
            service: Arc::clone(&self.service),
            limits: self.limits,
            runtime: self.runtime.clone(),
            dialect: self.dialect,
            explain: self.explain,
            disclose: self.disclose,
            cancel_on_disconnect: self.cancel_on_disconnect,
            runs_apart: self.runs_apart,
            deadlines: self.deadlines,
            #[cfg(feature = "schema")]
            discovery: self.discovery.clone(),
        }
    }
}

impl<S: Service> Server<S> {
    /// A server with the default [`Limits`].
    pub fn new(service: S) -> Self {
        Server {
            service: Arc::new(service),
            limits: Limits::default(),
            runtime: None,
            dialect: Dialect {
                version_1: false,
                introspection: true,
                #[cfg(feature = "schema")]
                discovery: true,
            },
            explain: false,
            disclose: false,
            cancel_on_disconnect: false,
            runs_apart: false,
            deadlines: None,
            #[cfg(feature = "schema")]
            discovery: Discovery::default(),
        }
    }

    /// The service.
    pub fn service(&self) -> &S {
        &self.service
    }

    /// Looks up a method by name, as a call does. If the service panics, the result is an internal error (-32603) and
    /// the panic is logged.
    ///
    /// For transports whose callers do not write messages, like [`check`](Self::check).
    pub fn find(&self, name: &str) -> Result<Option<ResolvedMethod>, ErrorObject> {
        lookup::find(&*self.service, name).map_err(|mut error| {
            error.log(name, None);
            self.replies().error(error)
        })
    }

    /// Whether the service has a method with this name or alias. A [fallback](crate::Dispatcher::fallback) does not
    /// count. The error is that of [`find`](Self::find).
    pub fn has(&self, name: &str) -> Result<bool, ErrorObject> {
        let found = self.find(name)?;
        Ok(found.is_some_and(|found| !found.is_fallback()))
    }

    /// Whether a message is a single call of a method that returns a stream, or may do so because another server has it.
    /// Subscriptions don't count. Some transports answer such calls in another form.
    pub fn opens_stream(&self, message: &[u8]) -> bool {
        let Message::Single(envelope) = Message::read(message) else {
            return false;
        };
        let name = envelope
            .method()
            .filter(|_| envelope.kind() == Kind::Request);
        let found = name.and_then(|name| lookup::find(&*self.service, &name).ok().flatten());
        found.is_some_and(|found| {
            let method = found.method();
            let streams = method.stream.is_some() && method.subscription_form().is_none();
            streams || found.may_stream()
        })
    }

    /// Which params of this method are kept out of logs. For an unknown method it is all of them, since their meaning
    /// is unknown.
    pub fn secret_params(&self, method: &str) -> SecretParams {
        match panics::catch(|| self.service.find(method)) {
            Ok(Some(found)) if !found.is_fallback() => SecretParams::of_method(found.method()),
            Ok(_) => reflection::find(method).map_or(SecretParams::all(), |found| {
                SecretParams::all_but_declared(found.method())
            }),
            // The service may have any secrets. The call panics in the same way and reports it.
            Err(_panic) => SecretParams::all(),
        }
    }

    /// Checks whether a method would accept these params, given as JSON, without running it.
    ///
    /// For transports whose callers do not write JSON, so that a text may stand for one of several values.
    ///
    /// ```
    /// use rpc_core::{Dispatcher, Server};
    ///
    /// let server = Server::new(Dispatcher::new().method("echo", |text: String| async { text }));
    /// let echo = server.find("echo")?.unwrap();
    /// assert!(server.check(&echo, Some("[5]")).is_err());
    /// assert!(server.check(&echo, Some(r#"["5"]"#)).is_ok());
    /// # Ok::<(), rpc_core::ErrorObject>(())
    /// ```
    pub fn check(
        &self,
        method: &ResolvedMethod,
        params: Option<&str>,
    ) -> Result<(), InvalidParams> {
        plan::check(params, &*self.service, method)
    }

    /// Calls a method by name, without a message, and returns the result as JSON. `params` is an array or an object,
    /// or `None` for no params. The call goes through the same limits and middleware as one in a message. A
    /// notification method returns `null`.
    ///
    /// For transports whose callers do not write messages.
    ///
    /// ```
    /// # futures_util::FutureExt::now_or_never(async {
    /// use rpc_core::{Dispatcher, Server};
    /// use serde_json::value::RawValue;
    ///
    /// let server = Server::new(Dispatcher::new().method("echo", |text: String| async { text }));
    /// let params = RawValue::from_string(r#"["hi"]"#.to_owned())?;
    /// let result = server.call("echo", Some(&params), Default::default()).await;
    /// assert_eq!(result.unwrap().get(), r#""hi""#);
    /// # Ok::<(), serde_json::Error>(())
    /// # }).unwrap().unwrap();
    /// ```
    pub fn call(
        &self,
        method: &str,
        params: Option<&RawValue>,
        metadata: RequestMetadata,
    ) -> impl Future<Output = Result<Box<RawValue>, ErrorObject>> + Send {
        // See `handle`.
        self.call_directly(method, params, metadata)
    }

    async fn call_directly(
        &self,
        method: &str,
        params: Option<&RawValue>,
        metadata: RequestMetadata,
    ) -> Result<Box<RawValue>, ErrorObject> {
        let params = params.map(RawValue::get);
        // In a message, the params are nested inside the request object. That level counts too.
        let limit = self.limits.max_nesting;
        let is_too_deep = |params| nests_deeper_than(params, limit.saturating_sub(1));
        if limit < MAX_NESTING && params.is_some_and(is_too_deep) {
            return Err(self.too_deep());
        }
        let mut cx = self.context(metadata);
        let plan = match params.map(str::as_bytes) {
            None | Some([b'[' | b'{', ..]) => {
                plan::of_call(method, params, &*self.service, self.dialect, &mut cx)
            }
            Some(_) => Plan::Invalid("`params` is neither an array nor an object"),
        };
        let responder = Responder::new(Vec::new(), self.room(&cx));
        let outcome = run::ended(self.run(plan, &cx, responder).await, &cx);
        self.replies().result(&cx, outcome)
    }

    /// Answers one message: a request, a notification or a batch. Returns `None` if there is nothing to send.
    ///
    /// Never panics, whatever the bytes are. Dropping the future cancels the calls. If clients can go away, a transport
    /// therefore runs the future to its end in a task. Calls that are [cancelled on disconnect](Self::cancel_on_disconnect)
    /// learn from the [metadata](crate::transport::Attachment::client_gone) that the client has gone.
    pub fn handle(
        &self,
        message: &[u8],
        metadata: RequestMetadata,
    ) -> impl Future<Output = Option<Reply>> + Send {
        // The future can be proved `Send` here, but not where `S` is unknown (rust-lang/rust#100013).
        self.answer(message, metadata)
    }

    async fn answer(&self, message: &[u8], metadata: RequestMetadata) -> Option<Reply> {
        let text = match text::read(message) {
            Ok(text) => text,
            Err(error) => return Some(self.parse_error(&error.to_string())),
        };
        let limit = self.limits.max_nesting;
        if limit < MAX_NESTING && nests_deeper_than(text, limit) {
            return Some(Reply::refusal(&self.too_deep()));
        }
        let mut cursor = Cursor::new(text);
        if cursor.peek() == Some(b'[') {
            // Boxed, so that the future of a single call is no larger because of it.
            return Box::pin(self.handle_batch(text, cursor, metadata)).await;
        }
        let mut cx = self.context(metadata);
        let mut plan = Planned::EMPTY;
        let service = &*self.service;
        let read = plan::read(&mut cursor, service, self.dialect, &mut cx, &mut plan);
        if read.and_then(|()| cursor.end()).is_err() {
            return Some(self.parse_error(&describe_syntax_error(text)));
        }
        let responder = Responder::new(Vec::new(), self.room(&cx));
        let outcome = run::ended(self.run(plan.take(), &cx, responder).await, &cx);
        Reply::to(&cx, outcome, self.replies())
    }

    /// The room for the result of a call that is not part of a batch.
    fn room(&self, cx: &Context) -> Room {
        match cx.is_notification() {
            true => Room::NONE,
            false => Room::single(self.limits.max_reply),
        }
    }

    fn replies(&self) -> ReplyRules {
        ReplyRules {
            disclose: self.disclose,
            limit: self.limits.max_reply,
        }
    }

    /// The runtime, for the in-process transport's timeouts.
    pub(crate) fn clock(&self) -> Option<&DynRuntime> {
        self.runtime.as_ref()
    }

    /// The context of a single call.
    // Always, since a context is large and would be moved.
    #[inline(always)]
    fn context(&self, metadata: RequestMetadata) -> Context {
        let deadline = self.deadline(&metadata);
        Context::new(Origin::of_call(metadata, self.runtime.clone(), deadline))
    }

    fn too_deep(&self) -> ErrorObject {
        let limit = self.limits.max_nesting;
        let reason = format!("nested more than {limit} levels deep");
        self.explained(ErrorObject::parse_error(), &reason)
    }

    fn parse_error(&self, reason: &str) -> Reply {
        let error = self.explained(ErrorObject::parse_error(), reason);
        Reply::refusal(&error)
    }

    fn explained(&self, error: ErrorObject, reason: &str) -> ErrorObject {
        tracing::debug!(code = error.code(), reason, "invalid message");
        if self.explain {
            error.with_data(reason)
        } else {
            error
        }
    }
}
