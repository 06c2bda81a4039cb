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
            "a `notification` gets no answer; remove the return type",
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
            "a result can't be `impl Trait`, because the client must know the type; write a concrete type",
        ),
        (
            found.trait_object,
            "a result can't be `dyn Trait`, because the client must know the type; write a concrete type",
        ),
        (found.self_type, types::SELF_TYPE),
        (
            found.borrow,
            "a result can't borrow, because the client has nothing to borrow from; return an owned type, such as `String`",
        ),
    ];
    types::report_forbidden(mistakes, errors)
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
