//! [`Learned`]: the methods that have turned out to return streams.

use std::collections::HashSet;
use std::sync::{PoisonError, RwLock};

use crate::limits::RELAY_STREAMS;

/// Methods that have turned out to return streams. A name gets in only if the server behind has opened a stream for it, and not
/// because somebody in front has called it.
#[derive(Default)]
pub(super) struct Learned(RwLock<HashSet<Box<str>>>);

impl Learned {
    pub(super) fn contains(&self, name: &str) -> bool {
        let names = self.0.read().unwrap_or_else(PoisonError::into_inner);
        names.contains(name)
    }

    /// Remembers a name, if there is room.
    pub(super) fn add(&self, name: &str) {
        if self.contains(name) {
            return;
        }
        let mut names = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if names.len() < RELAY_STREAMS {
            names.insert(name.into());
        }
    }

    /// Forgets a name: another version of the server behind may answer it otherwise.
    pub(super) fn remove(&self, name: &str) {
        let mut names = self.0.write().unwrap_or_else(PoisonError::into_inner);
        names.remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_remembered_up_to_a_limit() {
        let learned = Learned::default();
        for number in 0..RELAY_STREAMS + 10 {
            learned.add(&number.to_string());
        }
        assert!(learned.contains("0") && learned.contains("1023"));
        assert!(!learned.contains("1024"));
        learned.remove("0");
        learned.add("1024");
        assert!(learned.contains("1024") && !learned.contains("0"));
    }
}
