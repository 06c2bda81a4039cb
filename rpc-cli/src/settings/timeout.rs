//! [`Timeout`]: how long to wait.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Deserializer};

/// A time to wait: `30`, `1.5`, `500ms`, `2m`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Timeout(pub(crate) Duration);

impl FromStr for Timeout {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        const UNITS: &[(&str, f64)] = &[("ms", 0.001), ("s", 1.0), ("m", 60.0), ("h", 3600.0)];
        let with_unit = UNITS
            .iter()
            .find_map(|(unit, seconds)| Some((text.strip_suffix(unit)?, *seconds)));
        let (number, seconds) = with_unit.unwrap_or((text, 1.0));
        let number: Option<f64> = number.trim().parse().ok();
        let time = number.and_then(|number| Duration::try_from_secs_f64(number * seconds).ok());
        match time {
            Some(time) if !time.is_zero() => Ok(Timeout(time)),
            _ => Err("a time is a number above 0, in seconds or followed by ms, s, m or h".into()),
        }
    }
}

impl<'de> Deserialize<'de> for Timeout {
    /// A number of seconds, or the text of [`FromStr`].
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Text(String),
            Whole(u32),
            Fraction(f64),
        }
        let text = match Written::deserialize(deserializer)? {
            Written::Text(text) => text,
            Written::Whole(seconds) => seconds.to_string(),
            Written::Fraction(seconds) => seconds.to_string(),
        };
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for Timeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_units() {
        for (text, milliseconds) in [
            ("30", 30_000),
            ("1.5", 1_500),
            ("500ms", 500),
            ("2s", 2_000),
            ("2m", 120_000),
            ("1h", 3_600_000),
        ] {
            let time = text.parse::<Timeout>().map(|time| time.0);
            assert_eq!(time, Ok(Duration::from_millis(milliseconds)), "{text}");
        }
        for text in ["", "0", "-1", "s", "1d", "inf", "NaN", "1e300", "0.0ms"] {
            assert!(text.parse::<Timeout>().is_err(), "{text}");
        }
    }
}
