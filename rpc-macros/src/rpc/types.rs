//! Questions about types, answered from how they are written.

use syn::visit_mut::{self, VisitMut};
use syn::{GenericArgument, ItemTrait, Lifetime, PathArguments, PathSegment, Type, TypePath};

use super::model::Form;

/// Takes types out of the invisible brackets in which a `macro_rules!` macro passes them on: `$t` may be a `&str`.
pub(crate) fn ungroup(item: &mut ItemTrait) {
    struct Ungroup;

    impl VisitMut for Ungroup {
        fn visit_type_mut(&mut self, ty: &mut Type) {
            while let Type::Group(group) = ty {
                // These two need brackets where they stand behind a `&`.
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

/// How a parameter of this type is handed over.
pub(crate) fn form(ty: &Type) -> Form {
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

/// The type in `name<type>`; lifetimes beside it do not count.
fn only_argument<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    match &type_arguments(last_segment(ty)?, name)?[..] {
        [argument] => Some(argument),
        _ => None,
    }
}

/// The types in `Result<ok, error>`.
pub(crate) fn result_arguments(ty: &Type) -> Option<(&Type, &Type)> {
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

pub(crate) fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Path(TypePath {
            qself: None, path, ..
        }) => path.segments.last(),
        _ => None,
    }
}

/// Is this `Context`, or a reference to it?
pub(crate) fn is_context(ty: &Type) -> bool {
    let ty = match ty {
        Type::Reference(reference) => &reference.elem,
        ty => ty,
    };
    last_segment(ty)
        .is_some_and(|segment| segment.ident == "Context" && segment.arguments.is_none())
}

/// The first thing in a type that a parameter or a result can't have.
#[derive(Default)]
pub(crate) struct Forbidden {
    pub(crate) impl_trait: Option<Type>,
    pub(crate) trait_object: Option<Type>,
    pub(crate) mutable: Option<Type>,
    pub(crate) self_type: Option<Type>,
    /// A lifetime that is left out, or has a name.
    pub(crate) borrow: Option<Type>,
}

impl Forbidden {
    pub(crate) fn in_type(ty: &Type) -> Self {
        let mut found = Forbidden::default();
        found.visit_type_mut(&mut ty.clone());
        found
    }
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
            Type::Path(path)
                if path
                    .path
                    .segments
                    .first()
                    .is_some_and(|segment| segment.ident == "Self") =>
            {
                self.self_type.get_or_insert(ty.clone());
            }
            Type::Path(path) => {
                let has_lifetime = path.path.segments.iter().any(|segment| match &segment.arguments {
                    PathArguments::AngleBracketed(arguments) => arguments.args.iter().any(
                        |argument| matches!(argument, GenericArgument::Lifetime(lifetime) if lifetime.ident != "static"),
                    ),
                    _ => false,
                });
                if has_lifetime {
                    self.borrow.get_or_insert(ty.clone());
                }
            }
            _ => {}
        }
        visit_mut::visit_type_mut(self, ty);
    }
}

/// Gives a name to the lifetimes that a type leaves out as `'_`.
pub(crate) fn with_lifetime(ty: &Type, lifetime: &Lifetime) -> Type {
    struct Name<'a>(&'a Lifetime);

    impl VisitMut for Name<'_> {
        fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
            if lifetime.ident == "_" {
                *lifetime = self.0.clone();
            }
        }
    }

    let mut ty = ty.clone();
    Name(lifetime).visit_type_mut(&mut ty);
    ty
}
