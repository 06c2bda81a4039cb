//! [`ErrorCode`]: how a method can fail, as data.

use crate::kind::ErrorKind;
#[cfg(feature = "schema")]
use crate::schema::DataSchema;

/// An error code that a method can fail with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ErrorCode {
    /// The code.
    pub code: i64,
    /// The name of the variant or struct.
    pub name: &'static str,
    /// Its doc comment.
    pub docs: &'static str,
    /// What kind of error it is, if the contract says so.
    pub kind: Option<ErrorKind>,
    /// Whether the error has data: the fields of its variant.
    pub has_data: bool,
    #[cfg(feature = "schema")]
    pub(crate) data: Option<DataSchema>,
}

impl ErrorCode {
    /// A code with the name and the doc comment of its variant or struct.
    pub const fn new(code: i64, name: &'static str, docs: &'static str) -> Self {
        ErrorCode {
            code,
            name,
            docs,
            kind: None,
            has_data: false,
            #[cfg(feature = "schema")]
            data: None,
        }
    }

    /// Says what kind of error it is.
    pub const fn kind(mut self, kind: ErrorKind) -> Self {
        self.kind = Some(kind);
        self
    }

    /// Says that it has data.
    pub const fn with_data(mut self) -> Self {
        self.has_data = true;
        self
    }

    /// Adds the schema of its data: `#[rpc(schema)]` on the error type.
    #[cfg(feature = "schema")]
    pub const fn data(mut self, data: DataSchema) -> Self {
        self.has_data = true;
        self.data = Some(data);
        self
    }
}
