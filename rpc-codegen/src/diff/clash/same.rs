//! Whether two types are written alike, with all that they refer to. It works without recursion, for types that are too large to be
//! compared.

use std::collections::HashSet;

use crate::model::{Kind, Model, Type, TypeId};

/// Whether two documents say the same about a type. Types that mean the same and are written in another way are not alike.
pub(super) fn are(one: (&Model, &Type), two: (&Model, &Type)) -> bool {
    if one.1 != two.1 {
        return false;
    }
    // From here on, one list of types is enough: those of the other model are found by the same identifiers.
    let mut seen: HashSet<TypeId> = HashSet::new();
    let mut types = vec![one.1];
    while let Some(ty) = types.pop() {
        if one.0.extensions.at(&ty.place) != two.0.extensions.at(&ty.place) {
            return false;
        }
        types.extend(ty.children());
        if let Kind::Reference(id) = ty.kind
            && seen.insert(id)
        {
            let definition = &one.0.definition(id).ty;
            if two
                .0
                .definition_at(id)
                .is_none_or(|it| it.ty != *definition)
            {
                return false;
            }
            types.push(definition);
        }
    }
    true
}
