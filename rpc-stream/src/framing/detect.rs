//! [`detect()`]: which framing the other end uses, from the first bytes that it sends.

use super::Framing;
use super::lines::BOM;

/// Within so many bytes, the name of a header ends.
const LONGEST_NAME: usize = 100;

/// The first byte of a TLS handshake.
const HANDSHAKE: u8 = 0x16;

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Detected {
    /// It can't be told yet. Some bytes before the first message mean nothing.
    Nothing {
        skip: usize,
    },
    /// A request of HTTP.
    Http,
    /// The start of a TLS handshake.
    Tls,
    Framing {
        skip: usize,
        framing: Framing,
    },
}

/// Tells the framing from the first bytes: `Name:` begins a head, a word in capitals and a space are a request of HTTP, and all else
/// are lines. TLS is refused as HTTP is: a web page can make a browser send it, with lines of the page's choice in it.
pub(super) fn detect(bytes: &[u8]) -> Detected {
    let text = bytes.trim_ascii_start();
    let skip = bytes.len() - text.len();
    let framing = |framing| Detected::Framing { skip, framing };
    if text.first() == Some(&HANDSHAKE) {
        return Detected::Tls;
    }
    if text.starts_with(BOM) {
        return framing(Framing::Lines);
    }
    let name = text.iter().take(LONGEST_NAME);
    let name = name.take_while(|byte| is_in_name(**byte)).count();
    match text.get(name) {
        _ if name == LONGEST_NAME => framing(Framing::Lines),
        None => Detected::Nothing { skip },
        Some(b':') if name > 0 => framing(Framing::Headers),
        Some(b' ') if name > 0 && text[..name].iter().all(is_in_method) => Detected::Http,
        Some(_) => framing(Framing::Lines),
    }
}

fn is_in_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

fn is_in_method(byte: &u8) -> bool {
    byte.is_ascii_uppercase() || *byte == b'-'
}
