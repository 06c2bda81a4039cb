//! The envelope: the only place that knows what a JSON-RPC 2.0 message looks like.
//!
//! Reading is split in two. [`cursor`] walks JSON text and knows nothing of JSON-RPC; [`request`] and [`response`]
//! read the members of an envelope with it, and hand the value of `params` or `result` to serde_json in place. Only params
//! that stand before the method's name, and results in the reply to a batch, are skipped over first. [`mod@write`] puts envelopes together.

pub(crate) mod asked;
pub(crate) mod envelope;
pub(crate) mod request;
pub(crate) mod response;
pub(crate) mod write;

use crate::json::cursor::{Cursor, NotJson};

/// What the `jsonrpc` member of a message says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Version {
    /// What section 4 of the specification asks for.
    Two,
    /// JSON-RPC 1.0 has no such member, but programs that speak it send one.
    One,
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
