//! The arguments of `rpc generate`.

use std::path::PathBuf;

use clap::ValueEnum;

use crate::settings::PartialSettings;

/// Generate a typed client in another language from an OpenRPC document
///
/// TypeScript: types, functions and a small runtime without dependencies, for browsers and Node 20 or newer.
/// Python: a package for Python 3.11 or newer, with a client that waits and one for asyncio. It needs httpx2, and websockets for
/// WebSockets.
///
/// The same document and options give the same files, to the byte. --check tells if the files are out of date.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  rpc generate typescript http://localhost:8080/ -o src/rpc
  rpc generate typescript openrpc.json -o src/rpc --check
  rpc generate python openrpc.json -o shop
  rpc generate typescript openrpc.json -o src/rpc --opaque legacy.report")]
pub(crate) struct GenerateArguments {
    #[arg(value_enum)]
    pub(crate) language: Language,

    /// A file, `-` for stdin, a URL of a server that answers rpc.discover, or the name of an endpoint in the configuration file
    #[arg(value_name = "DOCUMENT")]
    pub(crate) document: String,

    /// The folder of the generated files. Files that were not generated are never overwritten
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: PathBuf,

    /// Write nothing, and fail if a file is missing or out of date
    #[arg(long)]
    pub(crate) check: bool,

    /// A method that becomes untyped, because its types can't be expressed or are not wanted. Can be repeated
    #[arg(long, value_name = "METHOD")]
    pub(crate) opaque: Vec<String>,

    /// TypeScript: what integers of 64 bits or more are
    #[arg(long, value_enum, value_name = "TYPE")]
    pub(crate) integers: Option<BigIntegers>,

    /// TypeScript: the extension of imports
    #[arg(long, value_enum, value_name = "EXTENSION")]
    pub(crate) imports: Option<Imports>,

    /// Show the messages and the HTTP status on stderr
    #[arg(short, long)]
    pub(crate) verbose: bool,

    #[command(flatten)]
    pub(crate) settings: PartialSettings,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    #[value(name = "typescript")]
    TypeScript,
    Python,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BigIntegers {
    /// `bigint`, whatever its size. The default
    Bigint,
    /// `number`. A value past 2^53 is an error when it arrives
    Number,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Imports {
    /// `./runtime.js`, for compilers and bundlers. The default
    Js,
    /// `./runtime.ts`, for programs that run TypeScript as it is
    Ts,
}
