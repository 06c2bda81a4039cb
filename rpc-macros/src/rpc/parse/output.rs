//! Reading what a method returns.

use syn::{ReturnType, Type, parse_quote};

use super::types::{self, Forbidden};
use crate::errors::Errors;
use crate::rpc::model::{Output, OutputKind};

/// What the method returns, or `None` if it can't return that.
pub(super) fn output(
    output: &ReturnType,
    notification: bool,
    errors: &mut Errors,
) -> Option<Output> {
    let ReturnType::Type(_, ty) = output else {
        return Some(Output {
            ty: parse_quote!(()),
            kind: OutputKind::Value,
        });
    };
    if notification && !is_unit(ty) {
        errors.at(
            ty,
            "nobody waits for an answer to a `notification`; leave the result out",
        );
        return None;
    }
    if !check_type(ty, errors) {
        return None;
    }
    Some(Output {
        ty: (**ty).clone(),
        kind: kind(ty),
    })
}

fn is_unit(ty: &Type) -> bool {
    matches!(ty, Type::Tuple(tuple) if tuple.elems.is_empty())
}

/// Whether a result can have this type. Reports what is wrong.
fn check_type(ty: &Type, errors: &mut Errors) -> bool {
    let found = Forbidden::in_type(ty);
    let mistakes = [
        (
            found.impl_trait,
            "a result has one type, which client and server agree on, not `impl Trait`",
        ),
        (
            found.trait_object,
            "a result has one type, which client and server agree on, not `dyn Trait`",
        ),
        (
            found.self_type,
            "`Self` is the service, which does not travel; name a type that does",
        ),
        (
            found.borrow,
            "a result is made anew on the client, where there is nothing to borrow from; return an owned type",
        ),
    ];
    let mut is_right = true;
    for (found, message) in mistakes {
        if let Some(ty) = found {
            errors.at(ty, message);
            is_right = false;
        }
    }
    is_right
}

fn kind(ty: &Type) -> OutputKind {
    if let Some((ok, error)) = types::result_arguments(ty) {
        return OutputKind::Result {
            ok: Box::new(ok.clone()),
            error: Box::new(error.clone()),
        };
    }
    match types::last_segment(ty) {
        Some(last) if last.ident.to_string().ends_with("Result") => OutputKind::ResultAlias,
        _ => OutputKind::Value,
    }
}
