//! Errors of adding a method or an alias to a dispatcher.

use std::fmt;

/// A name is already taken by another method.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DuplicateMethod {
    /// The name.
    pub name: String,
    /// What added the name first: a service, shown as its type, or a function.
    pub first: String,
    /// What tried to add it again.
    pub second: String,
}

impl fmt::Display for DuplicateMethod {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(
            f,
            "duplicate method `{}`: added by {}, and again by {}",
            self.name, self.first, self.second
        )
    }
}

impl std::error::Error for DuplicateMethod {}

/// Why an alias could not be added.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AliasError {
    /// No method has this name.
    NoSuchMethod(String),
    /// The alias is already taken by a method.
    Duplicate(DuplicateMethod),
}

impl fmt::Display for AliasError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            AliasError::NoSuchMethod(name) => write!(f, "no method `{name}`"),
            AliasError::Duplicate(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for AliasError {}

/// Why a service could not be nested.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NestError {
    /// The prefix ends in a letter or a digit, so nothing would separate it from the methods' names.
    NoSeparator {
        /// The prefix.
        prefix: String,
        /// What a method would be called.
        example: String,
    },
    /// A name is already taken.
    Duplicate(DuplicateMethod),
}

impl fmt::Display for NestError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            NestError::NoSeparator { prefix, example } => write!(
                f,
                "the prefix `{prefix}` ends without a separator, so a method would be called `{example}`; write `{prefix}.`"
            ),
            NestError::Duplicate(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for NestError {}

impl From<DuplicateMethod> for NestError {
    fn from(error: DuplicateMethod) -> Self {
        NestError::Duplicate(error)
    }
}
