//! [`ConfigError`]: what is wrong with a configuration.

use std::fmt;
use std::path::PathBuf;

/// What is wrong with a configuration.
#[derive(Debug)]
#[non_exhaustive]
pub enum ConfigError {
    /// An environment variable has a wrong value. The value is not shown, since it may be a secret.
    Variable {
        /// Its name.
        name: String,
        /// What the value should be.
        expected: &'static str,
    },
    /// A duration is negative, or not a number.
    Seconds(&'static str),
    /// A password without a user.
    PasswordWithoutUser,
    /// A file can't be read.
    File(PathBuf, std::io::Error),
    /// An environment variable needs a feature that this program was built without.
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
            ConfigError::Seconds(field) => write!(f, "`{field}` is not a number of seconds"),
            ConfigError::PasswordWithoutUser => f.write_str("a password without a user"),
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
