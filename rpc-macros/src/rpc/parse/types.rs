//! Questions about types, answered from the way they are written.

use std::fmt::Display;

use syn::visit_mut::{self, VisitMut};
use syn::{GenericArgument, ItemTrait, Lifetime, PathArguments, PathSegment, Type, TypePath};

use crate::errors::Errors;

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

/// Whether the type has a lifetime, as in `Order<'_>`.
pub(super) fn borrows(ty: &Type) -> bool {
    Forbidden::in_type(ty).borrow.is_some()
}

/// The type in `name<type>`. Lifetimes beside it don't count.
pub(super) fn only_argument<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
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
    let is_generic = matches!(segment.arguments, PathArguments::AngleBracketed(_));
    (is_generic && segment.ident == name).then(|| all_arguments(segment).collect())
}

pub(super) fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Path(TypePath {
            qself: None, path, ..
        }) => path.segments.last(),
        _ => None,
    }
}

/// The first `T` in `Type<T>`.
pub(super) fn first_argument(segment: &PathSegment) -> Option<&Type> {
    all_arguments(segment).next()
}

/// The types in `Type<A, B>`. Lifetimes and constants beside them don't count.
pub(super) fn all_arguments(segment: &PathSegment) -> impl DoubleEndedIterator<Item = &Type> {
    let arguments = match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => Some(&arguments.args),
        PathArguments::Parenthesized(_) | PathArguments::None => None,
    };
    arguments
        .into_iter()
        .flatten()
        .filter_map(|argument| match argument {
            GenericArgument::Type(ty) => Some(ty),
            _ => None,
        })
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
    /// A function pointer, a raw pointer, `_` or `!`.
    pub(super) no_data: Option<Type>,
    /// `str` or `[T]` without a pointer in front of it.
    pub(super) unsized_type: Option<Type>,
    /// `&&T`.
    pub(super) double: Option<Type>,
    /// `&'static T` or `Order<'static>`. Results can have the latter.
    pub(super) long_lived: Option<Type>,
    /// `Rc`, or a reference to a `Cell` or `RefCell`.
    pub(super) not_send: Option<Type>,
    /// `OsStr` or `CStr`.
    pub(super) system_string: Option<Type>,
    /// A reference, or a type with a lifetime other than `'static`. Parameters can have it.
    pub(super) borrow: Option<Type>,
    /// The type around the current one.
    parent: Parent,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Parent {
    Reference,
    /// `Box`, `Arc`, `Cow`.
    Pointer,
    #[default]
    Other,
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

/// What is wrong with a function pointer.
pub(super) const NO_DATA: &str =
    "this type holds no data that could be sent; write the type of the data";

/// Reports each type that was found, with what is wrong with it. Returns whether none was found.
pub(super) fn report_forbidden<M: Display>(
    mistakes: impl IntoIterator<Item = (Option<Type>, M)>,
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
        let parent = self.parent;
        self.parent = Parent::Other;
        match ty {
            Type::ImplTrait(_) => drop(self.impl_trait.get_or_insert(ty.clone())),
            Type::TraitObject(_) => drop(self.trait_object.get_or_insert(ty.clone())),
            Type::FnPtr(_) | Type::Ptr(_) | Type::Infer(_) | Type::Never(_) => {
                self.no_data.get_or_insert(ty.clone());
            }
            Type::Slice(_) if parent == Parent::Other => {
                self.unsized_type.get_or_insert(ty.clone());
            }
            Type::Reference(reference) => {
                self.parent = Parent::Reference;
                if reference.mutability.is_some() {
                    self.mutable.get_or_insert(ty.clone());
                } else if parent == Parent::Reference {
                    self.double.get_or_insert(ty.clone());
                } else if is_static(reference.lifetime.as_ref()) {
                    self.long_lived.get_or_insert(ty.clone());
                }
                self.borrow.get_or_insert(ty.clone());
            }
            Type::Path(path) => self.visit_path_of_type(&path.clone(), parent),
            _ => {}
        }
        // Inside `impl Trait` and `dyn Trait` there is only the trait to report.
        if !matches!(
            ty,
            Type::ImplTrait(_) | Type::TraitObject(_) | Type::FnPtr(_)
        ) {
            visit_mut::visit_type_mut(self, ty);
        }
        self.parent = Parent::Other;
    }
}

impl Forbidden {
    fn visit_path_of_type(&mut self, path: &TypePath, parent: Parent) {
        let ty = || Type::Path(path.clone());
        if begins_with_self(path) {
            self.self_type.get_or_insert_with(ty);
        } else if has_lifetime(path) {
            self.borrow.get_or_insert_with(ty);
        } else if lifetimes(path).next().is_some() {
            self.long_lived.get_or_insert_with(ty);
        }
        let Some(last) = path.path.segments.last() else {
            return;
        };
        match &*last.ident.to_string() {
            "str" | "Path" if parent == Parent::Other && last.arguments.is_none() => {
                self.unsized_type.get_or_insert_with(ty);
            }
            "OsStr" | "CStr" if last.arguments.is_none() => {
                self.system_string.get_or_insert_with(ty);
            }
            "Rc" => {
                self.parent = Parent::Pointer;
                self.not_send.get_or_insert_with(ty);
            }
            "Cell" | "RefCell" if parent == Parent::Reference => {
                self.not_send.get_or_insert_with(ty);
            }
            "Box" | "Arc" | "Cow" => self.parent = Parent::Pointer,
            _ => {}
        }
    }
}

fn is_static(lifetime: Option<&Lifetime>) -> bool {
    lifetime.is_some_and(|lifetime| lifetime.ident == "static")
}

fn begins_with_self(path: &TypePath) -> bool {
    let first = path.path.segments.first();
    first.is_some_and(|segment| segment.ident == "Self")
}

fn has_lifetime(path: &TypePath) -> bool {
    lifetimes(path).any(|lifetime| lifetime.ident != "static")
}

/// The lifetimes in `Type<'a>`.
fn lifetimes(path: &TypePath) -> impl Iterator<Item = &Lifetime> {
    let arguments = path
        .path
        .segments
        .iter()
        .filter_map(|segment| match &segment.arguments {
            PathArguments::AngleBracketed(arguments) => Some(&arguments.args),
            _ => None,
        });
    arguments.flatten().filter_map(|argument| match argument {
        GenericArgument::Lifetime(lifetime) => Some(lifetime),
        _ => None,
    })
}
