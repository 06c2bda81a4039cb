//! [`SecretText`] and [`User`]: text that must not appear in output or errors.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer};

/// A text that is never shown.
#[derive(Clone, PartialEq)]
pub(crate) struct SecretText(pub(crate) String);

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

impl FromStr for SecretText {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(SecretText(text.to_owned()))
    }
}

impl<'de> Deserialize<'de> for SecretText {
    /// Replaces serde's own error, which would show a number that was written without quotes.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer);
        text.map(SecretText)
            .map_err(|_| serde::de::Error::custom("expected a string in quotes"))
    }
}

/// A user's name, optionally with a password after a colon.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) password: Option<SecretText>,
}

impl FromStr for User {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let (name, password) = match text.split_once(':') {
            Some((name, password)) => (name, Some(SecretText(password.to_owned()))),
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
        let SecretText(text) = SecretText::deserialize(deserializer)?;
        text.parse().map_err(|never: Infallible| match never {})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_shown() {
        let Ok(user) = "ann:open sesame".parse::<User>();
        let shown = format!("{user:?}");
        assert!(!shown.contains("sesame"), "{shown}");
    }
}
