//! [`Base64`]: bytes in a contract, as base64 text on the wire.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use base64::DecodeError;
use base64::display::Base64Display;
use base64::engine::Engine;
use base64::engine::general_purpose::{GeneralPurpose, STANDARD};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Bytes that travel as base64 text.
///
/// JSON has no bytes. serde writes a `Vec<u8>` or a `&[u8]` as an array of numbers, which takes about 3.6 characters for
/// each byte and is slow to read. `Base64` takes 4 characters for 3 bytes. Programs in other languages read and write
/// it with their standard library.
///
/// ```
/// use std::borrow::Cow;
///
/// use rpc_core::{Base64, rpc};
///
/// #[rpc]
/// trait Files {
///     /// The caller lends the bytes: `files.write("a.txt", (&bytes).into())`.
///     async fn write(&self, name: &str, content: Base64<Cow<'_, [u8]>>);
///
///     /// `Base64` alone means `Base64<Vec<u8>>`.
///     async fn read(&self, name: &str) -> Option<Base64>;
/// }
///
/// # fn calls<C: rpc_core::Transport>(files: FilesClient<C>, bytes: Vec<u8>) {
/// let call = files.write("a.txt", (&bytes).into());
/// # }
/// ```
///
/// `T` holds the bytes. Anything that implements `AsRef<[u8]>` can be written: `Vec<u8>`, `&[u8]`, `Arc<[u8]>`,
/// `bytes::Bytes`. It is encoded straight into the message, without a copy of the text. Anything that implements
/// `From<Vec<u8>>` can be read: `Vec<u8>`, `Cow<[u8]>`, `Box<[u8]>`, `Arc<[u8]>`, `bytes::Bytes`. The text is decoded
/// straight from the message. So a parameter of type `Base64<Cow<'_, [u8]>>` costs neither side a copy: the client
/// lends its bytes, and the method can keep them with [`into_vec`](Self::into_vec). A `blocking` method may outlive the
/// message, so it takes a `Base64` or a `&Base64`.
///
/// The text has the standard alphabet and the padding of section 4 of
/// [RFC 4648](https://www.rfc-editor.org/rfc/rfc4648#section-4). Any other text is refused with error -32602, and the
/// error says at which character. In `rpc.signature`, the type is `Base64`, whatever `T` is.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Base64<T = Vec<u8>>(
    /// The bytes.
    pub T,
);

/// The standard alphabet, with padding.
const ENGINE: GeneralPurpose = STANDARD;

impl<T> Base64<T> {
    /// The value that holds the bytes.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T: Into<Vec<u8>>> Base64<T> {
    /// The bytes as a vector. This copies nothing if `T` is a vector or a `Cow` that was read from a message.
    pub fn into_vec(self) -> Vec<u8> {
        self.0.into()
    }
}

impl<T: AsRef<[u8]>> AsRef<[u8]> for Base64<T> {
    fn as_ref(&self) -> &[u8] {
        self.0.as_ref()
    }
}

impl<T> Deref for Base64<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Base64<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T> From<T> for Base64<T> {
    fn from(bytes: T) -> Self {
        Base64(bytes)
    }
}

/// Lends the bytes.
impl<'a, T: AsRef<[u8]> + ?Sized> From<&'a T> for Base64<Cow<'a, [u8]>> {
    fn from(bytes: &'a T) -> Self {
        Base64(Cow::Borrowed(bytes.as_ref()))
    }
}

impl From<Vec<u8>> for Base64<Cow<'_, [u8]>> {
    fn from(bytes: Vec<u8>) -> Self {
        Base64(Cow::Owned(bytes))
    }
}

/// The base64 text.
impl<T: AsRef<[u8]>> fmt::Display for Base64<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        fmt::Display::fmt(&Base64Display::new(self.0.as_ref(), &ENGINE), f)
    }
}

impl<T: AsRef<[u8]>> fmt::Debug for Base64<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Base64(\"{self}\")")
    }
}

impl<T: AsRef<[u8]>> Serialize for Base64<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // This encodes a kilobyte at a time on the stack. A `String` first is never faster, and takes the memory.
        serializer.collect_str(self)
    }
}

impl<'de, T: From<Vec<u8>>> Deserialize<'de> for Base64<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Base64Visitor(PhantomData))
    }
}

/// The text, whatever holds the bytes.
#[cfg(feature = "schema")]
impl<T> schemars::JsonSchema for Base64<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Base64".into()
    }

    fn schema_id() -> Cow<'static, str> {
        "rpc_core::Base64".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "contentEncoding": "base64" })
    }
}

struct Base64Visitor<T>(PhantomData<T>);

impl<T: From<Vec<u8>>> Visitor<'_> for Base64Visitor<T> {
    type Value = Base64<T>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a string of base64")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Base64<T>, E> {
        let bytes = ENGINE.decode(text);
        let bytes = bytes.map_err(|error| E::custom(Mistake { error, text }))?;
        Ok(Base64(bytes.into()))
    }
}

/// What is wrong with a text that should be base64.
struct Mistake<'a> {
    error: DecodeError,
    text: &'a str,
}

impl fmt::Display for Mistake<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("invalid base64: ")?;
        let offset = match self.error {
            // Any byte of a character in UTF-8.
            DecodeError::InvalidByte(offset, _) => start_of_char(self.text, offset),
            DecodeError::InvalidLastSymbol(offset, _) => {
                return write!(
                    f,
                    "the last symbol, at offset {offset}, has bits that no byte uses"
                );
            }
            DecodeError::InvalidLength(_) | DecodeError::InvalidPadding => {
                return f.write_str(
                    "the length is not a multiple of 4; the text is cut or lacks its padding",
                );
            }
        };
        match self
            .text
            .get(offset..)
            .and_then(|rest| rest.chars().next())
            .unwrap_or_default()
        {
            '=' => write!(f, "padding at offset {offset}, where a symbol must be"),
            symbol @ ('-' | '_') => write!(
                f,
                "`{symbol}` at offset {offset} is of the alphabet for URLs; the standard alphabet has `+` and `/`"
            ),
            symbol => write!(
                f,
                "`{}` at offset {offset} is not in the alphabet",
                symbol.escape_debug()
            ),
        }
    }
}

/// Where the character begins to which a byte belongs.
fn start_of_char(text: &str, mut offset: usize) -> usize {
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}
