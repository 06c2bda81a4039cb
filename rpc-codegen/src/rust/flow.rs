//! Which way types go: what programs give, what they get, and which types refer to themselves.

use std::collections::HashSet;

use crate::model::{Kind, Method, Model, Rest, Type, TypeId};

/// Which named types go which way.
pub(super) struct Flow {
    given: HashSet<TypeId>,
    /// References that need a `Box`: from a type to one that has it as a part.
    boxed: HashSet<(TypeId, TypeId)>,
}

impl Flow {
    pub(super) fn of(model: &Model) -> Flow {
        let params = model.methods.iter().flat_map(|method| &method.params);
        let params = params.map(|param| &param.ty);
        let answers = model.client_methods.iter().flat_map(answers);
        Flow {
            given: model.reachable(params.chain(answers)),
            boxed: boxed(model),
        }
    }

    /// Whether programs send the type, as a parameter or as the answer to a call of the server.
    pub(super) fn is_given(&self, id: TypeId) -> bool {
        self.given.contains(&id)
    }

    /// Whether one type refers to another that contains it.
    pub(super) fn needs_box(&self, owner: TypeId, part: TypeId) -> bool {
        self.boxed.contains(&(owner, part))
    }
}

/// The types of what a method answers with.
fn answers(method: &Method) -> impl Iterator<Item = &Type> {
    method.types().into_iter().skip(method.params.len())
}

/// Pairs of types of which each is a part of the other, without a `Vec` or a map in between.
fn boxed(model: &Model) -> HashSet<(TypeId, TypeId)> {
    let parts: Vec<Vec<TypeId>> = model
        .definitions()
        .map(|(_, definition)| parts(&definition.ty))
        .collect();
    let circles = circles(&parts);
    let owners = parts.iter().enumerate();
    let pairs =
        owners.flat_map(|(owner, parts)| parts.iter().map(move |part| (TypeId(owner), *part)));
    pairs
        .filter(|(owner, part)| circles[owner.0] == circles[part.0])
        .collect()
}

/// A number for each type, which is the same for types that contain each other. (Kosaraju's algorithm, without recursion.)
fn circles(parts: &[Vec<TypeId>]) -> Vec<usize> {
    let mut owners: Vec<Vec<TypeId>> = vec![Vec::new(); parts.len()];
    for (owner, parts) in parts.iter().enumerate() {
        parts
            .iter()
            .for_each(|part| owners[part.0].push(TypeId(owner)));
    }
    let mut order = Vec::new();
    let mut seen = vec![false; parts.len()];
    for start in 0..parts.len() {
        visit(start, parts, &mut seen, &mut order);
    }
    let mut circles = vec![0; parts.len()];
    let mut seen = vec![false; parts.len()];
    for (number, start) in order.into_iter().rev().enumerate() {
        let mut circle = Vec::new();
        visit(start, &owners, &mut seen, &mut circle);
        circle
            .into_iter()
            .for_each(|member| circles[member] = number);
    }
    circles
}

/// Adds what is reached from a type, each after all that is reached from it.
fn visit(start: usize, edges: &[Vec<TypeId>], seen: &mut [bool], order: &mut Vec<usize>) {
    let mut stack = vec![(start, 0)];
    if std::mem::replace(&mut seen[start], true) {
        return;
    }
    while let Some((here, next)) = stack.pop() {
        match edges[here].get(next) {
            None => order.push(here),
            Some(there) => {
                stack.push((here, next + 1));
                if !std::mem::replace(&mut seen[there.0], true) {
                    stack.push((there.0, 0));
                }
            }
        }
    }
}

/// The named types that are in a type itself.
fn parts(ty: &Type) -> Vec<TypeId> {
    let mut found = Vec::new();
    let mut types = vec![ty];
    while let Some(ty) = types.pop() {
        match &ty.kind {
            Kind::Reference(id) => found.push(*id),
            Kind::Array { .. } if !is_fixed(&ty.kind) => {}
            Kind::Map { .. } => {}
            Kind::Object {
                fields,
                rest: Rest::Typed(_),
            } => {
                types.extend(fields.iter().map(|field| &field.ty));
            }
            _ => types.extend(ty.children()),
        }
    }
    found
}

/// Whether an array always has the same number of elements, so that it is `[T; 3]`.
pub(super) fn is_fixed(kind: &Kind) -> bool {
    fixed_length(kind).is_some()
}

/// The length of such an array. serde has none beyond 32.
pub(super) fn fixed_length(kind: &Kind) -> Option<i128> {
    match kind {
        Kind::Array {
            length,
            unique: false,
            ..
        } if length.minimum == length.maximum => {
            length.minimum.filter(|length| (1..=32).contains(length))
        }
        _ => None,
    }
}

/// Whether an integer has a format such as `uint32`.
pub(super) fn has_unsigned(model: &Model) -> bool {
    let definitions = model.definitions().map(|(_, definition)| &definition.ty);
    let mut types: Vec<&Type> = definitions
        .chain(model.all_methods().flat_map(Method::types))
        .collect();
    while let Some(ty) = types.pop() {
        if let Kind::Integer { format, .. } = &ty.kind
            && !format.is_signed()
        {
            return true;
        }
        types.extend(ty.children());
    }
    false
}
