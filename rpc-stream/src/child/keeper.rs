//! [`Keeper`]: the task that keeps a process, and stops it in steps.

use std::convert::Infallible;
use std::future::{Future, pending};
use std::process::ExitStatus;

use rpc_core::Excerpt;
use rpc_core::session::Session;
use tokio::io::{AsyncRead, join};
use tokio::process::Child;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use crate::defaults::STEP;
use crate::framing::Framing;
use crate::run::{Bounds, Ended, Role, run};

/// The task that keeps a process.
pub(super) struct Keeper {
    pub(super) process: Child,
    pub(super) program: String,
    pub(super) bounds: Bounds,
    pub(super) framing: Framing,
    pub(super) stopped: watch::Receiver<bool>,
}

impl Keeper {
    /// Carries messages until the process is to be stopped, or closes its stdout. Then stops it.
    pub(super) async fn keep(mut self, session: Session) -> Option<ExitStatus> {
        let (stdin, stdout) = (self.process.stdin.take(), self.process.stdout.take());
        let (stdin, stdout) = stdin.zip(stdout)?; // both are set when it is started
        let mut io = join(stdout, stdin);
        let role = Role::Client(self.framing);
        let ended = tokio::select! {
            ended = run(&mut io, session, self.bounds, role, self.stopped()) => Some(ended),
            () = self.overdue() => None,
        };
        if let Some(lost) = ended.filter(|ended| !matches!(ended, Ended::Stopped)) {
            let lost = Excerpt::for_log(lost);
            tracing::debug!(program = self.program, error = %lost, "a process does not answer any more");
        }
        let (stdout, stdin) = io.into_inner();
        drop(stdin);
        self.end(stdout).await
    }

    /// Completes when the process is to be stopped.
    fn stopped(&self) -> impl Future<Output = ()> + use<> {
        let mut stopped = self.stopped.clone();
        async move {
            // No client is left if there is no sender.
            let _no_sender = stopped.wait_for(|stopped| *stopped).await;
        }
    }

    /// Completes when the calls in flight have had their time.
    async fn overdue(&self) {
        self.stopped().await;
        sleep(STEP).await;
    }

    /// Makes the process end, and waits for that. What it still writes is dropped.
    async fn end(&mut self, mut stdout: impl AsyncRead + Unpin) -> Option<ExitStatus> {
        let mut nowhere = tokio::io::sink();
        let unread = async {
            let _ended = tokio::io::copy(&mut stdout, &mut nowhere).await;
            pending::<Infallible>().await
        };
        tokio::select! {
            status = end_in_steps(&mut self.process) => status,
            never = unread => match never {},
        }
    }
}

/// Ends a process whose stdin is closed.
async fn end_in_steps(process: &mut Child) -> Option<ExitStatus> {
    if let Ok(ended) = timeout(STEP, process.wait()).await {
        return ended.ok();
    }
    terminate(process);
    if let Ok(ended) = timeout(STEP, process.wait()).await {
        return ended.ok();
    }
    let _ended_already = process.start_kill();
    process.wait().await.ok()
}

/// Asks a process to end.
#[cfg(unix)]
fn terminate(process: &Child) {
    use rustix::process::{Pid, Signal, kill_process};

    let id = process.id().and_then(|id| i32::try_from(id).ok());
    if let Some(id) = id.and_then(Pid::from_raw) {
        let _ended_already = kill_process(id, Signal::TERM);
    }
}

/// Asks a process to end, which this system has no gentle way for.
#[cfg(not(unix))]
fn terminate(_: &Child) {}
