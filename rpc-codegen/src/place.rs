//! Where in which document something stands: a JSON pointer (RFC 6901), and the file if it is not the document itself.

use std::fmt;
use std::sync::Arc;

/// The place of a type, a method or a mistake.
///
/// It prints as the reference that leads there, such as `#/methods/0/params/1` or `schemas.json#/Pet`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    file: Arc<str>,
    pointer: String,
}

impl Place {
    /// The root of a file. The document itself has no name.
    pub(crate) fn root(file: &str) -> Place {
        Place {
            file: file.into(),
            pointer: String::new(),
        }
    }

    /// The location of the file, as the document refers to it. Empty for the document itself.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The JSON pointer, such as `/methods/0`. Empty for the root.
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// The pointer's parts, without escapes.
    pub fn parts(&self) -> impl Iterator<Item = String> {
        self.pointer.split('/').skip(1).map(unescape)
    }

    /// The place of a member.
    pub(crate) fn member(&self, name: &str) -> Place {
        let mut place = self.clone();
        place.pointer.push('/');
        place.pointer += &escape(name);
        place
    }

    /// The place of an element.
    pub(crate) fn element(&self, index: usize) -> Place {
        self.member(&index.to_string())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.file, self.pointer)
    }
}

/// A name as a part of a pointer.
pub(crate) fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// A part of a pointer without its escapes.
pub(crate) fn unescape(part: &str) -> String {
    part.replace("~1", "/").replace("~0", "~")
}
