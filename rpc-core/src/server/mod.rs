//! [`Server`]: from the bytes of a message to the bytes of its reply.
//!
//! The only place that turns a failure into an error object, and that knows batches and silence. It does no I/O and
//! starts no task: a transport calls [`Server::handle`] and carries the bytes.

mod batch;
mod limits;

use std::any::Any;
use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use futures_util::FutureExt;

pub use limits::Limits;

use crate::context::{RequestMetadata, SpawnBlocking};
use crate::error::{ErrorObject, code};
use crate::json::cursor::{Cursor, describe_syntax_error, nests_deeper_than};
use crate::outcome::{Outcome, Responder};
use crate::params::InvalidParams;
use crate::secret::SecretParams;
use crate::service::{ResolvedMethod, Service, ShortCircuit};
use crate::wire::request::{self, Dialect, NotRun};
use crate::wire::write;
use crate::{Context, Id, introspection};

/// A service with its limits, ready to be given messages.
///
/// Transports use it; an application meets it only when it writes a transport of its own.
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
#[derive(Debug)]
pub struct Server<S> {
    service: Arc<S>,
    limits: Limits,
    spawn_blocking: Option<SpawnBlocking>,
    dialect: Dialect,
    explain: bool,
    disclose: bool,
}

impl<S> Clone for Server<S> {
    fn clone(&self) -> Self {
        Server {
            service: Arc::clone(&self.service),
            limits: self.limits,
            spawn_blocking: self.spawn_blocking,
            dialect: self.dialect,
            explain: self.explain,
            disclose: self.disclose,
        }
    }
}

impl<S: Service> Server<S> {
    /// A server with the default [`Limits`].
    pub fn new(service: S) -> Self {
        Server {
            service: Arc::new(service),
            limits: Limits::default(),
            spawn_blocking: None,
            dialect: Dialect {
                version_1: false,
                introspection: true,
            },
            explain: false,
            disclose: false,
        }
    }

    /// Sets the limits.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The limits, to be changed one by one.
    pub fn limits_mut(&mut self) -> &mut Limits {
        &mut self.limits
    }

    /// Says how `blocking` methods leave the async threads. Without it they run in place.
    #[must_use]
    pub fn spawn_blocking(mut self, spawn: SpawnBlocking) -> Self {
        self.spawn_blocking = Some(spawn);
        self
    }

    /// Says in the data of errors -32700 and -32600 what is wrong with a message that is no request; default off, and only
    /// in the log, since the specification's own examples of these errors have no data.
    #[must_use]
    pub fn explain(mut self, on: bool) -> Self {
        self.explain = on;
        self
    }

    /// Sends the detail of internal errors (-32603) as their data: what [`ErrorObject::internal`] and
    /// [`Internal`](crate::Internal) were made of, or what a method panicked with. Default off, since it may be any secret: for
    /// development, and for servers whose callers may know everything. The log has the detail in any case; standard
    /// error, by Rust's panic hook, has the text of a panic, too.
    #[must_use]
    pub fn disclose(mut self, on: bool) -> Self {
        self.disclose = on;
        self
    }

    /// Answers `rpc.methods`, `rpc.help` and `rpc.signature`; default on: whoever may call these learns of every method, also
    /// of those that middleware would refuse them. See [`introspection`]. A service that has a method
    /// of such a name answers it by itself; a fallback does not, unless this is off.
    #[must_use]
    pub fn introspection(mut self, on: bool) -> Self {
        self.dialect.introspection = on;
        self
    }

    /// Understands JSON-RPC 1.0 beside 2.0; default off.
    ///
    /// A request of 1.0 is told by its missing `jsonrpc`, or by `"jsonrpc": "1.0"`, which some programs send, such as those
    /// written for Bitcoin Core. One of the draft of 1.1 (`"version": "1.1"`) is taken as one of 1.0. It has params by position, and an id, which can be any JSON, and is null for a
    /// notification; its response has both `result` and `error`, one of which is null. Batches are those of 2.0, and each
    /// of their entries may be of either version. What is no JSON, and what has no `method`, is of no version, and answered
    /// as 2.0 says.
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

    /// Does it understand JSON-RPC 1.0?
    pub fn understands_version_1(&self) -> bool {
        self.dialect.version_1
    }

    /// The service.
    pub fn service(&self) -> &S {
        &self.service
    }

    /// Looks a name up, as a call of it does. The service is the application's code: where it panics, that is an internal
    /// error (-32603), and is logged.
    ///
    /// For transports whose callers do not write messages, as [`check`](Self::check) is.
    pub fn find(&self, name: &str) -> Result<Option<ResolvedMethod>, ErrorObject> {
        look_up(&*self.service, name).map_err(|panic| {
            let error = ErrorObject::panicked("looking a method up", name, &*panic);
            match self.disclose {
                true => error.disclosed(),
                false => error,
            }
        })
    }

    /// Has the service a method of this name or alias? A [fallback](crate::Dispatcher::fallback) is none. The error is that
    /// of [`find`](Self::find).
    pub fn has(&self, name: &str) -> Result<bool, ErrorObject> {
        let found = self.find(name)?;
        Ok(found.is_some_and(|found| !found.is_fallback()))
    }

    /// Which params of this method are kept out of logs. Those of an unknown method all are: nobody knows what they mean.
    pub fn secret_params(&self, method: &str) -> SecretParams {
        match look_up(&*self.service, method) {
            Ok(Some(found)) if !found.is_fallback() => SecretParams::of_method(found.method()),
            Ok(_) => introspection::find(method).map_or(SecretParams::all(), |found| {
                SecretParams::all_but_declared(found.method())
            }),
            // The service may have any secrets. The call panics in the same way, and reports it.
            Err(_panic) => SecretParams::all(),
        }
    }

    /// Would a method take these params, given as JSON? It is not run.
    ///
    /// For transports whose callers do not write JSON, so that what they do write may mean one value or another.
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
        request::check(params, &*self.service, method)
    }

    /// Answers one message: a request, a notification or a batch. `None` is silence: there is nothing to send.
    ///
    /// Whatever the bytes are, there is an answer or silence, and never a panic. Dropping the future cancels the calls.
    pub fn handle(
        &self,
        message: &[u8],
        metadata: RequestMetadata,
    ) -> impl Future<Output = Option<Reply>> + Send {
        // That this is `Send` can be proved here, and not where `S` is unknown (rust-lang/rust#100013).
        self.answer(message, metadata)
    }

    async fn answer(&self, message: &[u8], metadata: RequestMetadata) -> Option<Reply> {
        let text = match crate::wire::text(message) {
            Ok(text) => text,
            Err(error) => return Some(self.parse_error(&error.to_string())),
        };
        let limit = self.limits.max_nesting;
        if limit < Limits::DEFAULT.max_nesting && nests_deeper_than(text, limit) {
            return Some(self.parse_error(&format!("nested more than {limit} deep")));
        }
        let mut cursor = Cursor::new(text);
        if cursor.peek() == Some(b'[') {
            // In a box of its own, so that what a single call takes along is no larger for it.
            return Box::pin(self.handle_batch(text, cursor, metadata)).await;
        }
        let mut cx = self.context(metadata);
        let call = match request::read(&mut cursor, &*self.service, self.dialect, &mut cx) {
            Ok(call) if cursor.end().is_ok() => call,
            _ => return Some(self.parse_error(&describe_syntax_error(text))),
        };
        let outcome = self.run(call, &cx, Vec::new()).await;
        Reply::to(&cx, outcome, self.disclose)
    }

    fn context(&self, metadata: RequestMetadata) -> Context {
        Context::new(metadata, self.spawn_blocking)
    }

    /// Runs one request.
    async fn run(
        &self,
        call: Result<S::Args<'_>, NotRun<'_>>,
        cx: &Context,
        buffer: Vec<u8>,
    ) -> Outcome {
        let service = &*self.service;
        // A panic of the application's code costs its caller an internal error, and nobody else anything.
        let outcome = match call {
            Ok(args) => {
                let responder = Responder::new(buffer, cx.is_notification());
                let running = async { service.call(args, cx, responder).await };
                AssertUnwindSafe(running).catch_unwind().await
            }
            Err(NotRun::Refused(error)) => {
                let answer = ShortCircuit::from(Outcome::from(error));
                let running = async { service.short_circuit(answer, cx).await };
                AssertUnwindSafe(running).catch_unwind().await
            }
            Err(NotRun::Own(params)) => {
                let answer = || introspection::answer(service, cx.method_name(), params);
                let running =
                    async { service.short_circuit(ShortCircuit::later(answer), cx).await };
                AssertUnwindSafe(running).catch_unwind().await
            }
            Err(NotRun::Invalid(reason)) => Ok(self
                .explained(ErrorObject::invalid_request(), reason)
                .into()),
        };
        outcome.unwrap_or_else(|panic| {
            ErrorObject::panicked("the method", cx.method_name(), &*panic).into()
        })
    }

    fn parse_error(&self, reason: &str) -> Reply {
        let error = self.explained(ErrorObject::parse_error(), reason);
        Reply::finish(error.into(), &Id::NULL)
    }

    fn explained(&self, error: ErrorObject, reason: &str) -> ErrorObject {
        tracing::debug!(code = error.code(), reason, "a message is no request");
        if self.explain {
            error.with_data(reason)
        } else {
            error
        }
    }
}

/// Looks a name up; the error is what the service panicked with, which nobody has been told of.
pub(crate) fn look_up(
    service: &impl Service,
    name: &str,
) -> Result<Option<ResolvedMethod>, Box<dyn Any + Send>> {
    catch_unwind(AssertUnwindSafe(|| service.find(name)))
}

/// What is sent back.
pub struct Reply {
    body: Vec<u8>,
    error_code: Option<i64>,
}

impl Reply {
    /// The message, to be sent as it is.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The message, to be sent as it is.
    pub fn into_body(self) -> Vec<u8> {
        self.body
    }

    /// The code, where the reply is one error; for transports that show it, such as by an HTTP status.
    pub fn error_code(&self) -> Option<i64> {
        self.error_code
    }

    /// The status of JSON-RPC over HTTP, where a server is set to answer errors with other statuses than 200: 400 for a
    /// message that is no request or has wrong params, 404 for an unknown method, 500 for any other error.
    pub fn http_status(&self) -> u16 {
        self.error_code.map_or(200, code::http_status)
    }

    /// The reply to one call; `None` to a notification.
    #[inline]
    fn to(cx: &Context, outcome: Outcome, disclose: bool) -> Option<Self> {
        let id = cx.id()?;
        let outcome = match disclose {
            true => outcome.disclosed(),
            false => outcome,
        };
        Some(match cx.version_1 {
            true => Reply::finish_version_1(outcome, id),
            false => Reply::finish(outcome, id),
        })
    }

    #[inline]
    fn finish(outcome: Outcome, id: &Id) -> Self {
        let (mut body, error) = outcome.into_parts();
        match &error {
            None => write::end_response(&mut body, id),
            Some(error) => write::error_response(&mut body, error, id),
        }
        Reply {
            body,
            error_code: error.map(|error| error.code()),
        }
    }

    #[cold]
    fn finish_version_1(outcome: Outcome, id: &Id) -> Self {
        let (body, error) = outcome.into_parts();
        let result = error.is_none().then_some(body);
        Reply {
            body: write::version_1_response(result, error.as_ref(), id),
            error_code: error.map(|error| error.code()),
        }
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("body", &String::from_utf8_lossy(&self.body))
            .field("error_code", &self.error_code)
            .finish()
    }
}
