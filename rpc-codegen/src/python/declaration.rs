//! What `types.py` and `_decode.py` declare: types and decoders, each with its text.

/// A name in `types.py`.
pub(super) struct Declaration {
    pub(super) name: String,
    pub(super) docs: Vec<String>,
    pub(super) body: Body,
}

/// What a name stands for.
pub(super) enum Body {
    /// A dataclass with these lines.
    Class(String),
    /// A type.
    Alias(String),
}

/// A decoder, or a constant that decoders use.
pub(super) struct Function {
    pub(super) name: String,
    pub(super) text: String,
    pub(super) is_constant: bool,
}
