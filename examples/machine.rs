//! What `uname_server` and `uname_client` agree on: a contract crate depends on rpc-core alone.

use rpc_core::{RpcError, rpc};
use serde::{Deserialize, Serialize};

/// Tells what machine this is.
#[rpc]
pub trait Machine {
    /// Returns what it is given.
    #[rpc(idempotent)]
    async fn echo(&self, text: &str) -> String;

    /// What `uname -a` tells.
    #[rpc(idempotent, blocking)]
    fn uname(&self) -> Result<Uname, UnameError>;
}

/// What machine it is.
#[derive(Debug, Serialize, Deserialize)]
pub struct Uname {
    /// The operating system, such as `Linux`.
    pub system: String,
    /// The machine's name in the network.
    pub node: String,
    /// The operating system's release.
    pub release: String,
    /// The hardware, such as `x86_64`.
    pub machine: String,
}

/// Why it is not known.
#[derive(Debug, thiserror::Error, RpcError)]
pub enum UnameError {
    /// What went wrong is for the server's log.
    #[error("the machine does not tell")]
    #[rpc(internal)]
    Unknown(#[from] std::io::Error),
}
