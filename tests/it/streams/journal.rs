//! A contract with streams that can be opened again, and with a token in the params; and a relay that cuts connections.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::task::{Context as Task, Poll};

use futures_util::{Stream, StreamExt, stream};
use rpc_core::{CannotResume, RpcError, Tracked, rpc};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::feed::until;

#[rpc(namespace = "journal")]
pub trait Journal {
    /// Every line, and then those that are yet to be written.
    #[rpc(idempotent, stream(resume))]
    async fn log(
        &self,
        topic: &str,
        #[rpc(cursor)] after: Option<u64>,
    ) -> Result<impl Stream<Item = Result<Tracked<u64, String>, JournalError>>, JournalError>;

    /// Comes to its end. The cursors are texts that a header or an event can't carry as they are.
    #[rpc(idempotent, params = "named", stream(resume))]
    fn keyed(
        &self,
        #[rpc(cursor)] after: Option<&str>,
    ) -> impl Stream<Item = Tracked<String, usize>>;

    /// Has no cursors.
    #[rpc(idempotent)]
    fn ticks(&self, to: u64) -> impl Stream<Item = u64>;

    /// Runs on and says nothing.
    #[rpc(idempotent)]
    fn silent(&self) -> impl Stream<Item = u64>;

    /// Changes something each time.
    fn clear(&self) -> impl Stream<Item = u64>;

    #[rpc(idempotent, params = "named", stream(token = "partialResultToken"))]
    fn symbols(&self, document: &str) -> impl Stream<Item = String>;

    #[rpc(params = "named", stream(token = "partialResultToken"))]
    async fn places(
        &self,
        lines: u32,
    ) -> Result<impl Stream<Item = Result<Vec<u32>, JournalError>>, JournalError>;

    /// Reports, until it is dropped.
    #[rpc(params = "named", stream(token = "partialResultToken"))]
    fn endless(&self) -> impl Stream<Item = String>;
}

#[derive(Debug, PartialEq, thiserror::Error, RpcError)]
pub enum JournalError {
    #[error("no such topic")]
    #[rpc(code = 1001, kind = "not_found")]
    NoTopic,
    #[error("the journal is being moved")]
    #[rpc(code = 1002, kind = "unavailable")]
    Moving,
    #[error(transparent)]
    #[rpc(transparent)]
    TooOld(#[rpc(from)] CannotResume),
}

/// Cursors that are hard to carry.
pub const KEYS: [&str; 7] = [
    "a b",
    "5",
    "null",
    "$end",
    "line\nbreak\0",
    " ",
    "\u{fc}\u{1f375}\"\\",
];

/// What a [`Journal`] says, and what became of its streams.
pub struct Book {
    /// The number of the last line.
    pub written: watch::Sender<u64>,
    /// Lines before this one are gone.
    pub first: AtomicU64,
    pub is_moving: AtomicBool,
    pub opened: AtomicUsize,
    pub dropped: Arc<AtomicUsize>,
}

impl Default for Book {
    fn default() -> Self {
        Book {
            written: watch::Sender::new(0),
            first: AtomicU64::new(1),
            is_moving: AtomicBool::default(),
            opened: AtomicUsize::default(),
            dropped: Arc::default(),
        }
    }
}

impl Book {
    pub fn write(&self, lines: u64) {
        self.written.send_modify(|last| *last += lines);
    }

    pub fn running(&self) -> usize {
        self.opened.load(Ordering::SeqCst) - self.dropped.load(Ordering::SeqCst)
    }

    fn watched<S>(&self, source: S) -> Watched<S> {
        self.opened.fetch_add(1, Ordering::SeqCst);
        Watched(Arc::clone(&self.dropped), Box::pin(source))
    }
}

struct Watched<S>(Arc<AtomicUsize>, Pin<Box<S>>);

impl<S: Stream> Stream for Watched<S> {
    type Item = S::Item;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Option<S::Item>> {
        self.1.as_mut().poll_next(task)
    }
}

impl<S> Drop for Watched<S> {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[derive(Clone, Default)]
pub struct Shelf(pub Arc<Book>);

impl Journal for Shelf {
    async fn log(
        &self,
        topic: &str,
        after: Option<u64>,
    ) -> Result<impl Stream<Item = Result<Tracked<u64, String>, JournalError>>, JournalError> {
        let book = &self.0;
        if topic != "tea" {
            return Err(JournalError::NoTopic);
        }
        if book.is_moving.load(Ordering::SeqCst) {
            return Err(JournalError::Moving);
        }
        let first = book.first.load(Ordering::SeqCst);
        if after.is_some_and(|after| after + 1 < first) {
            return Err(CannotResume.into());
        }
        let next = after.map_or(first, |after| after + 1);
        let lines = stream::unfold(
            (next, book.written.subscribe()),
            |(next, mut written)| async move {
                written.wait_for(|last| *last >= next).await.ok()?;
                let line = Tracked::new(next, format!("line {next}"));
                Some((Ok(line), (next + 1, written)))
            },
        );
        Ok(book.watched(lines))
    }

    fn keyed(&self, after: Option<&str>) -> impl Stream<Item = Tracked<String, usize>> {
        let next = after.map_or(0, |after| {
            let found = KEYS.iter().position(|key| *key == after);
            found.map_or(usize::MAX, |index| index + 1)
        });
        let keys = KEYS.iter().enumerate().skip(next);
        stream::iter(keys.map(|(index, key)| Tracked::new(key.to_string(), index)))
    }

    fn ticks(&self, to: u64) -> impl Stream<Item = u64> {
        stream::iter(1..=to)
    }

    fn silent(&self) -> impl Stream<Item = u64> {
        self.0.watched(stream::pending())
    }

    fn clear(&self) -> impl Stream<Item = u64> {
        self.0.watched(stream::iter([0]))
    }

    fn symbols(&self, document: &str) -> impl Stream<Item = String> {
        stream::iter((1..=3).map(move |number| format!("{document}{number}")))
    }

    async fn places(
        &self,
        lines: u32,
    ) -> Result<impl Stream<Item = Result<Vec<u32>, JournalError>>, JournalError> {
        let chunks = (0..lines).map(|line| match line {
            9 => Err(JournalError::Moving),
            // Some chunks are empty.
            line => Ok((0..line % 3).map(|column| line * 10 + column).collect()),
        });
        Ok(stream::iter(chunks))
    }

    fn endless(&self) -> impl Stream<Item = String> {
        self.0.watched(stream::repeat("more".to_owned()))
    }
}

/// Passes connections on to a server, and cuts them.
pub struct Relay {
    pub address: SocketAddr,
    /// Each connection holds on to the generation that it belongs to, and ends when the next one begins.
    generation: watch::Sender<Arc<()>>,
    is_closed: Arc<AtomicBool>,
    connections: Arc<AtomicUsize>,
}

impl Relay {
    pub async fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let relay = Relay {
            address: listener.local_addr().unwrap(),
            generation: watch::Sender::default(),
            is_closed: Arc::default(),
            connections: Arc::default(),
        };
        let generation = relay.generation.clone();
        let is_closed = Arc::clone(&relay.is_closed);
        let connections = Arc::clone(&relay.connections);
        tokio::spawn(async move {
            while let Ok((mut from, _)) = listener.accept().await {
                // First of all, so that the next cut is not missed.
                let mut cut = generation.subscribe();
                let mine = Arc::clone(&cut.borrow_and_update());
                connections.fetch_add(1, Ordering::SeqCst);
                if is_closed.load(Ordering::SeqCst) {
                    continue;
                }
                tokio::spawn(async move {
                    if let Ok(mut to) = TcpStream::connect(server).await {
                        tokio::select! {
                            _ = tokio::io::copy_bidirectional(&mut from, &mut to) => {}
                            _ = cut.changed() => {}
                        }
                    }
                    drop((from, mine));
                });
            }
        });
        relay
    }

    /// Cuts all connections. Nothing passes any more once this has completed.
    pub async fn cut(&self) {
        let last = Arc::downgrade(&self.generation.send_replace(Arc::default()));
        until(|| last.strong_count() == 0).await;
    }

    /// Cuts all connections, and closes each new one at once.
    pub async fn close(&self) {
        self.is_closed.store(true, Ordering::SeqCst);
        self.cut().await;
    }

    pub fn open(&self) {
        self.is_closed.store(false, Ordering::SeqCst);
    }

    /// How many connections were made.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// The next items of a stream.
pub async fn take<S, T, E>(items: &mut S, count: usize) -> Vec<T>
where
    S: Stream<Item = Result<T, E>> + Unpin,
    E: std::fmt::Debug,
{
    let mut taken = Vec::new();
    while taken.len() < count {
        taken.push(items.next().await.expect("an item").expect("no error"));
    }
    taken
}
