//! [`MethodName`]: the method of a message that is under way, for the error if it fails.

use std::str;

use crate::wire::write;

/// A method's name, as its message has it. Only a long name is allocated.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum MethodName {
    Inline(u8, [u8; INLINE]),
    Heap(Box<[u8]>),
}

const INLINE: usize = 38;

impl MethodName {
    /// The method of a message that this crate has begun.
    #[inline]
    pub(super) fn of(message: &[u8]) -> Self {
        let name = write::raw_method_of(message);
        match u8::try_from(name.len()) {
            Ok(length) if name.len() <= INLINE => {
                let mut bytes = [0; INLINE];
                bytes[..name.len()].copy_from_slice(name);
                MethodName::Inline(length, bytes)
            }
            _ => MethodName::Heap(name.into()),
        }
    }

    fn as_str(&self) -> &str {
        let name = match self {
            MethodName::Inline(length, bytes) => &bytes[..usize::from(*length)],
            MethodName::Heap(name) => name,
        };
        str::from_utf8(name).unwrap_or_default()
    }
}

impl From<MethodName> for String {
    fn from(name: MethodName) -> Self {
        // The escapes of JSON, which are rare in names.
        let json = format!("\"{}\"", name.as_str());
        serde_json::from_str(&json).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_from_its_message() {
        let long = "m".repeat(300);
        for method in ["", "add", "a\"b\\", "\n", "ä", "\u{7f}", &long] {
            let mut message = Vec::new();
            write::request_head(&mut message, method);
            for params in ["", r#","params":["x"]"#] {
                let message = [&*message, params.as_bytes()].concat();
                assert_eq!(String::from(MethodName::of(&message)), method);
            }
        }
        assert_eq!(String::from(MethodName::of(b"")), "");
    }
}
