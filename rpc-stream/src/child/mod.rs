//! A client of a process that it starts, and talks to over the process's stdin and stdout.
//!
//! ```no_run
//! use rpc_stream::Child;
//! use tokio::process::Command;
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Child::spawn(Command::new("clock-server"))?;
//! let time: String = client.call("now", ()).await?;
//! let status = client.transport().close().await;
//! # Ok(())
//! # }
//! ```

mod builder;
mod keeper;

use std::fmt;
use std::io;
use std::process::ExitStatus;
use std::sync::Arc;

use rpc_core::transport::{
    Destination, TransportFailure, TransportReply, TransportRequest, TransportStream,
};
use rpc_core::{Peer, Transport};
use tokio::process::Command;
use tokio::sync::watch;

pub use self::builder::Builder;

/// Calls of a process: an [`rpc_core::Client`] whose transport is a [`Child`].
pub type Client = rpc_core::Client<Child>;

/// A process that this one has started, and its stdin and stdout as a transport. A clone shares it.
///
/// The process is stopped when it is [closed](Self::close), or when the last clone and the last of its streams are dropped. That
/// goes in steps. First its stdin is closed, which tells a server to end. If it still runs after 2 s, it gets SIGTERM, and after 2 s
/// more SIGKILL. If the runtime ends before, the process is killed.
///
/// When the process ends by itself, calls fail. It is not started again.
///
/// The process's stderr is this one's, unless the [`Command`] says otherwise. Lines on its stdout that are not JSON-RPC are ignored.
#[derive(Clone)]
pub struct Child(Arc<Shared>);

struct Shared {
    peer: rpc_core::Client<Peer>,
    program: String,
    id: Option<u32>,
    /// Whether the process is to be stopped. If the sender is gone, it is as well.
    stop: watch::Sender<bool>,
    /// How the process has ended.
    status: watch::Receiver<Option<ExitStatus>>,
}

impl Child {
    /// Starts a process, with the default settings: each message is a line. It needs tokio's runtime.
    pub fn spawn(command: impl Into<Command>) -> io::Result<Client> {
        Builder::default().spawn(command)
    }

    /// Sets a client up step by step.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The process's id, as the system gave it.
    pub fn id(&self) -> Option<u32> {
        self.0.id
    }

    /// Stops the process, and says how it has ended. Calls in flight have up to 2 s to finish before the first step. `None` if the
    /// system does not tell how it ended.
    pub async fn close(&self) -> Option<ExitStatus> {
        self.0.stop.send_replace(true);
        self.ended().await
    }

    /// Waits until the process has ended. `None` if the system does not tell how it ended.
    pub async fn ended(&self) -> Option<ExitStatus> {
        let mut status = self.0.status.clone();
        let ended = status.wait_for(Option::is_some).await.ok()?;
        *ended
    }
}

impl Transport for Child {
    async fn send(&self, message: TransportRequest) -> Result<TransportReply, TransportFailure> {
        self.0.peer.transport().send(message).await
    }

    async fn open(&self, call: TransportRequest) -> Result<TransportStream, TransportFailure> {
        let stream = self.0.peer.transport().open(call).await?;
        // The process goes on for its streams, even if there is no client any more.
        Ok(stream.keep(self.clone()))
    }

    fn destination(&self) -> Option<Destination> {
        Some(Destination::new(format!("stdio:{}", self.0.program)))
    }
}

impl fmt::Debug for Child {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Child")
            .field("program", &self.0.program)
            .field("id", &self.0.id)
            .finish_non_exhaustive()
    }
}
