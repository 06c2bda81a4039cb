//! [`Values`]: what may be said of a connection, alike on the command line, in the environment and in the file.

use std::convert::Infallible;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::{ValueEnum, ValueHint};
use rpc_core::{IdSource, ids};
use serde::{Deserialize, Deserializer};

/// One place's say: what it says nothing of is `None`.
#[derive(Debug, Clone, Default, clap::Args, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[command(next_help_heading = "Connection")]
pub(crate) struct Values {
    /// How long to wait for an answer: seconds, or a number with ms, s, m or h [default: 30s]
    #[arg(long, value_name = "TIME")]
    pub(crate) timeout: Option<Timeout>,

    /// A header to send, such as "x-shop: north"; may be repeated
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE")]
    #[serde(deserialize_with = "header_table")]
    pub(crate) headers: Vec<Header>,

    /// Identify by name and password
    ///
    /// Other users of the machine see the command line: rather leave the password out, and give it in RPC_PASSWORD or by
    /// --password-file.
    #[arg(short, long, value_name = "NAME[:PASSWORD]", conflicts_with_all = ["bearer", "bearer_file"])]
    pub(crate) user: Option<User>,

    #[arg(skip)]
    pub(crate) password: Option<Secret>,

    /// A file with the password of --user
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) password_file: Option<PathBuf>,

    /// Identify by a token
    ///
    /// Other users of the machine see the command line: rather give it in RPC_BEARER or by --bearer-file.
    #[arg(long, value_name = "TOKEN", conflicts_with = "bearer_file")]
    pub(crate) bearer: Option<Secret>,

    /// Identify by the token in a file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) bearer_file: Option<PathBuf>,

    /// Trust these authorities, beside the system's (PEM)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) cacert: Option<PathBuf>,

    /// Identify by this certificate (PEM)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) cert: Option<PathBuf>,

    /// The private key of --cert, where it is not in the same file (PEM)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) key: Option<PathBuf>,

    /// Take whatever certificate the server shows: anybody may listen and answer
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub(crate) insecure: Option<bool>,

    /// What the ids of calls are made of [default: decimal]
    #[arg(long, value_enum, value_name = "KIND")]
    pub(crate) ids: Option<Ids>,

    /// How many calls go in one message of a batch.
    #[arg(skip)]
    pub(crate) batch_size: Option<Count>,

    /// How many messages of a batch are under way at the same time.
    #[arg(skip)]
    pub(crate) in_flight: Option<Count>,
}

impl Values {
    /// Is there anything here that nobody but the right server should see?
    pub(crate) fn has_credentials(&self) -> bool {
        self.user.is_some()
            || self.password.is_some()
            || self.password_file.is_some()
            || self.bearer.is_some()
            || self.bearer_file.is_some()
            || self.cert.is_some()
            || self.key.is_some()
            || !self.headers.is_empty()
    }

    /// All that names a file.
    pub(crate) fn paths(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        [
            &mut self.password_file,
            &mut self.bearer_file,
            &mut self.cacert,
            &mut self.cert,
            &mut self.key,
        ]
        .into_iter()
        .flatten()
    }
}

/// A text that is never shown.
#[derive(Clone, PartialEq)]
pub(crate) struct Secret(pub(crate) String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

impl FromStr for Secret {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Secret(text.to_owned()))
    }
}

impl<'de> Deserialize<'de> for Secret {
    /// serde's own error would show a number that stands where a text should.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer);
        text.map(Secret)
            .map_err(|_| serde::de::Error::custom("a value is no text in quotes"))
    }
}

/// A user's name, and perhaps the password behind a colon.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) password: Option<Secret>,
}

impl FromStr for User {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let (name, password) = match text.split_once(':') {
            Some((name, password)) => (name, Some(Secret(password.to_owned()))),
            None => (text, None),
        };
        Ok(User {
            name: name.to_owned(),
            password,
        })
    }
}

impl<'de> Deserialize<'de> for User {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Secret(text) = Secret::deserialize(deserializer)?;
        text.parse().map_err(|never: Infallible| match never {})
    }
}

/// A header as it was written. It is judged when it is used, since clap would show one that is wrong, and it may be a
/// secret.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Header(pub(crate) Secret);

impl Header {
    /// The name and the value; `None` where there is no colon.
    pub(crate) fn parts(&self) -> Option<(&str, &str)> {
        let (name, value) = self.0.0.split_once(':')?;
        Some((name.trim(), value.trim()))
    }
}

impl FromStr for Header {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Header(Secret(text.to_owned())))
    }
}

fn header_table<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Header>, D::Error> {
    let table = std::collections::BTreeMap::<String, Secret>::deserialize(deserializer)?;
    let headers = table
        .into_iter()
        .map(|(name, Secret(value))| Header(Secret(format!("{name}: {value}"))));
    Ok(headers.collect())
}

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
            _ => Err("a time is a number above 0, with ms, s, m, h or nothing behind it".into()),
        }
    }
}

impl<'de> Deserialize<'de> for Timeout {
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

/// A number of things, of which there is at least one.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(try_from = "usize")]
pub(crate) struct Count(pub(crate) usize);

impl TryFrom<usize> for Count {
    type Error = &'static str;

    fn try_from(number: usize) -> Result<Self, &'static str> {
        match number {
            0 => Err("it is at least 1"),
            number => Ok(Count(number)),
        }
    }
}

impl FromStr for Count {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number: usize = text
            .parse()
            .map_err(|_| "it is no whole number".to_owned())?;
        Count::try_from(number).map_err(str::to_owned)
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What the ids of calls are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Ids {
    /// Numbers: 1, 2, 3
    Decimal,
    /// Hexadecimal digits, as strings: "1", ... "a"
    Hexadecimal,
    /// Eight random characters
    Random,
    /// Random UUIDs (version 4)
    Uuid,
}

impl Ids {
    pub(crate) fn source(self) -> Box<dyn IdSource> {
        match self {
            Ids::Decimal => Box::new(ids::Counter::default()),
            Ids::Hexadecimal => Box::new(ids::Hexadecimal::default()),
            Ids::Random => Box::new(ids::RandomString::new(8)),
            Ids::Uuid => Box::new(ids::Uuid),
        }
    }
}

impl FromStr for Ids {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        <Ids as ValueEnum>::from_str(text, false)
            .map_err(|_| "it is decimal, hexadecimal, random or uuid".to_owned())
    }
}

impl fmt::Display for Ids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Ids::Decimal => "decimal",
            Ids::Hexadecimal => "hexadecimal",
            Ids::Random => "random",
            Ids::Uuid => "uuid",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
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

    #[test]
    fn what_is_secret_is_not_shown() {
        let Ok(user) = "ann:open sesame".parse::<User>();
        let Ok(header) = "x-key: open sesame".parse::<Header>();
        let shown = format!("{user:?} {header:?}");
        assert!(!shown.contains("sesame"), "{shown}");
    }
}
