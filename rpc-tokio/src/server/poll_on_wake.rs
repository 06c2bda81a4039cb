//! [`PollOnWake`]: a future that is polled only when it has been woken itself.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

/// A future that is polled only when it has been woken itself, rather than whenever its task is.
///
/// A connection's task is woken several times a request, and waits for timers and signals that rarely come. Polling each of
/// them each time costs more than answering a small call.
pub struct PollOnWake<F> {
    future: Pin<Box<F>>,
    wakeup: Arc<Wakeup>,
    /// Made of `wakeup`.
    waker: Waker,
    /// The task that `wakeup` wakes.
    task: Option<Waker>,
}

/// The future's own waker.
struct Wakeup {
    woken: AtomicBool,
    task: Mutex<Option<Waker>>,
}

impl Wake for Wakeup {
    fn wake(self: Arc<Self>) {
        self.woken.store(true, Ordering::Release);
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(task) = &*task {
            task.wake_by_ref();
        }
    }
}

impl<F: Future> PollOnWake<F> {
    /// Polls the future first when it is polled first.
    pub fn new(future: F) -> Self {
        let wakeup = Arc::new(Wakeup {
            woken: AtomicBool::new(true),
            task: Mutex::new(None),
        });
        PollOnWake {
            future: Box::pin(future),
            waker: Waker::from(Arc::clone(&wakeup)),
            wakeup,
            task: None,
        }
    }

    /// The future.
    pub fn get_ref(&self) -> &F {
        &self.future
    }

    /// The future, to be changed. It is polled the next time.
    pub fn get_mut(&mut self) -> Pin<&mut F> {
        self.wakeup.woken.store(true, Ordering::Relaxed);
        self.future.as_mut()
    }
}

impl<F> fmt::Debug for PollOnWake<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PollOnWake").finish_non_exhaustive()
    }
}

impl<F: Future> Future for PollOnWake<F> {
    type Output = F::Output;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<F::Output> {
        let known = self.task.as_ref();
        let is_known = known.is_some_and(|known| known.will_wake(task.waker()));
        if is_known && !self.wakeup.woken.load(Ordering::Acquire) {
            return Poll::Pending;
        }
        self.poll_woken(task, is_known)
    }
}

impl<F: Future> PollOnWake<F> {
    #[cold]
    fn poll_woken(&mut self, task: &mut Context<'_>, is_known: bool) -> Poll<F::Output> {
        if !is_known {
            self.task = Some(task.waker().clone());
            let told = self.wakeup.task.lock();
            told.unwrap_or_else(PoisonError::into_inner)
                .clone_from(&self.task);
        }
        // After that: a wake-up before would have gone to the former task.
        if !self.wakeup.woken.load(Ordering::Acquire) {
            return Poll::Pending;
        }
        self.wakeup.woken.store(false, Ordering::Relaxed);
        let mut own = Context::from_waker(&self.waker);
        self.future.as_mut().poll(&mut own)
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::pin::pin;
    use std::sync::atomic::AtomicUsize;

    use tokio::sync::oneshot;

    use super::*;

    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn counting() -> (Arc<Count>, Waker) {
        let count = Arc::new(Count(AtomicUsize::new(0)));
        (Arc::clone(&count), Waker::from(count))
    }

    #[test]
    fn it_is_polled_once_for_each_time_it_is_woken() {
        let polls = AtomicUsize::new(0);
        let (sender, mut receiver) = oneshot::channel::<()>();
        let mut polled = pin!(PollOnWake::new(poll_fn(|task| {
            polls.fetch_add(1, Ordering::SeqCst);
            Pin::new(&mut receiver).poll(task)
        })));
        let (wakes, waker) = counting();
        let mut task = Context::from_waker(&waker);
        for _ in 0..3 {
            assert!(polled.as_mut().poll(&mut task).is_pending());
        }
        assert_eq!(polls.load(Ordering::SeqCst), 1);
        sender.send(()).expect("it is waited for");
        assert_eq!(wakes.0.load(Ordering::SeqCst), 1);
        assert!(polled.as_mut().poll(&mut task).is_ready());
    }

    #[test]
    fn the_task_that_polled_last_is_woken() {
        let (sender, receiver) = oneshot::channel::<()>();
        let mut polled = pin!(PollOnWake::new(receiver));
        let ((first, first_waker), (second, second_waker)) = (counting(), counting());
        for waker in [&first_waker, &second_waker] {
            let mut task = Context::from_waker(waker);
            assert!(polled.as_mut().poll(&mut task).is_pending());
        }
        drop(sender);
        assert_eq!(first.0.load(Ordering::SeqCst), 0);
        assert_eq!(second.0.load(Ordering::SeqCst), 1);
    }
}
