//! The members of an envelope: the one table that every reader of messages uses.

use crate::json::cursor::Name;

/// A member that the specification names: section 4 for requests, section 5 for responses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Member {
    Version,
    Method,
    Params,
    Id,
    Result,
    Error,
}

/// The members by name. Those of requests come first, since a server reads them on its hot path.
pub(crate) const MEMBERS: &[(Name, Member)] = &[
    (Name::new("\"jsonrpc\":"), Member::Version),
    (Name::new("\"method\":"), Member::Method),
    (Name::new("\"params\":"), Member::Params),
    (Name::new("\"id\":"), Member::Id),
    (Name::new("\"result\":"), Member::Result),
    (Name::new("\"error\":"), Member::Error),
];
