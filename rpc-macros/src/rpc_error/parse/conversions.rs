//! The option `from` of a field: what `?` converts into a variant.

use syn::{Attribute, DataEnum, Ident};

use crate::errors::Errors;
use crate::rpc_error::model::{ErrorType, Variant};

/// Reports conversions that can't be.
pub(super) fn check(error_type: &ErrorType, errors: &mut Errors) {
    for (variant, field) in error_type.conversions() {
        if variant.fields.len() > 1 {
            errors.at(
                &field.member,
                format_args!(
                    "`from` needs a variant with exactly one field, and `{}` has more",
                    variant.ident
                ),
            );
        }
    }
    let internal = error_type
        .conversions()
        .filter(|(variant, _)| variant.is_internal());
    for (variant, field) in internal.skip(1) {
        errors.at(
            &field.ty,
            format_args!(
                "`?` converts every error into the first internal variant with `from`, so it can't make a `{}`; remove `from`",
                variant.ident
            ),
        );
    }
}

/// The attributes `#[from]` of other derive macros, such as thiserror's.
pub(super) fn foreign_from(data: &DataEnum) -> Vec<Attribute> {
    let fields = data.variants.iter().flat_map(|variant| &variant.fields);
    let attributes = fields.flat_map(|field| &field.attrs);
    attributes
        .filter(|it| it.path().is_ident("from"))
        .cloned()
        .collect()
}

/// A conversion of any error leaves no room for another implementation of `From`.
pub(super) fn check_foreign(variants: &[Variant], foreign: &[Attribute], errors: &mut Errors) {
    let Some(catch_all) = catch_all(variants) else {
        return;
    };
    for attribute in foreign {
        errors.at(
            attribute,
            format_args!(
                "`#[rpc(from)]` converts every error into `{catch_all}`, so another `#[from]` would conflict with it; \
                 write `#[rpc(from)]` here too"
            ),
        );
    }
}

fn catch_all(variants: &[Variant]) -> Option<&Ident> {
    let catch_all = variants
        .iter()
        .find(|variant| variant.is_internal() && variant.fields.iter().any(|field| field.from));
    catch_all.map(|variant| &variant.ident)
}
