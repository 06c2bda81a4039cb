//! [`Interrupts`]: every press of Ctrl-C.

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::failure::Result;

/// Every press of Ctrl-C, until this is dropped.
pub(super) struct Interrupts {
    pressed: mpsc::UnboundedReceiver<()>,
    /// Drops the task that listens.
    _listening: JoinSet<()>,
}

impl Interrupts {
    /// From now on, Ctrl-C does not end the process.
    #[cfg(unix)]
    pub(super) fn listen() -> Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};

        use crate::exit::Exit;
        use crate::failure::Failure;

        let (sender, pressed) = mpsc::unbounded_channel();
        let mut signals = signal(SignalKind::interrupt())
            .map_err(|error| Failure::new(Exit::File, format!("cannot handle Ctrl-C: {error}")))?;
        let mut listening = JoinSet::new();
        listening.spawn(async move {
            while signals.recv().await.is_some() && sender.send(()).is_ok() {}
        });
        Ok(Interrupts {
            pressed,
            _listening: listening,
        })
    }

    /// From now on, Ctrl-C does not end the process.
    #[cfg(not(unix))]
    pub(super) fn listen() -> Result<Self> {
        let (sender, pressed) = mpsc::unbounded_channel();
        let mut listening = JoinSet::new();
        listening.spawn(async move {
            while tokio::signal::ctrl_c().await.is_ok() && sender.send(()).is_ok() {}
        });
        Ok(Interrupts {
            pressed,
            _listening: listening,
        })
    }

    pub(super) async fn next(&mut self) -> Option<()> {
        self.pressed.recv().await
    }
}
