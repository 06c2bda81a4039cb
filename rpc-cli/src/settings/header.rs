//! [`HeaderText`]: a header as it was written, and its check.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::str::FromStr;

use http::header::{AUTHORIZATION, CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{HeaderName, HeaderValue};
use serde::{Deserialize, Deserializer};

use super::secret::SecretText;
use super::source::Source;
use crate::failure::{Failure, Result};

/// A header as it was written.
///
/// It is checked when it is used and not by clap, which would show an invalid one although it may be a secret.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct HeaderText(SecretText);

impl HeaderText {
    /// The name and the value; `None` if there is no colon.
    pub(super) fn parts(&self) -> Option<(&str, &str)> {
        let (name, value) = self.0.0.split_once(':')?;
        // Not line breaks, as `trim` would: they are control characters, and refused.
        let blank = [' ', '\t'];
        Some((name.trim_matches(blank), value.trim_matches(blank)))
    }

    /// Returns an error that does not show the header.
    pub(super) fn parse(&self, source: &Source) -> Result<(HeaderName, HeaderValue)> {
        let invalid = |what: &str| Failure::usage(format!("{what} ({source})"));
        let (name, value) = self
            .parts()
            .ok_or_else(|| invalid("a header is not written as NAME: VALUE"))?;
        let name =
            HeaderName::try_from(name).map_err(|_| invalid("a header has an invalid name"))?;
        if name == CONTENT_LENGTH || name == TRANSFER_ENCODING {
            return Err(invalid(&format!("the header {name} cannot be set")));
        }
        let is_control = |character: &char| character.is_control() && *character != '\t';
        if let Some(control) = value.chars().find(is_control) {
            let code = u32::from(control);
            let what = format!("the header {name} has a control character, U+{code:04X}");
            return Err(invalid(&what));
        }
        let mut value = HeaderValue::try_from(value)
            .map_err(|_| invalid(&format!("the header {name} has an invalid value")))?;
        value.set_sensitive(is_secret(&name));
        Ok((name, value))
    }
}

impl FromStr for HeaderText {
    type Err = Infallible;

    fn from_str(text: &str) -> std::result::Result<Self, Infallible> {
        Ok(HeaderText(SecretText(text.to_owned())))
    }
}

/// Reads a table from names to values.
pub(super) fn header_table<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> std::result::Result<Vec<HeaderText>, D::Error> {
    let table = BTreeMap::<String, SecretText>::deserialize(deserializer)?;
    let headers = table
        .into_iter()
        .map(|(name, SecretText(value))| HeaderText(SecretText(format!("{name}: {value}"))));
    Ok(headers.collect())
}

/// Whether one of the headers is `authorization`.
pub(super) fn has_authorization(headers: &[HeaderText]) -> bool {
    let mut names = headers.iter().filter_map(HeaderText::parts);
    names.any(|(name, _)| name.eq_ignore_ascii_case(AUTHORIZATION.as_str()))
}

/// Whether the header's name says that its value is a secret.
fn is_secret(name: &HeaderName) -> bool {
    const WORDS: &[&str] = &[
        "auth",
        "cookie",
        "credential",
        "jwt",
        "key",
        "pass",
        "secret",
        "session",
        "sign",
        "token",
    ];
    WORDS.iter().any(|word| name.as_str().contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_not_shown() {
        let Ok(header) = "x-key: open sesame".parse::<HeaderText>();
        let shown = format!("{header:?}");
        assert!(!shown.contains("sesame"), "{shown}");
    }

    #[test]
    fn control_characters_are_refused() {
        for value in [
            "sesame\n",
            "\r\nsesame",
            "ses\0ame",
            "sesame\u{7f}",
            "\u{9b}sesame",
        ] {
            let Ok(header) = format!("x-key: {value}").parse::<HeaderText>();
            let failure = header.parse(&Source::CommandLine).expect_err(value);
            let expected = "the header x-key has a control character, U+00";
            assert!(failure.text().starts_with(expected), "{failure}");
            assert!(!failure.text().contains("ame"), "{failure}");
        }
        let Ok(header) = "x-key: \t open\tsesame ".parse::<HeaderText>();
        let (_, value) = header.parse(&Source::CommandLine).expect("valid");
        assert_eq!(value, "open\tsesame");
    }
}
