//! Which named types programs give: as params of methods, or as answers and errors of their own methods.
//!
//! Their optional members may be `undefined`, so that a program under `exactOptionalPropertyTypes` can give what it may not have.

use std::collections::HashSet;

use crate::model::{Kind, Method, Model, Type, TypeId};

pub(super) fn of(model: &Model) -> HashSet<TypeId> {
    let params = model.methods.iter().flat_map(|method| &method.params);
    let mut types: Vec<&Type> = params.map(|param| &param.ty).collect();
    types.extend(model.client_methods.iter().flat_map(answers));
    let mut inputs = HashSet::new();
    while let Some(ty) = types.pop() {
        if let Kind::Reference(id) = ty.kind
            && inputs.insert(id)
        {
            types.push(&model.definition(id).ty);
        }
        types.extend(ty.children());
    }
    inputs
}

/// The types of what a method answers with.
pub(super) fn answers(method: &Method) -> impl Iterator<Item = &Type> {
    method.types().into_iter().skip(method.params.len())
}
