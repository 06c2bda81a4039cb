//! [`ByteSize`]: how many bytes.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer};

/// A number of bytes that is at least 1: `1000`, `64MiB`, `2 GB`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ByteSize(pub(crate) usize);

/// Each unit in lower case. A unit that ends with another comes before it.
const UNITS: &[(&str, usize)] = &[
    ("kib", 1 << 10),
    ("mib", 1 << 20),
    ("gib", 1 << 30),
    ("kb", 1_000),
    ("mb", 1_000_000),
    ("gb", 1_000_000_000),
    ("b", 1),
];

impl FromStr for ByteSize {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let text = text.to_ascii_lowercase();
        let with_unit = UNITS
            .iter()
            .find_map(|(unit, bytes)| Some((text.strip_suffix(unit)?, *bytes)));
        let (number, unit) = with_unit.unwrap_or((&text, 1));
        let number: Option<usize> = number.trim().parse().ok();
        match number.and_then(|number| number.checked_mul(unit)) {
            Some(bytes) if bytes > 0 => Ok(ByteSize(bytes)),
            _ => Err(
                "a size is a whole number above 0, in bytes or followed by KiB, MiB, GiB, kB, MB or GB",
            ),
        }
    }
}

impl<'de> Deserialize<'de> for ByteSize {
    /// A number of bytes, or the text of [`FromStr`].
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Text(String),
            Bytes(usize),
        }
        let text = match Written::deserialize(deserializer)? {
            Written::Text(text) => text,
            Written::Bytes(bytes) => bytes.to_string(),
        };
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.0;
        for (name, unit) in [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)] {
            if bytes.is_multiple_of(unit) {
                return write!(f, "{}{name}", bytes / unit);
            }
        }
        bytes.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        for (text, bytes, shown) in [
            ("7", 7, "7"),
            ("1000", 1000, "1000"),
            ("64MiB", 64 << 20, "64MiB"),
            ("64 mib", 64 << 20, "64MiB"),
            ("2KiB", 2048, "2KiB"),
            ("1GiB", 1 << 30, "1GiB"),
            ("3kB", 3000, "3000"),
            ("3MB", 3_000_000, "3000000"),
            ("1GB", 1_000_000_000, "1000000000"),
            ("512B", 512, "512"),
        ] {
            let size = text.parse::<ByteSize>();
            assert_eq!(size, Ok(ByteSize(bytes)), "{text}");
            assert_eq!(ByteSize(bytes).to_string(), shown);
        }
        for text in [
            "",
            "0",
            "-1",
            "1.5MiB",
            "MiB",
            "1TB",
            "1 M",
            "99999999999999GiB",
            "inf",
        ] {
            assert!(text.parse::<ByteSize>().is_err(), "{text}");
        }
    }
}
