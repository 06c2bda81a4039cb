//! [`Values`]: what a server gives to all its methods, by type.

use std::any::{Any, TypeId};
use std::fmt;
use std::sync::Arc;

/// Values that methods find in their context, by type. All messages of a server share them, and a clone costs next to nothing.
///
/// ```
/// use std::any::TypeId;
///
/// use rpc_tokio::server::Values;
///
/// let mut values = Values::default();
/// values.insert(5_u8);
/// values.insert(6_u8);
/// let found = values.get(TypeId::of::<u8>()).unwrap();
/// assert_eq!(found.downcast_ref::<u8>(), Some(&6));
/// assert!(values.get(TypeId::of::<u16>()).is_none());
/// ```
#[derive(Clone, Default)]
pub struct Values(Option<Arc<Vec<Value>>>);

type Value = Arc<dyn Any + Send + Sync>;

impl Values {
    /// Adds a value. It replaces one of the same type.
    pub fn insert<T: Send + Sync + 'static>(&mut self, value: T) {
        let values = Arc::make_mut(self.0.get_or_insert_default());
        values.retain(|value| !value.is::<T>());
        values.push(Arc::new(value));
    }

    /// The value of this type.
    pub fn get(&self, of: TypeId) -> Option<&(dyn Any + Send + Sync)> {
        let mut values = self.0.iter().flat_map(|values| values.iter());
        // The type of the value, not of the pointer to it.
        let value = values.find(|value| (***value).type_id() == of)?;
        Some(&**value)
    }
}

impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Values").finish_non_exhaustive()
    }
}
