//! Python 3.11 and newer: frozen dataclasses, decoders, and clients that wait and clients for asyncio.
//!
//! [`generate`] returns the files of a package:
//!
//! | file | what it has |
//! | --- | --- |
//! | `types.py` | the named types: dataclasses, unions, enums as `Literal` |
//! | `errors.py` | a class for each declared error |
//! | `client.py`, `aio.py` | `Client` and `AsyncClient` |
//! | `batch.py` | what a batch can call |
//! | `_methods.py`, `_decode.py` | what the clients know of each method, and the decoders of what arrives |
//! | `py.typed`, and all other files with an underscore | the runtime, which is the same for every document |
//!
//! The package needs `httpx2`, and `websockets` for addresses such as `wss://…`. It passes `mypy --strict` and pyright's strict mode,
//! and `ruff format` leaves it as it is. The type `Any` is not in it.
//!
//! ```python
//! from shop import Client, SoldOut
//!
//! with Client("https://shop.example/rpc") as client:
//!     try:
//!         order = client.orders.place(item="tea", quantity=2)
//!     except SoldOut as error:
//!         print(f"only {error.data.left} left")
//!
//!     with client.batch() as batch:
//!         page = batch.orders.list()
//!         levels = batch.stock.levels()
//!     print(page.result(), levels.result())
//!
//!     with client.prices.watch(symbol="tea") as prices:
//!         for price in prices:
//!             print(price.cents)
//! ```
//!
//! - Arguments go by keyword. A name that Python reserves gets a trailing `_`.
//! - What is left out is not sent. Where the contract allows null, `None` is sent as null and `UNSET` leaves a member or an argument out.
//!   Elsewhere `None` leaves it out.
//! - A parameter of the type `OrderInput` also takes an `Order`, if the server accepts all that it sends.
//! - An integer is an `int` of any size. A number is a `float`, or an `int` if it arrived as one, so that no digit is lost.
//! - Dates, times and UUIDs are strings. `datetime` has no nanoseconds and no leap seconds, and a server may send both.
//! - Base64 is `bytes`. Both alphabets are read, with or without padding. The standard one with padding is sent.
//! - A value that does not fit the contract is a `DecodeError` with its place, such as `result.items[3].price`. Unknown members are
//!   ignored, unless the schema forbids them. Ranges, lengths and patterns are not checked.
//! - Calls of the server to its client are answered with -32601: handlers can't be given yet.
//! - A method that can't be expressed is an error: see [`Inexpressible`]. [`Options::opaque`] makes it an untyped one.
//!
//! # What can't be expressed
//!
//! - a constant that is an array, an object or a number with a fraction;
//! - a union of base64 and other strings;
//! - an array with more than 8 elements of their own types that may be missing;
//! - a stream whose items arrive as another notification than `$/progress`, unless it is a subscription. Subscriptions work over
//!   WebSockets only.

mod classes;
mod clients;
mod convert;
mod declaration;
mod declarations;
mod errors;
mod expression;
mod inexpressible;
mod literals;
mod methods;
mod names;
mod package;
mod pretty;
mod runtime;
mod signature;
mod text;
mod tuples;
mod twins;
mod union;

use crate::generated::{File, Inexpressible};
use crate::model::{Method, Model};
use crate::text::origin;
use convert::Converter;
use names::Names;

/// How to generate.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Options {
    /// Methods that become untyped: `Json` goes in and comes out.
    pub opaque: Vec<String>,
}

/// Generates a package. The same model and options give the same bytes.
///
/// # Errors
///
/// Everything that can't be expressed, so that nothing is dropped.
pub fn generate(model: &Model, options: &Options) -> Result<Vec<File>, Vec<Inexpressible>> {
    let names = Names::of(model);
    let writer = Writer {
        model,
        options,
        names: &names,
    };
    let wrong = writer.inexpressible();
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let mut converter = Converter::new(writer);
    let errors = errors::Errors::of(writer, &mut converter);
    let methods = methods::Methods::of(writer, &mut converter, &errors);
    Ok(package::files(writer, &converter, &errors, &methods))
}

#[derive(Clone, Copy)]
struct Writer<'a> {
    model: &'a Model,
    options: &'a Options,
    names: &'a Names,
}

impl<'a> Writer<'a> {
    /// The first lines of each file.
    fn header(&self, about: &str) -> String {
        format!(
            "# {}\n{}\nfrom __future__ import annotations\n",
            origin(self.model),
            text::docstring(&[about.to_owned()], "")
        )
    }

    fn is_opaque(&self, method: &Method) -> bool {
        self.options.opaque.contains(&method.name)
    }

    /// The methods with types.
    fn typed_methods(self) -> impl Iterator<Item = &'a Method> {
        let methods = self.model.methods.iter();
        methods.filter(move |method| !self.is_opaque(method))
    }
}
