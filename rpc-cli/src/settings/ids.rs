//! [`IdKind`]: what the ids of requests look like.

use std::fmt;
use std::str::FromStr;

use clap::ValueEnum;
use rpc_core::ids;
use rpc_core::ids::IdSource;
use serde::Deserialize;

/// The kinds of ids, as in `rpc_http::Ids`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum IdKind {
    /// Numbers: 1, 2, 3
    Decimal,
    /// Hexadecimal digits in strings: "1", ... "a"
    Hexadecimal,
    /// Eight random characters
    Random,
    /// Random UUIDs (version 4)
    Uuid,
}

impl IdKind {
    pub(crate) fn source(self) -> Box<dyn IdSource> {
        match self {
            IdKind::Decimal => Box::new(ids::Counter::default()),
            IdKind::Hexadecimal => Box::new(ids::Hexadecimal::default()),
            IdKind::Random => Box::new(ids::RandomString::new(8)),
            IdKind::Uuid => Box::new(ids::Uuid),
        }
    }
}

impl FromStr for IdKind {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        <IdKind as ValueEnum>::from_str(text, false)
            .map_err(|_| "expected decimal, hexadecimal, random or uuid")
    }
}

impl fmt::Display for IdKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            IdKind::Decimal => "decimal",
            IdKind::Hexadecimal => "hexadecimal",
            IdKind::Random => "random",
            IdKind::Uuid => "uuid",
        })
    }
}
