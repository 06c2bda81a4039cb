//! The arguments of `rpc mock`.

use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

use super::ListenArguments;
use crate::settings::{PartialSettings, Timeout};

/// Serve made-up answers to the calls of an OpenRPC document
///
/// A method with examples answers with the result of the example that has the same params, or else with that of the first example. Other
/// answers are made up from the schemas. The same seed and the same call give the same answer. Params are checked, streams send a few
/// items, and rpc.discover answers with the document. An example that does not fit the document is not served; a warning on stderr says
/// so.
///
/// It serves HTTP, server-sent events and WebSockets, until Ctrl-C.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  rpc mock openrpc.json --listen 127.0.0.1:8080
  rpc mock openrpc.json --seed 7 --delay 50ms..200ms
  rpc mock openrpc.json --fail orders.place=1001 --fail '*=-32000:0.1'")]
pub(crate) struct MockArguments {
    /// A file, `-` for stdin, a URL of a server that answers rpc.discover, or the name of an endpoint in the configuration file
    #[arg(value_name = "DOCUMENT")]
    pub(crate) document: String,

    /// The seed of made-up values: another seed gives other values
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    pub(crate) seed: u64,

    /// How many items a stream sends
    #[arg(long, value_name = "NUMBER", default_value_t = 3)]
    pub(crate) items: usize,

    /// How long to wait before each answer and each item: a time such as 50ms, or a range such as 50ms..200ms
    #[arg(long, value_name = "TIME")]
    pub(crate) delay: Option<Delay>,

    /// Make all or some calls of a method fail; may be repeated
    ///
    /// If the method declares the code, the error has the declared message and made-up data. `*` stands for every method. The rate is a
    /// number from 0 to 1. With a rate below 1, the seed decides which calls fail, and a call that fails may succeed when it is repeated.
    #[arg(long, value_name = "METHOD=CODE[:RATE]", allow_hyphen_values = true)]
    pub(crate) fail: Vec<FailRule>,

    /// Show the messages and the HTTP status on stderr while the document is fetched
    #[arg(short, long)]
    pub(crate) verbose: bool,

    #[command(flatten)]
    pub(crate) listen: ListenArguments,

    #[command(flatten)]
    pub(crate) settings: PartialSettings,
}

/// A time, or a range of times.
#[derive(Debug, Clone)]
pub(crate) struct Delay(pub(crate) RangeInclusive<Duration>);

impl FromStr for Delay {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (shortest, longest) = text.split_once("..").unwrap_or((text, text));
        let (shortest, longest): (Timeout, Timeout) = (shortest.parse()?, longest.parse()?);
        match shortest.0 <= longest.0 {
            true => Ok(Delay(shortest.0..=longest.0)),
            false => Err("the first time of a range is longer than the second".to_owned()),
        }
    }
}

/// Which calls fail, and how.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FailRule {
    pub(crate) method: String,
    pub(crate) code: i64,
    pub(crate) rate: f64,
}

impl FromStr for FailRule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let rule = || {
            let (method, failure) = text.rsplit_once('=')?;
            let (code, rate) = failure.split_once(':').unwrap_or((failure, "1"));
            Some(FailRule {
                method: method.to_owned(),
                code: code.parse().ok()?,
                rate: rate.parse().ok()?,
            })
        };
        rule().ok_or_else(|| {
            "a rule is METHOD=CODE or METHOD=CODE:RATE, as in orders.place=1001:0.1".to_owned()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_are_times_or_ranges() {
        let milliseconds = Duration::from_millis;
        for (text, expected) in [
            ("50ms", milliseconds(50)..=milliseconds(50)),
            ("50ms..1s", milliseconds(50)..=milliseconds(1000)),
        ] {
            assert_eq!(text.parse::<Delay>().map(|it| it.0), Ok(expected), "{text}");
        }
        for text in ["", "1s..50ms", "..", "fast"] {
            assert!(text.parse::<Delay>().is_err(), "{text}");
        }
    }

    #[test]
    fn rules_name_a_method_a_code_and_perhaps_a_rate() {
        for (text, method, code, rate) in [
            ("orders.place=1001", "orders.place", 1001, 1.0),
            ("*=-32000:0.25", "*", -32000, 0.25),
            ("a=b=1", "a=b", 1, 1.0),
        ] {
            let method = method.to_owned();
            let rule = FailRule { method, code, rate };
            assert_eq!(text.parse(), Ok(rule), "{text}");
        }
        for text in ["", "place", "place=", "place=many", "place=1:often"] {
            assert!(text.parse::<FailRule>().is_err(), "{text}");
        }
    }
}
