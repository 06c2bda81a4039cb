//! [`Backoff`]: the pauses between attempts to connect.

use std::time::Duration;

use crate::defaults::{FIRST_BACKOFF, LEAST_BACKOFF};

/// The pauses between attempts to connect.
///
/// The first is about [`FIRST_BACKOFF`], and each later one is twice as long, up to a limit. A random part of up to half is
/// taken off, so that not all clients of a server come back at the same moment.
#[derive(Debug, Clone)]
pub struct Backoff {
    next: Duration,
    most: Duration,
}

impl Backoff {
    /// With a longest pause, of at least [`LEAST_BACKOFF`].
    pub fn new(most: Duration) -> Self {
        Backoff {
            next: FIRST_BACKOFF,
            most: most.max(LEAST_BACKOFF),
        }
    }

    /// The next pause.
    pub fn next_pause(&mut self) -> Duration {
        let pause = self.next.min(self.most);
        self.next = pause.saturating_mul(2);
        pause.mul_f64(0.5 + fastrand::f64() / 2.0)
    }

    /// Starts again with the first pause, since the last attempt succeeded.
    pub fn reset(&mut self) {
        self.next = FIRST_BACKOFF;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_the_limit() {
        let most = Duration::from_millis(150);
        let mut backoff = Backoff::new(most);
        for milliseconds in [50, 100, 150, 150] {
            let full = Duration::from_millis(milliseconds);
            let pause = backoff.next_pause();
            assert!(full / 2 <= pause && pause <= full, "{pause:?} of {full:?}");
        }
        backoff.reset();
        assert!(backoff.next_pause() <= FIRST_BACKOFF);
    }

    #[test]
    fn there_is_always_a_pause() {
        let mut backoff = Backoff::new(Duration::ZERO);
        assert!(backoff.next_pause() >= LEAST_BACKOFF / 2);
    }
}
