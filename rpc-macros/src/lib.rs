//! The macros of `rpc-core`. Use them through `rpc-core`, which re-exports them and shows their documentation.
//!
//! Each macro has three steps:
//!
//! 1. `parse` reads the user's code and reports every mistake.
//! 2. `model` holds the result of `parse`. Its types can't represent an invalid contract or error.
//! 3. `expand` generates code from the model. This step can't fail.
//!
//! The module `rpc` implements the attribute, and `rpc_error` implements the derive. Both use `options` to read
//! `#[rpc(…)]` attributes. The other modules are helpers.

mod rpc;
mod rpc_error;

mod options;

mod attributes;
mod case;
mod errors;
mod literal;
mod spelling;
mod tokens;

#[cfg(test)]
mod snapshots;

use proc_macro::TokenStream;

/// Turns a trait into a contract, with a typed client and a server.
///
/// A contract says which methods a server has, and which parameters, results and errors each method has.
///
/// ```
/// use rpc_core::{CallError, ErrorObject, memory, rpc};
///
/// /// Orders placed with the shop.
/// #[rpc(namespace = "orders")]
/// pub trait Orders {
///     /// Places an order and returns its number.
///     async fn place(&self, item: &str, #[rpc(default = 1)] quantity: u32) -> Result<u64, ErrorObject>;
/// }
///
/// struct Shop;
///
/// impl Orders for Shop {
///     async fn place(&self, item: &str, quantity: u32) -> Result<u64, ErrorObject> {
///         println!("{quantity} of {item}");
///         Ok(17)
///     }
/// }
///
/// async fn order_tea() -> Result<u64, CallError<ErrorObject>> {
///     let client = memory::connect(OrdersServer::new(Shop));
///     let orders = OrdersClient::new(client);
///     orders.place("tea", 2).await
/// }
/// ```
///
/// For a trait `Orders`, the macro generates:
///
/// - `OrdersServer<S>`, a [`Service`](trait.Service.html). It calls `S`, which is your implementation of the trait.
///   `OrdersServer::new` takes the implementation, or an `Arc`, a `Box` or a `&'static` with it.
/// - `OrdersClient<C>`, the typed client, also called the stub. It contains a [`Client<C>`](struct.Client.html). For
///   each method of the trait, it has a method that returns a [`Call`](struct.Call.html), or a
///   [`StreamCall`](struct.StreamCall.html) if the method returns a stream.
/// - `OrdersServer::CONTRACT` and `OrdersClient::CONTRACT`: the description of the
///   [`Contract`](struct.Contract.html) as data.
///
/// The macro keeps the trait as you wrote it, except that each `async fn` becomes a `fn` that returns
/// `impl Future + Send`, and that each `impl Stream` becomes `impl Stream + Send`. You still write `async fn` and
/// `impl Stream` when you implement the trait.
///
/// # Trait options
///
/// | option | meaning | default |
/// | --- | --- | --- |
/// | `namespace = "orders"` | On the wire, each method name starts with this namespace. | no namespace |
/// | `separator = "_"` | This text goes between the namespace and the method name. | `"."`, and `"_"` with `subscriptions` |
/// | `rename_all = "camelCase"` | In messages, the names of methods and parameters have this case. | the names in the trait |
/// | `params = "named"` | The client sends params as an object instead of an array. Servers accept both. | `"positional"` |
/// | `tag = "admin"` | Each method has this tag: see the method option. | no tags |
/// | `subscriptions = "ethereum"` | The methods that return a stream are subscriptions in the form of Ethereum's nodes: see [below](#subscriptions). | The client chooses the id of a stream. |
/// | `lenient` | The server ignores parameters that the method does not have. | The server refuses the call, unless their value is `null`. |
/// | `schema` | The contract has the schemas of its types, for documents: see [`openrpc`](openrpc/index.html). Needs the feature `schema` of `rpc-core`, and types that derive `schemars::JsonSchema`. | none |
/// | `crate = "path"` | The path of `rpc-core`, for crates that re-export `rpc-core`. | `"::rpc_core"` |
///
/// `rename_all` accepts the same cases as serde: `lowercase`, `UPPERCASE`, `PascalCase`, `camelCase`, `snake_case`,
/// `SCREAMING_SNAKE_CASE`, `kebab-case`, `SCREAMING-KEBAB-CASE`.
///
/// Names contain no spaces and no control characters. A `Dispatcher` takes any name.
///
/// # Method options
///
/// | option | meaning |
/// | --- | --- |
/// | `name = "add"` | The name in messages. The namespace still goes before this name. If you rename a method in Rust only, keep its old name here. |
/// | `alias = "math.plus"`, `alias = ["plus", "sum"]` | Other names that the server accepts. An alias is the full name in messages: the namespace is not put in front of it. The option may be given several times. |
/// | `notification` | The client sends a notification, and the server sends no answer. The method returns nothing. |
/// | `read_only` | You promise that calling the method changes nothing. It is idempotent as well. |
/// | `since = "1.2"` | The version that added the method, for documents. |
/// | `example("two teas", item = "tea" => 1002)` | A call and its result, for documents. The values have the types of the parameters and of the result. Parameters that are optional can be left out. May be given several times. The contract needs `schema`. |
/// | `idempotent` | You promise that calling the method twice has the same effect as calling it once. See below. |
/// | `blocking` | For a plain `fn` that blocks. The method runs outside the async threads. Clients see no difference. |
/// | `cancel_on_disconnect` | If the client disconnects before the answer, the server drops the call. Otherwise every call runs to its end, except for streams, which are always dropped. |
/// | `stream(resume)` | The stream can be opened again where it was cut off. See [below](#streams-that-resume). |
/// | `stream(token = "partialResultToken")` | The items carry the token in this parameter. See [below](#streams-with-a-token). |
/// | `subscription(unsubscribe = "…")` | The method returns a stream, and is a subscription in jsonrpsee's form: see [below](#subscriptions). |
/// | `params = "named"` | The trait option `params`, for this method only. |
/// | `tag = "public"`, `tag = ["public", SLOW]` | What middleware can ask about the method: [`Method::has_tag`](struct.Method.html#method.has_tag). A text or a constant of the type `&'static str`. The option may be given several times, and adds to the tags of the trait. |
///
/// A doc comment on a parameter, `/// What to order.`, is part of the contract. Rust has no place for it, so rustdoc does not show it.
///
/// Other programs rely on `idempotent`. If the shorthand of `rpc-http` is on, a GET request can call the method. If a
/// run of `rpc batch --resume` was interrupted, the next run sends an unanswered call of the method again.
///
/// A method takes `&self`. It must be one of these:
///
/// - an `async fn`,
/// - a plain `fn`, which runs on the async thread and should be quick,
/// - a plain `fn` marked `blocking`.
///
/// If a method can't fail, it returns a value. Otherwise it returns a `Result` whose error type implements
/// [`MethodError`](trait.MethodError.html). An alias of `Result` is recognised if its name ends in `Result`. A type of
/// your own may have such a name too. An alias with another name does not compile: its error would be sent as a
/// success. A `Vec<Result<T, E>>` is data, and each `Result` in it is sent the way serde writes it.
///
/// # Streams
///
/// A method that returns an `impl Stream` sends its items one by one, while the call lasts. The answer to the call is the end
/// of the stream.
///
/// ```
/// use futures_util::{Stream, StreamExt, stream};
/// use rpc_core::{ErrorObject, rpc};
///
/// #[rpc]
/// pub trait Prices {
///     /// Watches a price.
///     fn watch(&self, symbol: &str) -> impl Stream<Item = u32>;
///
///     /// Watches an account, which may not exist and may be closed.
///     async fn account(
///         &self,
///         name: &str,
///     ) -> Result<impl Stream<Item = Result<u32, ErrorObject>>, ErrorObject>;
/// }
///
/// struct Shop;
///
/// impl Prices for Shop {
///     fn watch(&self, symbol: &str) -> impl Stream<Item = u32> {
///         stream::iter(symbol.bytes()).map(u32::from)
///     }
///
///     async fn account(
///         &self,
///         name: &str,
///     ) -> Result<impl Stream<Item = Result<u32, ErrorObject>>, ErrorObject> {
///         if name.is_empty() {
///             return Err(ErrorObject::new(1001, "no such account"));
///         }
///         Ok(stream::iter([Ok(1), Err(ErrorObject::new(1002, "the account was closed"))]))
///     }
/// }
/// ```
///
/// These forms exist. Each can be an `async fn` or a plain `fn`:
///
/// | the method returns | opening the stream can fail | an item can be an error |
/// | --- | --- | --- |
/// | `impl Stream<Item = T>` | no | no |
/// | `impl Stream<Item = Result<T, E>>` | no | yes |
/// | `Result<impl Stream<Item = T>, E>` | yes | no |
/// | `Result<impl Stream<Item = Result<T, E>>, E>` | yes | yes |
///
/// `Stream` is the trait of `futures-core`, which `futures-util` and `tokio-stream` have as well. The macro recognises it by its
/// name. Further bounds, such as `Unpin`, stay. An alias of `Result` is recognised here too.
///
/// The first error ends the stream. It is the answer to the call, and the caller gets it after all items before it.
/// The caller matches on one error type, so both errors of a method have the same type.
///
/// The stream may use `&self` and borrowed parameters. If the client gives the stream up, or has gone, the server drops it.
///
/// A stream can't be a parameter, and it can't be inside another type.
///
/// # Streams that resume
///
/// With `stream(resume)`, each item has a cursor, and one parameter takes the cursor of the last item. A client that loses its
/// connection opens the stream again from there. The parameter is an `Option`, since the first call has no cursor:
///
/// ```
/// use futures_util::{Stream, stream};
/// use rpc_core::{CannotResume, Tracked, rpc};
///
/// #[rpc]
/// pub trait Journal {
///     #[rpc(stream(resume))]
///     async fn log(
///         &self,
///         #[rpc(cursor)] after: Option<u64>,
///     ) -> Result<impl Stream<Item = Tracked<u64, String>>, CannotResume>;
/// }
///
/// struct Lines {
///     /// The number of the first line that is still there.
///     first: u64,
///     lines: Vec<String>,
/// }
///
/// impl Journal for Lines {
///     async fn log(
///         &self,
///         after: Option<u64>,
///     ) -> Result<impl Stream<Item = Tracked<u64, String>>, CannotResume> {
///         let next = after.map_or(self.first, |after| after + 1);
///         let gone = next.checked_sub(self.first).ok_or(CannotResume)?;
///         let lines = self.lines.iter().skip(gone as usize).cloned();
///         Ok(stream::iter((next..).zip(lines).map(|(number, line)| Tracked::new(number, line))))
///     }
/// }
/// ```
///
/// A cursor is whatever the service finds its place by. The parameter may borrow it: `Option<&str>` goes with
/// `Tracked<String, T>`. A cursor that is too old is the error [`CannotResume`](struct.CannotResume.html).
///
/// # Streams with a token
///
/// With `stream(token = "partialResultToken")`, the client names its stream in a parameter, as in the Language Server Protocol.
/// The parameter is not in the trait: the stub sends it, and the server reads it. The items carry that token in place of the
/// call's id, and the result is an empty list. If the caller sends no token, the result is the list of all items, up to the
/// maximum size of a reply. Items of the type `Vec<T>` are parts of that list, so they are joined.
///
/// ```
/// use futures_util::Stream;
/// use rpc_core::rpc;
///
/// #[rpc(params = "named")]
/// pub trait Workspace {
///     #[rpc(name = "workspace/symbol", stream(token = "partialResultToken"))]
///     fn symbols(&self, query: &str) -> impl Stream<Item = Vec<String>>;
/// }
/// ```
///
/// # Subscriptions
///
/// `#[rpc(subscription(…))]` on a method that returns a stream lets the server choose the stream's id, as jsonrpsee does. The
/// answer to the call is that id. Only the messages differ from those of other streams.
///
/// | option | meaning |
/// | --- | --- |
/// | `unsubscribe = "unsubscribeHeads"` | The name of the method that closes the subscription. The server provides it; it is not in the trait. |
/// | `item = "head"` | The name in the notifications with its items; by default that of the method. |
///
/// The namespace goes before both names. The unsubscribe method has the same tags as the method.
///
/// With `#[rpc(namespace = "eth", subscriptions = "ethereum")]` on the trait, `eth_subscribe` opens all of its streams. Its first
/// param is the method's name on the wire without the namespace, such as `newHeads`. The other params follow by position. Items
/// come as `eth_subscription` notifications, and `eth_unsubscribe` closes a stream. An unknown id is error -32000.
/// `eth_unsubscribe` has the tags of the trait. To middleware, a stream is the method `eth_subscribe newHeads`.
///
/// # Parameter options
///
/// | option | meaning |
/// | --- | --- |
/// | `name = "type"` | The parameter's name in messages. |
/// | `default` | If the parameter is missing, the method gets `Default::default()`. See below. |
/// | `default = 20` | If the parameter is missing, the method gets the value of this expression. See below. |
/// | `context` | The client does not send this parameter. The method gets the `&Context` of the call. |
/// | `peer` | The client does not send this parameter. With it, the method calls the client back. See below. |
/// | `flatten` | The fields of this struct are the params of the method, or the elements of this `Vec`. The only other parameters can be a `context` and a `peer`. See below. |
/// | `cursor` | The cursor of the last item, for a method with `stream(resume)`. See [above](#streams-that-resume). |
/// | `secret` | The message log hides the value, in the client and in the server. |
/// | `explicit_null` | The client sends `None` as `null`. Without this option, it leaves the parameter out. |
///
/// A parameter is owned or borrowed: `T`, `&T`, `&str`, `&[T]`, `&Path`, `&RawValue`, `Option<&T>`, `Cow<str>`.
/// Strings, and references to types that implement `Clone`, can also be inside slices, `Option`, tuples of up to six,
/// and the standard collections: `&[&str]`, `Vec<(&str, u32)>`, `HashMap<&str, &str>`. If a parameter without a default is missing and its type is `Option`, the method gets `None`.
///
/// `&[u8]` and `Vec<u8>` travel as arrays of numbers. For bytes, take a [`Base64`](struct.Base64.html).
///
/// A default is for callers without a stub. A stub always sends the parameter, since it is an argument like any other. For
/// callers with a stub, take an `Option<u32>`, and write `limit.unwrap_or(20)` in the method.
///
/// A default applies only to a missing parameter. It does not apply if the client sends `null`: the server reads `null`
/// as a value of the parameter's type. If params are an array, only parameters at the end can be missing.
///
/// The client leaves out what says nothing, so that servers which don't have a new optional parameter yet accept its
/// calls. By name, it leaves out every parameter that is `None`. By position, it leaves out those at the end. What counts
/// is that the value serialises as `None`, also through an alias, a `Box` or a newtype; `()`, `Some(None)` and
/// `Value::Null` are sent. A parameter with a default is always sent, because the server would take the default instead.
/// If the server must get `null`, write `#[rpc(explicit_null)]`, or use a client with
/// [`explicit_nulls`](struct.Client.html#method.explicit_nulls).
///
/// The client sends the struct of a `flatten` parameter as an object, with one member for each field, but without those
/// that are `None`. If a field has a serde default other than `None`, add `explicit_null` to the parameter. The server
/// also accepts an array with the values in the order of the fields; those at the end may be missing. If the object has
/// a member that the struct ignores, the server refuses the call, unless the trait is `lenient` or the value is `null`.
/// The server accepts all members that the struct stores, for example in a map marked `#[serde(flatten)]`.
///
/// If a field of the struct is itself marked `#[serde(flatten)]`, serde reads the struct as a map. Then the server can't tell
/// which members the struct ignores, so it refuses none, and it does not accept an array.
///
/// In messages, the fields have the names that serde gives them, in the case of the trait's `rename_all`. The server then
/// scans the params once before it decodes them; to save that, write serde's `rename_all` on the struct instead of the
/// trait's. Errors about fields read like errors about parameters, and `rpc.signature` lists the fields. A field with a
/// serde alias is listed under each name.
///
/// A `flatten` parameter can also be a map, which takes parameters of any names, or a `Vec`, which takes any number of
/// parameters by position, like the specification's own example `sum`:
///
/// ```
/// use rpc_core::{memory, rpc};
///
/// #[rpc]
/// trait Sums {
///     async fn sum(&self, #[rpc(flatten)] numbers: Vec<i64>) -> i64;
/// }
///
/// struct Plain;
///
/// impl Sums for Plain {
///     async fn sum(&self, numbers: Vec<i64>) -> i64 {
///         numbers.iter().sum()
///     }
/// }
///
/// # async fn run() {
/// let client = memory::connect(SumsServer::new(Plain));
/// assert_eq!(client.call::<_, i64>("sum", (1, 2, 4)).await.unwrap(), 7);
/// assert_eq!(SumsClient::new(client).sum(vec![1, 2]).await.unwrap(), 3);
/// # }
/// ```
///
/// # Calling the client back
///
/// A `peer` parameter is the stub of a contract that the client implements. It is a reference to the stub over the transport
/// [`Peer`](struct.Peer.html). A `&Client<Peer>` calls the client's methods by name.
///
/// ```
/// use rpc_core::{Internal, Peer, rpc};
///
/// /// What the client can do.
/// #[rpc]
/// pub trait Ui {
///     async fn confirm(&self, question: &str) -> bool;
/// }
///
/// #[rpc]
/// pub trait Files {
///     async fn remove(&self, path: &str, #[rpc(peer)] ui: &UiClient<Peer>) -> Result<bool, Internal>;
/// }
///
/// struct Disk;
///
/// impl Files for Disk {
///     async fn remove(&self, path: &str, ui: &UiClient<Peer>) -> Result<bool, Internal> {
///         Ok(ui.confirm(&format!("Remove {path}?")).await?)
///     }
/// }
/// ```
///
/// The transport must have a way back to the client. Over one that has none, the server refuses the call, and the method does
/// not run. A `blocking` method can't have a `peer`, because only an `async fn` can wait for an answer.
#[proc_macro_attribute]
pub fn rpc(options: TokenStream, item: TokenStream) -> TokenStream {
    rpc::rpc(options.into(), item.into()).into()
}

/// Turns an enum or a struct into an error that methods can return.
///
/// Each variant has a code. On the wire, a variant becomes an error object: the fields of the variant are the data, and
/// its `Display` text is the message. Variants marked `internal` are different: see below.
///
/// ```
/// use rpc_core::RpcError;
///
/// #[derive(Debug, thiserror::Error, RpcError)]
/// pub enum OrderError {
///     #[error("only {left} left")]
///     #[rpc(code = 1001)]
///     SoldOut { left: u32 },
///     /// The server logs this text. The caller sees only "Internal error".
///     #[error("the database failed")]
///     #[rpc(internal)]
///     Database(#[from] std::io::Error),
/// }
/// ```
///
/// A struct has one code, and takes the same options as a variant.
///
/// | option of a variant or struct | meaning |
/// | --- | --- |
/// | `code = 1001` | The code of the error: an integer, or a constant of the type `i64`. Codes from -32768 to -32000, and from -33099 to -33000, are reserved. No two variants may have the same code. |
/// | `kind = "not_found"` | What kind of error it is: see [`ErrorKind`](enum.ErrorKind.html). |
/// | `server_error` | The code may be one from -32099 to -32000, which the specification leaves to servers. For contracts that already exist. |
/// | `internal` | The code is -32603. The server logs the text of the error and its sources. It sends no text and no fields. |
/// | `transparent` | The only field is another error type that methods can return. The variant has its codes, kinds and data. |
/// | `rename_all = "camelCase"` | How the names of fields are written in messages. |
///
/// | option of a field | meaning |
/// | --- | --- |
/// | `name = "type"` | The name of the field in messages. |
/// | `skip` | The server does not send this field. The client gets `Default::default()`. |
/// | `from` | `?` converts a value of this field into the variant, which has no other field. In an `internal` variant, `?` converts every error: see below. |
///
/// | option of the type | meaning | default |
/// | --- | --- | --- |
/// | `rename_all = "camelCase"` | How the names of all fields are written in messages. | as in the source |
/// | `schema` | The codes have the schemas of their data, for documents. Needs the feature `schema` of `rpc-core`. | none |
/// | `crate = "path"` | The path of `rpc-core`, for crates that re-export `rpc-core`. | `"::rpc_core"` |
///
/// The form of the data depends on the fields:
///
/// - Named fields become an object.
/// - A single unnamed field becomes its own value.
/// - Several unnamed fields become an array.
///
/// The types of the fields must implement `Serialize` and `DeserializeOwned`. Fields marked `skip`, and the fields of
/// `internal` variants, are exempt because they are not sent.
///
/// The client gets back the variant that the method returned. If the code or the data does not match a variant, the
/// client gets the [`ErrorObject`](struct.ErrorObject.html) instead. An `internal` variant never reaches the client:
/// the client gets an `ErrorObject` with code -32603.
///
/// serde's attributes have no effect on an error type, since its fields are sent one by one. So they are refused.
///
/// # Conversions
///
/// With `#[rpc(from)]` on the field of an `internal` variant, `?` converts every error into that variant: whatever is
/// `Send + Sync` and an `Error`, `anyhow::Error`, `Box<dyn Error + Send + Sync>`, text. The contract's crate need not depend on
/// the crates of these errors. The field is an [`Internal`](struct.Internal.html). A type that has a variant with `#[rpc(from)]`
/// of its own becomes that variant; it must be an `Error` itself.
///
/// ```
/// use rpc_core::{Internal, RpcError};
///
/// #[derive(Debug, thiserror::Error, RpcError)]
/// pub enum OrderError {
///     #[error("sold out")]
///     #[rpc(code = 1001, kind = "conflict")]
///     SoldOut,
///     #[error(transparent)]
///     #[rpc(internal)]
///     Internal(#[rpc(from)] Internal),
/// }
///
/// fn stock(text: &str) -> Result<u32, OrderError> {
///     match text.parse()? {
///         0 => Err(OrderError::SoldOut),
///         stock => Ok(stock),
///     }
/// }
/// # assert!(matches!(stock("many"), Err(OrderError::Internal(_))));
/// ```
///
/// This has a price. The type gets a `From` of every error, so it can't have another one: write `#[rpc(from)]` in place of
/// thiserror's `#[from]`. And it is no longer `Unpin`, by which the compiler tells it from the errors that it is made from; that
/// rarely matters, as futures of calls stay what they are. For the same reason `?` can't convert such a type into another such
/// type, unless it is in a [`CallError`](enum.CallError.html); write [`.internal()?`](trait.ResultExt.html). So a type
/// that contracts share is better off without this conversion; the types that contain it have one.
///
/// thiserror's `#[from]` on a field of type `Internal` works as well. Then `?` converts only `Internal`, and
/// [`.internal()?`](trait.ResultExt.html) every error.
#[proc_macro_derive(RpcError, attributes(rpc, serde))]
pub fn rpc_error(item: TokenStream) -> TokenStream {
    rpc_error::rpc_error(item.into()).into()
}
