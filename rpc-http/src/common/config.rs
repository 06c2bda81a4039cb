//! [`Config`]: a client's options, from a file and from the environment.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use http::header::AUTHORIZATION;
use rpc_core::ids::{Counter, Hexadecimal, RandomString, Uuid};
use serde::de::value::StrDeserializer;
use serde::de::{Error, IntoDeserializer};
use serde::{Deserialize, Deserializer};

use super::builder::sensitive;
use super::origin::{names_user, same_server};
use super::{BuildError, Builder, Connections};

/// A client's options, as they stand in a file or in the environment. Each may be missing.
///
/// It is read by serde, from whatever format the application has its configuration in. What is said of a call goes before
/// what is said of its client, that before the environment, and that before a file:
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
/// | `timeout` | `TIMEOUT` | [`Builder::timeout`], in seconds |
/// | `connect_timeout` | `CONNECT_TIMEOUT` | [`Builder::connect_timeout`], in seconds |
/// | `max_reply` | `MAX_REPLY` | [`Builder::max_reply`], in bytes |
/// | `headers` | `HEADERS` | [`Builder::header`]; a map, or a line `name: value` for each. They are not shown in logs |
/// | `user`, `password` | `USER`, `PASSWORD` | [`Builder::basic_auth`]; a password without a user is an error |
/// | `bearer` | `BEARER` | [`Builder::bearer_auth`], where there is no user |
/// | `ids` | `IDS` | [`Builder::ids`]: `decimal`, `hexadecimal`, `random` or `uuid` |
/// | `root_certificates` | `ROOT_CERTIFICATES` | a PEM file, for [`Builder::root_certificates`] (feature `tls`) |
/// | `identity` | `IDENTITY` | a PEM file, for [`Builder::identity`] (feature `tls`) |
///
/// Without the feature `tls`, the last two are errors.
///
/// A field that there is not is an error of serde's, so that a misspelt one does not pass for a missing one. An error about
/// a text or the headers does not quote what stands there, since it may be a secret; a format may show the line.
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
    /// What the ids are like.
    pub ids: Option<Ids>,
    /// A PEM file.
    #[cfg(feature = "tls")]
    pub root_certificates: Option<PathBuf>,
    /// A PEM file.
    #[cfg(feature = "tls")]
    pub identity: Option<PathBuf>,
}

/// What a client's ids are like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Ids {
    /// `1`, `2`, `3`: [`Counter`].
    Decimal,
    /// `"1"`, …, `"a"`: [`Hexadecimal`].
    Hexadecimal,
    /// Eight digits and letters: [`RandomString`].
    Random,
    /// [`Uuid`].
    Uuid,
}

/// What is wrong with a configuration.
#[derive(Debug)]
#[non_exhaustive]
pub enum ConfigError {
    /// A variable of the environment can't be read. Its value is not shown, since it may be a secret.
    Variable {
        /// Its name.
        name: String,
        /// What it should be.
        expected: &'static str,
    },
    /// A duration is negative, or none at all.
    Seconds(&'static str),
    /// A password without a user.
    PasswordWithoutUser,
    /// A file can't be read.
    File(PathBuf, std::io::Error),
    /// A variable of the environment asks for what this program was built without.
    Feature {
        /// Its name.
        name: String,
        /// The feature of `rpc-http` that it needs.
        feature: &'static str,
    },
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConfigError::Variable { name, expected } => write!(f, "{name} is not {expected}"),
            ConfigError::Seconds(field) => write!(f, "`{field}` is no number of seconds"),
            ConfigError::PasswordWithoutUser => f.write_str("there is a password, and no user"),
            ConfigError::File(path, _) => write!(f, "{} can't be read", path.display()),
            ConfigError::Feature { name, feature } => {
                write!(f, "{name} needs the feature `{feature}` of rpc-http")
            }
        }
    }
}

impl std::error::Error for ConfigError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            ConfigError::File(_, error) => Some(error),
            _ => None,
        }
    }
}

impl From<ConfigError> for BuildError {
    fn from(error: ConfigError) -> Self {
        BuildError::Config(error)
    }
}

impl Config {
    /// The options in the environment whose names begin with this prefix and `_`. One that is empty is missing.
    pub fn from_env(prefix: &str) -> Result<Self, ConfigError> {
        Config::from_vars(prefix, |name| std::env::var_os(name))
    }

    /// The same, of an environment that a function knows.
    pub fn from_vars(
        prefix: &str,
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Self, ConfigError> {
        let variables = Variables { prefix, variable };
        let a_number = "a number";
        #[cfg(not(feature = "tls"))]
        for name in ["ROOT_CERTIFICATES", "IDENTITY"] {
            variables.not_without("tls", name)?;
        }
        Ok(Config {
            url: variables.text("URL")?,
            timeout: variables.parsed("TIMEOUT", a_number, |text| text.parse().ok())?,
            connect_timeout: variables
                .parsed("CONNECT_TIMEOUT", a_number, |text| text.parse().ok())?,
            max_reply: variables
                .parsed("MAX_REPLY", "a number of bytes", |text| text.parse().ok())?,
            headers: variables
                .parsed("HEADERS", "a header a line, `name: value`", headers)?
                .unwrap_or_default(),
            user: variables.text("USER")?,
            password: variables.text("PASSWORD")?,
            bearer: variables.text("BEARER")?,
            ids: variables.parsed("IDS", "decimal, hexadecimal, random or uuid", ids)?,
            #[cfg(feature = "tls")]
            root_certificates: variables.path("ROOT_CERTIFICATES"),
            #[cfg(feature = "tls")]
            identity: variables.path("IDENTITY"),
        })
    }

    /// What is missing here is taken from there; headers one by one. Of what identifies, only what fits together: neither a
    /// user beside this token, nor a token beside this user, nor another user's password; and nothing beside a user in this
    /// URL.
    ///
    /// Where both have a URL, and of different servers (scheme, host or port), what is meant for the other server is not
    /// taken: no user, password or token, no `identity`, and no headers, since any of them may be a secret.
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

/// serde, and the formats, say what they have found instead of a text. Of a password without quotation marks that is the
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

impl<C: Connections> Builder<C> {
    /// Sets what a configuration says. What is set after this goes before it. What is wrong is reported by
    /// [`build`](Self::build), as [`BuildError::Config`].
    ///
    /// The URL is for [`build`](Self::build), and is not looked at here.
    pub fn configure(mut self, config: &Config) -> Self {
        self = self.option(seconds("timeout", config.timeout), Self::timeout);
        let connect_timeout = seconds("connect_timeout", config.connect_timeout);
        self = self.option(connect_timeout, Self::connect_timeout);
        self = self.option(Ok(config.max_reply), Self::max_reply);
        for (name, value) in &config.headers {
            // Nobody can say in a file which of them are secrets.
            self = match sensitive(value.clone()) {
                Ok(value) => self.header(name, value),
                Err(error) => self.fail(error),
            };
        }
        self = match (&config.user, &config.password, &config.bearer) {
            (Some(user), password, _) => self.basic_auth(user, password.as_deref().unwrap_or("")),
            (None, Some(_), _) => self.fail(ConfigError::PasswordWithoutUser.into()),
            (None, None, Some(token)) => self.bearer_auth(token),
            (None, None, None) => self,
        };
        self = match config.ids {
            None => self,
            Some(Ids::Decimal) => self.ids(Counter::default()),
            Some(Ids::Hexadecimal) => self.ids(Hexadecimal::default()),
            Some(Ids::Random) => self.ids(RandomString::new(8)),
            Some(Ids::Uuid) => self.ids(Uuid),
        };
        #[cfg(feature = "tls")]
        {
            let certificates = read(config.root_certificates.as_ref());
            self = self.option(certificates, |it, pem| it.root_certificates(&pem));
            let identity = read(config.identity.as_ref());
            self = self.option(identity, |it, pem| it.identity(&pem));
        }
        self
    }

    /// Sets an option, if there is one, or remembers what is wrong with it.
    fn option<T>(
        self,
        value: Result<Option<T>, ConfigError>,
        set: impl FnOnce(Self, T) -> Self,
    ) -> Self {
        match value {
            Ok(Some(value)) => set(self, value),
            Ok(None) => self,
            Err(error) => self.fail(error.into()),
        }
    }
}

fn seconds(field: &'static str, value: Option<f64>) -> Result<Option<Duration>, ConfigError> {
    let duration = value.map(Duration::try_from_secs_f64).transpose();
    duration.map_err(|_| ConfigError::Seconds(field))
}

#[cfg(feature = "tls")]
fn read(path: Option<&PathBuf>) -> Result<Option<Vec<u8>>, ConfigError> {
    let read = |path: &PathBuf| {
        std::fs::read(path).map_err(|error| ConfigError::File(path.clone(), error))
    };
    path.map(read).transpose()
}

/// An environment, as far as its names begin with a prefix.
struct Variables<'a, F> {
    prefix: &'a str,
    variable: F,
}

impl<F: Fn(&str) -> Option<OsString>> Variables<'_, F> {
    fn name(&self, name: &str) -> String {
        format!("{}_{name}", self.prefix)
    }

    fn get(&self, name: &str) -> Option<OsString> {
        (self.variable)(&self.name(name)).filter(|value| !value.is_empty())
    }

    fn text(&self, name: &str) -> Result<Option<String>, ConfigError> {
        self.parsed(name, "Unicode text", |text| Some(text.to_owned()))
    }

    #[cfg(feature = "tls")]
    fn path(&self, name: &str) -> Option<PathBuf> {
        self.get(name).map(PathBuf::from)
    }

    /// Rather an error than a connection that is not secured in the way that somebody has asked for.
    #[cfg(not(feature = "tls"))]
    fn not_without(&self, feature: &'static str, name: &str) -> Result<(), ConfigError> {
        match self.get(name) {
            None => Ok(()),
            Some(_) => Err(ConfigError::Feature {
                name: self.name(name),
                feature,
            }),
        }
    }

    fn parsed<T>(
        &self,
        name: &str,
        expected: &'static str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, ConfigError> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        match value.to_str().and_then(parse) {
            Some(value) => Ok(Some(value)),
            None => Err(ConfigError::Variable {
                name: self.name(name),
                expected,
            }),
        }
    }
}

fn headers(lines: &str) -> Option<BTreeMap<String, String>> {
    let lines = lines.lines().filter(|line| !line.trim().is_empty());
    lines
        .map(|line| {
            let (name, value) = line.split_once(':')?;
            Some((name.trim().to_owned(), value.trim().to_owned()))
        })
        .collect()
}

/// As in a file.
fn ids(name: &str) -> Option<Ids> {
    let name: StrDeserializer<'_, serde::de::value::Error> = name.into_deserializer();
    Ids::deserialize(name).ok()
}

/// What is tried with all features is in the tests of the workspace.
#[cfg(all(test, not(feature = "tls")))]
mod tests {
    use super::*;

    #[test]
    fn certificates_are_not_ignored_without_tls() {
        for name in ["ROOT_CERTIFICATES", "IDENTITY"] {
            let variable = |known: &str| (known == format!("SHOP_{name}")).then(|| "/a.pem".into());
            let error = Config::from_vars("SHOP", variable).expect_err(name);
            let expected = format!("SHOP_{name} needs the feature `tls` of rpc-http");
            assert_eq!(error.to_string(), expected);
            let empty = |known: &str| (known == format!("SHOP_{name}")).then(OsString::new);
            assert!(Config::from_vars("SHOP", empty).is_ok());
            let file = format!(r#"{{"{}":"/a.pem"}}"#, name.to_lowercase());
            assert!(serde_json::from_str::<Config>(&file).is_err(), "{file}");
        }
    }
}
