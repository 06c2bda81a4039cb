//! Runs a command's asynchronous work on one thread.

use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::sleep;

use crate::exit::Exit;
use crate::failure::{Failure, Result};

/// How long connections may take to close. A process that was started may take six seconds until it is stopped.
const CLOSING: Duration = Duration::from_secs(7);

/// Runs a task to its end.
pub(crate) fn block_on<T>(task: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(Exit::File, format!("could not start: {error}")))?;
    let result = runtime.block_on(async {
        let result = task.await;
        connections_closed().await;
        result
    });
    // A plain drop would wait for a name lookup that is still running.
    runtime.shutdown_background();
    result
}

/// Waits for the tasks that keep connections, so that they can send their last messages, such as the one that stops a stream. A
/// second Ctrl-C ends that.
async fn connections_closed() {
    let tasks = Handle::current().metrics();
    let closed = async {
        tokio::task::yield_now().await;
        while tasks.num_alive_tasks() > 0 {
            sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::select! {
        () = closed => {}
        Ok(()) = tokio::signal::ctrl_c() => {}
        () = sleep(CLOSING) => {}
    }
}

/// Runs a task until it ends or somebody presses Ctrl-C.
///
/// Commands read files and stdin before their task first waits. Until then, Ctrl-C kills the process as usual.
pub(crate) fn block_on_until_interrupted(task: impl Future<Output = Result>) -> Result {
    block_on(async {
        tokio::select! {
            biased;
            result = task => result,
            Ok(()) = tokio::signal::ctrl_c() => Err(Failure::new(Exit::Interrupted, "interrupted")),
        }
    })
}
