//! Why a method could not be added to a dispatcher.

use std::fmt;

/// A name is taken: it would stand for two methods.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DuplicateMethod {
    /// The name.
    pub name: String,
    /// What the name stands for: a service's type, or a function.
    pub first: String,
    /// What it should have stood for as well.
    pub second: String,
}

impl fmt::Display for DuplicateMethod {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(
            f,
            "the method `{}` of {} is already a method of {}",
            self.name, self.second, self.first
        )
    }
}

impl std::error::Error for DuplicateMethod {}

/// Why a method could not be given another name.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AliasError {
    /// No method has this name.
    NoSuchMethod(String),
    /// The alias is already the name of a method.
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
