//! JSON as text: checked for UTF-8 when it comes in, and strings when they go out.

/// A byte order mark. RFC 8259, section 8.1: a parser may ignore one, and programs on Windows do send it.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Checks the UTF-8 of a whole message once, and drops a byte order mark.
#[inline]
pub(crate) fn read(message: &[u8]) -> Result<&str, std::str::Utf8Error> {
    let text = std::str::from_utf8(message)?;
    Ok(text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text))
}

/// Writes a string in quotes, with its escapes.
pub(crate) fn write_string(buffer: &mut Vec<u8>, text: &str) {
    serde_json::to_writer(buffer, text)
        .expect("a string is JSON, and a Vec takes any number of bytes");
}
