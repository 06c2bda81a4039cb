//! TypeScript: types, thin functions, and one small runtime.
//!
//! [`generate`] returns three files. `types.ts` has the named types. `client.ts` has an object of functions for each namespace
//! and a class for each declared error. `runtime.ts` is the same for every document, and has no dependencies. They pass `tsc` with the
//! strictest options and run in browsers and in Node 20 or newer. There is no `any` in them.
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
//! - A method whose params may go either way gets them by position, or by name if one in the middle is left out.
//! - A method that can't be expressed is an error: see [`Inexpressible`](crate::Inexpressible). [`Options::opaque`] makes it an untyped one.
//!
//! # What can't be expressed
//!
//! - a union with 64-bit integers in one variant, if it can't be told from the others by a tag, by its kind of JSON or by its
//!   required members;
//! - a constant that is a number past 2^53;
//! - a stream whose items arrive as another notification than `$/progress`, unless it is a subscription. Subscriptions work over
//!   WebSockets only.

mod client;
mod errors;
mod functions;
mod names;
mod pretty;
mod shapes;
mod text;
mod types;

use crate::generated::{File, Inexpressible};
use crate::model::Model;
use crate::text::origin;
use names::Names;

/// The source of `runtime.ts`.
pub const RUNTIME: &str = include_str!("runtime.ts");

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
        names: Names::of(model),
    };
    let wrong = writer.inexpressible();
    if !wrong.is_empty() {
        return Err(wrong);
    }
    Ok(vec![
        File {
            name: "types.ts",
            text: writer.types(),
        },
        File {
            name: "client.ts",
            text: writer.client(),
        },
        File {
            name: "runtime.ts",
            text: RUNTIME.to_owned(),
        },
    ])
}

struct Writer<'a> {
    model: &'a Model,
    options: &'a Options,
    names: Names,
}

impl Writer<'_> {
    /// The first line of each file.
    fn header(&self) -> String {
        format!("// {}\n", origin(self.model))
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
