//! [`Load`]: callers that call the gateway without a pause, and write down what they are told.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rpc_core::Execution;
use rpc_http::Client;
use rpc_http::client::Http;
use tokio::task::JoinHandle;

use crate::{Result, ShopClient, until};

const CALLERS: usize = 20;

/// A call that has ended.
#[derive(Clone, Copy)]
pub struct Call {
    pub number: u64,
    pub phase: &'static str,
    pub outcome: Outcome,
}

impl Call {
    /// Whether it places an order, which must not happen twice.
    pub fn places(self) -> bool {
        self.number.is_multiple_of(2)
    }
}

/// What a caller was told.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Answered,
    DidNotRun,
    MayHaveRun,
}

pub struct Load {
    shared: Arc<Shared>,
    callers: Vec<JoinHandle<Result>>,
}

struct Shared {
    shop: ShopClient<Http>,
    next: AtomicU64,
    is_over: AtomicBool,
    phase: Mutex<&'static str>,
    calls: Mutex<Vec<Call>>,
}

impl Load {
    /// Starts the callers. Their calls belong to this phase until there is another one.
    pub fn start(gateway: &str, phase: &'static str) -> Result<Load> {
        println!("{phase} …");
        let client = Client::builder().timeout(Duration::from_secs(3));
        let shared = Arc::new(Shared {
            shop: ShopClient::new(client.build(gateway)?),
            next: AtomicU64::new(0),
            is_over: AtomicBool::new(false),
            phase: Mutex::new(phase),
            calls: Mutex::default(),
        });
        let callers = (0..CALLERS).map(|_| tokio::spawn(Arc::clone(&shared).call_on()));
        let callers = callers.collect();
        Ok(Load { shared, callers })
    }

    /// Calls that end from now on belong to this phase.
    pub fn phase(&self, name: &'static str) {
        println!("{name} …");
        *locked(&self.shared.phase) = name;
    }

    /// Waits until so many more calls have been answered.
    pub async fn until_answered(&self, more: usize) -> Result {
        let answered = || {
            let calls = locked(&self.shared.calls);
            let answered = calls.iter().filter(|it| it.outcome == Outcome::Answered);
            answered.count()
        };
        let before = answered();
        until("calls are answered", || answered() >= before + more).await
    }

    /// Stops calling, and returns all calls.
    pub async fn end(&mut self) -> Result<Vec<Call>> {
        self.shared.is_over.store(true, Ordering::SeqCst);
        for caller in self.callers.drain(..) {
            caller.await??;
        }
        Ok(std::mem::take(&mut *locked(&self.shared.calls)))
    }
}

impl Shared {
    async fn call_on(self: Arc<Self>) -> Result {
        while !self.is_over.load(Ordering::SeqCst) {
            let number = self.next.fetch_add(1, Ordering::SeqCst);
            let outcome = self.call(number).await?;
            let phase = *locked(&self.phase);
            locked(&self.calls).push(Call {
                number,
                phase,
                outcome,
            });
            if outcome == Outcome::DidNotRun {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        Ok(())
    }

    async fn call(&self, number: u64) -> Result<Outcome> {
        let called = match number.is_multiple_of(2) {
            true => self.shop.place(number).await,
            false => self.shop.look(number).await,
        };
        match called {
            Ok(answer) if answer == number => Ok(Outcome::Answered),
            Ok(answer) => Err(format!("{number} was answered with {answer}").into()),
            Err(error) => match error.execution() {
                Execution::NotRun => Ok(Outcome::DidNotRun),
                Execution::MaybeRun => Ok(Outcome::MayHaveRun),
                Execution::Ran => Err(error.into()),
            },
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
