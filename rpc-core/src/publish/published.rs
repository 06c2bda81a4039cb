//! [`Published`]: an item that many streams share.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use serde::ser::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};

use crate::json::finite::Checked;

/// An item that many streams share. It dereferences to the item, and a clone is the same item.
///
/// As JSON, it is what the item is. The JSON is made when it is first needed, and kept, so that sending the item to many
/// clients serialises it once.
pub struct Published<T>(Arc<Item<T>>);

struct Item<T> {
    value: T,
    json: OnceLock<Result<Box<RawValue>, String>>,
}

impl<T> Published<T> {
    /// An item to share.
    pub fn new(value: T) -> Self {
        let json = OnceLock::new();
        Published(Arc::new(Item { value, json }))
    }

    /// The item itself. It is cloned if somebody else holds it too; on a client nobody does.
    pub fn into_inner(self) -> T
    where
        T: Clone,
    {
        match Arc::try_unwrap(self.0) {
            Ok(item) => item.value,
            Err(shared) => shared.value.clone(),
        }
    }
}

impl<T> Clone for Published<T> {
    fn clone(&self) -> Self {
        Published(Arc::clone(&self.0))
    }
}

impl<T> Deref for Published<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0.value
    }
}

impl<T> From<T> for Published<T> {
    fn from(value: T) -> Self {
        Published::new(value)
    }
}

impl<T: PartialEq> PartialEq for Published<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0.value == other.0.value
    }
}

impl<T: Eq> Eq for Published<T> {}

impl<T: fmt::Debug> fmt::Debug for Published<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.value.fmt(f)
    }
}

impl<T: fmt::Display> fmt::Display for Published<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.value.fmt(f)
    }
}

impl<T: Serialize> Serialize for Published<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Item { value, json } = &*self.0;
        let write = || to_raw_value(&Checked(value)).map_err(|error| error.to_string());
        match json.get_or_init(write) {
            Ok(json) => json.serialize(serializer),
            Err(reason) => Err(S::Error::custom(reason)),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Published<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Published::new)
    }
}
