//! Makes calls, one at a time or many in flight.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use measure::process::cpu_time_of_this_thread;
use measure::{Metric, Spread};
use tokio::task::JoinSet;

use crate::client::{Ask, Client};

/// The number of calls in flight, in the cases with more than one.
pub const IN_FLIGHT: usize = 64;

/// How the calls are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One at a time.
    Single,
    /// [`IN_FLIGHT`] tasks, each of which makes one call after another.
    Tasks,
    /// [`IN_FLIGHT`] futures within one task, each of which makes one call after another.
    Futures,
}

/// The metrics that [`run`] measures.
pub fn metrics(ask: Ask, shape: Shape) -> [Metric; 2] {
    let pace = match shape {
        Shape::Single => Metric::cost("latency, median", "µs"),
        Shape::Tasks | Shape::Futures => Metric::gain("calls", "1/s"),
    };
    let unit = match ask {
        Ask::Batch => "µs per batch",
        _ => "µs per call",
    };
    [pace, Metric::cost("processor time", unit)]
}

/// What came of some calls.
#[derive(Debug, Clone, Copy)]
pub struct Run {
    pub calls: usize,
    /// The first value of [`metrics`].
    pub pace: f64,
    /// The processor time of this thread.
    pub own_time: Duration,
}

/// Makes calls for `time`, and returns the values of [`metrics`].
pub async fn run<C: Client>(client: &C, ask: Ask, shape: Shape, time: Duration) -> [f64; 2] {
    let run = make_calls(client, ask, shape, time).await;
    [run.pace, microseconds(run.own_time) / run.calls as f64]
}

/// Makes calls for `time`.
pub async fn make_calls<C: Client>(client: &C, ask: Ask, shape: Shape, time: Duration) -> Run {
    let before = cpu_time_of_this_thread();
    let (calls, pace) = match shape {
        Shape::Single => single(client.clone(), ask, time).await,
        Shape::Tasks => tasks(client, ask, time).await,
        Shape::Futures => futures(client, ask, time).await,
    };
    Run {
        calls,
        pace,
        own_time: cpu_time_of_this_thread() - before,
    }
}

/// Returns the number of calls and their median time.
async fn single(mut client: impl Client, ask: Ask, time: Duration) -> (usize, f64) {
    let start = Instant::now();
    let mut latencies = Vec::with_capacity(100_000);
    let mut last = start;
    while last - start < time {
        ask.of(&mut client).await;
        let now = Instant::now();
        latencies.push(microseconds(now - last));
        last = now;
    }
    (latencies.len(), Spread::of(&latencies).median)
}

/// Returns the number of calls, and the calls per second.
async fn tasks(client: &impl Client, ask: Ask, time: Duration) -> (usize, f64) {
    let start = Instant::now();
    let stop = Arc::new(AtomicBool::new(false));
    let mut callers = JoinSet::new();
    for _ in 0..IN_FLIGHT {
        callers.spawn(call_until(Arc::clone(&stop), client.clone(), ask));
    }
    tokio::time::sleep(time).await;
    stop.store(true, Ordering::Relaxed);
    let calls = callers.join_all().await.into_iter().sum();
    (calls, a_second(calls, start))
}

/// Returns the number of calls, and the calls per second.
async fn futures(client: &impl Client, ask: Ask, time: Duration) -> (usize, f64) {
    let start = Instant::now();
    let stop = Arc::new(AtomicBool::new(false));
    let callers: FuturesUnordered<_> = (0..IN_FLIGHT)
        .map(|_| call_until(Arc::clone(&stop), client.clone(), ask))
        .collect();
    let callers = callers.fold(0, |sum, calls| async move { sum + calls });
    let stopping = async {
        tokio::time::sleep(time).await;
        stop.store(true, Ordering::Relaxed);
    };
    let (calls, ()) = tokio::join!(callers, stopping);
    (calls, a_second(calls, start))
}

async fn call_until(stop: Arc<AtomicBool>, mut client: impl Client, ask: Ask) -> usize {
    let mut calls = 0;
    while !stop.load(Ordering::Relaxed) {
        ask.of(&mut client).await;
        calls += 1;
    }
    calls
}

fn a_second(calls: usize, start: Instant) -> f64 {
    calls as f64 / start.elapsed().as_secs_f64()
}

fn microseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}
