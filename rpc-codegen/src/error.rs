//! What is wrong with a document.

use std::fmt;

use crate::place::Place;

/// Why a document can't be read, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    place: Place,
    message: String,
}

impl ReadError {
    pub(crate) fn new(place: &Place, message: impl Into<String>) -> ReadError {
        ReadError {
            place: place.clone(),
            message: shown(&message.into()),
        }
    }

    /// Where the mistake is.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// What the mistake is, without its place.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

impl std::error::Error for ReadError {}

/// Text from a document, bounded and without control characters.
pub(crate) fn shown(text: &str) -> String {
    const LONGEST: usize = 500;
    let mut shown = String::new();
    for character in text.chars() {
        if shown.len() > LONGEST {
            shown.push('…');
            break;
        }
        match character.is_control() {
            true => shown.extend(character.escape_default()),
            false => shown.push(character),
        }
    }
    shown
}
