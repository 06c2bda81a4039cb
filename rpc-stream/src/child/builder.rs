//! [`Builder`]: a process and its client, step by step.

use std::fmt;
use std::io;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use rpc_core::session::SessionBuilder;
use rpc_core::{DuplexLimits, Excerpt, IntoServer};
use rpc_tokio::Tokio;
use rpc_tokio::defaults::CALL_TIMEOUT;
use tokio::process::Command;
use tokio::sync::watch;

use super::keeper::Keeper;
use super::{Child, Client, Shared};
use crate::defaults::MAX_REPLY;
use crate::framing::Framing;
use crate::run::Bounds;

/// How many characters of a program's path an error shows.
const SHOWN_PROGRAM: usize = 120;

/// Sets up a process and its client.
#[must_use]
pub struct Builder {
    session: SessionBuilder,
    bounds: Bounds,
    framing: Framing,
    tolerant: bool,
}

impl Default for Builder {
    fn default() -> Self {
        Builder {
            session: SessionBuilder::new()
                .runtime(Tokio)
                .pass_over_not_json()
                .call_timeout(CALL_TIMEOUT),
            bounds: Bounds::new(MAX_REPLY),
            framing: Framing::Lines,
            tolerant: false,
        }
    }
}

impl Builder {
    /// How messages are told apart; default [`Framing::Lines`]. Language servers use [`Framing::Headers`].
    pub fn framing(mut self, framing: Framing) -> Self {
        self.framing = framing;
        self
    }

    /// How long a call may take, or until its stream is open; default 30 s. A call's own timeout takes precedence.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.session = self.session.call_timeout(timeout);
        self
    }

    /// The largest message of the process, in bytes; default 16 MiB. After a larger one, it is stopped.
    pub fn max_reply(mut self, bytes: usize) -> Self {
        self.bounds.max_message = bytes;
        self
    }

    /// A service that the process may call: `#[rpc(peer)]` in its methods.
    pub fn service(mut self, service: impl IntoServer) -> Self {
        let server = service.into_server().or_runtime(Tokio);
        self.session = self.session.serve(server);
        self
    }

    /// What the connection may cost: calls, streams and their buffers.
    pub fn duplex_limits(mut self, limits: DuplexLimits) -> Self {
        self.session = self.session.limits(limits);
        self
    }

    /// How long the process may read nothing of what it is sent; default 30 s. Then it is stopped.
    pub fn write_timeout(mut self, timeout: Duration) -> Self {
        self.bounds.write_timeout = timeout;
        self
    }

    /// Accepts replies that do not fully conform to the specification; by default such a reply is an
    /// error. See [`rpc_core::Client::tolerant`] for what is forgiven.
    pub fn tolerant(mut self) -> Self {
        self.tolerant = true;
        self
    }

    /// Starts the process. Its stdin and stdout are set here. It needs tokio's runtime.
    pub fn spawn(self, command: impl Into<Command>) -> io::Result<Client> {
        let mut command = command.into();
        let program = command.as_std().get_program();
        let program = Excerpt::new(program.display(), SHOWN_PROGRAM).to_string();
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let process = command.kill_on_drop(true).spawn()?;
        let id = process.id();

        let session = self.session.endpoint(&program).build();
        let peer = session.peer();
        let (stop, stopped) = watch::channel(false);
        let (ended, status) = watch::channel(None);
        let keeper = Keeper {
            process,
            program: program.clone(),
            bounds: self.bounds,
            framing: self.framing,
            stopped,
        };
        tokio::spawn(async move {
            let status = keeper.keep(session).await;
            ended.send_replace(status);
        });
        let client = Client::from_transport(Child(Arc::new(Shared {
            peer,
            program,
            id,
            stop,
            status,
        })));
        Ok(match self.tolerant {
            true => client.tolerant(),
            false => client,
        })
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("session", &self.session)
            .field("bounds", &self.bounds)
            .field("framing", &self.framing)
            .field("tolerant", &self.tolerant)
            .finish()
    }
}
