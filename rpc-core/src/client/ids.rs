//! Where a client's ids come from.
//!
//! ```
//! use rpc_core::{Client, Dispatcher, Id, ids, memory};
//!
//! let transport = memory::Memory::new(Dispatcher::new());
//! let client = Client::with_ids(transport, ids::RandomString::new(12));
//! # drop(client);
//!
//! // Any function can make ids, too.
//! let source = || Id::from("always the same, which only works for one call at a time");
//! let client = Client::with_ids(memory::Memory::new(Dispatcher::new()), source);
//! # drop(client);
//! ```

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::json::id::Id;

/// A source of ids. Ids of calls that are under way at the same time must differ.
pub trait IdSource: Send + Sync + 'static {
    /// The next id.
    fn next_id(&self) -> Id;
}

impl<F: Fn() -> Id + Send + Sync + 'static> IdSource for F {
    fn next_id(&self) -> Id {
        self()
    }
}

impl IdSource for Box<dyn IdSource> {
    fn next_id(&self) -> Id {
        (**self).next_id()
    }
}

/// Clients that share a source never use the same id.
impl<S: IdSource + ?Sized> IdSource for Arc<S> {
    fn next_id(&self) -> Id {
        (**self).next_id()
    }
}

/// Numbers, in order: `1`, `2`, `3`. The default.
#[derive(Debug)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Counts from this number on.
    pub const fn starting_at(first: u64) -> Self {
        Counter(AtomicU64::new(first))
    }

    fn next(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed)
    }
}

impl Default for Counter {
    fn default() -> Self {
        Counter::starting_at(1)
    }
}

impl IdSource for Counter {
    fn next_id(&self) -> Id {
        self.next().into()
    }
}

/// Numbers in order, as strings of hexadecimal digits: `"1"`, …, `"a"`.
#[derive(Debug, Default)]
pub struct Hexadecimal(Counter);

impl Hexadecimal {
    /// Counts from this number on.
    pub const fn starting_at(first: u64) -> Self {
        Hexadecimal(Counter::starting_at(first))
    }
}

impl IdSource for Hexadecimal {
    fn next_id(&self) -> Id {
        format!("{:x}", self.0.next()).into()
    }
}

/// Strings of random characters. They rarely repeat by chance, but they are easy to guess: do not use them as secrets.
#[derive(Debug, Clone)]
pub struct RandomString {
    length: usize,
    alphabet: Vec<char>,
}

impl RandomString {
    /// Strings of this many characters, which are digits and lower-case letters.
    ///
    /// Two ids of ten characters are equal once in 36^10 (about 10^15) times; of one character, once in 36.
    ///
    /// # Panics
    ///
    /// If the length is 0.
    pub fn new(length: usize) -> Self {
        assert!(length > 0, "an id has at least one character");
        RandomString {
            length,
            alphabet: ('0'..='9').chain('a'..='z').collect(),
        }
    }

    /// Uses these characters instead.
    ///
    /// # Panics
    ///
    /// If there are no characters.
    #[must_use]
    pub fn alphabet(mut self, characters: &str) -> Self {
        assert!(
            !characters.is_empty(),
            "an alphabet has at least one character"
        );
        self.alphabet = characters.chars().collect();
        self
    }
}

impl IdSource for RandomString {
    fn next_id(&self) -> Id {
        let id: String = (0..self.length)
            .map(|_| self.alphabet[fastrand::usize(..self.alphabet.len())])
            .collect();
        id.into()
    }
}

/// Random UUIDs (version 4 of RFC 9562), as strings.
#[derive(Debug, Clone, Copy, Default)]
pub struct Uuid;

impl IdSource for Uuid {
    fn next_id(&self) -> Id {
        const VERSION_4: u128 = 0x4 << 76;
        const VARIANT_RFC_9562: u128 = 0b10 << 62;
        let random = fastrand::u128(..) & !(0xf << 76) & !(0b11 << 62);
        let hex = format!("{:032x}", random | VERSION_4 | VARIANT_RFC_9562);
        let (a, b, c, d, e) = (
            &hex[..8],
            &hex[8..12],
            &hex[12..16],
            &hex[16..20],
            &hex[20..],
        );
        format!("{a}-{b}-{c}-{d}-{e}").into()
    }
}
