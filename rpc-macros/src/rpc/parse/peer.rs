//! Reading a `#[rpc(peer)]` parameter: the client with which a method calls the other end.

use syn::Type;

use super::types;
use crate::errors::Errors;
use crate::rpc::model::Argument;
use crate::tokens::source;

/// The argument, or `None` if its type is not a reference to a client.
pub(super) fn argument(ty: &Type, errors: &mut Errors) -> Option<Argument> {
    let (client, is_borrowed) = match ty {
        Type::Reference(reference) => (&*reference.elem, reference.mutability.is_none()),
        other => (other, false),
    };
    let Some(segment) = types::last_segment(client) else {
        errors.at(
            ty,
            "a `peer` parameter is the client of a contract; write `&UiClient<Peer>` for the trait `Ui`",
        );
        return None;
    };
    if segment.arguments.is_none() {
        errors.at(
            ty,
            format_args!(
                "the type of a `peer` parameter says that its client calls the other end; write `&{}<Peer>`",
                source(client)
            ),
        );
        return None;
    }
    if !is_borrowed {
        errors.at(
            ty,
            format_args!(
                "the client is passed by reference; write `&{}`",
                source(client)
            ),
        );
        return None;
    }
    Some(Argument::Peer(Box::new(client.clone())))
}

/// Whether this is `UiClient<Peer>` or a reference to it.
pub(super) fn is_peer(ty: &Type) -> bool {
    let client = match ty {
        Type::Reference(reference) => &*reference.elem,
        ty => ty,
    };
    let Some(segment) = types::last_segment(client) else {
        return false;
    };
    let transport = types::all_arguments(segment).next_back();
    let is_peer = |ty: &Type| types::last_segment(ty).is_some_and(|last| last.ident == "Peer");
    segment.ident.to_string().ends_with("Client") && transport.is_some_and(is_peer)
}

/// Reports all `peer` parameters but the first.
pub(super) fn check_single<'a>(arguments: impl Iterator<Item = &'a Argument>, errors: &mut Errors) {
    let peers = arguments.filter_map(|argument| match argument {
        Argument::Peer(ty) => Some(ty),
        Argument::Context(_) | Argument::Parameter(_) => None,
    });
    for ty in peers.skip(1) {
        errors.at(
            ty,
            "a method can have only one `peer` parameter; remove this one",
        );
    }
}
