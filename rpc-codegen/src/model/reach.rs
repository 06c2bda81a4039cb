//! Which named types lead to which others. Each walk sees a type once, so that long chains of types cost no more than short ones.

use std::collections::HashSet;

use crate::model::Model;
use crate::model::types::{Kind, Type, TypeId};

impl Model {
    /// The named types that some types refer to, and those that these refer to in turn.
    pub(crate) fn reachable<'a>(
        &'a self,
        types: impl IntoIterator<Item = &'a Type>,
    ) -> HashSet<TypeId> {
        let mut types: Vec<&Type> = types.into_iter().collect();
        let mut found = HashSet::new();
        while let Some(ty) = types.pop() {
            if let Kind::Reference(id) = ty.kind
                && found.insert(id)
            {
                types.push(&self.definition(id).ty);
            }
            types.extend(ty.children());
        }
        found
    }

    /// The named types whose values may have a value of a certain type in them, however deep.
    pub(crate) fn containing(&self, is_wanted: impl Fn(&Type) -> bool) -> HashSet<TypeId> {
        let mut owners: Vec<Vec<TypeId>> = vec![Vec::new(); self.definitions.len()];
        let mut waiting = Vec::new();
        for (owner, definition) in self.definitions() {
            let mut types = vec![&definition.ty];
            while let Some(ty) = types.pop() {
                if is_wanted(ty) {
                    waiting.push(owner);
                }
                if let Kind::Reference(id) = ty.kind {
                    owners[id.0].push(owner);
                }
                types.extend(values(ty));
            }
        }
        let mut found = HashSet::new();
        while let Some(id) = waiting.pop() {
            if found.insert(id) {
                waiting.extend(&owners[id.0]);
            }
        }
        found
    }
}

/// The types that the values in a type have. The names of a map are not among them.
fn values(ty: &Type) -> Vec<&Type> {
    match &ty.kind {
        Kind::Map { values, .. } => vec![values],
        _ => ty.children(),
    }
}
