//! Reads a [`Config`] from the environment.

use std::collections::BTreeMap;
use std::ffi::OsString;
#[cfg(feature = "tls")]
use std::path::PathBuf;

use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::StrDeserializer;

use super::error::ConfigError;
use super::{Config, Ids};

impl Config {
    /// The options from the environment variables whose names begin with this prefix and `_`. An empty one counts as missing.
    pub fn from_env(prefix: &str) -> Result<Self, ConfigError> {
        Config::from_vars(prefix, |name| std::env::var_os(name))
    }

    /// The same, from variables that a function looks up.
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
            tolerant: variables.parsed("TOLERANT", "true or false", |text| text.parse().ok())?,
            #[cfg(feature = "tls")]
            root_certificates: variables.path("ROOT_CERTIFICATES"),
            #[cfg(feature = "tls")]
            identity: variables.path("IDENTITY"),
        })
    }
}

/// The variables whose names begin with a prefix.
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

    /// An error is better than a connection that is not secured as asked for.
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

/// The workspace's tests cover all features together.
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
