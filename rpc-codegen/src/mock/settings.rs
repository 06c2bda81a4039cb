//! [`Settings`]: what a mock does besides answering.

use std::fmt;
use std::future::Future;
use std::ops::RangeInclusive;
use std::pin::Pin;
use std::time::Duration;

use super::random::Random;

/// How many items a stream sends, unless a mock is told otherwise.
const ITEMS: usize = 3;

/// What a mock does besides answering.
pub(super) struct Settings {
    pub(super) seed: u64,
    /// How many items a stream sends.
    pub(super) items: usize,
    pub(super) delay: Option<Delay>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            seed: 0,
            items: ITEMS,
            delay: None,
        }
    }
}

/// How long a mock waits before each answer and each item, and how to wait.
pub(super) struct Delay {
    times: RangeInclusive<Duration>,
    sleep: Box<dyn Fn(Duration) -> Sleep + Send + Sync>,
}

type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

impl Delay {
    pub(super) fn new<F>(
        times: RangeInclusive<Duration>,
        sleep: impl Fn(Duration) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        Delay {
            times,
            sleep: Box::new(move |time| Box::pin(sleep(time))),
        }
    }

    /// Waits, for a time within the range.
    pub(super) fn wait(&self, random: &mut Random) -> Sleep {
        let (shortest, longest) = (*self.times.start(), *self.times.end());
        let more = longest.saturating_sub(shortest).mul_f64(random.fraction());
        (self.sleep)(shortest.saturating_add(more))
    }
}

/// A setting that does not go with the document.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SettingError {
    /// The document has no method of this name.
    UnknownMethod(String),
    /// A rate is a number from 0 to 1.
    Rate,
}

impl fmt::Display for SettingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SettingError::UnknownMethod(name) => {
                write!(f, "no method `{}`", crate::error::shown(name))
            }
            SettingError::Rate => f.write_str("the rate must be a number from 0 to 1"),
        }
    }
}

impl std::error::Error for SettingError {}
