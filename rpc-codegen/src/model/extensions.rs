//! [`Extensions`]: members of a document that the rest of the model says nothing about, so that a change of them is noticed.

use std::collections::HashMap;

use crate::place::Place;
use crate::value::Object;

/// By the place of the object that has them: members that start with `x-` and that nobody here knows, and keywords of schemas that
/// types can't say.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Extensions {
    by_place: HashMap<Place, Object>,
}

impl Extensions {
    /// What this object has. Nothing, if it is not known.
    pub(crate) fn at(&self, place: &Place) -> Option<&Object> {
        self.by_place.get(place)
    }

    /// Notes what an object has.
    pub(crate) fn note(&mut self, place: &Place, members: Object) {
        if !members.is_empty() {
            self.by_place.insert(place.clone(), members);
        }
    }
}
