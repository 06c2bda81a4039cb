//! The contract that `uname_server` and `uname_client` share. A crate with a contract needs `rpc-core`, but no
//! transport.

use rpc_core::{RpcError, rpc};
use serde::{Deserialize, Serialize};

/// Describes the machine that the server runs on.
#[rpc]
pub trait Machine {
    /// Returns the text it was given.
    #[rpc(idempotent)]
    async fn echo(&self, text: &str) -> String;

    /// Returns the main fields of `uname -a`.
    #[rpc(idempotent, blocking)]
    fn uname(&self) -> Result<Uname, UnameError>;
}

/// A machine and its operating system.
#[derive(Debug, Serialize, Deserialize)]
pub struct Uname {
    /// The operating system, such as `Linux`.
    pub system: String,
    /// The machine's name on the network.
    pub node: String,
    /// The operating system's release.
    pub release: String,
    /// The hardware, such as `x86_64`.
    pub machine: String,
}

/// Why the machine could not be described.
#[derive(Debug, thiserror::Error, RpcError)]
pub enum UnameError {
    /// `uname` failed. Only the server's log says why.
    #[error("could not run uname")]
    #[rpc(internal)]
    Unknown(#[from] std::io::Error),
}
