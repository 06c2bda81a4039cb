//! How a call's time travels: as what is left of it when the message is sent, since clocks may differ.

use std::time::Duration;

/// The header with the time that is left, in milliseconds.
pub(crate) const HEADER: &str = "rpc-timeout-ms";

/// The most digits that count. Longer numbers are ignored, like everything else that is not a number.
const DIGITS: usize = 10;

/// The header's value. What is left is rounded up: zero means that the time is over.
#[cfg(feature = "client")]
pub(crate) fn write(left: Duration) -> String {
    let longest = 10_u128.pow(DIGITS as u32) - 1;
    left.as_nanos().div_ceil(1_000_000).min(longest).to_string()
}

/// The time that was left when the message was sent; `None` if it does not say so.
#[cfg(feature = "server")]
pub(crate) fn read(headers: &http::HeaderMap) -> Option<Duration> {
    let value = headers.get(HEADER)?.as_bytes();
    let is_number = (1..=DIGITS).contains(&value.len()) && value.iter().all(u8::is_ascii_digit);
    let digits = std::str::from_utf8(value).ok().filter(|_| is_number)?;
    digits.parse().ok().map(Duration::from_millis)
}

#[cfg(all(test, feature = "client", feature = "server"))]
mod tests {
    use http::{HeaderMap, HeaderValue};

    use super::*;

    fn read_text(value: &str) -> Option<Duration> {
        let value = HeaderValue::from_str(value).expect("a header");
        read(&HeaderMap::from_iter([(
            http::HeaderName::from_static(HEADER),
            value,
        )]))
    }

    #[test]
    fn what_is_written_is_read() {
        for (left, text) in [(0, "0"), (1, "1"), (999_999, "1"), (1_000_001, "2")] {
            assert_eq!(write(Duration::from_nanos(left)), text);
        }
        assert_eq!(write(Duration::MAX), "9999999999");
        assert_eq!(read_text("1500"), Some(Duration::from_millis(1500)));
        assert!(read_text("9999999999").is_some());
    }

    #[test]
    fn nonsense_is_ignored() {
        for odd in ["", "-1", "+1", "1.5", "1s", " ", "10000000000", "\u{661}"] {
            assert_eq!(read_text(odd), None, "{odd}");
        }
        assert_eq!(read(&HeaderMap::new()), None);
    }
}
