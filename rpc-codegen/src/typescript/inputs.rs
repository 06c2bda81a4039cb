//! Which named types programs give: as params of methods, or as answers and errors of their own methods.
//!
//! Their optional members may be `undefined`, so that a program under `exactOptionalPropertyTypes` can give what it may not have.

use std::collections::HashSet;

use crate::model::{Method, Model, Type, TypeId};

pub(super) fn of(model: &Model) -> HashSet<TypeId> {
    let params = model.methods.iter().flat_map(|method| &method.params);
    let params = params.map(|param| &param.ty);
    let answers = model.client_methods.iter().flat_map(answers);
    model.reachable(params.chain(answers))
}

/// The types of what a method answers with.
pub(super) fn answers(method: &Method) -> impl Iterator<Item = &Type> {
    method.types().into_iter().skip(method.params.len())
}
