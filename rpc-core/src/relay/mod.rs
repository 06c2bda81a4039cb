//! [`relay`]: a service whose methods another server has.
//!
//! What a client reaches can be put behind any endpoint that way: HTTP in front of NATS, for example. See [`Relay`].

mod learned;
mod refusal;
mod streams;

use std::borrow::Cow;
use std::collections::HashMap;
use std::convert::Infallible;
use std::fmt;

use http::{HeaderMap, HeaderName};
use serde_json::value::RawValue;

use self::learned::Learned;
use crate::client::{CallBuilder, Client, Transport, passed_on};
use crate::contract::{Contract, Method, ParamsStyle, StreamForm};
use crate::error::{CallError, Execution, code};
use crate::params::{InvalidParams, Params, Strictness};
use crate::secret::Secret;
use crate::service::{Context, MethodRef, Outcome, ResolvedMethod, Responder, Service, streaming};

/// A service that passes every call on to the server that a client reaches. See [`Relay`].
///
/// ```
/// use rpc_core::{Dispatcher, memory, relay};
///
/// # futures_util::FutureExt::now_or_never(async {
/// let shop = Dispatcher::new().method("add", |a: i64, b: i64| async move { a + b });
/// let behind = memory::connect(shop); // or `rpc_nats::Client::new("nats://127.0.0.1:4222/shop")?`
///
/// // With `rpc_http`, it would be served with `serve(listener, endpoint(relay(behind)))`.
/// let in_front = memory::connect(relay(behind));
/// let sum: i64 = in_front.call("add", (1, 2)).await?;
/// assert_eq!(sum, 3);
/// # Ok::<(), rpc_core::CallError>(())
/// # }).unwrap().unwrap();
/// ```
pub fn relay<T: Transport>(client: Client<T>) -> Relay<T> {
    Relay {
        client,
        headers: Vec::new(),
        passes: |_| false,
        contracts: Vec::new(),
        known: HashMap::new(),
        learned: Learned::default(),
    }
}

/// A service that passes every call on to the server that a client reaches: a gateway, once an endpoint serves it.
///
/// **What is passed on.** Every method, also the server's `rpc.methods`, `rpc.help` and `rpc.signature`. Params, results, error
/// objects and the items of streams go through as the text that they are: no number is read and written again. Ids belong to
/// each side. The entries of a batch are passed on one by one, as many at a time as [the server in
/// front](crate::Limits::batch_concurrency) allows, so that they spread over the servers behind. A notification stays one,
/// whatever becomes of it, and failures are logged.
///
/// **Time and headers.** A call behind gets the time that the call in front has left, but no more than the client's own timeout.
/// It also gets the headers that follow a call: see [`Call::within`](crate::Call::within). [`forward_header`](Self::forward_header)
/// and [`forward_headers`](Self::forward_headers) name others. A notification gets the client's timeout, since it runs whether or
/// not somebody waits. The headers of replies stay behind, except for what they say about another attempt: the reply in front has
/// `retry-after` and `retry-after-ms`.
///
/// **Failures.** Error objects of the server behind keep their code, message and data. Other failures become error objects that
/// name no server, and that say what is known about the call:
///
/// | failure behind | error in front | did it run? |
/// | --- | --- | --- |
/// | the call was not delivered, and may be later | [-32009](code::BUSY) | no |
/// | the call can't be delivered, such as one that is too large | [-32600](code::INVALID_REQUEST) | no |
/// | its time was over before it was sent | [-33004](code::EXPIRED) | no |
/// | no reply in time | [-33005](code::DEADLINE_EXCEEDED) | perhaps |
/// | anything else, such as a lost connection | [-32603](code::INTERNAL_ERROR) | perhaps |
///
/// Causes are logged. Over HTTP, the header `rpc-refused` also says that a call did not run. If a [`Policy`](crate::Policy) of
/// the client has sent a call twice, and only the second attempt was refused, the caller is told that it may have run.
///
/// **Giving up.** If the server in front drops a call, the call behind is dropped, too. Over HTTP, a call goes on without its
/// caller, unless [the server says otherwise](crate::Server::cancel_on_disconnect).
///
/// **Streams** are passed on if the caller's connection can carry them. The next item is taken only when there is room for it in
/// front. The end, errors and cursors go through, so a client opens a stream again where it was cut off. The relay tells in two
/// ways which methods return streams:
///
/// - From their [contract](Self::contract), if it has it.
/// - Otherwise it calls first. Over HTTP and NATS, a method that returns a stream refuses a call (error -33000). The relay then
///   opens the stream, and remembers [up to 1,024](crate::limits::RELAY_STREAMS) such names. A WebSocket or a socket to the server
///   behind gives no such hint, and the items are lost. So the relay needs the contract there.
///
/// A call over HTTP that accepts `text/event-stream` may turn into a stream. So it is dropped if its client goes away.
///
/// Three things are not passed on: subscriptions, streams with a [token](StreamForm::Token) that the caller chooses, and calls of
/// the client. With the contract, the relay refuses them (error -33000), and nothing runs. Without it, the server behind refuses
/// them over HTTP and NATS, but a call with such a token runs, and then fails with -32603. Over a WebSocket or a socket to the server
/// behind, the relay needs the contract for this, too.
pub struct Relay<T> {
    client: Client<T>,
    /// Headers that are passed on in addition to the usual ones.
    headers: Vec<HeaderName>,
    /// Whether any other header is passed on.
    passes: fn(&HeaderName) -> bool,
    contracts: Vec<Contract>,
    /// The methods of the contracts, by name and by alias.
    known: HashMap<String, MethodRef>,
    /// Other methods that return streams.
    learned: Learned,
}

impl<T: Transport> Relay<T> {
    /// Passes a header of calls on, such as `authorization`. By default, only those go on that [follow a
    /// call](crate::Call::within). All values of the header are passed on.
    #[must_use]
    pub fn forward_header(mut self, name: HeaderName) -> Self {
        self.headers.push(name);
        self
    }

    /// Passes on every header of calls that this function accepts, for names that are not known beforehand. The server behind gets an
    /// accepted header whoever has set it. So a function that lists what to leave out must list all of it: headers of the connection
    /// in front, such as `host` and `content-length`, and secrets of the server in front, such as `cookie`.
    #[must_use]
    pub fn forward_headers(mut self, passes: fn(&HeaderName) -> bool) -> Self {
        self.passes = passes;
        self
    }

    /// Tells the relay about methods. It still passes on all others, and does not check params.
    ///
    /// What the contract says then holds in front: middleware sees the methods' tags, a [`Policy`](crate::Policy) of the client
    /// repeats idempotent calls, secrets stay out of the [message log](crate::message_log) while other params are in it, and
    /// methods that return streams are opened as such. A [`Dispatcher`](crate::Dispatcher) can add the relay's methods.
    ///
    /// ```
    /// use rpc_core::{Client, Dispatcher, Transport, relay, rpc};
    ///
    /// #[rpc(namespace = "orders")]
    /// trait Orders {
    ///     #[rpc(idempotent)]
    ///     async fn list(&self) -> Vec<u64>;
    /// }
    ///
    /// /// A gateway with a method of its own.
    /// fn gateway<T: Transport>(behind: Client<T>) -> Dispatcher {
    ///     let orders = relay(behind).contract(<OrdersClient>::CONTRACT);
    ///     Dispatcher::new().service(orders).method("health", || async { "ok" })
    /// }
    /// # drop(gateway(rpc_core::memory::connect(Dispatcher::new())));
    /// ```
    #[must_use]
    pub fn contract(mut self, contract: &Contract) -> Self {
        for method in contract.methods.iter() {
            let shared = MethodRef::from(method.clone());
            let aliases = method.aliases.iter().chain([&method.name]);
            let names = aliases.map(|name| (name.to_string(), shared.clone()));
            self.known.extend(names);
        }
        self.contracts.push(contract.clone());
        self
    }

    /// The client.
    pub fn client(&self) -> &Client<T> {
        &self.client
    }

    /// Begins the call behind.
    fn start(&self, args: &PassedParams<'_>) -> CallBuilder<T> {
        let method = &*args.method;
        let mut call = self.client.start(&method.name);
        if method.idempotent {
            call = call.idempotent();
        }
        for secret in self.secrets(method) {
            call = call.secret(secret);
        }
        match args.params {
            Some(params) => call.whole(params),
            None => call,
        }
    }

    /// What the message log of the client hides: all params, if nobody knows what they mean.
    fn secrets(&self, method: &Method) -> Vec<Secret> {
        let name = || method.name.to_string();
        let has_secrets = method.params.iter().any(|param| param.secret);
        let is_unknown = !self.known.contains_key(&*method.name) && !is_of_server(&method.name);
        if is_unknown || has_secrets && method.style == ParamsStyle::Whole {
            return vec![Secret::params(name())];
        }
        let params = method.params.iter().enumerate();
        let secret = params.filter(|(_, param)| param.secret);
        secret
            .map(|(index, param)| Secret::param(name(), index, param.name))
            .collect()
    }

    /// The headers that are passed on because they were named.
    fn named_headers(&self, cx: &Context) -> HeaderMap {
        let is_named = |name: &HeaderName| self.headers.contains(name) || (self.passes)(name);
        let headers = cx.headers().iter();
        headers
            .filter(|(name, _)| is_named(name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }

    async fn pass_on(&self, args: PassedParams<'_>, cx: &Context, responder: Responder) -> Outcome {
        let can_stream = streams::can_be_opened(cx, &responder);
        if self.learned.contains(&args.method.name) {
            if can_stream {
                return Box::pin(self.open_unannounced(&args, cx, responder, None)).await;
            }
            if responder.is_in_batch() {
                return streaming::stream_in_batch().into();
            }
        }
        let call = self.start(&args).call::<Box<RawValue>, Infallible>();
        match call.headers(&self.named_headers(cx)).within(cx).await {
            Ok(result) => responder.value(result),
            Err(error) if can_stream && is_stream(&error, &args.method) => {
                Box::pin(self.open_unannounced(&args, cx, responder, Some(error))).await
            }
            Err(error) => refusal::of_call(error, cx),
        }
    }

    async fn notify(&self, args: PassedParams<'_>, cx: &Context, responder: Responder) -> Outcome {
        let notification = self.start(&args).notification();
        let headers = self.named_headers(cx);
        let sent = notification.headers(&passed_on(cx)).headers(&headers).await;
        if let Err(error) = sent {
            refusal::log(&error, cx);
        }
        responder.value(())
    }
}

/// Whether a call failed because its method returns a stream. One with a token of the caller's can't be passed on.
fn is_stream(error: &CallError, method: &Method) -> bool {
    let needs_more = |error: &CallError| {
        error
            .object()
            .is_some_and(|error| error.code() == code::NEEDS_DUPLEX)
    };
    let did_not_run = error.execution() == Execution::NotRun;
    method.stream.is_none() && did_not_run && needs_more(error)
}

/// Whether the specification reserves a name for servers themselves (section 8).
fn is_of_server(name: &str) -> bool {
    name.starts_with("rpc.")
}

/// A call that is passed on, with its params as they came.
pub struct PassedParams<'de> {
    method: MethodRef,
    params: Option<&'de RawValue>,
}

impl PassedParams<'_> {
    /// Whether this parameter is given, by name.
    fn have(&self, name: &str) -> bool {
        type Members<'a> = HashMap<Cow<'a, str>, &'a RawValue>;
        let members = self
            .params
            .map(|it| serde_json::from_str::<Members>(it.get()));
        let members = members.and_then(Result::ok).unwrap_or_default();
        members.get(name).is_some_and(|value| value.get() != "null")
    }
}

impl fmt::Debug for PassedParams<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PassedParams")
            .field("method", &self.method.name)
            .finish_non_exhaustive()
    }
}

impl<T: Transport> Service for Relay<T> {
    type Args<'de> = PassedParams<'de>;

    fn contracts(&self) -> Vec<Contract> {
        self.contracts.clone()
    }

    fn find(&self, name: &str) -> Option<ResolvedMethod> {
        static ANY: Method = Method::new("", "");
        let found = ResolvedMethod::new(&ANY, 0);
        if let Some(method) = self.known.get(name) {
            return Some(found.with_method(method.clone()));
        }
        let mut method = ANY.clone();
        method.name = name.to_owned().into();
        let found = found.with_method(method.into());
        // The server in front would answer its own methods, if they were those of a fallback.
        Some(match is_of_server(name) {
            true => found,
            false => found.fallback().that_may_stream(),
        })
    }

    fn decode<'de>(
        &self,
        method: &ResolvedMethod,
        params: Params<'_, 'de>,
    ) -> Result<Self::Args<'de>, InvalidParams> {
        let params = match params.is_absent() {
            true => None,
            false => Some(params.read_whole(Strictness::Lenient)?),
        };
        let method = method.method_ref().clone();
        Ok(PassedParams { method, params })
    }

    async fn call(&self, args: Self::Args<'_>, cx: &Context, responder: Responder) -> Outcome {
        if cx.is_notification() {
            return self.notify(args, cx, responder).await;
        }
        let form = args.method.stream.as_ref().map(|stream| &stream.form);
        match form {
            _ if args.method.peer => refusal::needs_more("calls its client"),
            Some(StreamForm::Subscription(_)) => refusal::needs_more("opens a subscription"),
            Some(StreamForm::Token(name)) if args.have(name) => {
                refusal::needs_more("returns a stream with a token")
            }
            // The server in front has begun a stream, since it knows that the method returns one.
            Some(StreamForm::Progress | StreamForm::Resume) => match streaming::is_begun(cx) {
                true => Box::pin(self.open(&args, cx, responder, None)).await,
                false => streaming::needs_duplex(cx).into(),
            },
            Some(StreamForm::Token(_)) | None => self.pass_on(args, cx, responder).await,
        }
    }
}

impl<T> fmt::Debug for Relay<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Relay")
            .field("client", &self.client)
            .field("headers", &self.headers)
            .field("known", &self.known.len())
            .finish_non_exhaustive()
    }
}
