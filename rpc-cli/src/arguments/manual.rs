//! The arguments of `rpc man`.

use std::path::PathBuf;

use clap::ValueHint;

/// Print a page of the manual
///
/// rpc man | man -l - shows the page of rpc, rpc man call | man -l - shows the page of rpc call, and so on.
#[derive(Debug, clap::Args)]
pub(crate) struct ManualArguments {
    /// A command of this program; without it, the page of rpc itself
    pub(crate) command: Option<String>,

    /// Write all pages into this folder instead: rpc.1, rpc-call.1, ...
    #[arg(long, value_name = "FOLDER", conflicts_with = "command", value_hint = ValueHint::DirPath)]
    pub(crate) dir: Option<PathBuf>,
}
