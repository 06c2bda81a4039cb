//! [`Failures`]: which calls fail although nothing is wrong with them.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::random::Random;

/// Of how many different calls the attempts are counted. Beyond that, counting starts again.
const MAX_COUNTED: usize = 65_536;

/// A rule: calls of a method fail with this code.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    /// The name of the method. `None` for every method.
    pub(super) method: Option<String>,
    pub(super) code: i64,
    /// How many of the calls fail: 0 for none, 1 for all.
    pub(super) rate: f64,
}

/// The rules, in the order in which they are tried.
#[derive(Debug, Default)]
pub(super) struct Failures {
    rules: Vec<Failure>,
    /// How often a call has been made, by a hash of its method and params, which may be long.
    attempts: Mutex<HashMap<u64, u64>>,
}

impl Failures {
    pub(super) fn add(&mut self, failure: Failure) {
        self.rules.push(failure);
    }

    /// The code with which this call fails, if it does.
    ///
    /// It depends on the seed, on the call, and on how often that call has been made before, so that another attempt may succeed. It does
    /// not depend on other calls.
    pub(super) fn code(&self, seed: u64, method: &str, params: &str) -> Option<i64> {
        let applies = |rule: &&Failure| rule.method.as_deref().is_none_or(|name| name == method);
        let mut rules = self.rules.iter().filter(applies).peekable();
        rules.peek()?;
        let call = Random::of(seed, &["attempt", method, params]).next();
        let attempt = self.attempt(call).to_string();
        let mut random = Random::of(seed, &["failure", method, params, &attempt]);
        rules
            .find(|rule| random.fraction() < rule.rate)
            .map(|rule| rule.code)
    }

    /// How often the call has been made before.
    fn attempt(&self, call: u64) -> u64 {
        let mut attempts = self.attempts.lock().unwrap_or_else(PoisonError::into_inner);
        if attempts.len() >= MAX_COUNTED {
            attempts.clear();
        }
        let count = attempts.entry(call).or_default();
        *count += 1;
        *count - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failures(rules: &[(Option<&str>, i64, f64)]) -> Failures {
        let mut failures = Failures::default();
        for (method, code, rate) in rules {
            let method = method.map(str::to_owned);
            let (code, rate) = (*code, *rate);
            failures.add(Failure { method, code, rate });
        }
        failures
    }

    #[test]
    fn a_rate_is_kept_over_many_calls() {
        let failures = failures(&[(Some("place"), 1001, 0.25), (None, -32000, 0.5)]);
        let mut counts = HashMap::new();
        for number in 0..10_000 {
            let code = failures.code(7, "place", &number.to_string());
            *counts.entry(code).or_insert(0) += 1;
        }
        // The numbers are exact, since they follow from the seed.
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_unstable();
        let [(None, none), (Some(-32000), others), (Some(1001), declared)] = counts[..] else {
            panic!("{counts:?}")
        };
        assert!((2400..2600).contains(&declared), "{declared}");
        assert!((3600..3900).contains(&others), "{others}");
        assert_eq!(none + others + declared, 10_000);
    }

    #[test]
    fn another_attempt_may_succeed_and_other_calls_change_nothing() {
        let ask = |others: bool| -> Vec<bool> {
            let failures = failures(&[(None, 1, 0.5)]);
            (0..40)
                .map(|_| {
                    if others {
                        failures.code(7, "other", "{}");
                    }
                    failures.code(7, "place", "{}").is_some()
                })
                .collect()
        };
        let alone = ask(false);
        assert!(alone.contains(&true) && alone.contains(&false), "{alone:?}");
        assert_eq!(alone, ask(true));
    }
}
