//! A contract with streams, and what becomes of them.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context as Task, Poll};
use std::time::Duration;

use futures_util::{Stream, stream};
use rpc_core::{Context, Peer, RpcError, rpc};
use tokio::sync::Semaphore;

/// What a connection can be tried by on which both ends talk.
#[rpc(namespace = "feed")]
pub trait Feed {
    async fn echo(&self, text: &str) -> String;

    /// Counts from 1.
    fn count(&self, to: u64) -> impl Stream<Item = u64>;

    /// Gives the same text for ever.
    fn endless(&self, text: &str) -> impl Stream<Item = String>;

    /// Gives nothing, for ever.
    fn silent(&self) -> impl Stream<Item = u64>;

    /// Counts from 1, and fails at 3. Refuses to count to 0.
    async fn fragile(
        &self,
        to: u64,
    ) -> Result<impl Stream<Item = Result<u64, FeedError>>, FeedError>;

    /// Fails in the second item, since it is not a number that JSON has.
    fn unwritable(&self) -> impl Stream<Item = f64>;

    /// Panics after the first item.
    fn panicking(&self) -> impl Stream<Item = u64>;

    /// Gives nulls.
    fn nothings(&self, count: usize) -> impl Stream<Item = Option<u64>>;

    /// Waits until the gate is opened for one more.
    async fn gate(&self) -> String;

    /// Asks the caller, so many levels deep.
    async fn ask(&self, levels: u32, #[rpc(peer)] ui: &AnswersClient<Peer>) -> String;

    /// Opens a stream of the caller's, and adds it up.
    async fn sum(&self, to: u64, #[rpc(peer)] ui: &AnswersClient<Peer>) -> u64;

    #[rpc(blocking)]
    fn until_cancelled(&self, #[rpc(context)] cx: &Context) -> bool;

    #[rpc(notification)]
    async fn note(&self, text: &str);
}

/// What the client of a [`Feed`] answers.
#[rpc(namespace = "answers")]
pub trait Answers {
    async fn answer(&self, levels: u32, #[rpc(peer)] feed: &FeedClient<Peer>) -> String;

    fn numbers(&self, to: u64) -> impl Stream<Item = u64>;
}

#[derive(Debug, PartialEq, thiserror::Error, RpcError)]
pub enum FeedError {
    #[error("nothing to count")]
    #[rpc(code = 1001)]
    Empty,
    #[error("{at} is too much")]
    #[rpc(code = 1002)]
    TooMuch { at: u64 },
}

/// What became of the calls and streams.
pub struct Watch {
    pub opened: AtomicUsize,
    pub dropped: AtomicUsize,
    pub polled: AtomicUsize,
    pub notes: AtomicUsize,
    pub gate: Semaphore,
}

impl Default for Watch {
    fn default() -> Self {
        Watch {
            opened: AtomicUsize::default(),
            dropped: AtomicUsize::default(),
            polled: AtomicUsize::default(),
            notes: AtomicUsize::default(),
            gate: Semaphore::new(0),
        }
    }
}

impl Watch {
    pub fn running(&self) -> usize {
        self.opened.load(Ordering::SeqCst) - self.dropped.load(Ordering::SeqCst)
    }

    pub async fn until_opened(&self, streams: usize) {
        until(|| self.opened.load(Ordering::SeqCst) >= streams).await;
    }

    /// Until the sources of all streams have been dropped.
    pub async fn until_all_dropped(&self) {
        until(|| self.running() == 0).await;
    }

    pub fn watched<S>(&self, source: S) -> Watched<'_, S> {
        self.opened.fetch_add(1, Ordering::SeqCst);
        Watched {
            watch: self,
            source: Box::pin(source),
        }
    }
}

pub async fn until(condition: impl Fn() -> bool) {
    let reached = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(LIMIT, reached)
        .await
        .expect("it does not happen");
}

/// Nothing here takes longer, even on a slow machine.
pub const LIMIT: Duration = Duration::from_secs(240);

/// Counts a source until it is dropped.
pub struct Watched<'a, S> {
    watch: &'a Watch,
    source: Pin<Box<S>>,
}

impl<S: Stream> Stream for Watched<'_, S> {
    type Item = S::Item;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Option<S::Item>> {
        self.watch.polled.fetch_add(1, Ordering::SeqCst);
        self.source.as_mut().poll_next(task)
    }
}

impl<S> Drop for Watched<'_, S> {
    fn drop(&mut self) {
        self.watch.dropped.fetch_add(1, Ordering::SeqCst);
    }
}

#[derive(Clone, Default)]
pub struct Source(pub Arc<Watch>);

impl Feed for Source {
    async fn echo(&self, text: &str) -> String {
        text.to_owned()
    }

    fn count(&self, to: u64) -> impl Stream<Item = u64> {
        self.0.watched(stream::iter(1..=to))
    }

    fn endless(&self, text: &str) -> impl Stream<Item = String> {
        self.0.watched(stream::repeat_with(|| text.to_owned()))
    }

    fn silent(&self) -> impl Stream<Item = u64> {
        self.0.watched(stream::pending())
    }

    async fn fragile(
        &self,
        to: u64,
    ) -> Result<impl Stream<Item = Result<u64, FeedError>>, FeedError> {
        if to == 0 {
            return Err(FeedError::Empty);
        }
        let item = |at| match at {
            3 => Err(FeedError::TooMuch { at }),
            at => Ok(at),
        };
        Ok(self.0.watched(stream::iter((1..=to).map(item))))
    }

    fn unwritable(&self) -> impl Stream<Item = f64> {
        self.0.watched(stream::iter([1.5, f64::NAN, 2.5]))
    }

    fn panicking(&self) -> impl Stream<Item = u64> {
        let item = |at| match at {
            1 => 1,
            _ => panic!("it is asked to"),
        };
        self.0.watched(stream::iter((1..).map(item)))
    }

    fn nothings(&self, count: usize) -> impl Stream<Item = Option<u64>> {
        self.0.watched(stream::iter(vec![None; count]))
    }

    async fn gate(&self) -> String {
        let _counted = self.0.watched(());
        self.0.gate.acquire().await.unwrap().forget();
        "through".to_owned()
    }

    async fn ask(&self, levels: u32, ui: &AnswersClient<Peer>) -> String {
        match levels {
            0 => "enough".to_owned(),
            levels => match ui.answer(levels - 1).await {
                Ok(answer) => format!("{levels} {answer}"),
                Err(error) => error.to_string(),
            },
        }
    }

    async fn sum(&self, to: u64, ui: &AnswersClient<Peer>) -> u64 {
        use futures_util::TryStreamExt;
        let numbers = ui.numbers(to).await.unwrap();
        numbers
            .try_fold(0, |sum, number| async move { Ok(sum + number) })
            .await
            .unwrap()
    }

    fn until_cancelled(&self, cx: &Context) -> bool {
        let _counted = self.0.watched(());
        let started = std::time::Instant::now();
        while !cx.is_cancelled() && started.elapsed() < LIMIT {
            std::thread::sleep(Duration::from_millis(1));
        }
        cx.is_cancelled()
    }

    async fn note(&self, _: &str) {
        self.0.notes.fetch_add(1, Ordering::SeqCst);
    }
}

/// Answers by asking back.
#[derive(Clone, Default)]
pub struct AsksBack(pub Arc<Watch>);

impl Answers for AsksBack {
    async fn answer(&self, levels: u32, feed: &FeedClient<Peer>) -> String {
        match feed.ask(levels).await {
            Ok(answer) => answer,
            Err(error) => error.to_string(),
        }
    }

    fn numbers(&self, to: u64) -> impl Stream<Item = u64> {
        self.0.watched(stream::iter(1..=to))
    }
}
