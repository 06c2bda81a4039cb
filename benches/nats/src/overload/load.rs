//! Calls that are made at a fixed pace, whatever becomes of them, and calls that are made one after the other.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::Mutex;
use tokio::task::JoinSet;

use super::Case;
use super::work::{Kind, Slow};

/// How often calls are made. A tick that comes late makes up for it.
const TICK: Duration = Duration::from_millis(1);

/// How many callers it takes to keep a thread busy that does nothing but compute.
const CALLERS_A_THREAD: usize = 4;

/// What callers were given.
#[derive(Debug, Clone, Copy)]
pub struct Given {
    pub answered: Answered,
    /// The median of the answered calls.
    pub took: Duration,
}

/// How many calls were answered before their callers gave up.
#[derive(Debug, Clone, Copy)]
pub struct Answered {
    pub in_all: u64,
    /// Of those made while it was measured.
    pub measured: u64,
}

/// Calls per second that the worker answers if there are just enough callers.
pub async fn saturate(slow: &Slow, case: &Case, time: Duration) -> f64 {
    let callers = match case.kind {
        Kind::Computes => case.threads * CALLERS_A_THREAD,
        Kind::Waits => case.max_in_flight.unwrap_or(CALLERS_A_THREAD),
    };
    let answered = Arc::new(AtomicU64::new(0));
    let end = Instant::now() + time;
    let mut tasks = JoinSet::new();
    for _ in 0..callers {
        let (slow, answered) = (slow.clone(), Arc::clone(&answered));
        tasks.spawn(async move {
            while Instant::now() < end {
                let is_answered = slow.ask_patiently().await;
                answered.fetch_add(u64::from(is_answered), Ordering::Relaxed);
            }
        });
    }
    while tasks.join_next().await.is_some() {}
    answered.load(Ordering::Relaxed) as f64 / time.as_secs_f64()
}

/// Makes so many calls per second, and waits until all have ended.
pub async fn offer(slow: &Slow, pace: f64, warm_up: Duration, time: Duration) -> Given {
    let (begun, took) = (Instant::now(), Arc::new(Mutex::new(Vec::new())));
    let mut ticks = tokio::time::interval(TICK);
    let mut tasks = JoinSet::new();
    let mut made = 0.0;
    while begun.elapsed() < warm_up + time {
        ticks.tick().await;
        while made < pace * begun.elapsed().as_secs_f64() {
            made += 1.0;
            let (slow, took) = (slow.clone(), Arc::clone(&took));
            tasks.spawn(async move {
                let start = Instant::now();
                if slow.ask_in_time().await {
                    took.lock().await.push((start, start.elapsed()));
                }
            });
        }
        while tasks.try_join_next().is_some() {}
    }
    while tasks.join_next().await.is_some() {}
    let took = took.lock().await;
    let measured = took.iter().filter(|(start, _)| *start >= begun + warm_up);
    let mut times: Vec<Duration> = measured.map(|(_, took)| *took).collect();
    times.sort_unstable();
    Given {
        answered: Answered {
            in_all: took.len() as u64,
            measured: times.len() as u64,
        },
        took: times.get(times.len() / 2).copied().unwrap_or_default(),
    }
}
