//! [`Description`]: what is known about a function besides its types.

use std::borrow::Cow;
use std::collections::BTreeSet;

/// What is known about a function besides its types.
#[derive(Debug, Clone, Default)]
pub struct Description {
    pub(super) names: Names,
    /// By position.
    pub(super) secrets: BTreeSet<usize>,
    pub(super) all_secret: bool,
    pub(super) docs: Cow<'static, str>,
    pub(super) idempotent: bool,
    pub(super) cancel_on_disconnect: bool,
    pub(super) blocking: bool,
    pub(super) tags: Vec<&'static str>,
    pub(super) deprecated: Option<&'static str>,
    pub(super) read_only: bool,
    #[cfg(feature = "schema")]
    pub(super) schema: Option<crate::schema::MethodSchema>,
}

impl Description {
    /// The description of a function that runs outside the async threads.
    pub(super) fn blocking() -> Self {
        Description {
            blocking: true,
            ..Description::default()
        }
    }
}

/// The names of a function's parameters, if it was given any. Code outside this crate can't name this type, and so
/// can't implement [`Function`](super::Function).
#[derive(Debug, Clone, Copy, Default)]
pub struct Names(pub(super) Option<&'static [&'static str]>);
