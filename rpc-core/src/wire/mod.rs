//! The envelope: the only place that knows what a JSON-RPC 2.0 message looks like.
//!
//! Reading is split in two. [`cursor`] walks JSON text and knows nothing of JSON-RPC; [`request`] and [`response`]
//! read the members of an envelope with it, and hand the value of `params` or `result` to serde_json in place. Only params
//! that stand before the method's name, and results in the reply to a batch, are skipped over first. [`mod@write`] puts envelopes together.

pub(crate) mod cursor;
pub(crate) mod id;
pub(crate) mod request;
pub(crate) mod response;
pub(crate) mod shape;
pub(crate) mod write;

use self::cursor::{Cursor, NotJson};

/// The value that the `jsonrpc` member of every message must have (section 4 of the specification).
const VERSION: &str = "2.0";
const QUOTED_VERSION: &str = "\"2.0\"";

/// Reads the value of `jsonrpc`, and says whether it is the right one.
#[inline]
fn read_version(cursor: &mut Cursor) -> Result<bool, NotJson> {
    // As nearly every program writes it.
    if cursor.take(QUOTED_VERSION) {
        return Ok(true);
    }
    if cursor.peek() != Some(b'"') {
        cursor.skip()?;
        return Ok(false);
    }
    Ok(cursor.string()?.value().as_deref() == Some(VERSION))
}

/// A byte order mark. RFC 8259, section 8.1: a parser may ignore one, and programs on Windows do send it.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Checks a message's UTF-8, once for the whole of it, and drops a byte order mark.
#[inline]
pub(crate) fn text(message: &[u8]) -> Result<&str, std::str::Utf8Error> {
    let text = std::str::from_utf8(message)?;
    Ok(text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text))
}
