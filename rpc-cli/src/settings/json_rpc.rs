//! [`JsonRpc`]: which version of JSON-RPC the server speaks.

use std::fmt;
use std::str::FromStr;

use clap::ValueEnum;
use rpc_core::wire::Version;
use rpc_core::{BoxTransport, Client};
use serde::{Deserialize, Deserializer};

/// The version of JSON-RPC that is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum JsonRpc {
    /// Params by position only, and as many calls per message as --batch-size says, by default one
    #[value(name = "1.0")]
    One,
    /// The usual version
    #[value(name = "2.0")]
    Two,
}

impl JsonRpc {
    /// A client that speaks this version, over one that speaks 2.0.
    pub(crate) fn client(self, client: Client<BoxTransport>) -> Client<BoxTransport> {
        match self {
            JsonRpc::One => client.version_1().boxed(),
            JsonRpc::Two => client,
        }
    }

    /// What the member `jsonrpc` of a request says, if it says anything.
    pub(crate) fn version(self) -> Version {
        match self {
            JsonRpc::One => Version::One,
            JsonRpc::Two => Version::Two,
        }
    }
}

impl FromStr for JsonRpc {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        <JsonRpc as ValueEnum>::from_str(text, false).map_err(|_| "expected 1.0 or 2.0")
    }
}

impl<'de> Deserialize<'de> for JsonRpc {
    /// The version as text or as a number.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Text(String),
            Number(f32),
        }
        let text = match Written::deserialize(deserializer)? {
            Written::Text(text) => text,
            Written::Number(number) => format!("{number:.1}"),
        };
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for JsonRpc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            JsonRpc::One => "1.0",
            JsonRpc::Two => "2.0",
        })
    }
}
