//! How a method takes a parameter: owned, borrowed, or with references inside, as in `Vec<&str>` and `&[(&str, u32)]`.

use syn::visit_mut::{self, VisitMut};
use syn::{GenericArgument, Path, PathArguments, Type};

use super::types;
use crate::errors::Errors;
use crate::rpc::model::{Form, NestedType};
use crate::tokens::source;

/// How the method takes a parameter of this type.
pub(super) fn form(ty: &Type) -> Form {
    if let Some(form) = nested_form(ty) {
        return form;
    }
    if let Type::Reference(reference) = ty {
        return Form::Ref((*reference.elem).clone());
    }
    if let Some(Type::Reference(reference)) = types::only_argument(ty, "Option") {
        return Form::OptionRef((*reference.elem).clone());
    }
    match types::only_argument(ty, "Cow") {
        Some(inner) => Form::Cow(inner.clone()),
        None => Form::Owned,
    }
}

/// The form of a type with references inside. `None` if it has none, and for `&T` and `Option<&T>`.
fn nested_form(ty: &Type) -> Option<Form> {
    if let Type::Reference(reference) = ty {
        let inner = &*reference.elem;
        let is_nested = has_reference(inner);
        return is_nested.then(|| Form::NestedRef(Box::new(inner.clone()), nested(inner)));
    }
    let is_optional = matches!(types::only_argument(ty, "Option"), Some(Type::Reference(_)));
    (has_reference(ty) && !is_optional).then(|| Form::Nested(nested(ty)))
}

/// The types that `NestedParam` is implemented for.
const COLLECTIONS: &[&str] = &[
    "Option", "Vec", "VecDeque", "HashMap", "BTreeMap", "HashSet", "BTreeSet",
];

/// Reports references inside references, and inside types that can't lend them. Only the outermost type can be a
/// reference to others.
pub(super) fn check(ty: &Type, errors: &mut Errors) -> bool {
    let outermost = match ty {
        Type::Reference(reference) => &reference.elem,
        ty => ty,
    };
    let is_cow = types::only_argument(ty, "Cow").is_some();
    if let Some(other) = OtherCollection::in_type(outermost)
        && !is_cow
    {
        errors.at(
            &other,
            "references can be inside tuples, slices and the standard collections, but not inside this type; write an owned type instead, such as `String` instead of `&str`",
        );
        return false;
    }
    let Some(twice) = TwiceBorrowed::in_type(outermost) else {
        return true;
    };
    let owned = match &twice {
        Type::Reference(reference) => match &*reference.elem {
            Type::Slice(slice) => format!("Vec<{}>", source(&slice.elem)),
            inner => source(inner),
        },
        other => source(other),
    };
    errors.at(
        &twice,
        format_args!(
            "a reference inside another type can't hold references itself; write `{owned}`"
        ),
    );
    false
}

fn nested(ty: &Type) -> NestedType {
    if !has_reference(ty) {
        return NestedType::Leaf(ty.clone());
    }
    match ty {
        Type::Reference(reference) => NestedType::Reference((*reference.elem).clone()),
        Type::Slice(slice) => NestedType::List(Box::new(nested(&slice.elem))),
        Type::Tuple(tuple) => NestedType::Tuple(tuple.elems.iter().map(nested).collect()),
        Type::Paren(paren) => nested(&paren.elem),
        Type::Path(path) => generic(&path.path),
        other => NestedType::Leaf(other.clone()),
    }
}

fn generic(path: &Path) -> NestedType {
    let mut path = path.clone();
    let mut inner = Vec::new();
    if let Some(last) = path.segments.last_mut()
        && let PathArguments::AngleBracketed(arguments) = &last.arguments
    {
        inner.extend(arguments.args.iter().filter_map(|argument| match argument {
            GenericArgument::Type(ty) => Some(nested(ty)),
            _ => None,
        }));
        last.arguments = PathArguments::None;
    }
    NestedType::Generic(path, inner)
}

fn has_reference(ty: &Type) -> bool {
    struct Found(bool);

    impl VisitMut for Found {
        fn visit_type_mut(&mut self, ty: &mut Type) {
            self.0 |= matches!(ty, Type::Reference(_));
            visit_mut::visit_type_mut(self, ty);
        }
    }

    let mut found = Found(false);
    found.visit_type_mut(&mut ty.clone());
    found.0
}

/// Finds a type with references inside that is none of the [`COLLECTIONS`].
#[derive(Default)]
struct OtherCollection(Option<Type>);

impl OtherCollection {
    fn in_type(ty: &Type) -> Option<Type> {
        let mut found = OtherCollection::default();
        found.visit_type_mut(&mut ty.clone());
        found.0
    }
}

impl VisitMut for OtherCollection {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        let is_known = match types::last_segment(ty) {
            Some(last) => COLLECTIONS.contains(&&*last.ident.to_string()),
            None => !matches!(ty, Type::Array(_) | Type::Path(_)),
        };
        if !is_known && has_reference(ty) {
            self.0.get_or_insert(ty.clone());
        } else {
            visit_mut::visit_type_mut(self, ty);
        }
    }
}

/// Finds a reference with references inside.
#[derive(Default)]
struct TwiceBorrowed(Option<Type>);

impl TwiceBorrowed {
    fn in_type(ty: &Type) -> Option<Type> {
        let mut found = TwiceBorrowed::default();
        found.visit_type_mut(&mut ty.clone());
        found.0
    }
}

impl VisitMut for TwiceBorrowed {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if let Type::Reference(reference) = ty
            && has_reference(&reference.elem)
        {
            self.0.get_or_insert(ty.clone());
        }
        visit_mut::visit_type_mut(self, ty);
    }
}
