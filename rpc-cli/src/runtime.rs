//! Runs a command's asynchronous work on one thread.

use crate::exit::Exit;
use crate::failure::{Failure, Result};

/// Runs a task to its end.
pub(crate) fn block_on<T>(task: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(Exit::File, format!("could not start: {error}")))?;
    let result = runtime.block_on(task);
    // A plain drop would wait for a name lookup that is still running.
    runtime.shutdown_background();
    result
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
