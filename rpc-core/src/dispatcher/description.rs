//! [`Description`]: what is known of a function beside its types.

use std::borrow::Cow;
use std::collections::BTreeSet;

/// What is known of a function beside its types.
#[derive(Debug, Clone, Default)]
pub struct Description {
    pub(super) names: Names,
    /// By place.
    pub(super) secrets: BTreeSet<usize>,
    pub(super) all_secret: bool,
    pub(super) docs: Cow<'static, str>,
    pub(super) idempotent: bool,
    pub(super) deprecated: Option<&'static str>,
}

/// The names of a function's parameters, if it was given any. Nothing outside this crate can name this type, so nothing
/// outside can implement [`Function`](super::Function).
#[derive(Debug, Clone, Copy, Default)]
pub struct Names(pub(super) Option<&'static [&'static str]>);
