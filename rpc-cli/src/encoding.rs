//! Recognises text that is not UTF-8: some shells and editors write UTF-16.

use std::path::Path;

use crate::failure::{Failure, Result};

/// Some editors put it at the start of a file.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// Reads a whole text file.
pub(crate) fn read(path: &Path) -> Result<String> {
    let bytes = std::fs::read(path).map_err(|error| Failure::file(path, &error))?;
    decode(path, bytes)
}

/// The text of a file with these bytes. A byte order mark is not part of it.
pub(crate) fn decode(path: &Path, bytes: Vec<u8>) -> Result<String> {
    check(path, &bytes)?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Failure::usage(format!("{}: not valid UTF-8", path.display())))?;
    Ok(match text.strip_prefix(BYTE_ORDER_MARK) {
        Some(text) => text.to_owned(),
        None => text,
    })
}

/// Refuses a file whose first bytes are not the start of UTF-8 text, although others may be valid as such.
pub(crate) fn check(path: &Path, start: &[u8]) -> Result {
    let Some(encoding) = other_than_utf_8(start) else {
        return Ok(());
    };
    let name = match path == Path::new("-") {
        true => "stdin".to_owned(),
        false => path.display().to_string(),
    };
    let failure = Failure::usage(format!("{name}: this is {encoding}, not UTF-8 text"));
    Err(match encoding {
        BINARY => failure,
        _ => failure.with_hint(format!("iconv -f {encoding} -t UTF-8 converts it")),
    })
}

const BINARY: &str = "binary data";

/// What the bytes are instead of UTF-8. In UTF-16 and UTF-32, ASCII characters have zero bytes; in a text there are none.
fn other_than_utf_8(start: &[u8]) -> Option<&'static str> {
    Some(match start {
        [0xff, 0xfe, 0, 0, ..] | [1..=0xff, 0, 0, 0, ..] => "UTF-32LE",
        [0, 0, 0xfe, 0xff, ..] | [0, 0, 0, 1..=0xff, ..] => "UTF-32BE",
        [0xff, 0xfe, ..] | [1..=0xff, 0, ..] => "UTF-16LE",
        [0xfe, 0xff, ..] | [0, 1..=0xff, ..] => "UTF-16BE",
        _ if start.contains(&0) => of_zero_bytes(start),
        _ => return None,
    })
}

/// The first characters are not ASCII, and later ones are.
fn of_zero_bytes(start: &[u8]) -> &'static str {
    let zeros = |parity| start.iter().skip(parity).step_by(2).filter(|it| **it == 0);
    match (zeros(0).next(), zeros(1).next()) {
        (None, Some(_)) => "UTF-16LE",
        (Some(_), None) => "UTF-16BE",
        _ => BINARY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf_16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    fn utf_32(text: &str, bytes: fn(u32) -> [u8; 4]) -> Vec<u8> {
        text.chars().flat_map(|it| bytes(it.into())).collect()
    }

    #[test]
    fn encodings_are_recognised_with_and_without_a_mark() {
        for text in [
            "add 1",
            "\u{feff}add 1",
            "é 1",
            "\u{feff}字",
            "字 1\n",
            "\n",
            "\n\nadd 1",
        ] {
            for (encoding, bytes) in [
                ("UTF-16LE", utf_16(text, u16::to_le_bytes)),
                ("UTF-16BE", utf_16(text, u16::to_be_bytes)),
                ("UTF-32LE", utf_32(text, u32::to_le_bytes)),
                ("UTF-32BE", utf_32(text, u32::to_be_bytes)),
            ] {
                let found = other_than_utf_8(&bytes);
                // Beyond the first character, four bytes for each are not told from other data.
                let expected = match encoding.starts_with("UTF-32") && text.starts_with(['é', '字'])
                {
                    true => found.is_some(),
                    false => found == Some(encoding),
                };
                assert!(expected, "{text:?} {encoding}: {found:?}");
            }
            assert_eq!(other_than_utf_8(text.as_bytes()), None, "{text:?}");
        }
        assert_eq!(other_than_utf_8(b"\x1f\x8b\x08\x00\x00"), Some(BINARY));
        assert_eq!(other_than_utf_8(b""), None);
    }
}
