//! [`Seldom`]: a future that is polled when it has been woken itself, and not whenever its task is.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

/// A future that is polled when it has been woken itself, and not whenever its task is.
///
/// A connection's task is woken several times a request, and waits for timers and a signal that hardly ever come. To poll
/// each of them each time costs more than to answer a small call.
pub(super) struct Seldom<F> {
    future: Pin<Box<F>>,
    own: Arc<Own>,
    /// Made of `own`.
    waker: Waker,
    /// Whom `own` wakes.
    task: Option<Waker>,
}

/// The future's own waker.
struct Own {
    woken: AtomicBool,
    task: Mutex<Option<Waker>>,
}

impl Wake for Own {
    fn wake(self: Arc<Self>) {
        self.woken.store(true, Ordering::Release);
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(task) = &*task {
            task.wake_by_ref();
        }
    }
}

impl<F: Future> Seldom<F> {
    pub(super) fn new(future: F) -> Self {
        let own = Arc::new(Own {
            woken: AtomicBool::new(true),
            task: Mutex::new(None),
        });
        Seldom {
            future: Box::pin(future),
            waker: Waker::from(Arc::clone(&own)),
            own,
            task: None,
        }
    }

    /// The future, to be looked at.
    pub(super) fn as_ref(&self) -> &F {
        &self.future
    }

    /// The future, to be changed. It is polled next time.
    pub(super) fn as_mut(&mut self) -> Pin<&mut F> {
        self.own.woken.store(true, Ordering::Relaxed);
        self.future.as_mut()
    }
}

impl<F: Future> Future for Seldom<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<F::Output> {
        let this = &mut *self;
        let known = this.task.as_ref();
        if !known.is_some_and(|known| known.will_wake(task.waker())) {
            this.task = Some(task.waker().clone());
            let mut told = this.own.task.lock().unwrap_or_else(PoisonError::into_inner);
            told.clone_from(&this.task);
        }
        // Only then: who is woken before that wakes a task that is not waited in any more.
        if !this.own.woken.load(Ordering::Acquire) {
            return Poll::Pending;
        }
        this.own.woken.store(false, Ordering::Relaxed);
        this.future
            .as_mut()
            .poll(&mut Context::from_waker(&this.waker))
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
        let mut seldom = pin!(Seldom::new(poll_fn(|task| {
            polls.fetch_add(1, Ordering::SeqCst);
            Pin::new(&mut receiver).poll(task)
        })));
        let (wakes, waker) = counting();
        let mut task = Context::from_waker(&waker);
        for _ in 0..3 {
            assert!(seldom.as_mut().poll(&mut task).is_pending());
        }
        assert_eq!(polls.load(Ordering::SeqCst), 1);
        sender.send(()).expect("it is waited for");
        assert_eq!(wakes.0.load(Ordering::SeqCst), 1);
        assert!(seldom.as_mut().poll(&mut task).is_ready());
    }

    #[test]
    fn the_task_that_polled_last_is_woken() {
        let (sender, receiver) = oneshot::channel::<()>();
        let mut seldom = pin!(Seldom::new(receiver));
        let ((first, first_waker), (second, second_waker)) = (counting(), counting());
        for waker in [&first_waker, &second_waker] {
            let mut task = Context::from_waker(waker);
            assert!(seldom.as_mut().poll(&mut task).is_pending());
        }
        drop(sender);
        assert_eq!(first.0.load(Ordering::SeqCst), 0);
        assert_eq!(second.0.load(Ordering::SeqCst), 1);
    }
}
