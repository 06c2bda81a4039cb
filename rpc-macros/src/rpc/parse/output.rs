//! Reading a type that is sent: a result, or the items of a stream.

use syn::Type;

use super::instead::{self, Place};
use super::stream_type::{StreamKind, StreamType};
use super::types::{self, Forbidden};
use crate::errors::Errors;
use crate::rpc::model::{Output, OutputKind};
use crate::tokens::source;

/// The type, and whether it can be an error instead.
pub(super) fn output(ty: &Type) -> Output {
    Output {
        ty: ty.clone(),
        kind: kind(ty),
    }
}

/// Whether a result can have this type. Reports what is wrong.
pub(super) fn check_type(ty: &Type, errors: &mut Errors) -> bool {
    if let Some(instead) = instead::of_boxed_future(ty) {
        errors.at(ty, format_args!("a result can't be a future; {instead}"));
        return false;
    }
    if let Some(stream) = StreamType::first_in(ty) {
        let even_boxed = match stream.form {
            StreamKind::Boxed => ", even if the implementation returns a boxed one",
            StreamKind::Plain | StreamKind::Other => "",
        };
        errors.at(
            stream.ty,
            format_args!(
                "a stream is written `impl Stream<Item = {}>`{even_boxed}",
                stream.item
            ),
        );
        return false;
    }
    let found = Forbidden::in_type(ty);
    let message = |found: &Option<Type>, message: &dyn Fn(&Type) -> String| {
        found.as_ref().map_or_else(String::new, message)
    };
    let impl_trait = message(&found.impl_trait, &|ty| {
        let instead = instead::of_trait(ty, Place::Result);
        format!("a result can't be `impl Trait`, because the client must know the type; {instead}")
    });
    let trait_object = message(&found.trait_object, &|ty| {
        let instead = instead::of_trait(ty, Place::Result);
        format!("a result can't be `dyn Trait`, because the client must know the type; {instead}")
    });
    let unsized_type = message(&found.unsized_type, &|ty| {
        let instead = instead::of_unsized(ty, Place::Result);
        format!(
            "a result can't be `{}`, because its size is unknown; {instead}",
            source(ty)
        )
    });
    let borrow = "a result can't borrow, because the client has nothing to borrow from; return an owned type, such as `String`";
    let mistakes = [
        (found.impl_trait, impl_trait),
        (found.trait_object, trait_object),
        (found.self_type, types::SELF_TYPE.to_owned()),
        (found.no_data, types::NO_DATA.to_owned()),
        (found.unsized_type, unsized_type),
        (found.borrow, borrow.to_owned()),
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
