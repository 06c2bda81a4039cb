//! Questions about types, answered from the way they are written.

use syn::visit_mut::{self, VisitMut};
use syn::{GenericArgument, ItemTrait, PathArguments, PathSegment, Type, TypePath};

use crate::errors::Errors;
use crate::rpc::model::Form;

/// Removes the invisible groups in which a `macro_rules!` macro passes types on, so that a `$t` can be a `&str`.
pub(super) fn ungroup(item: &mut ItemTrait) {
    struct Ungroup;

    impl VisitMut for Ungroup {
        fn visit_type_mut(&mut self, ty: &mut Type) {
            while let Type::Group(group) = ty {
                // After a `&`, these two are ambiguous without the group.
                if matches!(*group.elem, Type::TraitObject(_) | Type::ImplTrait(_)) {
                    break;
                }
                *ty = (*group.elem).clone();
            }
            visit_mut::visit_type_mut(self, ty);
        }
    }

    Ungroup.visit_item_trait_mut(item);
}

/// How the method takes a parameter of this type.
pub(super) fn form(ty: &Type) -> Form {
    if let Type::Reference(reference) = ty {
        return Form::Ref((*reference.elem).clone());
    }
    if let Some(Type::Reference(reference)) = only_argument(ty, "Option") {
        return Form::OptionRef((*reference.elem).clone());
    }
    match only_argument(ty, "Cow") {
        Some(inner) => Form::Cow(inner.clone()),
        None => Form::Owned,
    }
}

/// The type in `name<type>`. Lifetimes beside it don't count.
fn only_argument<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    match &type_arguments(last_segment(ty)?, name)?[..] {
        [argument] => Some(argument),
        _ => None,
    }
}

/// The types in `Result<ok, error>`.
pub(super) fn result_arguments(ty: &Type) -> Option<(&Type, &Type)> {
    match &type_arguments(last_segment(ty)?, "Result")?[..] {
        [ok, error] => Some((ok, error)),
        _ => None,
    }
}

fn type_arguments<'a>(segment: &'a PathSegment, name: &str) -> Option<Vec<&'a Type>> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return None;
    };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    (segment.ident == name).then(|| types.collect())
}

pub(super) fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Path(TypePath {
            qself: None, path, ..
        }) => path.segments.last(),
        _ => None,
    }
}

/// Whether this is `Context` or a reference to it.
pub(super) fn is_context(ty: &Type) -> bool {
    let ty = match ty {
        Type::Reference(reference) => &reference.elem,
        ty => ty,
    };
    last_segment(ty)
        .is_some_and(|segment| segment.ident == "Context" && segment.arguments.is_none())
}

/// The first part of a type that a parameter or a result can't have, for each kind.
#[derive(Default)]
pub(super) struct Forbidden {
    pub(super) impl_trait: Option<Type>,
    pub(super) trait_object: Option<Type>,
    pub(super) mutable: Option<Type>,
    pub(super) self_type: Option<Type>,
    /// A reference, or a type with a lifetime other than `'static`. Parameters can have it.
    pub(super) borrow: Option<Type>,
}

impl Forbidden {
    pub(super) fn in_type(ty: &Type) -> Self {
        let mut found = Forbidden::default();
        // The visitor changes nothing. It is mutable because syn's read-only visitor is another feature to compile.
        found.visit_type_mut(&mut ty.clone());
        found
    }
}

/// What is wrong with `Self` in a parameter or a result.
pub(super) const SELF_TYPE: &str = "`Self` is the service and can't be sent; name another type";

/// Reports each type that was found, with what is wrong with it. Returns whether none was found.
pub(super) fn report_forbidden<const N: usize>(
    mistakes: [(Option<Type>, &str); N],
    errors: &mut Errors,
) -> bool {
    let mut none = true;
    for (found, message) in mistakes {
        if let Some(ty) = found {
            errors.at(ty, message);
            none = false;
        }
    }
    none
}

impl VisitMut for Forbidden {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        match ty {
            Type::ImplTrait(_) => drop(self.impl_trait.get_or_insert(ty.clone())),
            Type::TraitObject(_) => drop(self.trait_object.get_or_insert(ty.clone())),
            Type::Reference(reference) => {
                if reference.mutability.is_some() {
                    self.mutable.get_or_insert(ty.clone());
                }
                self.borrow.get_or_insert(ty.clone());
            }
            Type::Path(path) if begins_with_self(path) => {
                self.self_type.get_or_insert(ty.clone());
            }
            Type::Path(path) if has_lifetime(path) => {
                self.borrow.get_or_insert(ty.clone());
            }
            _ => {}
        }
        visit_mut::visit_type_mut(self, ty);
    }
}

fn begins_with_self(path: &TypePath) -> bool {
    let first = path.path.segments.first();
    first.is_some_and(|segment| segment.ident == "Self")
}

fn has_lifetime(path: &TypePath) -> bool {
    let is_lifetime = |argument: &GenericArgument| match argument {
        GenericArgument::Lifetime(lifetime) => lifetime.ident != "static",
        _ => false,
    };
    path.path
        .segments
        .iter()
        .any(|segment| match &segment.arguments {
            PathArguments::AngleBracketed(arguments) => arguments.args.iter().any(is_lifetime),
            _ => false,
        })
}
