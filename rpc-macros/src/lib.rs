//! The macros of `rpc-core`. Use them through that crate, where they are documented.
//!
//! Each goes the same way: `parse` reads what the user wrote and reports every mistake, `model` is what is left, valid by
//! construction, and `expand` turns it into code and cannot fail.

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

/// Makes a trait a contract: a typed client and a server come from it.
///
/// The trait stays as it is written, but that `async fn` becomes `fn … -> impl Future + Send`, so that implementations
/// write plain `async fn`. Beside a trait `Orders` there will be
///
/// - `OrdersServer<S>`, a [`Service`](trait.Service.html) that dispatches to an implementation `S` of the trait,
/// - `OrdersClient<C>`, whose methods make [`Call`](struct.Call.html)s over a [`Client<C>`](struct.Client.html).
///
/// ```
/// use rpc_core::{ErrorObject, rpc};
///
/// #[rpc(namespace = "orders")]
/// pub trait Orders {
///     /// Places an order and returns its number.
///     async fn place(&self, item: &str, quantity: u32) -> Result<u64, ErrorObject>;
/// }
/// ```
///
/// # Options of the trait
///
/// | option | meaning | default |
/// | --- | --- | --- |
/// | `namespace = "orders"` | goes before each method's name | none |
/// | `separator = "_"` | stands between the two | `"."` |
/// | `rename_all = "camelCase"` | the case of method and parameter names on the wire, as serde has it | as written |
/// | `params = "named"` | the client sends params as an object; servers take both | `"positional"` |
/// | `lenient` | parameters that a method does not have are ignored | they are refused |
/// | `crate = "path"` | where to find `rpc-core` | `"::rpc_core"` |
///
/// # Options of a method
///
/// | option | meaning |
/// | --- | --- |
/// | `name = "add"` | the name on the wire, after the namespace |
/// | `alias = "plus"`, `alias = ["plus", "sum"]` | whole names that the server answers to as well |
/// | `notification` | nobody waits for an answer |
/// | `idempotent` | a promise: calling it twice does the same as calling it once |
/// | `blocking` | a `fn` that may block: it runs off the async threads |
/// | `params = "named"` | as on the trait, for this method |
///
/// A method that is no `async fn` and not `blocking` runs in place; it should be quick. It returns a value, or a
/// `Result` (or an alias whose name ends in `Result`) whose error is a [`MethodError`](trait.MethodError.html).
///
/// # Options of a parameter
///
/// | option | meaning |
/// | --- | --- |
/// | `name = "type"` | the name on the wire |
/// | `default`, `default = 20` | what a missing parameter is: `Default::default()`, or an expression |
/// | `context` | not on the wire: a `&Context` of the call |
/// | `flatten` | one struct is the whole params object |
/// | `secret` | it does not appear in the message log, on either side |
///
/// A default is for a parameter that is missing, not for `null`; by position only the last ones can be. The parameters of a
/// `flatten` struct are its fields, by name or in their order; a member that it ignores is an unknown parameter, and one
/// that it keeps, as by `#[serde(flatten)]`, is not. It serialises as an object.
///
/// Parameters are owned or borrowed: `&str`, `&[T]`, `&T`, `Option<&str>`, `Cow<str>`, `&RawValue`. A missing `Option` is
/// `None`.
#[proc_macro_attribute]
pub fn rpc(options: TokenStream, item: TokenStream) -> TokenStream {
    rpc::rpc(options.into(), item.into()).into()
}

/// Makes an enum or a struct an error that methods can return: each variant has a code, and its fields are the data.
///
/// ```
/// use rpc_core::RpcError;
///
/// #[derive(Debug, thiserror::Error, RpcError)]
/// pub enum OrderError {
///     #[error("only {left} left")]
///     #[rpc(code = 1001)]
///     SoldOut { left: u32 },
///     /// Whatever else went wrong. Its text goes to the log, and the caller sees "Internal error".
///     #[error("the database failed")]
///     #[rpc(internal)]
///     Database(#[from] std::io::Error),
/// }
/// ```
///
/// | option of a variant, or of a struct | meaning |
/// | --- | --- |
/// | `code = 1001` | the error's code. From -32768 to -32000 they are reserved |
/// | `internal` | code -32603; nothing of it is sent, and its text and sources are logged |
///
/// | option of a field | meaning |
/// | --- | --- |
/// | `skip` | not sent; on the client it is `Default::default()` |
///
/// The message is what `Display` says. Named fields travel as an object, a single unnamed one as it is, several as an
/// array; their types are `Serialize` and `DeserializeOwned`. The client gets the same variant back. An object whose code
/// or data is none of the type's stays an [`ErrorObject`](struct.ErrorObject.html).
///
/// On the type itself, `#[rpc(crate = "path")]` says where to find `rpc-core`.
#[proc_macro_derive(RpcError, attributes(rpc))]
pub fn rpc_error(item: TokenStream) -> TokenStream {
    rpc_error::rpc_error(item.into()).into()
}
