//! A service whose methods take their time, and its worker.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use rpc_core::{CallError, rpc};
use rpc_nats::Nats;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

use super::{Caller, Case};
use crate::server::connect;

const SUBJECT: &str = "slow.bench";

/// Longer than the program runs.
const FOR_EVER: Duration = Duration::from_secs(600);

/// What a method does with its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It keeps its thread to itself, like a computation. It sleeps there, so that the processor of a machine with other work
    /// to do does not decide how many calls are answered.
    Computes,
    /// It waits for something else, such as a database.
    Waits,
}

/// Methods that take their time.
#[rpc]
pub trait Pace {
    async fn compute(&self, microseconds: u64);
    async fn wait(&self, microseconds: u64);
}

struct Paced {
    begun: Arc<AtomicU64>,
}

impl Pace for Paced {
    async fn compute(&self, microseconds: u64) {
        self.begun.fetch_add(1, Ordering::Relaxed);
        std::thread::sleep(Duration::from_micros(microseconds));
    }

    async fn wait(&self, microseconds: u64) {
        self.begun.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_micros(microseconds)).await;
    }
}

/// A worker on threads of its own. It ends when it is dropped.
pub struct Worker {
    begun: Arc<AtomicU64>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    pub fn start(case: &Case, port: u16) -> Self {
        let begun = Arc::default();
        let paced = Paced {
            begun: Arc::clone(&begun),
        };
        let (stop, stopped) = oneshot::channel();
        let Case {
            threads,
            max_in_flight,
            ..
        } = *case;
        let thread = std::thread::spawn(move || {
            runtime(threads).block_on(async {
                let client = connect(port).await;
                let mut serve = rpc_nats::serve(client, SUBJECT, PaceServer::new(paced));
                if let Some(calls) = max_in_flight {
                    serve = serve.max_in_flight(calls);
                }
                let stopped = async { drop(stopped.await) };
                let served = serve.shutdown(stopped).await;
                served.expect("the connection stays");
            });
        });
        Worker {
            begun,
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    /// How many calls it has begun to run.
    pub fn begun(&self) -> u64 {
        self.begun.load(Ordering::Relaxed)
    }

    /// Counts from zero again.
    pub fn reset(&self) {
        self.begun.store(0, Ordering::Relaxed);
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        drop(self.stop.take());
        let ended = self.thread.take().map(JoinHandle::join);
        assert!(matches!(ended, Some(Ok(()))), "the worker has panicked");
    }
}

fn runtime(threads: usize) -> Runtime {
    let mut builder = match threads {
        1 => Builder::new_current_thread(),
        _ => Builder::new_multi_thread(),
    };
    let runtime = builder.worker_threads(threads).enable_all().build();
    runtime.expect("threads can be started")
}

/// A client of the worker.
#[derive(Clone)]
pub struct Slow {
    client: PaceClient<Nats>,
    kind: Kind,
    microseconds: u64,
    caller: Caller,
}

impl Slow {
    pub async fn connect(case: &Case, port: u16) -> Self {
        let client = rpc_nats::Client::builder()
            .max_in_flight(usize::MAX >> 4)
            .build(connect(port).await, SUBJECT)
            .expect("the subject is valid");
        Slow {
            client: PaceClient::new(client),
            kind: case.kind,
            microseconds: u64::try_from(case.method_takes.as_micros()).unwrap_or(u64::MAX),
            caller: case.caller,
        }
    }

    /// Waits until the worker answers.
    pub async fn until_served(&self) {
        while self.client.wait(0).await.is_err() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// A call of somebody who waits as long as it takes. Whether it has been answered.
    pub async fn ask_patiently(&self) -> bool {
        self.ask(FOR_EVER).await.is_ok()
    }

    /// A call of somebody who gives up. Whether it has been answered before that.
    pub async fn ask_in_time(&self) -> bool {
        match self.caller {
            Caller::WaitsFor(time) => self.ask(time).await.is_ok(),
            Caller::LosesInterestAfter(time) => {
                let asked = tokio::time::timeout(time, self.ask(FOR_EVER)).await;
                asked.is_ok_and(|answer| answer.is_ok())
            }
        }
    }

    async fn ask(&self, timeout: Duration) -> Result<(), CallError> {
        let call = match self.kind {
            Kind::Computes => self.client.compute(self.microseconds),
            Kind::Waits => self.client.wait(self.microseconds),
        };
        call.timeout(timeout).await
    }
}
