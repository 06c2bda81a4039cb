//! Converts a message's bytes to text, and a string to JSON.

use std::str::Utf8Error;

/// A byte order mark. A parser may ignore it (RFC 8259, section 8.1), and some programs on Windows send it.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Checks that a whole message is UTF-8, and drops a byte order mark.
#[inline]
pub(crate) fn read(message: &[u8]) -> Result<&str, Utf8Error> {
    std::str::from_utf8(message).map(without_byte_order_mark)
}

#[inline]
pub(crate) fn without_byte_order_mark(text: &str) -> &str {
    text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text)
}

/// Writes a string in quotes, with escapes.
pub(crate) fn write_string(buffer: &mut Vec<u8>, text: &str) {
    serde_json::to_writer(buffer, text)
        .expect("a string is JSON, and a Vec takes any number of bytes");
}
