//! [`Dialect`]: how a client writes its calls and reads the replies.

use super::tolerance::Tolerance;

/// How a client writes its calls and reads the replies, if not as usual.
#[derive(Debug, Clone, Default)]
pub(super) struct Dialect {
    /// Goes in front of the names of methods.
    pub(super) prefix: String,
    /// Whether `None` is sent as `null`.
    pub(super) explicit_nulls: bool,
    /// `None` if a reply has to be what the specification asks for.
    pub(super) tolerance: Option<Tolerance>,
}

impl Dialect {
    /// A method's name with the prefix in front. `None` if there is no prefix to add.
    ///
    /// The server's own methods keep their names, since they don't belong to a nested service.
    pub(super) fn full_name(&self, method: &str) -> Option<String> {
        let is_own = method.starts_with("rpc.");
        (!self.prefix.is_empty() && !is_own).then(|| format!("{}{method}", self.prefix))
    }
}
