//! Envelopes: the only place that knows what a JSON-RPC message looks like.
//!
//! This module is for authors of transports and tools: [`Message`] tells what a message is, by the server's rules. Programs do
//! not need it.
//!
//! Inside the crate, `request` and `response` read the members of an envelope with a cursor over the text and hand the value
//! of `params` or `result` to serde_json in place. Only params before the method's name, and results in the reply to a batch,
//! are skipped over first. `write` puts envelopes together, `version_1` rewrites them for 1.0 peers,
//! and `tolerant` rewrites replies that break the specification.

pub(crate) mod control;
pub(crate) mod envelope;
mod error_object;
pub(crate) mod item;
mod refusal;
pub(crate) mod request;
pub(crate) mod response;
pub(crate) mod summary;
pub(crate) mod tolerant;
pub(crate) mod version_1;
pub(crate) mod write;

pub use self::control::cancel_request;
pub use self::envelope::{Entries, Envelope, Kind, Member, Message};
pub use self::refusal::{method_of, refusal};

use crate::json::cursor::{Cursor, NotJson};

/// What the `jsonrpc` member of a message says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// `"2.0"`, as section 4 of the specification asks for.
    Two,
    /// `"1.0"`. JSON-RPC 1.0 has no such member, but some programs that speak it send one.
    One,
    /// Anything else.
    Other,
}

/// Reads the value of `jsonrpc`.
#[inline]
fn read_version(cursor: &mut Cursor) -> Result<Version, NotJson> {
    // As nearly every program writes it.
    if cursor.take("\"2.0\"") {
        return Ok(Version::Two);
    }
    if cursor.peek() != Some(b'"') {
        cursor.skip()?;
        return Ok(Version::Other);
    }
    Ok(match cursor.string()?.value().as_deref() {
        Some("2.0") => Version::Two,
        Some("1.0") => Version::One,
        _ => Version::Other,
    })
}
