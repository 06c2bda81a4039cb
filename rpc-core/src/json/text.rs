//! Text in and out: a message's bytes as text, and a string as JSON.

use std::str::Utf8Error;

/// A byte order mark. RFC 8259, section 8.1: a parser may ignore one, and programs on Windows do send it.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Checks a message's UTF-8, once for the whole of it, and drops a byte order mark.
#[inline]
pub(crate) fn read(message: &[u8]) -> Result<&str, Utf8Error> {
    std::str::from_utf8(message).map(without_byte_order_mark)
}

#[inline]
pub(crate) fn without_byte_order_mark(text: &str) -> &str {
    text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text)
}

/// Writes a string, in quotes and with its escapes.
pub(crate) fn write_string(buffer: &mut Vec<u8>, text: &str) {
    serde_json::to_writer(buffer, text)
        .expect("a string is JSON, and a Vec takes any number of bytes");
}
