//! Reading what a method returns.

use syn::{ReturnType, Type, parse_quote};

use super::output::{check_type, output};
use super::stream;
use crate::errors::Errors;
use crate::rpc::model::Returned;

/// What the method returns, or `None` if it can't return that.
pub(super) fn returned(
    written: &ReturnType,
    notification: bool,
    errors: &mut Errors,
) -> Option<Returned> {
    let ReturnType::Type(_, ty) = written else {
        return Some(Returned::Value(Box::new(output(&parse_quote!(())))));
    };
    if stream::is_returned(written) {
        return stream::returned(ty, errors);
    }
    if notification && !is_unit(ty) {
        errors.at(
            ty,
            "a `notification` gets no answer; remove the return type",
        );
        return None;
    }
    check_type(ty, errors).then(|| Returned::Value(Box::new(output(ty))))
}

fn is_unit(ty: &Type) -> bool {
    matches!(ty, Type::Tuple(tuple) if tuple.elems.is_empty())
}
