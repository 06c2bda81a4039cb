//! What the signature of a method can't have.

use quote::ToTokens;
use syn::{Receiver, ReceiverKind, Safety, Signature};

use crate::errors::Errors;

pub(super) fn check(sig: &Signature, errors: &mut Errors) {
    check_generics(sig, errors);
    check_qualifiers(sig, errors);
    if sig.ident == "new" {
        errors.at(
            &sig.ident,
            "the generated client already has a function `new`; rename the method and keep its name on the wire with `#[rpc(name = \"new\")]`",
        );
    }
    match sig.receiver() {
        Some(receiver) => check_receiver(receiver, errors),
        None => errors.at(
            &sig.ident,
            "a method takes `&self`; write it before the parameters",
        ),
    }
}

fn check_generics(sig: &Signature, errors: &mut Errors) {
    let generics = &sig.generics;
    if generics.params.len() > generics.lifetimes().count() {
        errors.at(
            generics,
            "a method can't be generic, because each message has fixed types; make the trait generic instead",
        );
    } else if !generics.params.is_empty() {
        errors.at(
            generics,
            "a method can't have lifetime parameters; leave the lifetimes out, as in `item: &str`",
        );
    } else if let Some(clause) = &generics.where_clause {
        errors.at(
            clause,
            "a method can't have a `where` clause; put the bounds on the trait",
        );
    }
}

fn check_qualifiers(sig: &Signature, errors: &mut Errors) {
    if let Some(constness) = &sig.constness {
        errors.at(constness, "a method can't be a `const fn`; remove `const`");
    }
    if let Safety::Unsafe(_) = &sig.safety {
        errors.at(
            sig.safety.to_token_stream(),
            "a method can't be an `unsafe fn`; remove `unsafe`",
        );
    }
    if let Some(abi) = &sig.abi {
        errors.at(abi, "a method can't have an ABI; remove `extern`");
    }
}

fn check_receiver(receiver: &Receiver, errors: &mut Errors) {
    match &receiver.kind {
        ReceiverKind::Reference(_, None, None) => {}
        ReceiverKind::Reference(_, Some(lifetime), _) => {
            errors.at(lifetime, "remove the lifetime; write `&self`");
        }
        ReceiverKind::Reference(_, None, Some(_)) => errors.at(
            receiver,
            "a method takes `&self`, because calls run at the same time; keep mutable state in a `Mutex` or an atomic",
        ),
        _ => errors.at(
            receiver,
            "a method takes `&self`, because a service answers many calls",
        ),
    }
}
