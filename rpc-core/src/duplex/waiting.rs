//! Tasks that wait for something on a connection.

use std::task::{Context as Task, Waker};

/// Notes the task to wake.
pub(super) fn wait(place: &mut Option<Waker>, task: &Task<'_>) {
    match place {
        Some(known) => known.clone_from(task.waker()),
        None => *place = Some(task.waker().clone()),
    }
}

/// Wakes a task, if one waits. Not under the lock: it may run at once.
pub(super) fn wake(waiting: Option<Waker>) {
    if let Some(waiting) = waiting {
        waiting.wake();
    }
}
