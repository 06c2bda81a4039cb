//! Methods that share a name and are told apart by their first param, as the subscriptions of Ethereum nodes:
//! `eth_subscribe ["newHeads"]`.

use std::fmt;

use serde::de::{Deserializer, IgnoredAny, SeqAccess, Visitor};

use super::lookup;
use crate::error::ErrorObject;
use crate::service::{ResolvedMethod, Service};

/// The end of the names that several methods share.
const SUBSCRIBE: &str = "subscribe";

/// Whether several methods may share this name.
pub(super) fn may_have(name: &str) -> bool {
    name.ends_with(SUBSCRIBE)
}

/// The method that this name and the first param stand for, or the fallback.
pub(super) fn find(
    service: &impl Service,
    name: &str,
    params: Option<&str>,
) -> Result<Option<ResolvedMethod>, ErrorObject> {
    if !may_have(name) {
        return Ok(None);
    }
    if let Some(topic) = params.and_then(first)
        && let Some(found) = lookup::find(service, &format!("{name} {topic}"))?
        && !found.is_fallback()
    {
        return Ok(Some(found));
    }
    lookup::find(service, name)
}

/// The first element of an array, if it is a string.
fn first(params: &str) -> Option<String> {
    struct First;

    impl<'de> Visitor<'de> for First {
        type Value = Option<String>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an array that begins with a string")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
            let first = elements.next_element()?;
            while elements.next_element::<IgnoredAny>()?.is_some() {}
            Ok(first)
        }
    }

    let mut deserializer = serde_json::Deserializer::from_str(params);
    deserializer.deserialize_seq(First).ok().flatten()
}
