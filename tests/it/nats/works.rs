//! The contract that the tests call, and what its workers have done.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::Stream;
use rpc_core::{Context, RpcError, rpc};
use tokio::sync::Semaphore;

use super::*;

/// Works for tests.
#[rpc]
pub trait Works {
    /// Adds two numbers.
    #[rpc(idempotent)]
    async fn add(&self, a: i64, b: i64) -> i64;
    #[rpc(name = "text.echo")]
    async fn echo(&self, text: &str) -> String;
    /// Its name does not fit into a subject.
    #[rpc(name = "odd.*")]
    async fn odd(&self) -> String;
    async fn big(&self, length: usize) -> String;
    async fn header(&self, name: &str, #[rpc(context)] cx: &Context) -> Option<String>;
    /// Adds a header to its reply, of this length.
    async fn answers_with_header(&self, length: usize, #[rpc(context)] cx: &Context) -> u8;
    /// Waits until the test lets it through.
    async fn gate(&self) -> String;
    async fn fail(&self) -> Result<(), Broken>;
    /// Takes a number down.
    async fn take(&self, number: u64) -> u64;
    /// Takes a number down, and keeps its thread to itself meanwhile.
    async fn compute(&self, number: u64);
    #[rpc(notification)]
    async fn note(&self, number: u64);
    fn ticks(&self) -> impl Stream<Item = u8>;
}

#[derive(Debug, PartialEq, thiserror::Error, RpcError)]
#[error("broken")]
#[rpc(code = 1001, kind = "conflict")]
pub struct Broken;

/// What a worker has done.
pub struct Watch {
    pub taken: Mutex<Vec<u64>>,
    pub begun: AtomicUsize,
    pub finished: AtomicUsize,
    /// How many calls wait at the gate.
    pub waiting: AtomicUsize,
    /// How long `take` takes, in milliseconds.
    pub pace: AtomicUsize,
    pub gate: Semaphore,
}

impl Default for Watch {
    fn default() -> Self {
        Watch {
            taken: Mutex::default(),
            begun: AtomicUsize::new(0),
            finished: AtomicUsize::new(0),
            waiting: AtomicUsize::new(0),
            pace: AtomicUsize::new(0),
            gate: Semaphore::new(0),
        }
    }
}

impl Watch {
    pub fn taken(&self) -> Vec<u64> {
        self.taken.lock().unwrap().clone()
    }

    pub async fn until_begun(&self, calls: usize) {
        until(|| self.begun.load(Ordering::SeqCst) >= calls).await;
    }
}

/// Counts down when it is dropped.
struct Left<'a>(&'a AtomicUsize);

impl Drop for Left<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[derive(Clone, Default)]
pub struct Working(pub Arc<Watch>);

impl Works for Working {
    async fn add(&self, a: i64, b: i64) -> i64 {
        a + b
    }

    async fn echo(&self, text: &str) -> String {
        text.to_owned()
    }

    async fn odd(&self) -> String {
        "odd".to_owned()
    }

    async fn big(&self, length: usize) -> String {
        "x".repeat(length)
    }

    async fn header(&self, name: &str, cx: &Context) -> Option<String> {
        cx.header(name).map(str::to_owned)
    }

    async fn answers_with_header(&self, length: usize, cx: &Context) -> u8 {
        cx.add_reply_header("x-long", "x".repeat(length)).unwrap();
        1
    }

    async fn gate(&self) -> String {
        self.0.begun.fetch_add(1, Ordering::SeqCst);
        self.0.waiting.fetch_add(1, Ordering::SeqCst);
        let _waiting = Left(&self.0.waiting);
        self.0.gate.acquire().await.unwrap().forget();
        self.0.finished.fetch_add(1, Ordering::SeqCst);
        "through".to_owned()
    }

    async fn fail(&self) -> Result<(), Broken> {
        Err(Broken)
    }

    async fn take(&self, number: u64) -> u64 {
        self.0.taken.lock().unwrap().push(number);
        let pace = self.0.pace.load(Ordering::SeqCst) as u64;
        if pace > 0 {
            tokio::time::sleep(Duration::from_millis(pace)).await;
        }
        number
    }

    async fn compute(&self, number: u64) {
        self.0.taken.lock().unwrap().push(number);
        let pace = self.0.pace.load(Ordering::SeqCst) as u64;
        std::thread::sleep(Duration::from_millis(pace));
    }

    async fn note(&self, number: u64) {
        self.0.taken.lock().unwrap().push(number);
    }

    fn ticks(&self) -> impl Stream<Item = u8> {
        futures_util::stream::iter([1, 2, 3])
    }
}
