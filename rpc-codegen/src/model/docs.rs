//! What a document says to people.

/// A title and a text for people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Docs {
    /// A line: `title` or `summary`.
    pub title: Option<String>,
    /// A text: `description`.
    pub description: Option<String>,
}
