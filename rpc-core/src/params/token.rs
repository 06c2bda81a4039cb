//! [`ProgressToken`]: the name that a client gives a stream.

use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::json::id::Id;

/// The name that a client gives a stream, so that it recognises its items: a string or a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgressToken(Id);

impl ProgressToken {
    pub(crate) fn id(&self) -> &Id {
        &self.0
    }
}

impl<'de> Deserialize<'de> for ProgressToken {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Box::<RawValue>::deserialize(deserializer)?;
        let id = Id::read(json.get()).filter(|id| !id.is_null());
        id.map(ProgressToken)
            .ok_or_else(|| D::Error::custom("a token is a string or a number"))
    }
}

/// A string or a number.
#[cfg(feature = "schema")]
impl schemars::JsonSchema for ProgressToken {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ProgressToken".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": ["string", "number"] })
    }
}
