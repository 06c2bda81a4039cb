//! [`Document`]: an OpenRPC document.

use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::error::Undescribed;
use super::node::Object;

/// An OpenRPC document. It displays as JSON, on several lines.
///
/// The same contracts and settings give the same text, to the byte.
#[derive(Debug, Clone)]
pub struct Document {
    /// On one line.
    json: Box<RawValue>,
    root: Object,
    undescribed: Vec<Undescribed>,
}

impl Document {
    pub(super) fn new(root: Object, undescribed: Vec<Undescribed>) -> serde_json::Result<Self> {
        Ok(Document {
            json: serde_json::value::to_raw_value(&root)?,
            root,
            undescribed,
        })
    }

    /// The document as JSON on one line.
    pub fn json(&self) -> &RawValue {
        &self.json
    }

    /// What the document leaves out, since it has no schemas or no form in OpenRPC. The document lists it, too.
    pub fn undescribed(&self) -> &[Undescribed] {
        &self.undescribed
    }
}

impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.json.serialize(serializer)
    }
}

/// JSON on several lines, without a line break at the end.
impl fmt::Display for Document {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let json = serde_json::to_string_pretty(&self.root).map_err(|_| fmt::Error)?;
        f.write_str(&json)
    }
}
