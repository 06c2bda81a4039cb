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
            "the generated client has a function `new`; call the method otherwise, and write `#[rpc(name = \"new\")]`",
        );
    }
    match sig.receiver() {
        Some(receiver) => check_receiver(receiver, errors),
        None => errors.at(
            &sig.ident,
            "a method takes `&self`: write it before the parameters",
        ),
    }
}

fn check_generics(sig: &Signature, errors: &mut Errors) {
    if !sig.generics.params.is_empty() {
        errors.at(
            &sig.generics,
            "a method has no generics: a message has one form; make the trait generic, and leave lifetimes out",
        );
    } else if let Some(clause) = &sig.generics.where_clause {
        errors.at(
            clause,
            "a method has no `where` clause; bounds belong to the trait",
        );
    }
}

fn check_qualifiers(sig: &Signature, errors: &mut Errors) {
    if let Some(constness) = &sig.constness {
        errors.at(constness, "a method is no `const fn`; leave `const` out");
    }
    if let Safety::Unsafe(_) = &sig.safety {
        errors.at(
            sig.safety.to_token_stream(),
            "a method is no `unsafe fn`; leave `unsafe` out",
        );
    }
    if let Some(abi) = &sig.abi {
        errors.at(abi, "a method has no ABI; leave `extern` out");
    }
}

fn check_receiver(receiver: &Receiver, errors: &mut Errors) {
    match &receiver.kind {
        ReceiverKind::Reference(_, None, None) => {}
        ReceiverKind::Reference(_, Some(lifetime), _) => {
            errors.at(lifetime, "leave the lifetime out: `&self`");
        }
        ReceiverKind::Reference(_, None, Some(_)) => errors.at(
            receiver,
            "calls run at the same time, so a method takes `&self`; keep what changes in a Mutex or an atomic",
        ),
        _ => errors.at(
            receiver,
            "a service answers many calls, so a method takes `&self`",
        ),
    }
}
