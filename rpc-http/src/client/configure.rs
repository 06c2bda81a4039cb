//! [`Builder::configure`]: sets up a builder from a [`Config`].

#[cfg(feature = "tls")]
use std::path::PathBuf;
use std::time::Duration;

use rpc_core::ids::{Counter, Hexadecimal, RandomString, Uuid};

use super::authorization::sensitive;
use super::builder::Builder;
use super::config::{Config, ConfigError, Ids};
use super::connections::Connections;

impl<C: Connections> Builder<C> {
    /// Sets what a configuration says. Later settings take precedence. [`build`](Self::build) reports what is wrong, as
    /// [`BuildError::Config`](super::BuildError::Config).
    ///
    /// The URL is for [`build`](Self::build), and is ignored here.
    pub fn configure(mut self, config: &Config) -> Self {
        self = self.option(seconds("timeout", config.timeout), Self::timeout);
        let connect_timeout = seconds("connect_timeout", config.connect_timeout);
        self = self.option(connect_timeout, Self::connect_timeout);
        self = self.option(Ok(config.max_reply), Self::max_reply);
        for (name, value) in &config.headers {
            // A file can't say which of them are secrets.
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
        if config.tolerant == Some(true) {
            self = self.tolerant();
        }
        #[cfg(feature = "tls")]
        {
            let certificates = read(config.root_certificates.as_ref());
            self = self.option(certificates, |it, pem| it.root_certificates(&pem));
            let identity = read(config.identity.as_ref());
            self = self.option(identity, |it, pem| it.identity(&pem));
        }
        self
    }

    /// Sets an option if there is one, or keeps the error.
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
