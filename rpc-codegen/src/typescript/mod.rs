//! TypeScript: types, thin functions, and one small runtime.
//!
//! [`generate`] returns these files:
//!
//! | file | what it has |
//! | --- | --- |
//! | `types.ts` | the named types |
//! | `client.ts` | an object of functions for each namespace, a class for each declared error, and what answers the calls of the server |
//! | `runtime.ts`, with `errors.ts` and `json.ts` | calls, batches, and the connection over HTTP |
//! | `streams.ts` | streams, if the document has any |
//! | `websocket.ts`, with `connection.ts` | calls and streams over a WebSocket |
//! | `handlers.ts` | answers to the calls of the server, if the document has any |
//!
//! The last four rows are the same for every document, and have no dependencies: see [`RUNTIME`]. A program that only calls over HTTP
//! bundles `runtime.ts`, `errors.ts` and `json.ts`. All files pass `tsc` with the strictest options and run in browsers and in Node 20 or newer. The
//! type `any` is not in them.
//!
//! ```ts
//! import { orders } from "./client.js";
//! import { http, safe } from "./runtime.js";
//!
//! const rpc = http("https://shop.example/rpc");
//! const order = await orders.place(rpc, { item: "tea", quantity: 2 });
//!
//! const [found, error] = await safe(orders.place(rpc, { item: "tea", quantity: 9 }));
//! if (error?.code === 1001) console.log(`only ${error.data.left} left`);
//! ```
//!
//! - Whole numbers of 64 bits or more are `bigint`, whatever their size: see [`Options::big_integers`].
//! - A `number` always arrives as a `number`. An `integer` that names neither a format nor both bounds is a `number` as well. One past
//!   2^53 is not rounded: the call fails with a `TransportError` whose `cause` is a `NumberError`.
//! - Where the type is `unknown`, a whole number past 2^53 arrives as a `bigint`.
//! - `-0` is sent as 0, since servers refuse `-0` for a whole number.
//! - A method whose params may go either way gets them by position, or by name if one in the middle is left out.
//! - A method that can't be expressed is an error: see [`Inexpressible`]. [`Options::opaque`] makes it an untyped one.
//! - What a program gives may be `undefined` wherever it may be left out. What it gets is what the schema says.
//! - Only numbers are looked at when they arrive. An unknown value of an enum and an unknown member of an object are
//!   kept, and only the types of an enum with `x-extensible` admit unknown values.
//!
//! # Streams
//!
//! A stream is an `AsyncGenerator`. It opens when it is read, and leaving its loop stops it. A clean end ends the loop, an error of
//! the server is thrown as its class, and a lost connection is thrown as a `TransportError`. One with a cursor goes on after its
//! connection was lost, as rpc-core's client does: after a pause that doubles from 50 ms up to 30 s, shortened at random by up to
//! half, or after the time that the server asks for. It ends when the server refuses, the signal is given, or the stream was silent for
//! its `idleTimeout`.
//!
//! Over a WebSocket, the stream's server sends no more than there is room for, if it knows `$/window`. A server that has been silent
//! for 30 s to 60 s is asked for a sign of life, and given up after another 30 s: see `pingInterval`. A server
//! that answers its calls in order can't answer that before a long call is done, so its clients need a `pingInterval` of `Infinity`.
//! Over server-sent events, as with the Rust client, a stream that must notice a silent server needs an `idleTimeout`.
//!
//! # What failed
//!
//! `TransportError` and `UndeclaredError` say in `execution` whether the method ran, in `retryable` whether another attempt may
//! succeed, and in `retryAfter` when. Browsers show programs the headers `rpc-refused` and `retry-after` of another origin only if the
//! server lists them in `access-control-expose-headers`. Nor do they say whether a request was sent, so a failed one may have run.
//! Browsers may also send a request twice: when a connection is lost that was used before, without an answer to the request.
//!
//! Over a WebSocket, an error without an id fails the calls that wait. If they were sent as one message, they fail with that error.
//! Otherwise it is unclear which one it is about, so they fail with a `TransportError`, and may have run. Calls to a server that has
//! fallen silent may have run as well, and are `retryable`.
//!
//! # Calls of the server
//!
//! For the document's `x-client-methods`, `client.ts` has the interface `ClientMethods` and the function `serve`:
//!
//! ```ts
//! const handlers = serve({ ui: { ask: async ({ question }) => confirm(question) } });
//! const rpc = webSocket("wss://shop.example/rpc", { handlers });
//! ```
//!
//! A method throws the errors that it declares as their classes. The server gets -32603 for anything else that is thrown, without
//! detail, and -32601 for a method that is not there.
//!
//! # What can't be expressed
//!
//! - a union with 64-bit integers in one variant, if it can't be told from the others by a tag, by its kind of JSON or by its
//!   required members: an earlier variant must have one that a later one can't have;
//! - a constant that is a number past 2^53;
//! - a stream whose items arrive as another notification than `$/progress`, unless it is a subscription. Subscriptions work over
//!   WebSockets only;
//! - a stream that the server opens on its client.

mod client;
mod errors;
mod functions;
mod inexpressible;
mod inputs;
mod names;
mod pretty;
mod serving;
mod shapes;
mod text;
mod types;
mod unions;

use std::collections::HashSet;

use crate::generated::{File, Inexpressible};
use crate::model::{Model, Reply, TypeId};
use crate::text::origin;
use names::Names;
use shapes::Shaped;

/// The files of the runtime: their names and texts. They are in the order in which they depend on each other.
pub const RUNTIME: [(&str, &str); 7] = [
    ("json.ts", include_str!("runtime/json.ts")),
    ("errors.ts", include_str!("runtime/errors.ts")),
    ("runtime.ts", include_str!("runtime/runtime.ts")),
    ("streams.ts", include_str!("runtime/streams.ts")),
    ("connection.ts", include_str!("runtime/connection.ts")),
    ("websocket.ts", include_str!("runtime/websocket.ts")),
    ("handlers.ts", include_str!("runtime/handlers.ts")),
];

/// How to generate.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Options {
    /// What integers of 64 and more bits are.
    pub big_integers: BigIntegers,
    /// Methods that become untyped: `unknown` goes in and comes out.
    pub opaque: Vec<String>,
    /// How the files import each other.
    pub imports: Imports,
}

/// What integers of 64 and more bits are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum BigIntegers {
    /// `bigint`.
    #[default]
    BigInt,
    /// `number`. A value past 2^53 is an error when it arrives.
    Number,
}

/// How the generated files import each other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Imports {
    /// `./runtime.js`, which compilers and bundlers understand.
    #[default]
    Js,
    /// `./runtime.ts`, for programs that run TypeScript as it is.
    Ts,
}

/// Generates a client. The same model and options give the same bytes.
///
/// # Errors
///
/// Everything that can't be expressed, so that nothing is dropped.
pub fn generate(model: &Model, options: &Options) -> Result<Vec<File>, Vec<Inexpressible>> {
    let writer = Writer {
        model,
        options,
        names: &Names::of(model),
        inputs: &inputs::of(model),
        shaped: &Shaped::of(model, options.big_integers),
        is_given: false,
        is_only_big: false,
    };
    let wrong = writer.inexpressible();
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let types = writer.types();
    let client = writer.client();
    let mut files = vec![
        File {
            name: "types.ts",
            text: types,
        },
        File {
            name: "client.ts",
            text: client,
        },
    ];
    files.extend(writer.runtime());
    Ok(files)
}

#[derive(Clone, Copy)]
struct Writer<'a> {
    model: &'a Model,
    options: &'a Options,
    names: &'a Names,
    /// The named types that programs give.
    inputs: &'a HashSet<TypeId>,
    shaped: &'a Shaped,
    /// Whether it writes types that programs give.
    is_given: bool,
    /// Whether shapes have 64-bit integers only.
    is_only_big: bool,
}

impl Writer<'_> {
    /// The same, for types that programs give.
    fn given(self) -> Self {
        Writer {
            is_given: true,
            ..self
        }
    }

    /// The first line of each file.
    fn header(&self) -> String {
        format!("// {}\n", origin(self.model))
    }

    /// The files of the runtime that the client needs.
    fn runtime(&self) -> impl Iterator<Item = File> {
        let methods = &self.model.methods;
        let streams = methods
            .iter()
            .any(|method| matches!(method.reply, Reply::Stream(_)));
        let serves = !self.model.client_methods.is_empty();
        let is_needed = move |name: &str| match name {
            "streams.ts" => streams,
            "handlers.ts" => serves,
            _ => true,
        };
        let files = RUNTIME.into_iter().filter(move |(name, _)| is_needed(name));
        let version = env!("CARGO_PKG_VERSION");
        let header =
            format!("// Generated by rpc-codegen {version} for all documents. Do not edit.\n\n");
        files.map(move |(name, text)| File {
            name,
            text: match self.options.imports {
                Imports::Js => format!("{header}{text}"),
                Imports::Ts => format!("{header}{}", text.replace(".js\";\n", ".ts\";\n")),
            },
        })
    }

    fn import(&self, file: &str) -> String {
        match self.options.imports {
            Imports::Js => format!("\"./{file}.js\""),
            Imports::Ts => format!("\"./{file}.ts\""),
        }
    }

    fn is_opaque(&self, method: &str) -> bool {
        self.options.opaque.iter().any(|name| name == method)
    }
}
