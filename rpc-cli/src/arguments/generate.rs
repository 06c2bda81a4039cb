//! The arguments of `rpc generate`.

use std::path::PathBuf;

use clap::ValueEnum;

use crate::settings::PartialSettings;

/// Generate a typed client from an OpenRPC document
///
/// TypeScript: types, functions and a small runtime without dependencies, for browsers and Node 20 or newer.
/// Python: a package for Python 3.11 or newer, with a client that waits and one for asyncio. It needs httpx2, and websockets for
/// WebSockets.
/// Rust: a crate with a contract for each namespace, its types and its errors. It needs rpc-core, and programs add a transport.
///
/// The same document and options give the same files, to the byte. --check tells whether the files are out of date.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  rpc generate typescript http://localhost:8080/ -o src/rpc
  rpc generate typescript openrpc.json -o src/rpc --check
  rpc generate python openrpc.json -o shop
  rpc generate rust openrpc.json -o shop-client --rpc-core 0.1
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

    /// A method to generate without types, such as one whose types can't be expressed; may be repeated
    #[arg(long, value_name = "METHOD")]
    pub(crate) opaque: Vec<String>,

    /// TypeScript: the type of integers of 64 bits or more
    #[arg(long, value_enum, value_name = "TYPE")]
    pub(crate) integers: Option<BigIntegers>,

    /// TypeScript: the extension of imports
    #[arg(long, value_enum, value_name = "EXTENSION")]
    pub(crate) imports: Option<Imports>,

    /// Rust: the name of the crate [default: made from the document's title]
    #[arg(long, value_name = "NAME", value_parser = crate_name)]
    pub(crate) crate_name: Option<String>,

    /// Rust: where Cargo finds rpc-core: a version such as 0.1, the path of its folder as seen from DIR, or the URL of a git repository
    /// [default: the version of this command]
    #[arg(long, value_name = "WHERE", value_parser = non_empty)]
    pub(crate) rpc_core: Option<String>,

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
    Rust,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BigIntegers {
    /// `bigint`, for small values too. The default
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

/// A name that Cargo takes.
fn crate_name(name: &str) -> Result<String, String> {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    match name.starts_with(|letter: char| letter.is_ascii_alphabetic()) && name.chars().all(is_part)
    {
        true => Ok(name.to_owned()),
        false => Err(
            "a crate's name has letters, digits, `-` and `_`, and begins with a letter".to_owned(),
        ),
    }
}

fn non_empty(text: &str) -> Result<String, String> {
    match text.trim().is_empty() {
        true => Err("it is empty".to_owned()),
        false => Ok(text.to_owned()),
    }
}
