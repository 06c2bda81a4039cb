//! [`SubscriptionId`] and [`Topic`]: the params around subscriptions.

use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::json::id::Id;

/// The id of a subscription: a string or a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionId(Id);

impl SubscriptionId {
    pub(crate) fn id(&self) -> &Id {
        &self.0
    }
}

impl<'de> Deserialize<'de> for SubscriptionId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Box::<RawValue>::deserialize(deserializer)?;
        let id = Id::read(json.get()).filter(|id| !id.is_null());
        id.map(SubscriptionId)
            .ok_or_else(|| D::Error::custom("the id of a subscription is a string or a number"))
    }
}

/// A string or a number.
#[cfg(feature = "schema")]
impl schemars::JsonSchema for SubscriptionId {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SubscriptionId".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": ["string", "number"] })
    }
}

/// The first param of `eth_subscribe`, by which the method was found.
#[derive(Debug, Clone, Copy, Default)]
pub struct Topic;

impl<'de> Deserialize<'de> for Topic {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde::de::IgnoredAny::deserialize(deserializer).map(|_| Topic)
    }
}
