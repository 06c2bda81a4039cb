//! The macros of `rpc-core`. Use them through that crate, which shows their documentation.
//!
//! Each macro takes three steps:
//!
//! 1. `parse` reads what the user wrote and reports every mistake.
//! 2. `model` holds the result, which is valid by construction.
//! 3. `expand` turns it into code and can't fail.
//!
//! `rpc` is the attribute and `rpc_error` the derive. Below them, `options` reads the `#[rpc(…)]` attributes of both,
//! and the other modules are helpers.

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
/// - `OrdersServer<S>`, a [`Service`](trait.Service.html) that calls an implementation `S` of the trait.
/// - `OrdersClient<C>`, which makes a [`Call`](struct.Call.html) for each method over a [`Client<C>`](struct.Client.html).
/// - `OrdersServer::CONTRACT` and `OrdersClient::CONTRACT`, the [`Contract`](struct.Contract.html) as data.
///
/// The trait itself stays as you wrote it, except that each `async fn` becomes a `fn` that returns
/// `impl Future + Send`. Implementations still write `async fn`.
///
/// # Trait options
///
/// | option | meaning | default |
/// | --- | --- | --- |
/// | `namespace = "orders"` | Put this before the name of each method. | no namespace |
/// | `separator = "_"` | Put this between the namespace and the name. | `"."` |
/// | `rename_all = "camelCase"` | Write the names of methods and parameters in this case on the wire. | as in the trait |
/// | `params = "named"` | The client sends params as an object instead of an array. Servers accept both. | `"positional"` |
/// | `lenient` | Ignore parameters that a method does not have. | refuse them |
/// | `crate = "path"` | The path of `rpc-core`, for crates that re-export it. | `"::rpc_core"` |
///
/// The cases are those of serde: `lowercase`, `UPPERCASE`, `PascalCase`, `camelCase`, `snake_case`,
/// `SCREAMING_SNAKE_CASE`, `kebab-case`, `SCREAMING-KEBAB-CASE`.
///
/// # Method options
///
/// | option | meaning |
/// | --- | --- |
/// | `name = "add"` | The name on the wire. The namespace still goes before it. |
/// | `alias = "plus"`, `alias = ["plus", "sum"]` | Other complete names that the server accepts. The namespace is not added. |
/// | `notification` | The client expects no answer. The method returns nothing. |
/// | `idempotent` | A promise: calling the method twice has the same effect as calling it once. |
/// | `blocking` | For a plain `fn` that blocks. It runs outside the async threads. |
/// | `params = "named"` | As on the trait, for this method only. |
///
/// A method takes `&self`. It is one of these:
///
/// - an `async fn`,
/// - a plain `fn`, which runs on the async thread and should be quick,
/// - a plain `fn` marked `blocking`.
///
/// A method returns either a value, if it can't fail, or a `Result` whose error is a
/// [`MethodError`](trait.MethodError.html). A type whose name ends in `Result` counts as an alias of `Result`.
///
/// # Parameter options
///
/// | option | meaning |
/// | --- | --- |
/// | `name = "type"` | The name on the wire. |
/// | `default` | A missing parameter is `Default::default()`. |
/// | `default = 20` | A missing parameter is the value of this expression. |
/// | `context` | Not sent by the client. The method gets the call's `&Context`. |
/// | `flatten` | One struct holds all params. Only a `context` is allowed beside it. |
/// | `secret` | Hide the value in the message log, on both sides. |
///
/// A parameter is owned or borrowed: `T`, `&T`, `&str`, `&[T]`, `&RawValue`, `Option<&T>`, `Cow<str>`. A missing
/// `Option` is `None`.
///
/// A default stands for a missing parameter, not for `null`. When params are an array, only the last ones can be
/// missing.
///
/// The struct of a `flatten` parameter is sent as an object, with one member for each field. The server also accepts an
/// array with the fields in their order. Members that the struct ignores are refused, unless the trait is `lenient`.
/// Members that it keeps are accepted, for example in a map marked `#[serde(flatten)]`.
#[proc_macro_attribute]
pub fn rpc(options: TokenStream, item: TokenStream) -> TokenStream {
    rpc::rpc(options.into(), item.into()).into()
}

/// Turns an enum or a struct into an error that methods can return.
///
/// Each variant has a code. Its fields are the data of the error object, and its `Display` text is the message.
///
/// ```
/// use rpc_core::RpcError;
///
/// #[derive(Debug, thiserror::Error, RpcError)]
/// pub enum OrderError {
///     #[error("only {left} left")]
///     #[rpc(code = 1001)]
///     SoldOut { left: u32 },
///     /// The text goes to the log. The caller only sees "Internal error".
///     #[error("the database failed")]
///     #[rpc(internal)]
///     Database(#[from] std::io::Error),
/// }
/// ```
///
/// A struct takes the options of a variant and has one code.
///
/// | option of a variant or struct | meaning |
/// | --- | --- |
/// | `code = 1001` | The code of the error. Codes from -32768 to -32000 are reserved. |
/// | `internal` | The code is -32603. The text and its sources are logged, and nothing about the error is sent. |
///
/// | option of a field | meaning |
/// | --- | --- |
/// | `skip` | Not sent. The client gets `Default::default()`. |
///
/// | option of the type | meaning | default |
/// | --- | --- | --- |
/// | `crate = "path"` | The path of `rpc-core`, for crates that re-export it. | `"::rpc_core"` |
///
/// Named fields are sent as an object, a single unnamed field as its value, and several unnamed fields as an array.
/// Their types must be `Serialize` and `DeserializeOwned`.
///
/// The client gets the same variant back. If the code or the data fits no variant, it gets the
/// [`ErrorObject`](struct.ErrorObject.html) instead.
#[proc_macro_derive(RpcError, attributes(rpc))]
pub fn rpc_error(item: TokenStream) -> TokenStream {
    rpc_error::rpc_error(item.into()).into()
}
