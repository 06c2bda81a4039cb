//! [`Stats`]: how many messages have come to the subject of each method, how many failed, and how long they took.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rpc_core::contract::Contract;

/// The counters of all methods.
#[derive(Debug)]
pub(super) struct Stats {
    /// By name and by alias: the place among the counters.
    places: HashMap<String, usize>,
    /// In the order of the methods of all contracts.
    methods: Vec<Counter>,
    /// Of messages at the subject of the service, such as batches, and of methods that it does not have.
    others: Counter,
}

/// The counters of one method.
#[derive(Debug, Default)]
pub(super) struct Counter {
    requests: AtomicU64,
    errors: AtomicU64,
    nanoseconds: AtomicU64,
    last_error: Mutex<String>,
}

/// What a counter says now.
#[derive(Debug)]
pub(super) struct Counts {
    pub(super) requests: u64,
    pub(super) errors: u64,
    pub(super) nanoseconds: u64,
    pub(super) last_error: String,
}

impl Stats {
    pub(super) fn new(contracts: &[Contract]) -> Self {
        let methods = contracts
            .iter()
            .flat_map(|contract| contract.methods.iter());
        let mut places = HashMap::new();
        let mut counters = Vec::new();
        for (place, method) in methods.enumerate() {
            let names = method.aliases.iter().chain([&method.name]);
            places.extend(names.map(|name| (name.clone().into_owned(), place)));
            counters.push(Counter::default());
        }
        Stats {
            places,
            methods: counters,
            others: Counter::default(),
        }
    }

    /// The counter for a message at the subject of this method, or at the subject of the service.
    pub(super) fn of(&self, method: Option<&str>) -> &Counter {
        let place = method.and_then(|method| self.places.get(method));
        place.map_or(&self.others, |place| &self.methods[*place])
    }

    /// The counter of the method in this place.
    pub(super) fn in_place(&self, place: usize) -> &Counter {
        self.methods.get(place).unwrap_or(&self.others)
    }
}

impl Counter {
    /// Counts a message that has been handled.
    pub(super) fn count(&self, took: Duration) {
        let nanoseconds = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.nanoseconds.fetch_add(nanoseconds, Ordering::Relaxed);
    }

    /// Counts an error in answer to it.
    pub(super) fn count_error(&self, error: &str) {
        self.errors.fetch_add(1, Ordering::Relaxed);
        error.clone_into(
            &mut self
                .last_error
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        );
    }

    pub(super) fn read(&self) -> Counts {
        let last_error = self.last_error.lock();
        Counts {
            requests: self.requests.load(Ordering::Relaxed),
            errors: self.errors.load(Ordering::Relaxed),
            nanoseconds: self.nanoseconds.load(Ordering::Relaxed),
            last_error: last_error.unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }
}

impl Counts {
    pub(super) fn average(&self) -> u64 {
        self.nanoseconds.checked_div(self.requests).unwrap_or(0)
    }
}
