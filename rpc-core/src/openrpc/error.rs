//! [`DocumentError`]: why a document can't be made, and where; [`Undescribed`]: what one leaves out.

use std::error::Error;
use std::fmt;

use super::collisions::Collision;

/// Why a document can't be made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DocumentError {
    /// Two distinct types have one name.
    SameName {
        /// The name.
        name: String,
        /// The types, with their modules.
        types: Vec<String>,
    },
    /// Something in a method has no description.
    Method {
        /// The name of the method.
        method: String,
        /// What is wrong, and where in the method.
        reason: String,
    },
    /// The URL of a server is not absolute.
    Server {
        /// The URL.
        url: String,
    },
    /// The document would be [incomplete](super::OpenRpc::complete).
    Incomplete(Vec<Undescribed>),
}

impl DocumentError {
    pub(super) fn in_method(method: &str, reason: impl Into<String>) -> Self {
        DocumentError::Method {
            method: method.to_owned(),
            reason: reason.into(),
        }
    }
}

impl From<Collision> for DocumentError {
    fn from(Collision { name, types }: Collision) -> Self {
        DocumentError::SameName { name, types }
    }
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            DocumentError::SameName { name, types } => {
                let which = match types.is_empty() {
                    true => String::new(),
                    false => format!(" (`{}`)", types.join("` and `")),
                };
                write!(
                    f,
                    "two types have the name `{name}`{which}; rename one with `#[schemars(rename = \"…\")]`, or a generic one with `#[schemars(rename = \"{name}_{{T}}\")]`"
                )
            }
            DocumentError::Method { method, reason } => write!(f, "method `{method}`: {reason}"),
            DocumentError::Server { url } => {
                write!(
                    f,
                    "the URL of a server must be absolute, but one is `{url}`"
                )
            }
            DocumentError::Incomplete(undescribed) => {
                f.write_str("the document would be incomplete")?;
                let mut separator = ": ";
                for what in undescribed {
                    write!(f, "{separator}{what}")?;
                    separator = "; ";
                }
                Ok(())
            }
        }
    }
}

impl Error for DocumentError {}

/// A method, or the data of an error, that a document leaves out.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Undescribed {
    /// The name of the method.
    pub method: String,
    /// The code of the error, if only its data is left out.
    pub error: Option<i64>,
    /// Why, and what to do.
    pub reason: String,
}

impl fmt::Display for Undescribed {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "method `{}`", self.method)?;
        if let Some(code) = self.error {
            write!(f, ", error {code}")?;
        }
        write!(f, ": {}", self.reason)
    }
}
