//! [`Client`]: calls over any transport.
//!
//! The generated stubs are thin: each method writes its arguments into a message and hands it to a [`Client`], which
//! gives it an id, sends it over its [`Transport`], and checks and decodes the reply.

mod answers;
mod arguments;
mod batch;
mod batch_reply;
mod batching;
mod boxed;
mod builder;
mod call;
mod dialect;
mod doubled;
mod flattened;
pub mod ids;
mod lazy;
mod method_name;
mod none;
mod options;
mod policy;
mod progress;
mod raw;
mod resuming;
mod scalars;
mod stream_items;
mod stream_log;
mod streaming;
mod tolerance;
mod transport;
mod version_1;
mod within;

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use self::dialect::Dialect;
use self::method_name::MethodName;
use self::tolerance::Tolerance;
use crate::error::CallTarget;

pub use batch::{Batch, BatchCall, BatchEntry};
pub use batching::{Batched, Batching};
pub use boxed::BoxTransport;
pub use builder::CallBuilder;
pub use call::{Call, Notification};
pub use ids::IdSource;
pub use policy::{Budget, Endpoints, Policy, Resilient};
pub use progress::Progress;
pub use raw::{RawCall, RawMessage};
pub use resuming::CursorParameter;
pub(crate) use stream_items::PassedOn;
pub use stream_log::StreamLog;
pub use streaming::{StreamCall, Streaming};
pub use transport::{
    Connect, StreamItem, StreamMessage, Transport, TransportFailure, TransportReply,
    TransportRequest, TransportStream,
};
pub use version_1::Version1;
pub(crate) use within::passed_on;

use crate::bounds::CallResult;

/// Calls over a transport. A clone shares the transport and the ids.
///
/// Make a typed stub from it (`OrdersClient::new(client.clone())`), or use [`call`](Self::call) and [`notify`](Self::notify),
/// which need no contract.
///
/// ```
/// # use rpc_core::{Dispatcher, memory};
/// # futures_util::FutureExt::now_or_never(async {
/// let client = memory::connect(Dispatcher::new().method("add", |a: i64, b: i64| async move { a + b }));
///
/// let sum: i64 = client.call("add", (1, 2)).await?;
/// assert_eq!(sum, 3);
/// # Ok::<(), rpc_core::CallError>(())
/// # }).unwrap().unwrap();
/// ```
///
/// The type parameter is the transport. To name a client or a stub without it, [box](Self::boxed) the transport:
///
/// ```
/// # use rpc_core::{Dispatcher, memory, rpc};
/// use rpc_core::Client;
///
/// # #[rpc]
/// # trait Orders {
/// #     async fn place(&self, item: &str) -> u64;
/// # }
/// struct App {
///     client: Client,
///     orders: OrdersClient,
/// }
///
/// let client = memory::connect(Dispatcher::new()).boxed();
/// let app = App { orders: OrdersClient::new(client.clone()), client };
/// # drop((app.client, app.orders));
/// ```
pub struct Client<T = BoxTransport> {
    shared: Arc<Shared<T>>,
    /// `None` if it is as usual, so that it costs nothing.
    dialect: Option<Arc<Dialect>>,
}

struct Shared<T> {
    transport: T,
    ids: Box<dyn IdSource>,
}

impl<T> Clone for Client<T> {
    fn clone(&self) -> Self {
        Client {
            shared: Arc::clone(&self.shared),
            dialect: self.dialect.clone(),
        }
    }
}

impl<T> fmt::Debug for Client<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Client")
            .field("transport", &std::any::type_name::<T>())
            .finish_non_exhaustive()
    }
}

impl<T: Connect> Client<T> {
    /// A client of the server at an address, with the transport's defaults.
    ///
    /// For a transport of your own, use [`from_transport`](Self::from_transport).
    pub fn new(address: impl AsRef<str>) -> Result<Self, T::Error> {
        T::connect(address.as_ref())
    }

    /// Sets up a client step by step.
    pub fn builder() -> T::Builder {
        T::builder()
    }
}

impl<T: Transport> Client<T> {
    /// A client over a transport, whose ids count from 1.
    pub fn from_transport(transport: T) -> Self {
        Client::with_ids(transport, ids::Counter::default())
    }

    /// A client over a transport, with ids from a source.
    pub fn with_ids(transport: T, ids: impl IdSource) -> Self {
        Client {
            shared: Arc::new(Shared {
                transport,
                ids: Box::new(ids),
            }),
            dialect: None,
        }
    }

    /// The transport.
    pub fn transport(&self) -> &T {
        &self.shared.transport
    }

    /// Forgets the transport's type, so that it need not be named.
    pub fn boxed(self) -> Client<BoxTransport> {
        let dialect = self.dialect.clone();
        let client = Client::with_ids(BoxTransport::new(self.clone()), SharedIds(self.shared));
        Client { dialect, ..client }
    }

    /// Speaks JSON-RPC 1.0 with an old server: requests without `jsonrpc`, whose params are an array, and notifications
    /// whose id is null.
    ///
    /// - Params by name fail with [`ProtocolError::NamedParams`](crate::ProtocolError::NamedParams), since 1.0 has none.
    ///   Nothing is sent.
    /// - An error that is not an error object becomes one with the code -32000. A string becomes its message, anything else its
    ///   data.
    /// - A response may state version 1.0. A 2.0 response is accepted as it is.
    /// - 1.0 has no batches, so automatic batching is off. [`batch`](Self::batch) does send one, for servers that accept them.
    /// - [`send`](Self::send) rewrites a request of 2.0 as one of 1.0, and returns the response as one of 2.0.
    ///
    /// ```
    /// # use rpc_core::{Client, Dispatcher, Server, memory::Memory};
    /// # futures_util::FutureExt::now_or_never(async {
    /// # let service = Dispatcher::new().method("echo", |text: String| async { text });
    /// # let client = Client::from_transport(Memory::new(Server::new(service).version_1(true)));
    /// let client = client.version_1();
    /// let echo: String = client.call("echo", ["hi"]).await?; // {"method":"echo","params":["hi"],"id":1}
    /// # assert_eq!(echo, "hi");
    /// # Ok::<(), rpc_core::CallError>(())
    /// # }).unwrap().unwrap();
    /// ```
    pub fn version_1(self) -> Client<Version1<T>> {
        let dialect = self.dialect.clone();
        let client = Client::with_ids(Version1::new(self.clone()), SharedIds(self.shared));
        Client { dialect, ..client }
    }

    /// Puts a prefix in front of the names of all methods: for a service that a server has added with
    /// [`Dispatcher::nest`](crate::Dispatcher::nest), under the same prefix.
    ///
    /// ```
    /// # use rpc_core::{Dispatcher, memory, rpc};
    /// # #[rpc]
    /// # trait Adder {
    /// #     async fn add(&self, a: i64, b: i64) -> i64;
    /// # }
    /// # struct Plain;
    /// # impl Adder for Plain {
    /// #     async fn add(&self, a: i64, b: i64) -> i64 {
    /// #         a + b
    /// #     }
    /// # }
    /// # futures_util::FutureExt::now_or_never(async {
    /// let client = memory::connect(Dispatcher::new().nest("v2.", AdderServer::new(Plain)));
    ///
    /// let adder = AdderClient::new(client.nested("v2."));
    /// assert_eq!(adder.add(1, 2).await?, 3); // {"jsonrpc":"2.0","method":"v2.add","params":[1,2],"id":1}
    /// # Ok::<(), rpc_core::CallError>(())
    /// # }).unwrap().unwrap();
    /// ```
    ///
    /// It shares the transport and the ids with this client, so a batch may have calls with different prefixes. If this client
    /// has a prefix already, that one comes first. Messages that you write yourself ([`send`](Self::send)) and the server's
    /// own methods (`rpc.…`) get no prefix.
    #[must_use]
    pub fn nested(&self, prefix: &str) -> Self {
        self.speaking(|dialect| dialect.prefix.push_str(prefix))
    }

    /// Sends every `None` as `null`. Otherwise a stub leaves out parameters that are `None`: by name all of them, by position
    /// only those at the end. Some other servers require all parameters, or treat a missing one differently.
    ///
    /// `#[rpc(explicit_null)]` does the same for one parameter. [`call`](Self::call) always sends what it is given.
    #[must_use]
    pub fn explicit_nulls(&self) -> Self {
        self.speaking(|dialect| dialect.explicit_nulls = true)
    }

    /// Makes the best of the replies of a server that does not keep to the specification. It forgives
    ///
    /// - a `jsonrpc` that is missing or anything but `"2.0"`;
    /// - an id that came back as another JSON type with the same text, such as `"1"` for `1`;
    /// - in the reply to one call, a result whose id is missing or null;
    /// - an error whose id is missing, or is not an id. It counts as one whose id is null;
    /// - a missing `result`, which counts as null, if there is an id, no error, and no member that JSON-RPC does not know;
    /// - an `error` beside a result that says nothing: `false`, `0`, `""`, `{}` or `[]`;
    /// - an `error` that is not an object. It gets the code -32000. A string becomes its message, anything else its data;
    /// - an error's code that is a whole number in another form, such as `"-32601"` or `-32601.0`. Any other, or none, becomes
    ///   -32000;
    /// - an error's message that is missing or not a string. It becomes "Server error". Where a code or a message gives way and
    ///   the error has no data, its data is all that the server sent as the error;
    /// - an array with one response in reply to one call, and one response in reply to a batch of one call.
    ///
    /// Whatever else is wrong is an error, as without this: another id, both a result and an error, a member twice, what is not
    /// JSON, a result of the wrong type. So is a success that the transport casts doubt on, as an HTTP status of 500 does, unless
    /// it has a result and an id. In a batch, each entry is forgiven by itself.
    ///
    /// Two oddities need no forgiveness, since they can mean one thing only: `"error": null` beside a result, and
    /// `"result": null` beside an error.
    ///
    /// What was forgiven is logged: the first time for each kind of fault at level `WARN`, later at `DEBUG`. It holds for calls,
    /// notifications, batches, automatic batching and [`checked`](RawCall::checked) messages. Replies that are in order cost no
    /// more than otherwise.
    ///
    /// ```
    /// # use rpc_core::{CallError, Client, Transport};
    /// # use rpc_core::transport::{TransportFailure, TransportReply, TransportRequest};
    /// # struct Old;
    /// # impl Transport for Old {
    /// #     async fn send(&self, _: TransportRequest) -> Result<TransportReply, TransportFailure> {
    /// #         Ok(TransportReply::new(r#"{"result":3,"id":"1"}"#))
    /// #     }
    /// # }
    /// # futures_util::FutureExt::now_or_never(async {
    /// # let client = Client::from_transport(Old);
    /// let client = client.tolerant();
    /// let sum: u32 = client.call("add", (1, 2)).await?; // the reply: {"result":3,"id":"1"}
    /// assert_eq!(sum, 3);
    /// # Ok::<(), CallError>(())
    /// # }).unwrap().unwrap();
    /// ```
    #[must_use]
    pub fn tolerant(&self) -> Self {
        self.speaking(|dialect| dialect.tolerance = Some(Tolerance::default()))
    }

    /// A client that writes its calls, or reads the replies, in another way.
    fn speaking(&self, change: impl FnOnce(&mut Dialect)) -> Self {
        let mut dialect = self.dialect.as_deref().cloned().unwrap_or_default();
        change(&mut dialect);
        Client {
            shared: Arc::clone(&self.shared),
            dialect: Some(Arc::new(dialect)),
        }
    }

    #[inline]
    fn tolerance(&self) -> Option<&Tolerance> {
        self.dialect.as_ref()?.tolerance.as_ref()
    }

    /// A method's name with the client's prefix in front. `None` if there is no prefix to add.
    #[inline]
    fn full_name(&self, method: &str) -> Option<String> {
        self.dialect.as_ref()?.full_name(method)
    }

    /// The prefix in front of the names of methods.
    pub(crate) fn prefix(&self) -> &str {
        let dialect = self.dialect.as_ref();
        dialect.map_or("", |dialect| &dialect.prefix)
    }

    #[inline]
    fn sends_nulls(&self) -> bool {
        let dialect = self.dialect.as_ref();
        dialect.is_some_and(|dialect| dialect.explicit_nulls)
    }

    /// Calls a method without a contract. `params` becomes an array or an object: a tuple, a slice, a struct, a map,
    /// or `()` for none. Anything else is refused; to pass one parameter by position, write `(value,)`.
    ///
    /// The params are sent exactly as they serialise: `(1, None::<u32>)` is `[1,null]`. Only the stubs of a contract leave out
    /// `None`.
    pub fn call<P: Serialize, R: CallResult>(
        &self,
        method: &str,
        params: P,
    ) -> Call<T, R, Infallible> {
        self.start(method).whole(&params).call()
    }

    /// Sends a notification without a contract. See [`call`](Self::call) for the params.
    pub fn notify<P: Serialize>(&self, method: &str, params: P) -> Notification<T> {
        self.start(method).whole(&params).notification()
    }

    /// Calls a method that returns a stream, without a contract. See [`call`](Self::call) for the params.
    ///
    /// ```
    /// # use futures_util::StreamExt;
    /// # use rpc_core::{CallError, Client, Transport};
    /// # async fn run<T: Transport>(client: Client<T>) -> Result<(), CallError> {
    /// let mut prices = client.stream::<_, f64>("prices.watch", ("tea",)).await?;
    /// while let Some(price) = prices.next().await {
    ///     println!("{}", price?);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn stream<P: Serialize, R: DeserializeOwned>(
        &self,
        method: &str,
        params: P,
    ) -> StreamCall<T, R, Infallible> {
        self.start(method).whole(&params).stream()
    }

    /// Calls a method that opens a subscription, without a contract. `unsubscribe` is the method that closes it. See
    /// [`call`](Self::call) for the params.
    ///
    /// ```
    /// # use futures_util::StreamExt;
    /// # use rpc_core::{CallError, Client, Transport};
    /// # use serde_json::Value;
    /// # async fn run<T: Transport>(client: Client<T>) -> Result<(), CallError> {
    /// let mut heads = client.subscribe::<_, Value>("eth_subscribe", ("newHeads",), "eth_unsubscribe").await?;
    /// while let Some(head) = heads.next().await {
    ///     println!("{}", head?["number"]);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn subscribe<P: Serialize, R: DeserializeOwned>(
        &self,
        method: &str,
        params: P,
        unsubscribe: &str,
    ) -> StreamCall<T, R, Infallible> {
        self.start(method).whole(&params).subscription(unsubscribe)
    }

    /// Sends several calls as one message, and returns each one's result.
    ///
    /// A batch is a tuple of up to twelve calls and notifications, an array or a `Vec`. The calls may be of different
    /// stubs, as long as these share this client.
    ///
    /// The outer error concerns the whole batch: it did not arrive, the server refused it, or the reply is not a batch.
    /// Otherwise every call has a result or an error of its own.
    pub fn batch<B: Batch<T>>(&self, batch: B) -> BatchCall<T, B, B::Output> {
        BatchCall::new(self.clone(), batch)
    }

    /// Sends a message as it is, text or value, and returns the reply as it is; `None` if there is none, as for notifications.
    ///
    /// An HTTP failure is an error, unless a response came with it. Otherwise the reply is not checked, unless the message is
    /// [`checked`](RawCall::checked).
    pub fn send(&self, message: impl Into<RawMessage>) -> RawCall<T> {
        RawCall::new(self.clone(), message.into())
    }

    /// Begins the message of a call: what generated stubs use. The client's prefix goes in front of the name.
    pub fn start(&self, method: &str) -> CallBuilder<T> {
        CallBuilder::new(self.clone(), method)
    }

    fn shares(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared)
    }

    fn next_id(&self) -> crate::json::id::Id {
        self.shared.ids.next_id()
    }

    /// What a call of this method was about, for its error.
    fn target(&self, method: MethodName) -> CallTarget {
        CallTarget::call(method, self.transport().destination())
    }
}

/// The ids of the client that another was made from.
struct SharedIds<T>(Arc<Shared<T>>);

impl<T: Transport> IdSource for SharedIds<T> {
    fn next_id(&self) -> crate::json::id::Id {
        self.0.ids.next_id()
    }
}
