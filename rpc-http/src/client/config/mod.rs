//! [`Config`]: a client's options, from a file and from the environment.

mod environment;
mod error;
mod same_server;

use std::collections::BTreeMap;
use std::fmt;
#[cfg(feature = "tls")]
use std::path::PathBuf;

use http::header::AUTHORIZATION;
use serde::de::Error;
use serde::{Deserialize, Deserializer};

pub use self::error::ConfigError;
use self::same_server::{names_user, same_server};

/// A client's options, from a file or from the environment. Each is optional.
///
/// serde reads it from whatever format the application's configuration has. A call's options take precedence over the
/// client's, the client's over the environment, and the environment over a file:
///
/// ```
/// # #[cfg(feature = "client")]
/// # fn run(file: &str) -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
/// use rpc_http::{Client, Config};
///
/// let file: Config = serde_json::from_str(file)?; // {"url": "https://shop.example/rpc", "timeout": 2.5, "user": "ann"}
/// let config = Config::from_env("SHOP")?.or(file); // SHOP_TIMEOUT=5 SHOP_PASSWORD=…
/// let url = config.url.clone().ok_or("which shop?")?;
/// let client = Client::builder().configure(&config).header("x-shop", "north").build(&url)?;
/// let call = client.call::<_, u32>("stock.left", ("tea",)).timeout(Duration::from_secs(1));
/// # drop(call);
/// # Ok(())
/// # }
/// # #[cfg(feature = "client")]
/// # run(r#"{"url": "https://shop.example/rpc", "timeout": 2.5, "user": "ann"}"#).unwrap();
/// ```
///
/// | field | in the environment, after `PREFIX_` | meaning |
/// | --- | --- | --- |
/// | `url` | `URL` | where the server is |
/// | `timeout` | `TIMEOUT` | [`Builder::timeout`](crate::Builder::timeout), in seconds |
/// | `connect_timeout` | `CONNECT_TIMEOUT` | [`Builder::connect_timeout`](crate::Builder::connect_timeout), in seconds |
/// | `max_reply` | `MAX_REPLY` | [`Builder::max_reply`](crate::Builder::max_reply), in bytes |
/// | `headers` | `HEADERS` | [`Builder::header`](crate::Builder::header); a map, or a line `name: value` for each. They are not shown in logs |
/// | `user`, `password` | `USER`, `PASSWORD` | [`Builder::basic_auth`](crate::Builder::basic_auth); a password without a user is an error |
/// | `bearer` | `BEARER` | [`Builder::bearer_auth`](crate::Builder::bearer_auth), if there is no user |
/// | `ids` | `IDS` | [`Builder::ids`](crate::Builder::ids): `decimal`, `hexadecimal`, `random` or `uuid` |
/// | `tolerant` | `TOLERANT` | [`Builder::tolerant`](crate::Builder::tolerant): `true` or `false` |
/// | `root_certificates` | `ROOT_CERTIFICATES` | a PEM file, for [`Builder::root_certificates`](crate::Builder::root_certificates) (feature `tls`) |
/// | `identity` | `IDENTITY` | a PEM file, for [`Builder::identity`](crate::Builder::identity) (feature `tls`) |
///
/// Without the feature `tls`, the last two are errors.
///
/// An unknown field is an error of serde's, so that a misspelt one is noticed. An error about a text or the headers does not
/// quote the value, since it may be a secret. But the format's own error may show the line.
#[derive(Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Config {
    /// Where the server is.
    #[serde(deserialize_with = "text")]
    pub url: Option<String>,
    /// In seconds.
    pub timeout: Option<f64>,
    /// In seconds.
    pub connect_timeout: Option<f64>,
    /// In bytes.
    pub max_reply: Option<usize>,
    /// By name.
    #[serde(deserialize_with = "texts")]
    pub headers: BTreeMap<String, String>,
    /// For basic authentication.
    #[serde(deserialize_with = "text")]
    pub user: Option<String>,
    /// For basic authentication.
    #[serde(deserialize_with = "text")]
    pub password: Option<String>,
    /// A token.
    #[serde(deserialize_with = "text")]
    pub bearer: Option<String>,
    /// The form of the ids.
    pub ids: Option<Ids>,
    /// Whether faults of replies are forgiven.
    pub tolerant: Option<bool>,
    /// A PEM file.
    #[cfg(feature = "tls")]
    pub root_certificates: Option<PathBuf>,
    /// A PEM file.
    #[cfg(feature = "tls")]
    pub identity: Option<PathBuf>,
}

/// The form of a client's ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Ids {
    /// `1`, `2`, `3`: [`Counter`](rpc_core::ids::Counter).
    Decimal,
    /// `"1"`, …, `"a"`: [`Hexadecimal`](rpc_core::ids::Hexadecimal).
    Hexadecimal,
    /// Eight digits and letters: [`RandomString`](rpc_core::ids::RandomString).
    Random,
    /// [`Uuid`](rpc_core::ids::Uuid).
    Uuid,
}

impl Config {
    /// Takes from `other` what is missing here, header by header. Credentials are taken only if they fit together: no user if
    /// there is a token here, no token if there is a user here, no other user's password, and none at all if there is a user
    /// in this URL.
    ///
    /// If the two URLs name different servers (by scheme, host or port), nothing that is meant for the other server is taken:
    /// no user, password or token, no `identity`, and no headers, since any of them may be a secret.
    #[must_use]
    pub fn or(self, other: Config) -> Config {
        let other = match (&self.url, &other.url) {
            (Some(own), Some(others)) if !same_server(own, others) => other.for_any_server(),
            _ => other,
        };
        let own_url = self.url.as_deref().is_some_and(names_user);
        let own_header = own_url || has_authorization(&self.headers);
        let own_user = self.user.is_some() || self.password.is_some();
        let another_user = self.user.is_some() && other.user.is_some() && self.user != other.user;
        let no_user = self.bearer.is_some() || own_header;
        let others_user = other.user.filter(|_| !no_user);
        let others_password = other.password.filter(|_| !no_user && !another_user);
        let others_bearer = other.bearer.filter(|_| !own_user && !own_header);
        let mut headers = other.headers;
        headers.retain(|name, _| {
            let is_own = self
                .headers
                .keys()
                .any(|own| own.eq_ignore_ascii_case(name));
            let identifies = name.eq_ignore_ascii_case(AUTHORIZATION.as_str());
            !is_own && !(identifies && (own_url || own_user || self.bearer.is_some()))
        });
        headers.extend(self.headers);
        Config {
            url: self.url.or(other.url),
            timeout: self.timeout.or(other.timeout),
            connect_timeout: self.connect_timeout.or(other.connect_timeout),
            max_reply: self.max_reply.or(other.max_reply),
            headers,
            user: self.user.or(others_user),
            password: self.password.or(others_password),
            bearer: self.bearer.or(others_bearer),
            ids: self.ids.or(other.ids),
            tolerant: self.tolerant.or(other.tolerant),
            #[cfg(feature = "tls")]
            root_certificates: self.root_certificates.or(other.root_certificates),
            #[cfg(feature = "tls")]
            identity: self.identity.or(other.identity),
        }
    }

    /// Without what only one server should know.
    fn for_any_server(self) -> Config {
        Config {
            headers: BTreeMap::new(),
            user: None,
            password: None,
            bearer: None,
            #[cfg(feature = "tls")]
            identity: None,
            ..self
        }
    }
}

/// serde and the formats quote what they found in place of a text. For a password without quotation marks, that is the
/// password.
fn text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(from).map_err(|_quotes_it| D::Error::custom("expected a string"))
}

fn texts<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<String, String>, D::Error> {
    BTreeMap::deserialize(from).map_err(|_quotes_it| D::Error::custom("expected a map of strings"))
}

fn has_authorization(headers: &BTreeMap<String, String>) -> bool {
    let mut names = headers.keys();
    names.any(|name| name.eq_ignore_ascii_case(AUTHORIZATION.as_str()))
}

/// The secrets are not shown.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&String> = self.headers.keys().collect();
        f.debug_struct("Config")
            .field("timeout", &self.timeout)
            .field("connect_timeout", &self.connect_timeout)
            .field("max_reply", &self.max_reply)
            .field("headers", &names)
            .field("user", &self.user)
            .field("ids", &self.ids)
            .finish_non_exhaustive()
    }
}
