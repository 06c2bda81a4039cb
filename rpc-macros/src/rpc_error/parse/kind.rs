//! The option `kind`.

use proc_macro2::Span;
use syn::Ident;

use crate::errors::Errors;
use crate::options::RpcOptions;
use crate::spelling;

/// The kinds by name, and the variants of `rpc_core::ErrorKind`.
const KINDS: [(&str, &str); 14] = [
    ("invalid", "Invalid"),
    ("unauthenticated", "Unauthenticated"),
    ("forbidden", "Forbidden"),
    ("not_found", "NotFound"),
    ("timeout", "Timeout"),
    ("conflict", "Conflict"),
    ("gone", "Gone"),
    ("failed_precondition", "FailedPrecondition"),
    ("too_large", "TooLarge"),
    ("too_many", "TooMany"),
    ("cancelled", "Cancelled"),
    ("unimplemented", "Unimplemented"),
    ("unavailable", "Unavailable"),
    ("internal", "Internal"),
];

/// What HTTP, gRPC and others call these kinds.
const ELSEWHERE: [(&str, &str); 22] = [
    ("invalid_argument", "invalid"),
    ("invalid_params", "invalid"),
    ("bad_request", "invalid"),
    ("out_of_range", "invalid"),
    ("unprocessable", "invalid"),
    ("unauthorized", "unauthenticated"),
    ("permission_denied", "forbidden"),
    ("missing", "not_found"),
    ("deadline_exceeded", "timeout"),
    ("already_exists", "conflict"),
    ("aborted", "conflict"),
    ("precondition_failed", "failed_precondition"),
    ("payload_too_large", "too_large"),
    ("too_many_requests", "too_many"),
    ("resource_exhausted", "too_many"),
    ("rate_limited", "too_many"),
    ("canceled", "cancelled"),
    ("not_implemented", "unimplemented"),
    ("unsupported", "unimplemented"),
    ("service_unavailable", "unavailable"),
    ("unknown", "internal"),
    ("data_loss", "internal"),
];

/// The variant of `rpc_core::ErrorKind`.
pub(super) fn read(options: &RpcOptions, errors: &mut Errors) -> Option<Ident> {
    let (name, option) = options.string("kind", errors)?;
    if let Some((_, variant)) = KINDS.iter().find(|(known, _)| *known == name) {
        return Some(Ident::new(variant, Span::call_site()));
    }
    let value = &option.value;
    match nearest(&name) {
        Some(near) => errors.at(
            value,
            format_args!("unknown kind \"{name}\"; did you mean \"{near}\"?"),
        ),
        None => {
            let names: Vec<&str> = KINDS.iter().map(|(name, _)| *name).collect();
            errors.at(
                value,
                format_args!(
                    "unknown kind \"{name}\"; the kinds are \"{}\"",
                    names.join("\", \"")
                ),
            );
        }
    }
    None
}

fn nearest(name: &str) -> Option<&'static str> {
    let name = snake_case(name);
    let elsewhere = ELSEWHERE.iter().find(|(other, _)| *other == name);
    if let Some((_, kind)) = elsewhere {
        return Some(kind);
    }
    spelling::nearest(&name, KINDS.iter().map(|(name, _)| *name))
}

/// `NotFound`, `not-found` and `NOT_FOUND` as `not_found`.
fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    let mut after_small = false;
    for letter in name.chars() {
        if letter.is_uppercase() && after_small {
            snake.push('_');
        }
        after_small = letter.is_lowercase();
        match letter {
            '-' | ' ' => snake.push('_'),
            _ => snake.extend(letter.to_lowercase()),
        }
    }
    snake
}
