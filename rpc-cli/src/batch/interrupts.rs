//! [`Interrupts`]: every press of Ctrl-C.

use tokio::sync::mpsc;

use crate::failure::Result;

pub(super) struct Interrupts(mpsc::UnboundedReceiver<()>);

impl Interrupts {
    /// From now on, Ctrl-C does not end the process.
    #[cfg(unix)]
    pub(super) fn listen() -> Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};

        use crate::exit::Exit;
        use crate::failure::Failure;

        let (sender, interrupts) = mpsc::unbounded_channel();
        let mut signals = signal(SignalKind::interrupt())
            .map_err(|error| Failure::new(Exit::File, format!("cannot handle Ctrl-C: {error}")))?;
        tokio::spawn(
            async move { while signals.recv().await.is_some() && sender.send(()).is_ok() {} },
        );
        Ok(Interrupts(interrupts))
    }

    /// From now on, Ctrl-C does not end the process.
    #[cfg(not(unix))]
    pub(super) fn listen() -> Result<Self> {
        let (sender, interrupts) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while tokio::signal::ctrl_c().await.is_ok() && sender.send(()).is_ok() {}
        });
        Ok(Interrupts(interrupts))
    }

    pub(super) async fn next(&mut self) -> Option<()> {
        self.0.recv().await
    }
}
