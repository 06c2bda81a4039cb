//! [`Policy`]: what a client does when a call fails: whether it tries again, when, and where.

mod attempt;
mod attempts;
mod budget;
mod endpoints;
mod hedge;
mod resilient;
mod unclear;

use std::fmt;
use std::time::Duration;

pub use self::budget::Budget;
pub use self::endpoints::Endpoints;
pub use self::resilient::Resilient;
use super::{Client, Transport};
use crate::limits::{POLICY_ATTEMPTS, POLICY_FIRST_PAUSE, POLICY_LONGEST_PAUSE, POLICY_TIMEOUT};

/// What a client does when a call fails. It works over any transport, and over [several servers](Endpoints).
///
/// ```
/// use std::time::Duration;
/// use rpc_core::{Budget, Dispatcher, Endpoints, Policy, memory};
///
/// # futures_util::FutureExt::now_or_never(async {
/// # let (north, south) = (Dispatcher::new(), Dispatcher::new().method("add", |a: i64, b: i64| async move { a + b }));
/// # let north = north.method("add", |a: i64, b: i64| async move { a + b });
/// let servers = Endpoints::of([memory::connect(north), memory::connect(south)]);
/// let client = Policy::new()
///     .attempts(3)
///     .budget(Budget::ratio(0.2))
///     .over(servers);
/// let sum: i64 = client.call("add", (2, 3)).await?;
/// assert_eq!(sum, 5);
/// # Ok::<(), rpc_core::CallError>(())
/// # }).unwrap().unwrap();
/// ```
///
/// **What is tried again.** A call whose method [certainly did not run](crate::Execution::NotRun), and one that may have run if the
/// contract says `#[rpc(idempotent)]`, as long as another attempt [may succeed](crate::CallError::is_retryable). Error codes and
/// statuses decide, never texts. A batch is tried again if that holds for each of its calls. The method's own error is an answer.
///
/// **When.** All attempts happen within the call's one timeout. Without one of its own, a call has [30
/// s](crate::limits::POLICY_TIMEOUT). If another server is left that has not been tried, a call that did not run goes there at once.
/// So does one that finds its connection lost: only if no other server is left, it waits for the connection to come back.
/// Otherwise the client waits for as long as the server has asked for, or else for a random time: up to 50 ms, doubled with each
/// attempt, at most 5 s. An attempt that would come too late is not made. The header `rpc-attempt` counts attempts, from 2.
///
/// **How often.** [`attempts`](Self::attempts) bounds one call, and the [`budget`](Self::budget) all of them, so that a server that
/// fails everything is not called much more often than otherwise. An attempt at a server that was not tried for the call yet is
/// free if the call did not run.
///
/// **Where.** See [`Endpoints`].
///
/// **What it costs.** A call that succeeds is copied once, in case it has to be sent again: one allocation for most calls, and about as
/// much time as a sixth of a call in memory. With one attempt, nothing is copied.
///
/// The opening of a stream is tried again like a call. Pauses, timeouts and hedging need a transport with a
/// [clock](Transport::sleep), and all times are by that [clock](Transport::now). Without one, only attempts that need no pause are made.
#[derive(Clone)]
pub struct Policy {
    attempts: u32,
    timeout: Duration,
    attempt_timeout: Option<Duration>,
    first_pause: Duration,
    longest_pause: Duration,
    budget: Budget,
    hedging: Option<f64>,
}

impl Policy {
    /// Three attempts, and the usual [`Budget`].
    pub fn new() -> Self {
        Policy {
            attempts: POLICY_ATTEMPTS,
            timeout: POLICY_TIMEOUT,
            attempt_timeout: None,
            first_pause: POLICY_FIRST_PAUSE,
            longest_pause: POLICY_LONGEST_PAUSE,
            budget: Budget::default(),
            hedging: None,
        }
    }

    /// How often a call is tried in all, the first time included; default [`POLICY_ATTEMPTS`]. One means never again.
    #[must_use]
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// How long a call without a timeout of its own may take, with all of its attempts; default [`POLICY_TIMEOUT`].
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How long one attempt may take; by default as long as the call. With it, a server that hangs leaves time for another attempt.
    /// The method may have run by then, so that only idempotent calls are tried again. Over WebSockets, sockets, ZeroMQ and NATS, it also
    /// bounds the wait for a lost connection to come back, if no other server is left to try.
    #[must_use]
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = Some(timeout);
        self
    }

    /// The longest pause before the second attempt, and before any other; default [`POLICY_FIRST_PAUSE`] and
    /// [`POLICY_LONGEST_PAUSE`]. Each pause is a random part of the longest one, which doubles with each attempt.
    #[must_use]
    pub fn pauses(mut self, first: Duration, longest: Duration) -> Self {
        (self.first_pause, self.longest_pause) = (first, longest);
        self
    }

    /// How many further attempts all calls together may make.
    #[must_use]
    pub fn budget(mut self, budget: Budget) -> Self {
        self.budget = budget;
        self
    }

    /// Sends an idempotent call a second time, to another server if there is one, when it is slower than this share of recent calls,
    /// such as 0.95. The first answer counts, and the other attempt is given up. Off by default, because it adds load. A second
    /// attempt takes from the budget. Nothing is sent twice before twenty calls have been answered.
    ///
    /// # Panics
    ///
    /// If the share is not between 0 and 1.
    #[must_use]
    #[track_caller]
    pub fn hedge(mut self, quantile: f64) -> Self {
        assert!(
            (0.0..=1.0).contains(&quantile),
            "a quantile is between 0 and 1"
        );
        self.hedging = Some(quantile);
        self
    }

    /// A client that keeps to the policy, over one server or several.
    pub fn over<T: Transport>(self, servers: impl Into<Endpoints<T>>) -> Client<Resilient<T>> {
        Client::from_transport(Resilient::new(self, servers.into()))
    }
}

impl Default for Policy {
    fn default() -> Self {
        Policy::new()
    }
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Policy")
            .field("attempts", &self.attempts)
            .field("timeout", &self.timeout)
            .field("attempt_timeout", &self.attempt_timeout)
            .field("first_pause", &self.first_pause)
            .field("longest_pause", &self.longest_pause)
            .field("budget", &self.budget)
            .field("hedging", &self.hedging)
            .finish()
    }
}
