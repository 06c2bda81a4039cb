//! Deadlines: the time that a caller waits, as it travels to the server, and what a server makes of it.

use std::time::{Duration, Instant};

use http::{HeaderName, HeaderValue};

/// The header with the time that is left for a call, in milliseconds, when it was sent. Not a point in time, since the clocks of
/// two machines may differ by an hour.
pub const TIMEOUT_HEADER: HeaderName = HeaderName::from_static("rpc-timeout-ms");

/// More digits than this are not a time.
const MAX_DIGITS: usize = 10;

/// The longest time that the header can say, about 115 days.
const MAX_MILLISECONDS: u128 = 9_999_999_999;

/// Reads the value of [`TIMEOUT_HEADER`]: up to ten digits. Anything else counts as if it were not there.
pub fn read_timeout(value: &HeaderValue) -> Option<Duration> {
    let digits = value.as_bytes();
    let is_number =
        (1..=MAX_DIGITS).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
    if !is_number {
        return None;
    }
    let value = |value: u64, digit: &u8| value * 10 + u64::from(digit - b'0');
    Some(Duration::from_millis(digits.iter().fold(0, value)))
}

/// The value of [`TIMEOUT_HEADER`]. Less than a millisecond becomes one, and more than the header can say becomes that.
pub fn timeout_value(timeout: Duration) -> HeaderValue {
    HeaderValue::from(timeout_milliseconds(timeout))
}

/// The number in the value of [`TIMEOUT_HEADER`], for transports with headers of another kind.
pub fn timeout_milliseconds(timeout: Duration) -> u64 {
    let milliseconds = timeout.as_millis().clamp(1, MAX_MILLISECONDS);
    u64::try_from(milliseconds).unwrap_or(u64::MAX)
}

/// What a server makes of the time that its callers wait: see [`Server::deadlines`](crate::Server::deadlines).
///
/// ```
/// use std::time::Duration;
/// use rpc_core::limits::Deadlines;
///
/// // Nobody gets more than a minute, and callers that send no timeout get ten seconds.
/// let deadlines = Deadlines::new()
///     .max_timeout(Duration::from_secs(60))
///     .default_timeout(Duration::from_secs(10));
/// # let _ = deadlines;
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Deadlines {
    min: Option<Duration>,
    max: Option<Duration>,
    default: Option<Duration>,
}

impl Deadlines {
    /// What the caller says, and no deadline if it says nothing.
    pub fn new() -> Self {
        Deadlines::default()
    }

    /// The least that a call gets, even if its caller waits for less. A call that is late already gets nothing.
    #[must_use]
    pub fn min_timeout(mut self, time: Duration) -> Self {
        self.min = Some(time);
        self
    }

    /// The most that a call gets.
    #[must_use]
    pub fn max_timeout(mut self, time: Duration) -> Self {
        self.max = Some(time);
        self
    }

    /// What a call gets whose caller does not say how long it waits. If this is not set, it gets the most that a call can get.
    #[must_use]
    pub fn default_timeout(mut self, time: Duration) -> Self {
        self.default = Some(time);
        self
    }

    pub(crate) fn are_set(&self) -> bool {
        *self != Deadlines::default()
    }

    /// The deadline of a call that begins now. `asked` is its caller's.
    pub(crate) fn apply(&self, asked: Option<Instant>, now: Instant) -> Option<Instant> {
        let in_time = |time: Option<Duration>| time.and_then(|time| now.checked_add(time));
        let asked = match asked {
            Some(late) if late <= now => return Some(late),
            Some(asked) => Some(in_time(self.min).map_or(asked, |least| asked.max(least))),
            None => in_time(self.default),
        };
        match (asked, in_time(self.max)) {
            (Some(asked), Some(most)) => Some(asked.min(most)),
            (asked, most) => asked.or(most),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_a_time_is_not_there() {
        for (value, time) in [
            ("0", Some(0)),
            ("1", Some(1)),
            ("007", Some(7)),
            ("9999999999", Some(9_999_999_999)),
            ("10000000000", None),
            ("", None),
            ("-1", None),
            ("+1", None),
            ("1.5", None),
            ("1 ", None),
            ("1s", None),
            ("٣", None),
        ] {
            let value = HeaderValue::from_bytes(value.as_bytes()).expect("a header");
            assert_eq!(
                read_timeout(&value),
                time.map(Duration::from_millis),
                "{value:?}"
            );
        }
    }

    #[test]
    fn a_time_is_never_written_as_zero_or_with_too_many_digits() {
        for (time, value) in [
            (Duration::ZERO, "1"),
            (Duration::from_micros(900), "1"),
            (Duration::from_millis(1500), "1500"),
            (Duration::MAX, "9999999999"),
        ] {
            assert_eq!(timeout_value(time), value);
        }
    }

    #[test]
    fn a_server_has_the_last_word() {
        let now = Instant::now();
        let seconds = |seconds| now + Duration::from_secs(seconds);
        let limits = Deadlines::new()
            .min_timeout(Duration::from_secs(2))
            .max_timeout(Duration::from_secs(60));
        let and_default = limits.default_timeout(Duration::from_secs(10));
        for (deadlines, asked, given) in [
            (Deadlines::new(), None, None),
            (Deadlines::new(), Some(seconds(3)), Some(seconds(3))),
            (limits, Some(seconds(3)), Some(seconds(3))),
            (limits, Some(seconds(1)), Some(seconds(2))),
            (limits, Some(seconds(100)), Some(seconds(60))),
            (limits, Some(now), Some(now)),
            (limits, None, Some(seconds(60))),
            (and_default, None, Some(seconds(10))),
            (and_default, Some(seconds(20)), Some(seconds(20))),
        ] {
            assert_eq!(
                deadlines.apply(asked, now),
                given,
                "{deadlines:?} {asked:?}"
            );
        }
    }
}
